"""How values are written for people: dates, numbers, states and safe text, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import flask_babel
from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent
from flask import Flask
from markupsafe import Markup, escape

from app.kernel.periods import DatePeriod, Period
from app.kernel.text import N_
from app.web import components
from app.web.names import write_language, write_zone
from app.web.wording import reader_language, reader_locale, word_of

Zone = str | tzinfo | None

NOTHING = "–"
MIDNIGHT = time()
ENGLISH_LOCALE = Locale("en", "GB")

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a language writes days, and ranges of days without saying a month or year twice."""

    day: Callable[[date], str]
    within_month: Callable[[date, date], str]
    within_year: Callable[[date, date], str]
    between: str = " – "


def _locale() -> Locale:
    """The reader's language. Plain English means day before month, as most of the world writes it."""
    locale = reader_locale()
    return ENGLISH_LOCALE if locale is None or locale.language == "en" else locale


def _format_code() -> str:
    code = reader_language()
    return "en_GB" if code in ("", "en") else code


def _zone(zone: Zone) -> tzinfo:
    if zone is None:
        own: tzinfo = flask_babel.get_timezone()
        return own
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _local(value: datetime, zone: Zone) -> datetime:
    """What clock and calendar of the place show, without a zone: it is not to be converted again."""
    return value.astimezone(_zone(zone)).replace(tzinfo=None) if value.tzinfo else value


def _day(value: date, zone: Zone) -> date:
    return _local(value, zone).date() if isinstance(value, datetime) else value


def _vietnamese_month(day: date) -> str:
    """Official Vietnamese dates write a nought before January and February only."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def _vietnamese_day(day: date) -> str:
    return f"{day.day:02d}/{_vietnamese_month(day)}/{day.year}"


def _japanese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=4096)
def _by_skeleton(locale: str, skeleton: str, day: date) -> str:
    return format_skeleton(skeleton, day, locale=locale)


def _written_day(day: date, skeleton: str = "yMMMd") -> str:
    return _by_skeleton(_format_code(), skeleton, day)


VIETNAMESE = DateStyle(
    _vietnamese_day,
    lambda first, last: f"{first.day:02d}–{_vietnamese_day(last)}",
    lambda first, last: f"{first.day:02d}/{_vietnamese_month(first)}–{_vietnamese_day(last)}",
)
JAPANESE = DateStyle(
    _japanese_day,
    lambda first, last: f"{_japanese_day(first)}～{last.day}日",
    lambda first, last: f"{_japanese_day(first)}～{last.month}月{last.day}日",
    between="～",
)
ENGLISH = DateStyle(
    _written_day,
    lambda first, last: f"{first.day}–{_written_day(last)}",
    lambda first, last: f"{_written_day(first, 'MMMd')} – {_written_day(last)}",
)
STYLES = {"vi": VIETNAMESE, "ja": JAPANESE, "en": ENGLISH}
OTHER = DateStyle(
    _written_day,
    lambda first, last: f"{_written_day(first)} – {_written_day(last)}",
    lambda first, last: f"{_written_day(first)} – {_written_day(last)}",
)


def _style() -> DateStyle:
    return STYLES.get(_locale().language, OTHER)


def write_date(value: date | None, zone: Zone = None) -> str:
    """A day: "3 Aug 2026", "03/8/2026", "2026年8月3日"."""
    return NOTHING if value is None else _style().day(_day(value, zone))


def write_short_date(value: date) -> str:
    """A day whose year is plain: "3 Aug", "03/8", "8月3日"."""
    language = _locale().language
    if language == "vi":
        return f"{value.day:02d}/{_vietnamese_month(value)}"
    return f"{value.month}月{value.day}日" if language == "ja" else _written_day(value, "MMMd")


def write_weekday_date(value: date | None, zone: Zone = None) -> str:
    """A day with its weekday: "Monday, 3 Aug 2026"."""
    if value is None:
        return NOTHING
    day = _day(value, zone)
    weekday = word_of(WEEKDAYS[day.weekday()])
    if _locale().language == "ja":
        return f"{_japanese_day(day)} {weekday}"
    return f"{weekday}, {write_date(day)}"


def write_time(value: datetime | time | None, zone: Zone = None) -> str:
    """A time of day on the 24-hour clock of the place."""
    if value is None:
        return NOTHING
    clock = _local(value, zone) if isinstance(value, datetime) else value
    return f"{clock.hour:02d}:{clock.minute:02d}"


def write_datetime_in(value: datetime | None, zone: Zone = None) -> str:
    """An instant as the clock of the zone shows it; without a zone, the reader's own."""
    if value is None:
        return NOTHING
    local = _local(value, zone)
    return f"{write_date(local.date())}, {write_time(local)}"


