"""The trail in the reader's words: fields by their labels, days in the reader's way, people by name where they may
be known to the reader."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from itertools import islice
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from flask_babel import gettext
from sqlalchemy import Date, DateTime, Enum
from sqlalchemy.dialects.postgresql import TSTZRANGE

from app.audit.types import FieldChange, TrailEntry
from app.audit.words import TECHNICAL, field_word, table_of, thing_word
from app.kernel.access import Actor
from app.kernel.db import Base, JsonValue
from app.kernel.events import action_of, kinds_of_events
from app.web.filters import NOTHING, write_date, write_datetime_in, write_label, write_number, write_period

NameRows = Callable[[Actor, Collection[int]], Mapping[int, str]]
Reference = tuple[str, int]

_BATCH = 100
_LONGEST = 300
_INSTANTS = re.compile(r'[\[(]"?([^",]*)"?, ?"?([^",]*)"?[)\]]')
# What details of events refer to; columns say it by their foreign keys.
_REFERENCES: Mapping[str, str] = {
    "person_id": "person",
    "person_ids": "person",
    "new_person_ids": "person",
    "before_id": "person",
    "kept_id": "person",
    "merged_id": "person",
    "looked_like": "person",
    "lecturer_id": "lecturer",
    "lecturer_ids": "lecturer",
    "course_id": "course",
    "previous_course_id": "course",
    "course_session_id": "course_session",
    "other_session_id": "course_session",
    "room_id": "room",
    "organisation_id": "organisation",
}
_namers: dict[str, NameRows] = {}


@dataclass(frozen=True, slots=True)
class ReadableChange:
    """A change in words."""

    row: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReadableEntry:
    """One fact of the trail in words; ``subject`` and ``subject_id`` stay as the filter of the page takes them."""

    id: int
    at: datetime
    who: str
    role: StrEnum | None
    action: str
    subject: str
    subject_id: int | None
    about: str
    reason: str | None
    details: Sequence[tuple[str, str]]
    changes: Sequence[ReadableChange]


def name_rows_by(namers: Mapping[str, NameRows]) -> None:
    """Say how the rows of tables are named: each gives the names of those rows that the actor may see."""
    _namers.update(namers)


def read_entries(entries: Iterable[TrailEntry], actor: Actor) -> Iterator[ReadableEntry]:
    """Yield the entries in the reader's words; each kind of thing is asked for its names once in a hundred entries."""
    waiting = iter(entries)
    while batch := list(islice(waiting, _BATCH)):
        reader = _Reader(_names_for(batch, actor))
        yield from (reader.read(entry) for entry in batch)


def _names_for(entries: Sequence[TrailEntry], actor: Actor) -> dict[Reference, str]:
    # The first reading only notes what is referred to.
    noting = _Reader({})
    for entry in entries:
        noting.read(entry)
    wanted: dict[str, set[int]] = defaultdict(set)
    for table, number in noting.asked:
        wanted[table].add(number)
    return {
        (table, number): name
        for table, numbers in wanted.items()
        if table in _namers
        for number, name in _namers[table](actor, numbers).items()
    }


class _Reader:
    """Puts entries into words, with the names it was given."""

    def __init__(self, names: Mapping[Reference, str]) -> None:
        self._names = names
        self.asked: set[Reference] = set()

    def read(self, entry: TrailEntry) -> ReadableEntry:
        """Return the entry in words."""
        hints = _hints_of(entry.action)
        return ReadableEntry(
            id=entry.id,
            at=entry.at,
            who=entry.who,
            role=entry.role,
            action=_sentence(gettext(entry.action)),
            subject=entry.subject,
            subject_id=entry.subject_id,
            about=self._thing(entry.subject, entry.subject_id),
            reason=entry.reason,
            details=[
                (field_word(table_of(entry.subject), key), self._detail(key, value, hints.get(key)))
                for key, value in entry.details.items()
            ],
            changes=[self._change(change) for change in entry.changes if change.label not in TECHNICAL],
        )

    def _change(self, change: FieldChange) -> ReadableChange:
        table, _space, number = change.row.rpartition(" ")
        return ReadableChange(
            row=self._thing(table, int(number)) if number.isdecimal() else self._thing(table, None),
            label=field_word(table, change.label),
            before=self._column(table, change.label, change.before),
            after=self._column(table, change.label, change.after),
        )

    def _thing(self, name: str, number: int | None) -> str:
        known = "" if number is None else f" {self._known(table_of(name), number) or number}"
        return _sentence(thing_word(name)) + known

    def _known(self, table: str, number: int) -> str | None:
        self.asked.add((table, number))
        return self._names.get((table, number))

    def _referred(self, table: str, value: JsonValue) -> str:
        if isinstance(value, list):
            return ", ".join(self._referred(table, part) for part in value) or NOTHING
        if not isinstance(value, int):
            return _plain(value)
        return self._known(table, value) or self._thing(table, value)

    def _detail(self, key: str, value: JsonValue, kind: Any) -> str:
        if value is not None and key in _REFERENCES:
            return self._referred(_REFERENCES[key], value)
        return _typed(value, kind)

    def _column(self, table: str, key: str, value: JsonValue) -> str:
        known = Base.metadata.tables.get(table)
        column = known.columns.get(key) if known is not None else None
        if column is None or value is None:
            return _plain(value)
        for foreign in column.foreign_keys:
            return self._referred(foreign.column.table.name, value)
        if isinstance(column.type, Enum):
            return _typed(value, column.type.enum_class)
        if isinstance(column.type, TSTZRANGE):
            return _period(str(value))
        kind = {DateTime: datetime, Date: date}.get(type(column.type))
        return _typed(value, kind)


@cache
def _hints_of(action: str) -> dict[str, Any]:
    """Return the types of an event's details; of a union the one that is not None."""
    kind = next((kind for kind in kinds_of_events() if action_of(kind) == action), None)
    hints = get_type_hints(kind) if kind else {}
    return {key: _without_none(hint) for key, hint in hints.items()}


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _typed(value: JsonValue, kind: Any) -> str:
    """Return the value in words, when it is of the kind that is expected; anything older is shown as it is."""
    if not isinstance(value, str) or not isinstance(kind, type):
        return _plain(value)
    try:
        if issubclass(kind, StrEnum):
            return write_label(kind(value))
        if issubclass(kind, datetime):
            return write_datetime_in(datetime.fromisoformat(value))
        if issubclass(kind, date):
            return write_date(date.fromisoformat(value))
    except ValueError:
        return value
    return _plain(value)


def _period(text: str) -> str:
    found = _INSTANTS.fullmatch(text)
    try:
        return write_period(tuple(map(datetime.fromisoformat, found.groups()))) if found else text  # type: ignore[arg-type]  # two groups make a pair
    except ValueError:
        return text


def _sentence(text: str) -> str:
    # Not capitalize(), which would make small letters of all the others.
    return text[:1].upper() + text[1:]


def _plain(value: JsonValue) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, int | float):
        return write_number(value)
    text = _in_words(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _in_words(value: str | list[JsonValue] | dict[str, JsonValue]) -> str:
    if isinstance(value, dict):
        # What a merge moved is counted by the tables' fields.
        named = ((thing_word(key.partition(".")[0]), part) for key, part in value.items())
        return "; ".join(f"{name}: {_plain(part)}" for name, part in named)
    return value if isinstance(value, str) else ", ".join(map(_plain, value))
