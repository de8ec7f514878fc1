"""What several parts of a paper share: where marks lie, warnings, and what stands beside a figure, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from app.evaluation import pictures
from app.evaluation.figure_types import Standing
from app.evaluation.words import MISSED, REACHED, TARGET_CANNOT_TELL
from app.web.filters import write_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.evaluation.figure_types import Beside, Doubt, LastTime
    from app.evaluation.types import ItemResult
    from app.kernel.db import JsonValue


def strip_of(item: ItemResult, told: Beside | None) -> JsonValue:
    """Return where the marks of a mean lie on its scale, in percent; nothing for an item without a mean."""
    if item.score is None:
        return None
    lowest, highest = pictures.ends_of(item)
    marks = {"mean": item.score.mean, "low": item.score.interval.low, "high": item.score.interval.high}
    if told and told.last:
        marks["last"] = told.last.mean.mean
    if told and told.target:
        marks["target"] = told.target.target.value
    found: dict[str, JsonValue] = {
        name: pictures.place_on(value, lowest, highest) for name, value in marks.items()
    }
    return {**found, "lowest": write_number(lowest), "highest": write_number(highest)}


def warnings(doubts: Sequence[Doubt]) -> list[str]:
    """Return in words what a reader has to mind."""
    return [gettext(doubt.sentence, **doubt.shown) for doubt in doubts if doubt.sentence]


def number(value: float, digits: int = 2) -> str:
    """Return a figure as its reader writes it."""
    return write_number(value, digits)


def beside_lines(told: Beside | None) -> list[str]:
    """Return in words how an item compares to last time and to its target."""
    found = []
    if told and told.last:
        found.append(_last_time(told.last))
    if told and told.target:
        name = gettext("Target %(target)s", target=number(told.target.target.value))
        can_tell = told.target.standing is not Standing.CANNOT_TELL
        words = REACHED if told.target.is_good else (MISSED if can_tell else TARGET_CANNOT_TELL)
        found.append(f"{name}: {gettext(words)}")
    return found


def _last_time(last: LastTime) -> str:
    line = gettext(
        "Last time (%(course)s): %(mean)s from %(n)s answers.",
        course=last.course,
        mean=number(last.mean.mean),
        n=write_number(last.mean.n),
    )
    value, low, high = last.difference.value, last.difference.low or 0.0, last.difference.high or 0.0
    match last.standing:
        case Standing.ABOVE:
            told = gettext(
                "Higher this time by %(difference)s (95%% interval %(low)s to %(high)s).",
                difference=number(value),
                low=number(low),
                high=number(high),
            )
        case Standing.BELOW:
            told = gettext(
                "Lower this time by %(difference)s (95%% interval %(low)s to %(high)s).",
                difference=number(-value),
                low=number(-high),
                high=number(-low),
            )
        case Standing.CANNOT_TELL:
            told = gettext("The two cannot be told apart.")
    return f"{line} {told}"
