"""Tests of knowledge: scoring with a key, difficulty, discrimination and KR-20."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.evaluation.figures.arrays import (
    Floats,
    UnfitData,
    caution,
    complete_rows,
    matrix,
    names_for,
    too_few,
)
from app.evaluation.figures.intervals import mean_estimate, wilson_ends, wilson_share
from app.evaluation.figures.outcomes import Caution, Estimate, InsufficientData, Interval, Outcome, Share
from app.evaluation.figures.reliability import cronbach_alpha
from app.evaluation.figures.scales import AGAINST, item_rest_correlations

ANALYSIS = "item analysis"
UPPER_LOWER = "upper-lower 27 %"
# Kelley (1939): with this part at either end the difference is found most surely.
OUTER_PART = 0.27
_LEAST_FOR_PARTS = 10
BlankAnswers = Literal["wrong", "left out"]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question. ``difficulty`` is the share that got it right, so a low one is a hard question."""

    question: str
    difficulty: Share | InsufficientData
    point_biserial: float | InsufficientData
    point_biserial_corrected: float | InsufficientData
    upper_lower: Estimate | InsufficientData


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalysis(Outcome):
    """A test of knowledge: number right, KR-20, its standard error of measurement, and every question.

    ``kr20_without_blanks`` is of the people who left nothing blank. ``n`` counts the people scored.
    """

    score: Estimate | InsufficientData
    kr20: Estimate | InsufficientData
    kr20_without_blanks: Estimate | InsufficientData
    error_of_measurement: float | InsufficientData
    questions: tuple[QuestionFigures, ...]


def score_answers(answers: Sequence[Sequence[str]], key: Sequence[str]) -> Floats:
    """Return 1 where an answer is the key's, 0 where it is another, NaN where it is blank; case does not count."""
    wanted = [right.strip().casefold() for right in key]
    scored = np.full((len(answers), len(key)), np.nan)
    for place, row in enumerate(answers):
        if len(row) != len(key):
            raise UnfitData(f"Row {place + 1} has {len(row)} answers; the key has {len(key)}.")
        given = [answer.strip().casefold() for answer in row]
        scored[place] = [
            np.nan if not answer else float(answer == right)
            for answer, right in zip(given, wanted, strict=True)
        ]
    return scored


def item_analysis(
    scored: ArrayLike, *, names: Sequence[str] | None = None, blanks: BlankAnswers = "wrong"
) -> ItemAnalysis | InsufficientData:
    """Analyse a test of people by questions, 1 right, 0 wrong, NaN blank.

    A blank counts as wrong, or the people with a blank are left out; people with blanks only never count. KR-20 is
    alpha of 0 and 1 with n - 1 variances: Kuder and Richardson (1937), Psychometrika 2, 151-160; Feldt's interval.
    Point-biserial correlations with the number right, and corrected with the number right of the other questions.
    Upper-lower: difficulty among the best 27 % less that among the last 27 %, Kelley (1939), J. Ed. Psych. 30, 17-24;
    people who tie at the border count in part, so that their order does not matter. Its interval is the score
    interval of two independent shares, Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    table = matrix(scored)
    if np.isin(table, (0.0, 1.0)).sum() != (~np.isnan(table)).sum():
        raise UnfitData("A scored test holds 1 for right, 0 for wrong and blanks only.")
    labels = names_for(names, table.shape[1])
    came = table[~np.isnan(table).all(axis=1)] if table.shape[1] else table[:0]
    used = np.nan_to_num(came, nan=0.0) if blanks == "wrong" else complete_rows(table)
    n, missing = used.shape[0], table.shape[0] - used.shape[0]
    variant = f"blank is {blanks}"
    if n == 0:
        return too_few(0, 1, ANALYSIS, missing=missing, variant=variant)
    kr20 = _as_kr20(cronbach_alpha(used), variant)
    questions = _questions(used, came, labels)
    return ItemAnalysis(
        n=n,
        missing=missing,
        method=ANALYSIS,
        variant=variant,
        cautions=_doubts(questions),
        score=mean_estimate(used.sum(axis=1), variant="number right"),
        kr20=kr20,
        kr20_without_blanks=_as_kr20(cronbach_alpha(complete_rows(table)), "people without a blank"),
        error_of_measurement=_error_of_measurement(used, kr20),
        questions=questions,
    )


def upper_lower(scored: ArrayLike) -> list[Estimate | InsufficientData]:
    """Return each question's difficulty among the best 27 % less that among the last 27 %; no blanks."""
    table = matrix(scored)
    n, k = table.shape
    if n < _LEAST_FOR_PARTS:
        return [too_few(n, _LEAST_FOR_PARTS, UPPER_LOWER) for _ in range(k)]
    totals = table.sum(axis=1)
    part = OUTER_PART * n
    best, last = _outer(totals, part), _outer(-totals, part)
    return [
        _difference_of_shares(high, low, part, n)
        for high, low in zip((best @ table / part).tolist(), (last @ table / part).tolist(), strict=True)
    ]


def _outer(totals: Floats, part: float) -> Floats:
    """The weight of each person in the best ``part``: 1 above the border, 0 below, an equal part of the rest on it."""
    border = np.sort(totals)[::-1][int(np.ceil(part)) - 1]
    above, on = totals > border, totals == border
    return np.where(above, 1.0, np.where(on, (part - above.sum()) / on.sum(), 0.0))


def _difference_of_shares(high: float, low: float, part: float, n: int) -> Estimate:
    (low1, high1), (low2, high2) = wilson_ends(high, part), wilson_ends(low, part)
    difference = high - low
    down = sqrt((high - low1) ** 2 + (high2 - low) ** 2)
    up = sqrt((high1 - high) ** 2 + (low - low2) ** 2)
    return Estimate(
        n=n,
        method=UPPER_LOWER,
        variant="border shared by those who tie",
        value=difference,
        interval=Interval(difference - down, difference + up, "Newcombe score"),
    )


def _as_kr20(alpha: Estimate | InsufficientData, variant: str) -> Estimate | InsufficientData:
    return replace(alpha, method="KR-20", variant=variant)


def _error_of_measurement(used: Floats, kr20: Estimate | InsufficientData) -> float | InsufficientData:
    """sd √(1 - KR-20) of the number right; a negative KR-20 counts as none."""
    if isinstance(kr20, InsufficientData):
        return kr20
    return float(used.sum(axis=1).std(ddof=1)) * sqrt(1 - max(kr20.value, 0.0))


def _questions(used: Floats, came: Floats, labels: Sequence[str]) -> tuple[QuestionFigures, ...]:
    raw = item_rest_correlations(used, corrected=False)
    corrected = item_rest_correlations(used, corrected=True)
    parts = upper_lower(used)
    blank = np.isnan(came).sum(axis=0)
    right = used.sum(axis=0)
    return tuple(
        QuestionFigures(
            label,
            wilson_share(int(right[place]), used.shape[0], missing=int(blank[place])),
            raw[place],
            corrected[place],
            parts[place],
        )
        for place, label in enumerate(labels)
    )


def _doubts(questions: Sequence[QuestionFigures]) -> tuple[Caution, ...]:
    """A question that the better people get wrong may have a wrong key."""
    return tuple(
        caution("key_may_be_wrong", question=question.question, corrected=question.point_biserial_corrected)
        for question in questions
        if isinstance(question.point_biserial_corrected, float)
        and question.point_biserial_corrected < AGAINST
    )
