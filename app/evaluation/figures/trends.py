"""Figures over time: the run chart, the individuals (XmR) chart, and what was different after a change.

Sources: Wheeler and Chambers (1992), Understanding Statistical Process Control, for XmR with 2.66 and 3.268 times the
mean moving range; Perla, Provost and Murray (2011), The run chart: a simple analytical tool for learning from variation
in healthcare processes, BMJ Quality & Safety 20, 46-51. The rules stand in ``chart_rules``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.evaluation.figures.arrays import Floats, UnfitData, caution, column, observed, too_few
from app.evaluation.figures.changes import Form, MeanDifference, independent_difference
from app.evaluation.figures.chart_rules import (
    RUN_LENGTH,
    TREND_LENGTH,
    Places,
    Signal,
    beyond,
    runs,
    trends,
)
from app.evaluation.figures.outcomes import Caution, InsufficientData, Outcome, Refusal, Refused

RUN_CHART, XMR_CHART, CHANGE = "run chart", "individuals chart (XmR)", "before and after a change"
# 3 / d2 and D4 for moving ranges of two, as the charts' authors round them.
LIMIT_FACTOR, RANGE_FACTOR = 2.66, 3.268
MINIMUM_POINTS = 6
_FIRM_POINTS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A period, its figure and on how many answers it rests, where that was told.

    A blank figure has its place on the chart but is in no rule.
    """

    label: str
    value: float | None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart(Outcome):
    """Points against their median. ``n`` counts points that are there."""

    points: tuple[Point, ...]
    centre: float
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class XmrChart(Outcome):
    """Points against their natural process limits, mean ± 2.66 × mean moving range.

    ``baseline`` is how many points the limits come from. ``range_limit``, 3.268 × the mean moving range, is what a
    step from one point to the next stays below.
    """

    points: tuple[Point, ...]
    centre: float
    mean_moving_range: float
    lower: float
    upper: float
    range_limit: float
    baseline: int
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEffect(Outcome):
    """The same item after a change less before it.

    ``answers`` takes every answer as one of its own; ``periods`` takes each period's mean as one figure, so that it
    counts what differs between periods anyway, and is there where both sides have two periods at least.
    """

    answers: MeanDifference | InsufficientData
    periods: MeanDifference | InsufficientData


def run_chart(
    labels: Sequence[str], values: ArrayLike, *, counts: Sequence[int] | None = None
) -> RunChart | InsufficientData:
    """Draw a run chart of figures in the order of time; ``counts`` says on how many answers each rests."""
    figures, given = _series(labels, values)
    missing = figures.size - given.size
    if given.size < MINIMUM_POINTS:
        return too_few(given.size, MINIMUM_POINTS, RUN_CHART, missing=missing)
    centre = float(np.median(figures[given]))
    return RunChart(
        n=given.size,
        missing=missing,
        method=RUN_CHART,
        variant=f"median; run of {RUN_LENGTH}, trend of {TREND_LENGTH}",
        cautions=_provisional(given.size),
        points=_points(labels, figures, counts),
        centre=centre,
        signals=(*runs(labels, figures, given, centre), *trends(labels, figures, given)),
    )


def xmr_chart(
    labels: Sequence[str],
    values: ArrayLike,
    *,
    counts: Sequence[int] | None = None,
    baseline: int | None = None,
) -> XmrChart | InsufficientData:
    """Draw an individuals chart of figures in the order of time.

    With ``baseline`` the centre and the limits come from so many of the first points, and all are judged by them: that
    is how a change after the baseline shows. A moving range spans a blank period.
    """
    figures, given = _series(labels, values)
    missing = figures.size - given.size
    used = given if baseline is None else given[:baseline]
    if used.size < MINIMUM_POINTS:
        return too_few(used.size, MINIMUM_POINTS, XMR_CHART, missing=missing)
    centre = float(figures[used].mean())
    mean_range = float(np.abs(np.diff(figures[used])).mean())
    lower, upper = centre - LIMIT_FACTOR * mean_range, centre + LIMIT_FACTOR * mean_range
    signals = (
        *beyond(labels, figures, given, lower, upper),
        *runs(labels, figures, given, centre),
        *trends(labels, figures, given),
    )
    return XmrChart(
        n=given.size,
        missing=missing,
        method=XMR_CHART,
        variant=f"mean ± {LIMIT_FACTOR} × mean moving range; run of {RUN_LENGTH}, trend of {TREND_LENGTH}",
        cautions=_provisional(used.size),
        points=_points(labels, figures, counts),
        centre=centre,
        mean_moving_range=mean_range,
        lower=lower,
        upper=upper,
        range_limit=RANGE_FACTOR * mean_range,
        baseline=int(used.size),
        signals=signals,
    )


def change_effect(
    before: Sequence[ArrayLike],
    after: Sequence[ArrayLike],
    *,
    item_before: Form | None,
    item_after: Form | None,
) -> ChangeEffect | InsufficientData | Refused:
    """Tell how an item differs after a change, given its answers by period on either side.

    Welch's interval and Hedges g come from ``changes``. It is refused unless both sides are known to be the same item
    on the same scale. What else changed at the same time is in the difference too; with one period on a side, so is
    whatever that period happened to be.
    """
    sides = [[observed(column(period)) for period in side] for side in (before, after)]
    early, late = (np.concatenate(side) if side else np.empty(0) for side in sides)
    missing = sum(np.size(period) for side in (before, after) for period in side) - early.size - late.size
    if item_before is None or item_after is None or item_before != item_after:
        unknown = item_before is None or item_after is None
        reason = Refusal.FORMS_UNKNOWN if unknown else Refusal.DIFFERENT_FORMS
        return Refused(n=early.size + late.size, missing=missing, method=CHANGE, reason=reason)
    answers = independent_difference(late, early)
    if isinstance(answers, InsufficientData):
        return too_few(answers.n, 2, CHANGE, missing=missing)
    means = [np.array([period.mean() for period in side if period.size]) for side in sides]
    lone = min(mean.size for mean in means) < 2
    return ChangeEffect(
        n=early.size + late.size,
        missing=missing,
        method=CHANGE,
        variant="after less before; answers, and means of periods",
        cautions=(caution("single_period", before=means[0].size, after=means[1].size),) if lone else (),
        answers=answers,
        periods=independent_difference(means[1], means[0]),
    )


def _series(labels: Sequence[str], values: ArrayLike) -> tuple[Floats, Places]:
    figures = column(values)
    if figures.size != len(labels):
        raise UnfitData(f"{len(labels)} periods were named for {figures.size} figures.")
    return figures, np.flatnonzero(~np.isnan(figures))


def _points(labels: Sequence[str], figures: Floats, counts: Sequence[int] | None) -> tuple[Point, ...]:
    sizes = counts if counts is not None else [None] * len(labels)
    return tuple(
        Point(label, None if np.isnan(figure) else float(figure), size)
        for label, figure, size in zip(labels, figures, sizes, strict=True)
    )


def _provisional(points: int) -> tuple[Caution, ...]:
    return (caution("provisional_limits", points=points, firm=_FIRM_POINTS),) if points < _FIRM_POINTS else ()
