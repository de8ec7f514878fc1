"""Comparisons say what can be told apart, and nothing finer."""

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest

from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.comparisons import Comparison, Verdict, compare
from app.evaluation.figures.outcomes import InsufficientData, Reason
from app.evaluation.figures.response_rates import (
    LIBERAL,
    STRINGENT,
    Conditions,
    needed_answers,
    response_caution,
)


def ratings_of(
    seed: int = 1, *, lecturers: int = 12, respondents: int = 40, n: int = 400, spread: float = 0.5
) -> tuple[list[float], dict[str, list[str]], Floats]:
    """Ratings with known effects of lecturers, lenient and strict respondents, and noise."""
    generator = np.random.default_rng(seed)
    taught = generator.permutation(np.resize(np.arange(lecturers), n))
    rated = generator.integers(0, respondents, n)
    truth = spread * generator.normal(size=lecturers)
    leniency = 0.6 * generator.normal(size=respondents)
    values = 3.6 + truth[taught] + leniency[rated] + generator.normal(size=n)
    factors = {
        "lecturer": [f"L{place:02d}" for place in taught],
        "respondent": [f"R{place}" for place in rated],
    }
    return [float(value) for value in values], factors, truth


def compared(values: list[float], factors: dict[str, list[str]], **options: object) -> Comparison:
    found = compare(values, factors, compared="lecturer", **options)  # type: ignore[arg-type]
    assert isinstance(found, Comparison)
    return found


def test_levels_stand_in_the_order_of_the_alphabet_and_carry_no_rank() -> None:
    values, factors, _ = ratings_of()
    found = compared(values, factors)

    assert [effect.label for effect in found.effects] == sorted(set(factors["lecturer"]))
    names = {field.name for each in (found, found.effects[0]) for field in dataclasses.fields(each)}
    assert not names & {"rank", "place", "position", "percentile"}


def test_a_verdict_needs_an_interval_that_leaves_out_the_average() -> None:
    values, factors, _ = ratings_of()
    found = compared(values, factors)

    for effect in found.effects:
        spans = effect.interval.low <= 0 <= effect.interval.high
        assert (effect.verdict is Verdict.NOT_TOLD_APART) == spans
        assert effect.verdict is not Verdict.ABOVE or effect.interval.low > 0
        assert effect.verdict is not Verdict.BELOW or effect.interval.high < 0
    assert found.above + found.below + found.not_told_apart == len(found.effects)
    assert found.share_told_apart == pytest.approx((found.above + found.below) / len(found.effects))
    assert 0 < found.above < len(found.effects)


@pytest.mark.parametrize("spread", [0.0, 0.4, 6.0])
def test_groups_are_put_in_order_only_where_no_intervals_overlap(spread: float) -> None:
    values, factors, _ = ratings_of(spread=spread)
    found = compared(values, factors)
    intervals = {effect.label: effect.interval for effect in found.effects}

    assert sorted(itertools.chain(*found.separated)) == sorted(intervals)
    for lower, higher in itertools.pairwise(found.separated):
        assert max(intervals[one].high for one in lower) < min(intervals[one].low for one in higher)
    for group in found.separated:
        ends = sorted((intervals[one].low, intervals[one].high) for one in group)
        reach = ends[0][1]
        for low, high in ends[1:]:
            assert low <= reach
            reach = max(reach, high)
    assert (len(found.separated) > 1) == (spread == 6.0)


def test_few_answers_are_drawn_to_the_average() -> None:
    values, factors, _ = ratings_of(spread=0.5)
    values += [5.0, 5.0, 5.0, 5.0, 5.0]
    factors["lecturer"] += ["Rare"] * 5
    factors["respondent"] += ["R1", "R2", "R3", "R4", "R5"]
    found = compared(values, factors)
    rare = next(effect for effect in found.effects if effect.label == "Rare")

    assert rare.n == 5
    assert 0 < rare.value < 5.0 - found.mean.value
    assert rare.standard_error > max(
        effect.standard_error for effect in found.effects if effect.label != "Rare"
    )


@pytest.mark.parametrize(("lecturers", "n", "draws", "low"), [(8, 70, 60, 0.91), (20, 260, 30, 0.93)])
def test_intervals_cover_the_truth(lecturers: int, n: int, draws: int, low: float) -> None:
    covered = []
    for seed in range(draws):
        values, factors, truth = ratings_of(seed, lecturers=lecturers, respondents=15, n=n, spread=0.5)
        deviations = truth - truth.mean()
        covered += [
            effect.interval.low <= deviations[int(effect.label[1:])] <= effect.interval.high
            for effect in compared(values, factors, minimum=1).effects
        ]
    assert low <= np.mean(covered) <= 0.98


