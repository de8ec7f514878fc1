"""Rules of single figures at their edges: ties, blanks, perfect agreement, refusals."""

import numpy as np
import pandas as pd
import pytest

from app.evaluation.figures.adjusted import AdjustedComparison, adjusted_comparison
from app.evaluation.figures.arrays import UnfitData, rows_by_group
from app.evaluation.figures.assessors import AssessorAgreement, intraclass_correlations, ratings_table
from app.evaluation.figures.changes import (
    Form,
    MeanDifference,
    gain,
    independent_difference,
    paired_difference,
)
from app.evaluation.figures.choices import ChoiceItem, bipolar_item, choice_item, multi_select_item
from app.evaluation.figures.items import RecommendationScore, ScaleItem, recommendation_score, scale_item
from app.evaluation.figures.kappa import pairwise_kappas, weighted_kappa
from app.evaluation.figures.knowledge import ItemAnalysis, item_analysis, score_answers, upper_lower
from app.evaluation.figures.one_factor import LEAST_UNIQUENESS, fit_one_factor
from app.evaluation.figures.outcomes import Estimate, InsufficientData, Reason, Refusal, Refused
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


# Tests of knowledge


def test_a_blank_is_wrong_or_its_person_left_out() -> None:
    scored = [[1, 1, 0], [1, BLANK, 0], [0, 1, 1], [BLANK, BLANK, BLANK], [1, 0, 1]]
    wrong, left = (item_analysis(scored, blanks=blanks) for blanks in ("wrong", "left out"))  # type: ignore[arg-type]

    assert isinstance(wrong, ItemAnalysis)
    assert isinstance(left, ItemAnalysis)
    assert (wrong.n, wrong.missing) == (4, 1)
    assert (left.n, left.missing) == (3, 2)
    assert getattr(wrong.questions[1].difficulty, "count", None) == 2
    assert getattr(wrong.questions[1].difficulty, "missing", None) == 1
    assert wrong.kr20_without_blanks == left.kr20_without_blanks


def test_a_scored_test_holds_right_and_wrong_only() -> None:
    with pytest.raises(UnfitData, match="1 for right, 0 for wrong"):
        item_analysis([[1, 2], [0, 1]])


def test_answers_are_compared_without_case() -> None:
    scored = score_answers([("a", " B"), ("C", ""), ("A", "b")], ["A", "b"])

    assert scored[[0, 2]].tolist() == [[1, 1], [1, 1]]
    assert scored[1, 0] == 0
    assert np.isnan(scored[1, 1])


def test_people_who_tie_at_the_border_count_in_part() -> None:
    """Of ten, 2.7 stand at either end: two of three best, and the third and fourth, who tie, share the rest."""
    right = np.array([5, 4, 3, 3, 2, 2, 2, 1, 1, 0])
    table = np.array([[1.0] * int(n) + [0.0] * (5 - int(n)) for n in right])
    first, *_, last = upper_lower(table)

    # The first question: all of the best, 1.7 of 2.7 of the last (the one with none is wrong).
    assert isinstance(first, Estimate)
    assert first.value == pytest.approx(1 - 1.7 / 2.7)
    # The last question: only the very best is right.
    assert isinstance(last, Estimate)
    assert last.value == pytest.approx(1 / 2.7)


def test_few_people_have_no_upper_and_lower_part() -> None:
    assert {reason_of(each) for each in upper_lower(np.eye(5))} == {Reason.TOO_FEW}


def test_a_question_with_a_wrong_key_is_remarked() -> None:
    rng = np.random.default_rng(6)
    able = rng.normal(size=(200, 1))
    scored = (able + rng.normal(size=(200, 6)) > 0).astype(float)
    scored[:, 3] = 1 - scored[:, 3]
    found = item_analysis(scored, names=list("abcdef"))

    assert isinstance(found, ItemAnalysis)
    assert [(each.code, each.values["question"]) for each in found.cautions] == [("key_may_be_wrong", "d")]


# Before and after


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (None, None, Refusal.FORMS_UNKNOWN),
        (Form("A"), None, Refusal.FORMS_UNKNOWN),
        (Form("A"), Form("B"), Refusal.DIFFERENT_FORMS),
        (Form("A", 16), Form("A", 18), Refusal.DIFFERENT_FORMS),
    ],
)
def test_a_gain_between_two_forms_is_refused(
    before: Form | None, after: Form | None, reason: Refusal
) -> None:
    found = gain([1, 2, 3], [2, 3, 4], form_before=before, form_after=after)

    assert isinstance(found, Refused)
    assert found.reason is reason
    assert "analysis of covariance" in found.instead


def test_a_gain_is_later_less_earlier() -> None:
    found = gain([1, 2, 4, 3], [2, 4, 5, 5], form_before=Form("A", 5), form_after=Form("A", 5))

    assert isinstance(found, MeanDifference)
    assert found.difference.value == pytest.approx(1.5)


def test_everybody_gaining_the_same_has_no_interval() -> None:
    found = paired_difference([2, 3, 4], [1, 2, 3])

    assert isinstance(found, MeanDifference)
    assert found.difference.value == 1
    assert reason_of(found.difference.interval) is Reason.NO_VARIANCE
    assert reason_of(found.test) is Reason.NO_VARIANCE
    assert reason_of(found.sizes[1]) is Reason.NO_VARIANCE


