"""What the components ask: the shape of a field, the tone of a state, the address of the next page."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri
from wtforms import Field

from app.kernel.pages import Column, Page
from app.web import links

# The states that ask something of the reader, by their words; all others are quiet. An enum may also say it
# itself with a `tone` property.
STATES: Mapping[str, str] = {
    "good": """
        accepted active answered approved attending closed complete completed confirmed done effective frozen held
        known_person met present published released standardise valid verified
    """,
    "active": """
        acting checked checking new_person nominated offered open proposed queued running scheduled sent started
    """,
    "attention": """
        allowed due incomplete insufficient_data late moved no_effect_shown not_measured transferred unanswered
        waiting
    """,
    "problem": """
        absent clash declined disabled failed gap missed not_completed overdue refused rejected worse
    """,
}
TONES: Mapping[str, str] = {word: tone for tone, words in STATES.items() for word in words.split()}


# An empty cell of a table; where each row is a card, on a phone, it is left out.
NOTHING = Markup('<span class="nothing">–</span>')


def tone(value: object) -> str:
    """quiet, active, good, attention or problem: what the state named by the value asks of the reader."""
    own = getattr(value, "tone", None)
    return own if isinstance(own, str) else TONES.get(str(value).lower(), "quiet")


class Scheduled(Protocol):
    """A line of a timetable. It may have a ``detail``, a word on it such as its method."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def title(self) -> str: ...
    @property
    def room(self) -> str | None: ...
    @property
    def lecturers(self) -> Sequence[str]: ...
    @property
    def state(self) -> object: ...
    @property
    def href(self) -> str | None: ...
    @property
    def note(self) -> str | None: ...


class Once(dict[Any, str]):
    """What is written for each value: a value that comes again is only looked up."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: Any) -> str:
        """Write the value, which is met for the first time."""
        self[value] = written = str(self._write(value))
        return written


def lines_by_day(
    sessions: Iterable[Scheduled],
    zone: str,
    linked: str,
    plain: str,
    write_hours: Callable[[Any], str],
    write_remarks: Callable[[Any], str],
    write_state: Callable[[Any], str],
) -> list[tuple[date, Markup]]:
    """The lines of a timetable under the day on which they begin at the place, in order.

    ``linked`` and ``plain`` are a line's markup with and without an address, with places for its values. The
    writers give the markup of hours (begin, end, zone), of detail and note, and of the state; all else is text.

    Filled in here and not by a loop of the template, which takes three times as long for hundreds of lines.
    """
    place, with_address, without = ZoneInfo(zone), str(linked), str(plain)
    hours, about, state, text = Once(write_hours), Once(write_remarks), Once(write_state), Once(escape)
    days: dict[date, list[str]] = defaultdict(list)
    for one in sorted(sessions, key=attrgetter("starts_at")):
        line = {
            "hours": hours[one.starts_at, one.ends_at, zone],
            "about": about[getattr(one, "detail", None), one.note],
            "title": text[one.title],
            "href": text[one.href or ""],
            "room": text[one.room or ""],
            "lecturers": text[", ".join(one.lecturers)],
            "state": state[one.state] if one.state else "",
        }
        days[one.starts_at.astimezone(place).date()].append((with_address if one.href else without) % line)
    # The patterns are the template's own markup, and every value in them is escaped or markup itself.
    return [(day, Markup("".join(lines))) for day, lines in days.items()]  # noqa: S704


_KINDS: Mapping[str, str] = {
    "CheckboxInput": "checkbox",
    "FileInput": "file",
    "HiddenInput": "hidden",
    "ListWidget": "choices",
    "PasswordInput": "password",
    "Select": "select",
    "TextArea": "textarea",
}


def field_kind(field: Field) -> str:
    """How a form field is laid out: checkbox, choices, file, hidden, password, select, textarea or text."""
    return next(
        (_KINDS[kind.__name__] for kind in type(field.widget).__mro__ if kind.__name__ in _KINDS), "text"
    )


def field_attributes(
    described: Sequence[str], errors: Sequence[object], further: Mapping[str, Any]
) -> dict[str, Any]:
    """The attributes of an input: what describes it, whether it is wrong, and what the page adds."""
    attributes = {name.replace("_", "-"): value for name, value in further.items()}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if errors:
        attributes["aria-invalid"] = "true"
    return attributes


def error_texts(errors: Iterable[object]) -> list[str]:
    """The messages of a field in one list, whether it has parts or not."""
    texts: list[str] = []
    for error in errors:
        if isinstance(error, Mapping):
            texts += [text for part in error.values() for text in error_texts(part)]
        elif isinstance(error, list | tuple):
            texts += error_texts(error)
        else:
            texts.append(str(error))
    return list(dict.fromkeys(texts))


def url_with(**changes: object) -> str:
    """The address of this page with some parameters changed; one that is None is left out."""
    arguments = MultiDict(request.args)
    for name, value in changes.items():
        arguments.poplist(name)
        if value is not None:
            arguments.add(name, str(value))
    query = urlencode(list(arguments.items(multi=True)))
    return iri_to_uri(request.path) + (f"?{query}" if query else "")


def sort_state(column: Column[Any], page: Page[Any]) -> str | None:
    """ascending or descending when the list is sorted by the column, else None."""
    if not column.sort or page.request.sort != column.sort:
        return None
    return "descending" if page.request.descending else "ascending"


def page_numbers(page: Page[Any]) -> Iterator[int | None]:
    """The numbers worth a link: the ends and the neighbours of where one is, None for a gap."""
    here = page.request.number
    shown = sorted({1, page.pages, *range(max(1, here - 2), min(page.pages, here + 2) + 1)})
    before = 0
    for number in shown:
        if number == before + 2:
            yield before + 1
        elif number > before + 1:
            yield None
        yield number
        before = number


def position(value: float | Decimal, minimum: float | Decimal, maximum: float | Decimal) -> float:
    """Where the value lies between the ends, in percent, never outside."""
    low, width = float(minimum), float(maximum) - float(minimum)
    share = (float(value) - low) / width if width else 0.0
    return round(100 * min(1.0, max(0.0, share)), 2)


_STEPS = {1: (4,), 4: (1, 3, 5, 7), 5: (1, 2, 4, 6, 7)}


def scale_step(index: int, length: int) -> int:
    """The shade, from 1 to 7 with 4 in the middle, of an answer on a scale of the given length."""
    return _STEPS[length][index] if length in _STEPS else 1 + round(6 * index / (length - 1))


def register(app: Flask) -> None:
    """Give the components what they ask for."""
    links.register(app)
    app.jinja_env.filters.update(
        tone=tone,
        lines_by_day=lines_by_day,
        field_kind=field_kind,
        error_texts=error_texts,
        page_numbers=page_numbers,
        position=position,
        scale_step=scale_step,
    )
    app.jinja_env.globals.update(
        url_with=url_with, sort_state=sort_state, field_attributes=field_attributes, nothing=NOTHING
    )
