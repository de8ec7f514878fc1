"""Items, patterns and scales at their edges: blanks, equal answers, sheets that were hardly read."""

import numpy as np
import pandas as pd
import pytest

from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.choices import ChoiceItem, bipolar_item, choice_item, multi_select_item
from app.evaluation.figures.items import RecommendationScore, ScaleItem, recommendation_score, scale_item
from app.evaluation.figures.one_factor import LEAST_UNIQUENESS, fit_one_factor
from app.evaluation.figures.outcomes import Estimate, InsufficientData, Reason
from app.evaluation.figures.patterns import find_patterns, repeated_rows, straight_lined_rows
from app.evaluation.figures.reliability import cronbach_alpha, mcdonald_omega
from app.evaluation.figures.scales import ScaleFigures, reverse, scale_figures

BLANK = np.nan


def reason_of(result: object) -> Reason:
    assert isinstance(result, InsufficientData)
    return result.reason


# Items


def test_an_item_counts_blank_and_not_applicable_apart() -> None:
    item = scale_item([4, BLANK, BLANK, 5, 4, 2], scale=range(1, 6), not_applicable=1)

    assert isinstance(item, ScaleItem)
    assert (item.n, item.missing, item.not_applicable) == (4, 1, 1)
    assert [(bar.value, bar.count) for bar in item.distribution] == [(1, 0), (2, 1), (3, 0), (4, 2), (5, 1)]
    assert item.median == 4


def test_one_answer_has_a_mean_and_nothing_more() -> None:
    item = scale_item([3])

    assert isinstance(item, ScaleItem)
    assert item.mean == item.median == 3
    assert reason_of(item.sd) is reason_of(item.interval) is Reason.TOO_FEW


def test_equal_answers_have_no_interval() -> None:
    item = scale_item([3, 3, 3])

    assert isinstance(item, ScaleItem)
    assert item.sd == 0
    assert reason_of(item.interval) is Reason.NO_VARIANCE


def test_too_many_values_make_no_distribution() -> None:
    item = scale_item(np.arange(500) / 7)

    assert isinstance(item, ScaleItem)
    assert item.distribution == ()
    assert [each.code for each in item.cautions] == ["too_many_values_for_a_distribution"]


def test_promoters_only_have_an_interval_that_says_so() -> None:
    score = recommendation_score([9, 10, 10, 9, 10])

    assert isinstance(score, RecommendationScore)
    assert score.score == score.interval.high == 100
    assert 0 < score.interval.low < 70
    assert reason_of(score.normal_interval) is Reason.NO_VARIANCE


def test_a_recommendation_off_its_scale_is_refused() -> None:
    with pytest.raises(UnfitData, match="11 is no point"):
        recommendation_score([11, 3])


def test_a_best_middle_needs_a_middle() -> None:
    with pytest.raises(UnfitData, match="odd number of points"):
        bipolar_item([1, 2], points=["slow", "fast"])
    assert not hasattr(bipolar_item([1, 2], points=["slow", "right", "fast"]), "mean")


def test_an_option_that_nobody_chose_has_its_share() -> None:
    item = choice_item([1, 1, BLANK], options=["a", "b"])

    assert isinstance(item, ChoiceItem)
    assert [(each.share.count, each.share.n) for each in item.options] == [(2, 2), (0, 2)]


def test_several_choices_are_shares_of_those_who_answered() -> None:
    chosen = [[1, 1, 0], [0, 0, 0], [1, 0, 0], [0, 0, 0]]
    item = multi_select_item(chosen)
    told = multi_select_item(chosen, answered=[True, True, True, False])

    assert isinstance(item, ChoiceItem)
    assert isinstance(told, ChoiceItem)
    assert (item.n, item.missing) == (2, 2)
    assert [each.share.value for each in item.options] == [1.0, 0.5, 0.0]
    assert told.n == 3
    assert told.options[0].share.value == pytest.approx(2 / 3)


# Patterns


def test_straight_lines_may_have_blanks_but_not_too_many() -> None:
    table: list[list[float]] = [
        [4, 4, 4, 4],
        [4, BLANK, 4, 4],
        [4, BLANK, BLANK, 4],
        [4, 4, 4, 5],
        [BLANK] * 4,
    ]

    assert straight_lined_rows(table).tolist() == [True, True, False, False, False]