def test_equal_lecturers_are_seldom_told_apart() -> None:
    found = [compared(*ratings_of(seed, spread=0.0, n=200)[:2]) for seed in range(20)]
    told = sum(one.above + one.below for one in found)

    assert told <= 0.05 * sum(len(one.effects) for one in found)
    assert sum(one.components[0].variance == 0.0 for one in found) > 4
    assert all(effect.interval.high > effect.interval.low for one in found for effect in one.effects)


def test_the_order_of_the_ratings_does_not_matter() -> None:
    values, factors, _ = ratings_of()
    turned = np.random.default_rng(9).permutation(len(values))
    shuffled = {name: [column[place] for place in turned] for name, column in factors.items()}
    assert_same(compared(values, factors), compared([values[place] for place in turned], shuffled))


def test_the_order_of_the_factors_does_not_matter() -> None:
    values, factors, _ = ratings_of()
    assert_same(compared(values, factors), compared(values, dict(reversed(factors.items()))))


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 100.0), (25.0, 0.0), (0.01, -3.0), (1.0, 1e6)])
def test_translation_and_scale_carry_over(factor: float, shift: float) -> None:
    values, factors, _ = ratings_of()
    moved = compared([factor * value + shift for value in values], factors)
    plain = compared(values, factors)

    assert moved.mean.value == pytest.approx(factor * plain.mean.value + shift, rel=1e-6)
    assert_same(plain, moved, factor)


def assert_same(plain: Comparison, other: Comparison, factor: float = 1.0) -> None:
    assert [effect.label for effect in plain.effects] == [effect.label for effect in other.effects]
    for one, two in zip(plain.effects, other.effects, strict=True):
        assert two.value == pytest.approx(factor * one.value, rel=1e-3, abs=1e-4 * factor)
        assert two.interval.low == pytest.approx(factor * one.interval.low, rel=1e-3, abs=1e-4 * factor)
        assert two.verdict is one.verdict


def test_a_negative_scale_turns_above_into_below() -> None:
    values, factors, _ = ratings_of()
    plain, turned = compared(values, factors), compared([6 - value for value in values], factors)
    assert (plain.above, plain.below) == (turned.below, turned.above)


def test_what_is_incomplete_counts_as_missing() -> None:
    values, factors, _ = ratings_of()
    plain = compared(values, factors)
    more: list[float | None] = [*values, None, math.nan, 3.0, 4.0]
    factors["lecturer"] += ["L01", "L02", "", "L03"]
    factors["respondent"] += ["R1", "R2", "R3", "  "]
    found = compare(more, factors, compared="lecturer", not_applicable=2)

    assert isinstance(found, Comparison)
    assert (found.n, found.missing, found.not_applicable) == (400, 4, 2)
    assert_same(plain, found)


def test_too_few_people_are_in_the_model_but_not_shown() -> None:
    values, factors, _ = ratings_of()
    values += [1.0] * 8
    factors["lecturer"] += ["Seen by two"] * 8
    factors["respondent"] += ["R1", "R2"] * 4
    by_ratings = compared(values, factors)
    by_people = compared(values, factors, respondent="respondent")

    assert "Seen by two" in [effect.label for effect in by_ratings.effects]
    assert "Seen by two" not in [effect.label for effect in by_people.effects]
    assert (by_people.levels, by_people.held_back) == (13, 1)
    assert "Seen by two" not in json.dumps(by_people.to_json())


def test_a_covariate_is_taken_out_and_a_constant_one_left_out() -> None:
    values, factors, truth = ratings_of(spread=0.2, n=600)
    size = [float(int(label[1:]) % 3) for label in factors["lecturer"]]
    moved = [value + 2 * large for value, large in zip(values, size, strict=True)]
    covariates = {"size": size, "double": [2 * one for one in size], "constant": [7.0] * len(size)}
    found = compared(moved, factors, covariates=covariates)

    assert found.slopes["size"].value == pytest.approx(2, abs=0.3)
    assert {one.values["covariate"] for one in found.cautions} == {"double", "constant"}
    assert len(truth) == len(found.effects)


def test_answers_without_a_repeated_respondent_need_no_respondents() -> None:
    values, factors, _ = ratings_of()
    factors["respondent"] = [str(place) for place in range(len(values))]
    found = compared(values, factors)

    assert [component.name for component in found.components] == ["lecturer"]
    assert found.cautions[0].code == "factor_left_out"


