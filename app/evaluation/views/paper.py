"""What stands on paper: the results as their reader sees them now, in the reader's language, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from app.evaluation import pictures
from app.evaluation.views.paper_items import item_on_paper
from app.evaluation.views.paper_parts import comparison_on_paper, overview, patterns_on_paper, scale_on_paper
from app.evaluation.views.paper_words import warnings
from app.kernel.clock import now
from app.web.filters import write_date, write_datetime_in, write_number, write_percent
from app.web.forms import locale_code
from app.web.text import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.evaluation.figure_types import Beside, WaveReading
    from app.evaluation.models import Wave
    from app.evaluation.queries.years import Year
    from app.evaluation.types import ItemResult, Share
    from app.kernel.db import JsonValue
    from app.organisations.models import Organisation

Facts = list[tuple[str, str]]


def wave_on_paper(
    wave: Wave,
    items: Sequence[ItemResult],
    reading: WaveReading | None,
    beside: Mapping[str, Beside],
    facts: Facts,
    *,
    shows_comments: bool,
) -> dict[str, JsonValue]:
    """Return all that the typesetter puts on paper of a wave; every word of it is written already."""
    asked = {item.question.code: item.question for item in items}
    patterns = patterns_on_paper(reading.patterns) if reading else None
    return {
        **_head(
            translated(wave.course.title, wave.course.titles), gettext("Results: %(title)s", title=wave.title)
        ),
        "facts": [[name, value] for name, value in facts],
        "warnings": [*warnings(reading.doubts if reading else ())],
        **overview(pictures.panels(items, dict(beside))),
        "items": [item_on_paper(item, reading, beside, shows_comments=shows_comments) for item in items],
        "scales": [scale_on_paper(scale, asked) for scale in reading.scales if scale.n] if reading else [],
        "notes": [patterns] if patterns else [],
        "foot": _foot(wave.course.code, reading.method if reading else None),
    }


def year_on_paper(organisation: Organisation, year: int, shown: Year, title: str) -> dict[str, JsonValue]:
    """Return all that the typesetter puts on paper of an organisation's year with one questionnaire."""
    name = translated(organisation.name, organisation.names)
    heading = gettext("Evaluations of %(year)s: %(organisation)s", year=year, organisation=name)
    left_out: JsonValue = {
        "title": "",
        "lines": [gettext("Answers of courses with fewer than 5 are left out of the sums.")],
    }
    return {
        **_head(heading, title),
        "facts": [[name, value] for name, value in year_facts(shown, organisation.time_zone)],
        "warnings": [],
        **overview(pictures.panels(shown.items, {})),
        "comparisons": [comparison_on_paper(comparison) for comparison in shown.comparisons],
        "items": [item_on_paper(item, None, {}) for item in shown.items],
        "notes": [left_out],
        "foot": _foot(organisation.code, shown.method),
    }


def wave_facts(wave: Wave, rate: Share | None) -> Facts:
    """Return what is known of a wave beside its answers."""
    return [
        (gettext("Answers"), write_number(wave.response_count or 0)),
        (
            gettext("Invited"),
            gettext("not known") if wave.invited_count is None else write_number(wave.invited_count),
        ),
        (gettext("Response rate"), _rate(rate) if rate else gettext("not known")),
        (gettext("Closed"), write_datetime_in(wave.closed_at, wave.course.time_zone)),
        (
            gettext("Asked with"),
            gettext("%(code)s, version %(number)s", code=wave.instrument.code, number=wave.instrument.number),
        ),
    ]


def year_facts(shown: Year, zone: str) -> Facts:
    """Return what is known of a year beside its answers."""
    known = gettext(
        "%(answered)s of %(invited)s where it is known who was invited",
        answered=write_number(shown.answered),
        invited=write_number(shown.invited),
    )
    return [
        (gettext("Evaluations"), write_number(shown.waves)),
        (gettext("Answers"), write_number(shown.n)),
        (gettext("Response rate"), known if shown.invited else gettext("not known")),
        (gettext("Computed"), write_datetime_in(shown.computed_at, zone)),
    ]


def _rate(rate: Share) -> str:
    told: str = gettext(
        "%(rate)s (95%% interval %(low)s to %(high)s)",
        rate=write_percent(rate.value),
        low=write_percent(rate.interval.low),
        high=write_percent(rate.interval.high),
    )
    return told


def _head(title: str, subtitle: str) -> dict[str, JsonValue]:
    return {"language": locale_code(), "title": title, "subtitle": subtitle, "scales": [], "comparisons": []}


def _foot(code: str, method: int | None) -> str:
    day = write_date(now().date())
    told: str = gettext("%(code)s · written on %(day)s", code=code, day=day)
    if method is None:
        return told
    version = gettext("methods of version %(method)s", method=method)
    return f"{told} · {version}"