def _write_days(first: date, last: date) -> str:
    style = _style()
    if first == last:
        return style.day(first)
    if (first.year, first.month) == (last.year, last.month):
        return style.within_month(first, last)
    if first.year == last.year:
        return style.within_year(first, last)
    return f"{style.day(first)}{style.between}{style.day(last)}"


def _write_instants(start: datetime, end: datetime) -> str:
    if start.time() == end.time() == MIDNIGHT and start < end:
        return _write_days(start.date(), date.fromordinal(end.date().toordinal() - 1))
    if start.date() == end.date():
        return f"{write_date(start.date())}, {write_time(start)}–{write_time(end)}"
    return f"{write_datetime_in(start)} – {write_datetime_in(end)}"


def write_period(value: Period | DatePeriod | tuple[Any, Any], zone: Zone = None) -> str:
    """From when to when, as short as it is clear.

    A pair of days means both days; a pair of instants is written in the zone. Without an end it is open.
    """
    start: date | None
    end: date | None
    match value:
        case DatePeriod():
            start, end = value.start, value.last_day
        case Period():
            start, end = value.start, value.end
        case (first, last):
            start, end = first, last
    if start is None:
        return NOTHING
    if end is None:
        return str(flask_babel.gettext("from %(day)s", day=write_date(start, zone)))
    if isinstance(start, datetime) and isinstance(end, datetime):
        return _write_instants(_local(start, zone), _local(end, zone))
    return _write_days(_day(start, zone), _day(end, zone))


@lru_cache(maxsize=4096)
def _by_pattern(locale: str, pattern: str, value: float | Decimal) -> str:
    return format_decimal(value, format=pattern, locale=locale)


def write_number(value: float | Decimal | None, digits: int | None = None) -> str:
    """A number in the reader's language; with ``digits``, always that many after the comma."""
    if value is None:
        return NOTHING
    pattern = "#,##0.###" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    if digits is not None and round(value, digits) == 0:
        # What rounds to nothing has no sign.
        value = 0.0
    return _by_pattern(_format_code(), pattern, value)


def write_percent(value: float | Decimal | None, digits: int = 0) -> str:
    """A share (0.785) as a percentage (79 %, as the language writes it)."""
    if value is None:
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return format_percent(value, format=pattern, locale=_locale())


def write_label(value: object) -> str:
    """The name of an enum member, translated; other values are written as they are."""
    if value is None:
        return NOTHING
    label = getattr(value, "label", None)
    return str(value) if label is None else word_of(label)


def write_paragraphs(text: str | None) -> Markup:
    """Plain text as paragraphs: an empty line begins a new one, and nothing in it is taken for markup."""
    blocks = [block.strip() for block in (text or "").replace("\r\n", "\n").split("\n\n")]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n")))
        for block in blocks
        if block
    )


def register(app: Flask) -> None:
    """Give the templates the filters, and the components what they ask of their data."""
    components.register(app)
    app.jinja_env.filters.update(
        date=write_date,
        short_date=write_short_date,
        weekday_date=write_weekday_date,
        time=write_time,
        datetime_in=write_datetime_in,
        period=write_period,
        number=write_number,
        percent=write_percent,
        label=write_label,
        paragraphs=write_paragraphs,
        zone_name=write_zone,
        language_name=write_language,
    )
