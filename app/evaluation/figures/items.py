"""Figures of single items on a scale, and of the recommendation from 0 to 10."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.evaluation.figures.arrays import (
    Floats,
    caution,
    check_points,
    column,
    no_variance,
    observed,
    too_few,
)
from app.evaluation.figures.intervals import normal_quantile, t_interval
from app.evaluation.figures.outcomes import Caution, InsufficientData, Interval, Outcome

MOST_BARS = 101
_LEAST_TO_DOUBT_A_SCALE = 20
_HIGHEST_DETRACTOR, _LOWEST_PROMOTER = 6, 9


@dataclass(frozen=True, slots=True)
class Bar:
    """How often one answer was given, and which share of the answers that is."""

    value: float
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleItem(Outcome):
    """Answers on a scale from low to high. ``interval`` is that of the mean."""

    distribution: tuple[Bar, ...]
    mean: float
    median: float
    sd: float | InsufficientData
    interval: Interval | InsufficientData


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationScore(Outcome):
    """Promoters less detractors in points from -100 to 100. ``normal_interval`` is the plain one, for comparison
    with other tools; ``interval`` holds its level in small groups too.
    """

    detractors: int
    passives: int
    promoters: int
    score: float
    interval: Interval
    normal_interval: Interval | InsufficientData


def scale_item(
    values: ArrayLike, *, scale: Sequence[float] = (), not_applicable: int = 0
) -> ScaleItem | InsufficientData:
    """Summarise answers on a scale: mean, median, sample sd (n - 1), mean ± t(n-1) sd/√n.

    Student (1908). ``scale`` names all points, so that those nobody chose are in the distribution; an answer
    that is none of them is refused.
    """
    answers = column(values)
    given = observed(answers)
    n, missing = given.size, answers.size - given.size - not_applicable
    if n == 0:
        return too_few(0, 1, "mean", missing=missing, not_applicable=not_applicable)
    points, counts = np.unique(given, return_counts=True)
    check_points(points, scale)
    return ScaleItem(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method="mean",
        variant="sample sd",
        cautions=_doubts(points, n, scale),
        distribution=_distribution(points, counts, scale),
        mean=float(given.mean()),
        median=float(np.median(given)),
        sd=float(given.std(ddof=1)) if n > 1 else too_few(n, 2, "sd"),
        interval=t_interval(given),
    )


def recommendation_score(
    values: ArrayLike, *, not_applicable: int = 0
) -> RecommendationScore | InsufficientData:
    """Summarise answers from 0 to 10: share of 9 and 10 less share of 0 to 6, times 100.

    Reichheld (2003), Harvard Business Review 81(12). Interval: difference of two shares of one sample with one
    imagined answer added to each of the two, Bonett and Price (2012), JEBS 37, 479-488; advised for this score by
    Rocks (2016), The American Statistician 70, 365-372. The normal interval uses the variance p + d - (p - d)².
    """
    answers = column(values)
    given = observed(answers)
    n, missing = given.size, answers.size - given.size - not_applicable
    if n == 0:
        return too_few(0, 1, "recommendation score", missing=missing, not_applicable=not_applicable)
    check_points(given, range(11))
    promoters = int((given >= _LOWEST_PROMOTER).sum())
    detractors = int((given <= _HIGHEST_DETRACTOR).sum())
    return RecommendationScore(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method="recommendation score",
        variant="9-10 less 0-6",
        detractors=detractors,
        passives=n - promoters - detractors,
        promoters=promoters,
        score=100 * (promoters - detractors) / n,
        interval=_difference_of_shares(promoters, detractors, n, added=1, method="Bonett-Price adjusted"),
        normal_interval=(
            no_variance(n, "recommendation score", variant="normal")
            if max(promoters, detractors, n - promoters - detractors) == n
            else _difference_of_shares(promoters, detractors, n, added=0, method="normal")
        ),
    )


def _difference_of_shares(promoters: int, detractors: int, n: int, *, added: int, method: str) -> Interval:
    total = n + 2 * added
    p, d = (promoters + added) / total, (detractors + added) / total
    margin = normal_quantile() * sqrt((p + d - (p - d) ** 2) / total)
    return Interval(100 * max(p - d - margin, -1.0), 100 * min(p - d + margin, 1.0), method)


def _distribution(values: Floats, counts: NDArray[np.intp], scale: Sequence[float]) -> tuple[Bar, ...]:
    found = dict(zip(values.tolist(), counts.tolist(), strict=True))
    points = sorted({float(point) for point in scale} | found.keys())
    if len(points) > MOST_BARS:
        return ()
    n = int(counts.sum())
    return tuple(Bar(point, found.get(point, 0), found.get(point, 0) / n) for point in points)


def _doubts(values: Floats, n: int, scale: Sequence[float]) -> tuple[Caution, ...]:
    """Answers from 1 to 5 in an item from 1 to 7 look like another questionnaire's."""
    if not scale and values.size > MOST_BARS:
        return (caution("too_many_values_for_a_distribution", most=MOST_BARS),)
    if len(scale) < 6 or n < _LEAST_TO_DOUBT_A_SCALE:
        return ()
    highest = float(values[-1])
    unused = sum(1 for point in scale if point > highest)
    if unused < 2:
        return ()
    return (caution("upper_points_unused", highest_given=highest, highest=float(max(scale))),)
