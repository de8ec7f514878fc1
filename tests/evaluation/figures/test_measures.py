"""Tests of knowledge, before and after, and assessors at their edges: ties, refusals, perfect agreement."""

import numpy as np
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
from app.evaluation.figures.kappa import pairwise_kappas, weighted_kappa
from app.evaluation.figures.knowledge import ItemAnalysis, item_analysis, score_answers, upper_lower
from app.evaluation.figures.outcomes import Estimate, InsufficientData, Reason, Refusal, Refused

BLANK = np.nan


def reason_of(result: object) -> Reason:
    assert isinstance(result, InsufficientData)
    return result.reason


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


def test_subjects_with_other_raters_each_have_the_forms_for_that() -> None:
    """Twelve raters, two for each of six subjects: nobody was rated by all."""
    rng = np.random.default_rng(11)
    pairs = rng.normal(0, 2, (6, 1)) + rng.normal(0, 1, (6, 2))
    nested = np.full((6, 12), BLANK)
    for subject in range(6):
        nested[subject, 2 * subject : 2 * subject + 2] = pairs[subject]
    found, crossed = intraclass_correlations(nested), intraclass_correlations(pairs)

    assert isinstance(found, AssessorAgreement)
    assert isinstance(crossed, AssessorAgreement)
    assert found.variant == "each subject rated by other raters"
    assert found.raters == 2
    assert found.forms == crossed.forms[:2]


def test_subjects_with_unequal_numbers_of_raters_have_none() -> None:
    ratings: list[list[float]] = [[1, 2, BLANK], [BLANK, BLANK, 3], [4, BLANK, 4]]

    assert reason_of(intraclass_correlations(ratings)) is Reason.TOO_FEW


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
