"""What stands on paper: the results as their reader sees them now, in the reader's language, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from app.evaluation import exports, pictures
from app.evaluation.figure_types import Standing
from app.kernel.clock import now
from app.kernel.text import N_
from app.web.filters import write_date, write_number, write_percent
from app.web.forms import locale_code
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.evaluation.figure_types import Beside, Doubt, ItemFigures, WaveReading
    from app.evaluation.models import Wave
    from app.evaluation.types import ItemResult
    from app.kernel.db import JsonValue

_DIFFERENCES = {
    Standing.ABOVE: N_("This time is higher, by more than chance varies."),
    Standing.BELOW: N_("This time is lower, by more than chance varies."),
    Standing.CANNOT_TELL: N_("The two cannot be told apart."),
}
_REACHED = N_("reached, the whole interval lies on the good side of it.")
_CANNOT_TELL = N_("cannot be told yet, the interval lies on both sides of it.")
_MISSED = N_("missed, the whole interval lies on the other side of it.")


def page_of(
    wave: Wave,
    items: Sequence[ItemResult],
    reading: WaveReading | None,
    beside: Mapping[str, Beside],
    facts: Sequence[tuple[str, str]],
) -> dict[str, JsonValue]:
    """Return all that the typesetter puts on paper; every word of it is written already."""
    return {
        "language": locale_code(),
        "title": translated(wave.course.title, wave.course.titles),
        "subtitle": gettext("Results: %(title)s", title=wave.title),
        "facts": [[name, value] for name, value in facts],
        "warnings": [*_warnings(reading.doubts if reading else ())],
        "legend": gettext("Dot: mean. Band: 95%% interval. Ring: last time. Dashes: target.") % {},
        "items": [_item(item, reading, beside) for item in items],
        "scales": [_scale(place, reading) for place in range(len(reading.scales))] if reading else [],
        "foot": _foot(wave, reading),
    }


def _foot(wave: Wave, reading: WaveReading | None) -> str:
    day = write_date(now().date())
    told: str = gettext("%(code)s · written on %(day)s", code=wave.course.code, day=day)
    if reading is None:
        return told
    version = gettext("methods of version %(method)s", method=reading.method)
    return f"{told} · {version}"


def _item(
    item: ItemResult, reading: WaveReading | None, beside: Mapping[str, Beside]
) -> dict[str, JsonValue]:
    code = item.question.code
    figures = reading.items.get(code) if reading else None
    told = beside.get(code)
    comments: list[JsonValue] = [*item.comments]
    return {
        "title": translated(item.question.text, item.question.texts),
        "strip": _strip(item, told),
        "lines": [*_lines(item, figures), *_beside(told)],
        "bars": [[answer, count] for answer, count in _answers(item)],
        "warnings": [*_warnings(figures.doubts if figures else ())],
        "comments": comments,
    }


def _strip(item: ItemResult, told: Beside | None) -> JsonValue:
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
    return {**found, "lowest": str(lowest), "highest": str(highest)}


def _answers(item: ItemResult) -> list[tuple[str, int]]:
    words = {option.text: translated(option.text, option.texts) for option in item.question.options}
    return [(words.get(answer, answer), count) for answer, count in exports.answer_counts(item)]


def _lines(item: ItemResult, figures: ItemFigures | None) -> list[str]:
    if item.too_few is not None:
        return [
            gettext(
                "Insufficient data: %(n)s answers, shown from %(minimum)s on.",
                n=item.too_few.n,
                minimum=item.too_few.minimum,
            )
        ]
    found = []
    if item.score is not None:
        found.append(_mean_line(item))
    score = figures.recommendation if figures else None
    if score is not None and score.low is not None and score.high is not None:
        found.append(
            gettext(
                "Promoters less detractors: %(score)s (95%% interval %(low)s to %(high)s)",
                score=_number(score.value, 0),
                low=_number(score.low, 0),
                high=_number(score.high, 0),
            )
        )
    if figures and figures.middle:
        found.append(
            gettext("Just right for %(share)s", share=write_percent(figures.middle.just_right.value))
        )
    return found


def _mean_line(item: ItemResult) -> str:
    score = item.score
    if score is None:
        return ""
    told: str = gettext(
        "Mean %(mean)s (95%% interval %(low)s to %(high)s) · sd %(sd)s · n = %(n)s",
        mean=_number(score.mean),
        low=_number(score.interval.low),
        high=_number(score.interval.high),
        sd=_number(score.sd),
        n=write_number(score.n),
    )
    return told


def _beside(told: Beside | None) -> list[str]:
    found = []
    if told and told.last:
        last = told.last
        line = gettext(
            "Last time (%(course)s): %(mean)s from %(n)s answers.",
            course=last.course,
            mean=_number(last.mean.mean),
            n=write_number(last.mean.n),
        )
        found.append(f"{line} {gettext(_DIFFERENCES[last.standing])}")
    if told and told.target:
        name = gettext("Target %(target)s", target=_number(told.target.target.value))
        can_tell = told.target.standing is not Standing.CANNOT_TELL
        words = _REACHED if told.target.is_good else (_MISSED if can_tell else _CANNOT_TELL)
        found.append(f"{name}: {gettext(words)}")
    return found


def _scale(place: int, reading: WaveReading) -> str:
    scale = reading.scales[place]
    count = len(scale.members)
    name = ngettext(
        "%(count)s question taken together", "%(count)s questions taken together", count, count=count
    )
    if scale.alpha is None:
        told = gettext("insufficient data for reliability")
        return f"{name}: {told}"
    alpha = gettext("Cronbach's alpha %(value)s", value=_number(scale.alpha.value))
    told = f"{name}: {alpha}"
    if scale.omega is None:
        return told
    omega = gettext("McDonald's omega %(value)s", value=_number(scale.omega.value))
    return f"{told} · {omega}"


def _warnings(doubts: Sequence[Doubt]) -> list[str]:
    return [gettext(doubt.sentence, **doubt.shown) for doubt in doubts if doubt.sentence]


def _number(value: float, digits: int = 2) -> str:
    return write_number(value, digits)
