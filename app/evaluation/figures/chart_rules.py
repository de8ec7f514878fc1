"""What makes a signal on a chart over time; a signal says which rule fired and from where to where.

- beyond: a point outside of the natural process limits (XmR only).
- run: six or more points in a row on the same side of the centre. Points on the centre are passed over.
- trend: five or more points in a row all rising or all falling. Of equal neighbours the later is passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.evaluation.figures.arrays import Floats

RUN_LENGTH, TREND_LENGTH = 6, 5
_TOLERANCE = 1e-12

Places: TypeAlias = NDArray[np.intp]


class Rule(StrEnum):
    """What makes a signal."""

    BEYOND = "beyond"
    RUN = "run"
    TREND = "trend"


class Direction(StrEnum):
    """On which side, or which way."""

    ABOVE = "above"
    BELOW = "below"
    RISING = "rising"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Signal:
    """The rule that fired, which way, and the periods from the first to the last that it takes in."""

    rule: Rule
    direction: Direction
    first: str
    last: str
    points: int


_Step: TypeAlias = tuple[int, Direction]


def beyond(
    labels: Sequence[str], figures: Floats, given: Places, lower: float, upper: float
) -> Iterator[Signal]:
    """Return the points outside of the limits."""
    slack = _slack(figures)
    for place in given:
        if figures[place] < lower - slack:
            yield Signal(Rule.BEYOND, Direction.BELOW, labels[place], labels[place], 1)
        elif figures[place] > upper + slack:
            yield Signal(Rule.BEYOND, Direction.ABOVE, labels[place], labels[place], 1)


def runs(labels: Sequence[str], figures: Floats, given: Places, centre: float) -> Iterator[Signal]:
    """Return the runs on one side of the centre."""
    slack = _slack(figures)
    sides: list[_Step] = [
        (int(place), Direction.ABOVE if figures[place] > centre else Direction.BELOW)
        for place in given
        if abs(figures[place] - centre) > slack
    ]
    for stretch in _stretches(sides):
        if len(stretch) >= RUN_LENGTH:
            first, last = stretch[0][0], stretch[-1][0]
            yield Signal(Rule.RUN, stretch[0][1], labels[first], labels[last], len(stretch))


def trends(labels: Sequence[str], figures: Floats, given: Places) -> Iterator[Signal]:
    """Return the stretches that rise or fall all along."""
    slack = _slack(figures)
    distinct: list[int] = []
    for place in given:
        if not distinct or abs(figures[place] - figures[distinct[-1]]) > slack:
            distinct.append(int(place))
    steps: list[_Step] = [
        (place, Direction.RISING if figures[place] > figures[earlier] else Direction.FALLING)
        for earlier, place in pairwise(distinct)
    ]
    before = dict(zip(distinct[1:], distinct, strict=False))
    for stretch in _stretches(steps):
        if len(stretch) + 1 >= TREND_LENGTH:
            first, last = before[stretch[0][0]], stretch[-1][0]
            yield Signal(Rule.TREND, stretch[0][1], labels[first], labels[last], len(stretch) + 1)


def _stretches(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """Cut the steps wherever the direction turns."""
    stretch: list[_Step] = []
    for step in steps:
        if stretch and stretch[-1][1] is not step[1]:
            yield stretch
            stretch = []
        stretch.append(step)
    if stretch:
        yield stretch


def _slack(figures: Floats) -> float:
    """How far apart two figures are the same, given how floats are rounded."""
    return _TOLERANCE * float(np.nanmax(np.abs(figures)))