def test_two_items_are_too_few_for_a_pattern() -> None:
    assert not straight_lined_rows([[4, 4], [4, 4]]).any()
    assert reason_of(find_patterns([[4, 4], [4, 4]])) is Reason.TOO_FEW


def test_a_sheet_is_repeated_with_its_blanks_and_the_first_is_kept() -> None:
    table: list[list[float]] = [
        [1, BLANK, 2],
        [1, BLANK, 2],
        [1, 3, 2],
        [BLANK] * 3,
        [BLANK] * 3,
        [1, BLANK, 2],
    ]

    assert repeated_rows(table).tolist() == [False, True, False, False, False, True]


# Scales


def test_pairwise_alpha_is_of_pandas_covariances() -> None:
    rng = np.random.default_rng(2)
    table = np.round(rng.normal(3, 1, (80, 1)) + rng.normal(0, 1, (80, 5)), 1)
    table[rng.random(table.shape) < 0.2] = BLANK
    covariances = pd.DataFrame(table).cov().to_numpy()
    alpha = cronbach_alpha(table, blanks="pairwise")

    assert isinstance(alpha, Estimate)
    assert alpha.value == pytest.approx(5 / 4 * (1 - np.trace(covariances) / covariances.sum()))
    assert alpha.variant == "pairwise covariances"


def test_an_item_worded_the_other_way_is_remarked_until_it_is_turned() -> None:
    rng = np.random.default_rng(5)
    table = np.clip(np.round(3 + rng.normal(0, 1, (60, 1)) + rng.normal(0, 0.5, (60, 4))), 1, 5)
    table[:, 1] = 6 - table[:, 1]
    plain = scale_figures(table, names=["a", "b", "c", "d"])
    turned = scale_figures(table, names=["a", "b", "c", "d"], reversed_items=[1], low=1, high=5)

    assert isinstance(plain, ScaleFigures)
    assert isinstance(turned, ScaleFigures)
    assert [(each.code, each.values["item"]) for each in plain.cautions] == [("item_against_scale", "b")]
    assert turned.cautions == ()
    assert [member.is_reversed for member in turned.items] == [False, True, False, False]


def test_reversing_needs_the_scale_and_answers_on_it() -> None:
    with pytest.raises(UnfitData, match="lowest and the highest"):
        scale_figures([[1, 2], [2, 3]], reversed_items=[0])
    with pytest.raises(UnfitData, match="outside the scale"):
        reverse([1, 6], low=1, high=5)


def test_two_items_have_alpha_and_no_omega() -> None:
    figures = scale_figures([[1, 2], [2, 2], [4, 5], [5, 3], [3, 3]])

    assert isinstance(figures, ScaleFigures)
    assert isinstance(figures.alpha, Estimate)
    assert reason_of(figures.omega) is Reason.TOO_FEW_ITEMS
    assert reason_of(figures.items[0].alpha_without) is Reason.TOO_FEW_ITEMS


def test_a_loading_that_would_exceed_one_is_held_and_told() -> None:
    correlations = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]])
    factor = fit_one_factor(correlations)
    # Three columns with exactly these correlations.
    rng = np.random.default_rng(1)
    raw = rng.normal(size=(50, 3))
    raw = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    values, vectors = np.linalg.eigh(correlations)
    omega = mcdonald_omega(raw @ (vectors * np.sqrt(np.clip(values, 0, None))).T)

    assert factor.converged
    assert factor.loadings[0] == pytest.approx(np.sqrt(1 - LEAST_UNIQUENESS))
    assert isinstance(omega, Estimate)
    assert [each.code for each in omega.cautions] == ["loading_at_its_bound"]


def test_many_rows_lost_to_blanks_are_told() -> None:
    rng = np.random.default_rng(12)
    table = rng.integers(1, 6, (60, 4)).astype(float)
    table[:20, 0] = BLANK
    figures, pairwise = scale_figures(table), scale_figures(table, blanks="pairwise")

    assert ("many_left_out_for_a_blank", {"used": 40, "answered": 60}) in [
        (each.code, each.values) for each in figures.cautions
    ]
    assert "many_left_out_for_a_blank" not in [each.code for each in pairwise.cautions]
