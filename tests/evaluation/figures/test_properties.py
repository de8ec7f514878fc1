"""What must not change when rows are shuffled or answers moved and stretched, and what must change with them."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.evaluation.figures.adjusted import adjusted_comparison, welch_test
from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.assessors import intraclass_correlations
from app.evaluation.figures.changes import independent_difference, paired_difference
from app.evaluation.figures.choices import choice_item, multi_select_item
from app.evaluation.figures.intervals import wilson_share
from app.evaluation.figures.items import RecommendationScore, recommendation_score, scale_item
from app.evaluation.figures.kappa import weighted_kappa
from app.evaluation.figures.knowledge import item_analysis
from app.evaluation.figures.outcomes import Json, Outcome, Share
from app.evaluation.figures.patterns import find_patterns
from app.evaluation.figures.reliability import cronbach_alpha, mcdonald_omega
from app.evaluation.figures.scales import reverse, scale_figures

GROUPS = 3


def answers(rows: st.SearchStrategy[int], columns: int) -> st.SearchStrategy[Floats]:
    """Answers from 1 to 5 with blanks, respondents by items."""
    point = st.one_of(st.integers(1, 5).map(float), st.just(np.nan))
    return rows.flatmap(lambda n: arrays(np.float64, (n, columns), elements=point))


few = answers(st.integers(0, 30), 4)


def groups_of(n: int) -> list[str]:
    return [f"group {place % GROUPS}" for place in range(n)]


def assert_close(one: Json, other: Json) -> None:
    """Two results say the same, but for what rounding does to the last digits."""
    assert type(one) is type(other) or {type(one), type(other)} == {int, float}
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_close(one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_close(a, b)
    elif isinstance(one, float) and isinstance(other, float):
        assert one == pytest.approx(other, rel=1e-6, abs=1e-7)
    else:
        assert one == other


OF_A_TABLE: dict[str, Callable[[Floats], Outcome]] = {
    "patterns": find_patterns,
    "alpha": cronbach_alpha,
    "alpha, pairwise": lambda table: cronbach_alpha(table, blanks="pairwise"),
    "omega": mcdonald_omega,
    "scale": scale_figures,
    "agreement": intraclass_correlations,
    "test": lambda table: item_analysis(np.where(np.isnan(table), np.nan, table > 3)),
    "several choices": lambda table: multi_select_item(np.nan_to_num(table) > 3),
}


@pytest.mark.parametrize("name", OF_A_TABLE)
@given(table=few, seed=st.integers(0, 99))
def test_order_of_respondents_does_not_matter(name: str, table: Floats, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(table, axis=0)

    assert_close(OF_A_TABLE[name](table).to_json(), OF_A_TABLE[name](shuffled).to_json())


@given(table=few, seed=st.integers(0, 99))
def test_order_does_not_matter_to_items_and_groups(table: Floats, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(table.shape[0])
    labels = groups_of(table.shape[0])
    moved = [labels[place] for place in order]
    one, other = table[:, 0], table[:, 1]

    assert_close(scale_item(one).to_json(), scale_item(one[order]).to_json())
    assert_close(
        paired_difference(one, other).to_json(), paired_difference(one[order], other[order]).to_json()
    )
    assert_close(weighted_kappa(one, other).to_json(), weighted_kappa(one[order], other[order]).to_json())
    assert_close(welch_test(one, labels).to_json(), welch_test(one[order], moved).to_json())
    assert_close(
        adjusted_comparison(one, other, labels).to_json(),
        adjusted_comparison(one[order], other[order], moved).to_json(),
    )


def one_trait(seed: int) -> Floats:
    """Thirty respondents whose four answers follow one trait; without one, rounding would choose the factor."""
    rng = np.random.default_rng(seed)
    answers: Floats = np.round(3 + rng.normal(0, 1, (30, 1)) + rng.normal(0, 0.6, (30, 4))).clip(1, 5)
    return answers


full = st.integers(0, 9999).map(one_trait)
shift = st.integers(-50, 50).map(float)
stretch = st.sampled_from([0.25, 0.5, 2.0, 10.0])


def values(result: Outcome, *names: str) -> tuple[float, ...] | str:
    """Return these values of a result, or why it has none."""
    reason = getattr(result, "reason", None)
    return str(reason) if reason is not None else tuple(float(getattr(result, name)) for name in names)


def assert_same_omega(table: Floats, moved: Floats) -> None:
    assert same(values(mcdonald_omega(table), "value"), values(mcdonald_omega(moved), "value"))


def same(one: tuple[float, ...] | str, other: tuple[float, ...] | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one == pytest.approx(other, rel=1e-6, abs=1e-6)


@given(table=full, by=shift, times=stretch)
def test_reliability_does_not_depend_on_the_scale(table: Floats, by: float, times: float) -> None:
    moved = table * times + by

    assert same(values(cronbach_alpha(table), "value"), values(cronbach_alpha(moved), "value"))
    assert_same_omega(table, moved)


@given(table=full, by=arrays(np.float64, 4, elements=shift), times=arrays(np.float64, 4, elements=stretch))
def test_omega_does_not_depend_on_the_scale_of_single_items(table: Floats, by: Floats, times: Floats) -> None:
    assert_same_omega(table, table * times + by)


@given(table=full, by=shift, times=stretch)
def test_agreement_does_not_depend_on_the_scale(table: Floats, by: float, times: float) -> None:
    assert_close(
        intraclass_correlations(table).to_json(), intraclass_correlations(table * times + by).to_json()
    )


@given(table=full, by=arrays(np.float64, 4, elements=shift))
def test_consistency_does_not_depend_on_strictness(table: Floats, by: Floats) -> None:
    """A rater who is stricter by a constant changes agreement, ICC(2), and not consistency, ICC(3)."""
    one, other = intraclass_correlations(table), intraclass_correlations(table + by)
    forms = getattr(one, "forms", ()), getattr(other, "forms", ())

    for a, b in zip(*(each[4:] for each in forms), strict=True):
        assert_close(a.estimate.to_json(), b.estimate.to_json())


@given(table=full, by=shift, times=stretch)
def test_means_move_and_stretch_with_the_answers(table: Floats, by: float, times: float) -> None:
    one, other = scale_item(table[:, 0]), scale_item(table[:, 0] * times + by)

    assert values(other, "mean") == pytest.approx(np.array(values(one, "mean")) * times + by)
    assert values(other, "median") == pytest.approx(np.array(values(one, "median")) * times + by)
    assert values(other, "sd") == pytest.approx(np.array(values(one, "sd")) * times)


@given(table=full, by=shift, times=stretch)
def test_standardised_differences_do_not_depend_on_the_scale(table: Floats, by: float, times: float) -> None:
    moved = table * times + by
    for compare in (independent_difference, paired_difference):
        one, other = (compare(each[:, 0], each[:, 1]) for each in (table, moved))
        for a, b in zip(getattr(one, "sizes", ()), getattr(other, "sizes", ()), strict=True):
            assert_close(a.to_json(), b.to_json())


@given(table=full)
def test_a_difference_turns_its_sign_with_its_sides(table: Floats) -> None:
    for compare in (independent_difference, paired_difference):
        one, other = compare(table[:, 0], table[:, 1]), compare(table[:, 1], table[:, 0])
        there, back = getattr(one, "difference", None), getattr(other, "difference", None)

        assert there is not None
        assert back is not None
        assert there.value == pytest.approx(-back.value)


@given(count=st.integers(0, 200), rest=st.integers(0, 200))
def test_a_share_and_its_counterpart_mirror_each_other(count: int, rest: int) -> None:
    share, counterpart = wilson_share(count, count + rest), wilson_share(rest, count + rest)
    if isinstance(share, Share) and isinstance(counterpart, Share):
        assert 0 <= share.interval.low <= share.value <= share.interval.high <= 1
        assert share.interval.low == pytest.approx(1 - counterpart.interval.high)
    else:
        assert count + rest == 0


@given(scores=arrays(np.float64, st.integers(1, 40), elements=st.integers(0, 10).map(float)))
def test_a_recommendation_score_stays_on_its_scale(scores: Floats) -> None:
    result = recommendation_score(scores)

    assert isinstance(result, RecommendationScore)
    assert -100 <= result.interval.low <= result.interval.high <= 100
    assert -100 <= result.score <= 100
    assert result.detractors + result.passives + result.promoters == scores.size


@given(table=full)
def test_reversing_twice_changes_nothing(table: Floats) -> None:
    assert (reverse(reverse(table, low=1, high=5), low=1, high=5) == table).all()


@given(table=full)
def test_reversed_items_count_as_the_others_when_told(table: Floats) -> None:
    turned = table.copy()
    turned[:, 2] = 6 - turned[:, 2]

    plain = cronbach_alpha(table)
    told = scale_figures(turned, reversed_items=(2,), low=1, high=5)
    assert_close(plain.to_json(), getattr(told, "alpha", plain).to_json())


@given(places=arrays(np.float64, st.integers(1, 50), elements=st.integers(1, 4).map(float)))
def test_shares_of_one_choice_add_up_to_one(places: Floats) -> None:
    item = choice_item(places, options=["a", "b", "c", "d"])

    assert sum(each.share.value for each in getattr(item, "options", ())) == pytest.approx(1)


@given(table=answers(st.integers(0, 12), 3))
def test_every_result_can_be_written(table: Floats) -> None:
    """Whatever the answers are, no result holds NaN or infinity: to_json refuses them."""
    written = [figure(table).to_json() for figure in OF_A_TABLE.values()]
    one, other = table[:, 0], table[:, 1]
    written += [
        scale_item(one).to_json(),
        recommendation_score(one).to_json(),
        paired_difference(one, other).to_json(),
        independent_difference(one, other).to_json(),
        weighted_kappa(one, other).to_json(),
        welch_test(one, groups_of(one.size)).to_json(),
        adjusted_comparison(one, other, groups_of(one.size)).to_json(),
    ]

    assert all({"kind", "n", "missing", "method"} <= each.keys() for each in written)
