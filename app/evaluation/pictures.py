"""Where the marks of a picture lie. Templates draw them; nothing here knows colours, sizes of screens or words.

Along the width everything is in percent, so that a picture is as wide as its page and its lines stay as thick as they
are; along the height of a chart it is in pixels.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.evaluation.figure_types import AgainstTarget, Beside, Chart, Compared, Comparison
from app.evaluation.types import ItemResult

CHART_HEIGHT = 160
_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Strip:
    """One figure with its interval on a scale that it shares with others."""

    item: ItemResult
    place: float
    low: float
    high: float
    last: float | None
    target: float | None
    beside: Beside


@dataclass(frozen=True, slots=True)
class Panel:
    """Items on one scale, in the order in which they were asked."""

    lowest: int
    highest: int
    ticks: tuple[tuple[int, float], ...]
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a chart over time."""

    x: float
    y: float
    label: str
    value: float
    n: int
    is_signal: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A chart over time: its points, joined, and the heights of the middle and the limits."""

    marks: tuple[Mark, ...]
    centre: float
    upper: float
    lower: float
    top: float
    bottom: float

    @property
    def joints(self) -> tuple[tuple[Mark, Mark], ...]:
        """Each point with the next."""
        return tuple(zip(self.marks, self.marks[1:], strict=False))


@dataclass(frozen=True, slots=True)
class EffectStrip:
    """One course against the average, which lies in the middle."""

    effect: Compared
    place: float
    low: float
    high: float


def place_on(value: float, lowest: float, highest: float) -> float:
    """Where a value lies between the ends, in percent, never outside."""
    share = (value - lowest) / (highest - lowest) if highest > lowest else 0.0
    return round(100 * min(1.0, max(0.0, share)), 2)


def panels(items: Iterable[ItemResult], beside: dict[str, Beside]) -> tuple[Panel, ...]:
    """Group the items that have a mean by their scale; one alone needs no picture that compares nothing."""
    groups: dict[tuple[int, int], list[ItemResult]] = {}
    for item in items:
        if item.score is not None:
            groups.setdefault(ends_of(item), []).append(item)
    return tuple(
        Panel(
            lowest,
            highest,
            _ticks(lowest, highest),
            tuple(_strip(item, lowest, highest, beside) for item in group),
        )
        for (lowest, highest), group in groups.items()
        if len(group) > 1
    )


def ends_of(item: ItemResult) -> tuple[int, int]:
    """The lowest and the highest point of an item's scale."""
    question = item.question
    return (1, len(question.options)) if question.options else (question.minimum or 0, question.maximum or 0)


def _ticks(lowest: int, highest: int) -> tuple[tuple[int, float], ...]:
    step = 1 if highest - lowest <= 10 else math.ceil((highest - lowest) / 5)
    return tuple((point, place_on(point, lowest, highest)) for point in range(lowest, highest + 1, step))


def _strip(item: ItemResult, lowest: int, highest: int, beside: dict[str, Beside]) -> Strip:
    told = beside.get(item.question.code, Beside())
    score = item.score
    mean, low, high = (score.mean, score.interval.low, score.interval.high) if score else (0.0, 0.0, 0.0)
    target: AgainstTarget | None = told.target
    return Strip(
        item,
        place_on(mean, lowest, highest),
        place_on(low, lowest, highest),
        place_on(high, lowest, highest),
        None if told.last is None else place_on(told.last.mean.mean, lowest, highest),
        None if target is None else place_on(target.target.value, lowest, highest),
        told,
    )


def draw_line(chart: Chart) -> Line:
    """Place a chart's points from left to right, with room for its limits."""
    values = [point.value for point in chart.points]
    top, bottom = max(*values, chart.upper), min(*values, chart.lower)
    told = _signalled(chart)

    def height(value: float) -> float:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return round(CHART_HEIGHT - _MARGIN - share * (CHART_HEIGHT - 2 * _MARGIN), 1)

    marks = tuple(
        Mark(
            _across(place, len(values)), height(point.value), point.label, point.value, point.n, place in told
        )
        for place, point in enumerate(chart.points)
    )
    return Line(marks, height(chart.centre), height(chart.upper), height(chart.lower), top, bottom)


def _across(place: int, count: int) -> float:
    return round(3 + 94 * place / (count - 1), 2) if count > 1 else 50.0


def _signalled(chart: Chart) -> frozenset[int]:
    labels = [point.label for point in chart.points]
    told: set[int] = set()
    for signal in chart.signals:
        if signal.first in labels and signal.last in labels:
            told.update(range(labels.index(signal.first), labels.index(signal.last) + 1))
    return frozenset(told)


def draw_effects(comparison: Comparison) -> tuple[tuple[EffectStrip, ...], float]:
    """Place courses on either side of their average; also return how far the picture reaches to each side."""
    reach = _reach(comparison.effects)
    strips = tuple(
        EffectStrip(
            effect,
            place_on(effect.value, -reach, reach),
            place_on(effect.low, -reach, reach),
            place_on(effect.high, -reach, reach),
        )
        for effect in comparison.effects
    )
    return strips, reach


def _reach(effects: Sequence[Compared]) -> float:
    furthest = max((max(abs(effect.low), abs(effect.high)) for effect in effects), default=1.0)
    return math.ceil(furthest * 10) / 10 or 0.1