def test_pairs_with_a_blank_are_left_out() -> None:
    found = paired_difference([2, BLANK, 4, 5], [1, 2, BLANK, 3])

    assert (found.n, found.missing) == (2, 2)


def test_both_corrections_of_g_are_named() -> None:
    rng = np.random.default_rng(8)
    first, second = rng.normal(size=8), rng.normal(size=9)
    exact, near = (
        independent_difference(first, second, correction=correction)
        for correction in ("exact", "approximate")
    )

    assert isinstance(exact, MeanDifference)
    assert isinstance(near, MeanDifference)
    assert "exact gamma" in exact.sizes[0].variant
    assert "1 - 3/(4 df - 1)" in near.sizes[0].variant
    assert getattr(exact.sizes[0], "value", 0) == pytest.approx(getattr(near.sizes[0], "value", 1), rel=1e-3)


def test_groups_whose_slopes_differ_are_remarked() -> None:
    rng = np.random.default_rng(9)
    early = rng.normal(10, 2, 80)
    late = np.where(np.arange(80) < 40, early, 20 - early) + rng.normal(0, 0.5, 80)
    found = adjusted_comparison(late, early, ["a"] * 40 + ["b"] * 40)

    assert isinstance(found, AdjustedComparison)
    assert [each.code for each in found.cautions] == ["slopes_differ"]


def test_one_group_is_nothing_to_compare() -> None:
    assert reason_of(adjusted_comparison([1, 2, 3, 5], [1, 2, 3, 4], ["a"] * 4)) is Reason.TOO_FEW_GROUPS


def test_a_group_of_the_covariate_alone_cannot_be_adjusted() -> None:
    found = adjusted_comparison([1, 2, 3, 4], [1, 1, 2, 2], ["a", "a", "b", "b"])

    assert reason_of(found) is Reason.NOT_DEFINED


def test_rows_without_a_group_belong_to_none() -> None:
    rows = rows_by_group(["b", "", "a", "b"])

    assert {name: places.tolist() for name, places in rows.items()} == {"a": [2], "b": [0, 3]}


# Assessors


def test_assessors_who_agree_wholly() -> None:
    found = intraclass_correlations([[1, 1, 1], [3, 3, 3], [5, 5, 5], [2, 2, 2]])

    assert isinstance(found, AssessorAgreement)
    assert [getattr(form.estimate, "value", None) for form in found.forms] == [1] * 6
    assert reason_of(getattr(found.forms[0].estimate, "interval", None)) is Reason.NOT_DEFINED


def test_assessors_who_differ_by_a_constant_are_consistent() -> None:
    found = intraclass_correlations([[1, 2], [3, 4], [5, 6], [2, 3]])
    assert isinstance(found, AssessorAgreement)
    values = {form.form: getattr(form.estimate, "value", None) for form in found.forms}

    assert values["ICC(3,1)"] == 1
    assert 0.5 < (values["ICC(2,1)"] or 0) < 1


def test_subjects_who_are_all_alike_have_nothing_to_agree_on() -> None:
    assert reason_of(intraclass_correlations([[1, 2], [2, 1], [1, 2], [2, 1]])) is Reason.NO_VARIANCE


def test_subjects_with_a_blank_are_left_out() -> None:
    ratings: list[list[float]] = [[1, 2, 2], [3, BLANK, 4], [5, 4, 5], [2, 3, 2]]
    found = intraclass_correlations(ratings)

    assert (found.n, found.missing) == (3, 1)


def test_a_rating_given_twice_is_refused() -> None:
    with pytest.raises(UnfitData, match="Rater x rated subject a more than once"):
        ratings_table(["a", "b", "a"], ["x", "x", "x"], [1, 2, 3])


def test_kappa_of_whole_agreement_and_of_one_category() -> None:
    agreed = weighted_kappa([1, 2, 3], [1, 2, 3])

    assert isinstance(agreed, Estimate)
    assert agreed.value == pytest.approx(1)
    assert reason_of(agreed.interval) is Reason.NO_VARIANCE
    assert reason_of(weighted_kappa([2, 2, 2], [2, 2, 2])) is Reason.NO_VARIANCE


def test_kappa_does_not_depend_on_points_that_nobody_gave() -> None:
    """The length of the scale stands above and below the line; only points between given ones would matter."""
    first, second = [1, 2, 3, 3, 2, 1], [1, 2, 2, 3, 2, 2]
    short, long = (
        weighted_kappa(first, second, weights="linear", categories=points)
        for points in (range(1, 4), [1, 3, 2, 9, 8])
    )

    assert getattr(short, "value", 0) == pytest.approx(getattr(long, "value", 1))
    with pytest.raises(UnfitData, match="3 is none of the categories"):
        weighted_kappa(first, second, categories=[1, 2])


def test_every_two_raters_are_compared() -> None:
    table = np.array([[1, 1, 2], [2, 2, 2], [3, 3, 1], [1, 2, 1]])

    pairs = [(pair.first, pair.second) for pair in pairwise_kappas(table, names=["a", "b", "c"])]
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairwise_kappas(np.ones((3, 11))) == ()
