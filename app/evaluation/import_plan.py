"""From a file of past answers to whole answer sheets by event, with everything that could not be understood."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.evaluation.errors import ColumnUnknown, NothingToImport, UnreadableSettings
from app.evaluation.rules import COMMENT_LENGTH
from app.evaluation.types import Answer, ItemKind, Question
from app.files.spreadsheets import cell_name, parse_date
from app.files.types import Cell, Row, Sheet
from app.kernel.db import JsonValue
from app.kernel.errors import DomainError
from app.kernel.text import N_, clean_name, fold

UNNAMED_EVENT: Final = N_("Event not named")
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How a file is to be read.

    ``columns`` maps headings to item codes, ``words`` further words to the words of the instrument, both as
    typed, ``events`` names of events that are spelled in several ways to the one that counts.
    ``other_event_column`` holds the name of an event that the list of events did not offer. A collection closed
    with its last answer, but not before ``earliest_close``: what follows upon an earlier file begins after it.
    """

    event_column: str = ""
    other_event_column: str = ""
    date_column: str = ""
    earliest_close: date | None = None
    unnamed_event: str = UNNAMED_EVENT
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the settings as they are stored."""
        return {
            "event_column": self.event_column,
            "other_event_column": self.other_event_column,
            "date_column": self.date_column,
            "earliest_close": self.earliest_close.isoformat() if self.earliest_close else None,
            "unnamed_event": self.unnamed_event,
            "columns": dict(self.columns),
            "words": dict(self.words),
            "events": dict(self.events),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, JsonValue]) -> "ImportSettings":
        """Return the settings as they were stored."""
        earliest = stored["earliest_close"]
        return cls(
            event_column=str(stored["event_column"]),
            other_event_column=str(stored["other_event_column"]),
            date_column=str(stored["date_column"]),
            earliest_close=date.fromisoformat(str(earliest)) if earliest else None,
            unnamed_event=str(stored["unnamed_event"]),
            columns=_texts(stored["columns"]),
            words=_texts(stored["words"]),
            events=_texts(stored["events"]),
        )


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What could not be understood, and where. ``message`` is an English msgid."""

    row: int
    cell: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """The answers about one event, the day of the first of them, and the day on which the collection closed."""

    title: str
    sheets: tuple[Mapping[str, Answer], ...]
    first: date | None
    closed: date | None


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What an import will do. It runs wholly, or, with any problem, not at all."""

    rows: int
    events: tuple[PlannedEvent, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    blanks: Mapping[str, int]
    unnamed: int
    problems: tuple[CellProblem, ...]


def parse_lines(lines: Sequence[str]) -> dict[str, str]:
    """Read lines of the form “in the file = in Rondo”; raises UnreadableSettings."""
    found = {}
    for line in lines:
        left, separator, right = (part.strip() for part in line.rpartition("="))
        if not separator or not left or not right:
            raise UnreadableSettings(line=line)
        found[left] = right
    return found


def digest_of(content: bytes, settings: ImportSettings, *, period: str, context: Sequence[int]) -> str:
    """Return what tells a repeated import from another: the file, how it is read, and into what."""
    told = json.dumps([settings.to_json(), fold(period), list(context)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(hashlib.sha256(content).digest() + told.encode()).hexdigest()


def plan_import(sheet: Sheet, questions: Sequence[Question], settings: ImportSettings) -> EvaluationPlan:
    """Understand every row. Raises ColumnUnknown or NothingToImport."""
    return _Planner(sheet, questions, settings).plan()


class _Planner:
    def __init__(self, sheet: Sheet, questions: Sequence[Question], settings: ImportSettings) -> None:
        self._sheet = sheet
        self._settings = settings
        self._places = {fold(header): place for place, header in enumerate(sheet.headers) if header}
        self._questions = {question.code: question for question in questions}
        self._columns = self._match(questions)
        self._words = {fold(seen): fold(meant) for seen, meant in settings.words.items()}
        self._events = {fold(seen): clean_name(meant) for seen, meant in settings.events.items()}
        self._event = self._place(settings.event_column)
        self._other_event = self._place(settings.other_event_column)
        self._day = self._place(settings.date_column)
        self._problems: list[CellProblem] = []
        self._blanks = dict.fromkeys(self._columns.values(), 0)
        self._unnamed = 0

    def plan(self) -> EvaluationPlan:
        titles: dict[str, str] = {}
        sheets: dict[str, list[dict[str, Answer]]] = {}
        days: dict[str, list[date]] = {}
        for row in self._sheet.rows:
            title = self._title(row)
            key = fold(title)
            titles.setdefault(key, title)
            sheets.setdefault(key, []).append(self._answers(row))
            days.setdefault(key, []).extend(self._days(row))
        events = tuple(
            PlannedEvent(title, tuple(sheets[key]), min(days[key], default=None), self._closed(days[key]))
            for key, title in titles.items()
        )
        used = {self._event, self._other_event, self._day, *self._columns}
        headers = self._sheet.headers
        return EvaluationPlan(
            rows=len(self._sheet.rows),
            events=events,
            columns={headers[place]: code for place, code in self._columns.items()},
            unused=tuple(name for place, name in enumerate(headers) if name and place not in used),
            blanks=self._blanks,
            unnamed=self._unnamed,
            problems=tuple(self._problems),
        )

    def _closed(self, days: Sequence[date]) -> date | None:
        known = [*days, *([self._settings.earliest_close] if self._settings.earliest_close else [])]
        return max(known, default=None)

    def _match(self, questions: Sequence[Question]) -> dict[int, str]:
        """Return the item code of each column: as named in the settings, else by code or wording."""
        matched: dict[int, str] = {}
        for question in questions:
            for name in (question.code, question.text, *question.texts.values()):
                if (place := self._places.get(fold(name))) is not None:
                    matched.setdefault(place, question.code)
        for header, code in self._settings.columns.items():
            if code not in self._questions:
                raise UnreadableSettings(line=f"{header} = {code}", field="columns")
            place = self._place(header)
            if place is not None:
                matched[place] = code
        if not matched:
            raise NothingToImport(field="columns")
        return matched

    def _place(self, header: str) -> int | None:
        if not header.strip():
            return None
        place = self._places.get(fold(header))
        if place is None:
            raise ColumnUnknown(column=header, columns=", ".join(self._sheet.headers))
        return place

    def _title(self, row: Row) -> str:
        names = (_text(row, self._other_event), _text(row, self._event))
        name = next((name for name in names if name), "")
        if not name:
            self._unnamed += 1
        title = name or self._settings.unnamed_event
        return self._events.get(fold(title), title)[:_LONGEST_TITLE]

    def _days(self, row: Row) -> list[date]:
        if self._day is None or not row.cells[self._day]:
            return []
        where = cell_name(row.number, self._day)
        try:
            return [parse_date(row.cells[self._day], cell=where)]
        except DomainError as error:
            self._problems.append(CellProblem(row.number, where, error.message, error.parameters))
            return []

    def _answers(self, row: Row) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for place, code in self._columns.items():
            text = _text(row, place)
            answer = self._answer(self._questions[code], text) if text else None
            if answer is not None:
                answers[code] = answer
            elif text:
                self._unknown(row, place, text)
            else:
                self._blanks[code] += 1
        return answers

    def _answer(self, question: Question, text: str) -> Answer | None:
        if question.kind is ItemKind.TEXT:
            return text[:COMMENT_LENGTH]
        word = self._words.get(fold(text), fold(text))
        if question.kind is ItemKind.NUMBER:
            return _number(word, question.minimum or 0, question.maximum or 0)
        if question.kind is ItemKind.SEVERAL:
            return self._several(question, text)
        return self._place_of(question, text)

    def _several(self, question: Question, text: str) -> list[int] | None:
        """Several choices stand in one cell, with semicolons or bars between them, or else with commas."""
        for separator in ("[;|]", ","):
            places = [self._place_of(question, part) for part in re.split(separator, text) if part.strip()]
            chosen = sorted({place for place in places if place is not None})
            if chosen and None not in places:
                return chosen
        return None

    def _place_of(self, question: Question, text: str) -> int | None:
        word = self._words.get(fold(text), fold(text))
        for place, option in enumerate(question.options, start=1):
            if word in {fold(name) for name in (option.text, *option.texts.values())}:
                return place
        return _number(word, 1, len(question.options))

    def _unknown(self, row: Row, place: int, text: str) -> None:
        self._problems.append(
            CellProblem(
                row.number,
                cell_name(row.number, place),
                N_("“%(text)s” is no answer to this question."),
                {"text": text[:80]},
            )
        )


def _text(row: Row, place: int | None) -> str:
    """Return the cell's text; spaces that do not break, and several together, are one space."""
    if place is None:
        return ""
    cell: Cell = row.cells[place]
    return clean_name(cell) if isinstance(cell, str) else cell.isoformat()


def _number(word: str, low: int, high: int) -> int | None:
    digits = word.removesuffix(".0")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        return None
    return int(digits) if low <= int(digits) <= high else None


def _texts(stored: JsonValue) -> dict[str, str]:
    return {key: str(value) for key, value in stored.items()} if isinstance(stored, dict) else {}