def test_parts_that_share_nobody_are_said() -> None:
    values, factors, _ = ratings_of()
    factors["respondent"] = [
        ("A" if lecturer < "L06" else "B") + respondent
        for lecturer, respondent in zip(factors["lecturer"], factors["respondent"], strict=True)
    ]
    found = compared(values, factors)
    assert [(one.code, one.values) for one in found.cautions] == [("unconnected", {"parts": 2})]


def test_few_levels_and_no_difference_are_said() -> None:
    lecturers = [f"L{place % 6}" for place in range(120)]
    values = [float(place // 6 % 4) for place in range(120)]
    found = compared(values, {"lecturer": lecturers})
    assert found.components[0].variance == 0.0
    assert [one.code for one in found.cautions] == ["few_levels", "no_difference_found"]


def test_too_few_of_a_class_are_warned_of_beside_the_figure() -> None:
    values, factors, _ = ratings_of(n=240)
    found = compared(values, factors, invited={"L00": 200, "L01": 20, "L02": 4})
    cautions = {effect.label: effect.cautions for effect in found.effects if effect.cautions}

    assert cautions["L02"][0].code == "more_answers_than_invited"
    assert "L00" not in cautions or cautions["L00"][0].values["needed"] == 23
    assert "L01" not in cautions


HALF = ["a", "b"] * 50


@pytest.mark.parametrize(
    ("values", "lecturers", "respondents", "reason"),
    [
        ([], [], [], Reason.TOO_FEW),
        ([None] * 10, [str(place) for place in range(10)], ["r"] * 10, Reason.TOO_FEW),
        ([4.0], ["a"], ["r"], Reason.TOO_FEW_GROUPS),
        ([1.0, 2.0] * 50, ["a"] * 100, HALF, Reason.TOO_FEW_GROUPS),
        ([1.0, 2.0] * 50, HALF, HALF, Reason.TOO_FEW_GROUPS),
        ([3.0] * 100, [str(place % 10) for place in range(100)], HALF, Reason.NO_VARIANCE),
        ([1.0, 2.0] * 50, [str(place) for place in range(100)], HALF, Reason.TOO_FEW),
        (
            [float(place % 4) for place in range(100)],
            [str(place % 7) for place in range(100)],
            [f"r{place % 7}" for place in range(100)],
            Reason.NOT_DEFINED,
        ),
        (
            [float(place % 10) for place in range(100)],
            [str(place % 10) for place in range(100)],
            HALF,
            Reason.NOT_DEFINED,
        ),
    ],
    ids=["nothing", "blank", "one", "one level", "two levels", "all equal", "one each", "same as", "no residual"],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(
    values: list[float | None], lecturers: list[str], respondents: list[str], reason: Reason
) -> None:
    factors = {"lecturer": lecturers, "respondent": respondents}
    found = compare(values, factors, compared="lecturer")
    assert isinstance(found, InsufficientData)
    assert found.reason is reason
    json.dumps(found.to_json())


def test_columns_of_different_length_and_unknown_factors_are_faults() -> None:
    with pytest.raises(ValueError, match="lecturer has 1 rows"):
        compare([1.0, 2.0], {"lecturer": ["a"]}, compared="lecturer")
    with pytest.raises(ValueError, match="no factor called course"):
        compare([1.0], {"lecturer": ["a"]}, compared="course")


@pytest.mark.parametrize(
    ("invited", "conditions", "percent"),
    # Nulty (2008), table 3: the share needed, in per cent.
    [
        (20, LIBERAL, 58),
        (30, LIBERAL, 48),
        (40, LIBERAL, 40),
        (50, LIBERAL, 35),
        (60, LIBERAL, 31),
        (70, LIBERAL, 28),
        (80, LIBERAL, 25),
        (90, LIBERAL, 23),
        (100, LIBERAL, 21),
        (500, LIBERAL, 5),
        (1000, LIBERAL, 3),
        (2000, LIBERAL, 1),
        (10, STRINGENT, 100),
        (20, STRINGENT, 98),
    ],
)
def test_the_share_needed_is_that_of_the_published_table(
    invited: int, conditions: Conditions, percent: int
) -> None:
    assert needed_answers(invited, conditions) / invited == pytest.approx(
        percent / 100, abs=0.005 + 0.5 / invited
    )


def test_small_classes_need_nearly_everybody() -> None:
    assert [needed_answers(invited) for invited in (1, 2, 5, 10)] == [1, 2, 4, 7]
    assert response_caution(7, 31) is not None
    assert response_caution(15, 31) is None
    assert response_caution(3, None) is None
