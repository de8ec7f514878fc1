"""The parts of an analysis that come from tests, measures before and after, and assessors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.evaluation.figures.adjusted import AdjustedComparison, adjusted_comparison
from app.evaluation.figures.arrays import Floats, UnfitData, observed
from app.evaluation.figures.assessors import (
    AssessorAgreement,
    intraclass_correlations,
    ratings_table,
)
from app.evaluation.figures.cells import NumberScale, Reader, matrix_of
from app.evaluation.figures.changes import MeanDifference, gain
from app.evaluation.figures.comparisons import compare
from app.evaluation.figures.intervals import mean_estimate
from app.evaluation.figures.kappa import PairKappa, pairwise_kappas
from app.evaluation.figures.knowledge import item_analysis, score_answers
from app.evaluation.figures.outcomes import Estimate, InsufficientData, Refused
from app.evaluation.figures.request import Comparison, Pair, Ratings, Request
from app.evaluation.figures.scales import scale_scores

_MOST_CATEGORIES = 20
_RIGHT_OR_WRONG = NumberScale(0, 1)


@dataclass(frozen=True, slots=True)
class PairFigures:
    """A measure before and after: the gain, or why there is none, and the groups compared adjusted for before."""

    before: Estimate | InsufficientData
    after: Estimate | InsufficientData
    gain: MeanDifference | InsufficientData | Refused
    adjusted: AdjustedComparison | InsufficientData | None


@dataclass(frozen=True, slots=True)
class AssessorFigures:
    """Agreement of assessors by all six intraclass correlations and, on few whole points, by kappa."""

    raters: tuple[str, ...]
    agreement: AssessorAgreement | InsufficientData
    kappa_linear: tuple[PairKappa, ...]
    kappa_quadratic: tuple[PairKappa, ...]


def pair_parts(reader: Reader, request: Request) -> Iterator[tuple[str, object]]:
    """Return every pair of before and after."""
    if not request.pairs:
        return
    read = [(pair, reader.numbers(pair.before), reader.numbers(pair.after)) for pair in request.pairs]
    reader.refuse_problems()
    groups = reader.words(request.group) if request.group else None
    yield (
        "pairs",
        {
            f"{pair.before} -> {pair.after}": _pair(
                pair, before.values, after.values, groups, not request.unpaired
            )
            for pair, before, after in read
        },
    )


def knowledge_parts(reader: Reader, request: Request) -> Iterator[tuple[str, object]]:
    """Return the analysis of a test, from answers and a key or from 1 and 0."""
    if request.key:
        answers = [reader.words(name) for name in request.key]
        scored = score_answers(list(zip(*answers, strict=True)), list(request.key.values()))
        yield "test", item_analysis(scored, names=tuple(request.key), blanks=request.blank_answers)
    if request.scored:
        columns = [reader.numbers(name, _RIGHT_OR_WRONG) for name in request.scored]
        reader.refuse_problems()
        yield (
            "test_scored" if request.key else "test",
            item_analysis(matrix_of(columns), names=request.scored, blanks=request.blank_answers),
        )


def assessor_parts(reader: Reader, request: Request) -> Iterator[tuple[str, object]]:
    """Return how far assessors agree."""
    if request.ratings is None:
        return
    table, raters = _ratings(reader, request.ratings)
    scale = request.ratings.scale
    points = scale.points if scale else ()
    given = observed(table.ravel())
    whole = (
        given.size > 0
        and bool((given == np.round(given)).all())
        and np.unique(given).size <= _MOST_CATEGORIES
    )
    categories = points or (tuple(np.unique(given).tolist()) if whole else None)
    yield (
        "assessors",
        AssessorFigures(
            raters,
            intraclass_correlations(table),
            pairwise_kappas(table, names=raters, weights="linear", categories=categories)
            if categories
            else (),
            pairwise_kappas(table, names=raters, weights="quadratic", categories=categories)
            if categories
            else (),
        ),
    )


def comparison_parts(
    reader: Reader, asked: Comparison | None, answers: Floats
) -> Iterator[tuple[str, object]]:
    """Return the levels of a column compared by partial pooling on each respondent's mean of the items."""
    if asked is None:
        return
    factors = {name: reader.words(name) for name in (asked.column, *asked.crossed)}
    if asked.respondent is not None:
        factors.setdefault(asked.respondent, reader.words(asked.respondent))
    yield (
        "comparison",
        compare(
            scale_scores(answers),
            {name: [label or None for label in labels] for name, labels in factors.items()},
            compared=asked.column,
            respondent=asked.respondent,
        ),
    )


def _pair(
    pair: Pair, before: Floats, after: Floats, groups: Sequence[str] | None, paired: bool
) -> PairFigures:
    return PairFigures(
        mean_estimate(before),
        mean_estimate(after),
        gain(before, after, form_before=pair.form_before, form_after=pair.form_after, paired=paired),
        _adjusted(before, after, groups) if groups is not None and paired else None,
    )


def _adjusted(before: Floats, after: Floats, groups: Sequence[str]) -> AdjustedComparison | InsufficientData:
    labels = np.asarray(groups, dtype=np.str_)
    known = labels != ""
    return adjusted_comparison(after[known], before[known], labels[known].tolist())


def _ratings(reader: Reader, asked: Ratings) -> tuple[Floats, tuple[str, ...]]:
    if asked.raters:
        columns = [reader.numbers(name, asked.scale) for name in asked.raters]
        reader.refuse_problems()
        return matrix_of(columns), asked.raters
    if asked.subject is None or asked.rater is None or asked.rating is None:
        raise UnfitData("Ratings in a list need three columns: the subject, the rater and the rating.")
    values = reader.numbers(asked.rating, asked.scale)
    subjects, raters = reader.words(asked.subject), reader.words(asked.rater)
    reader.refuse_problems()
    table, _, names = ratings_table(subjects, raters, values.values)
    return table, names
