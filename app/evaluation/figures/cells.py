"""From cells to numbers: scales in numbers or in words, blanks, and 'not applicable'."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from app.evaluation.figures.arrays import Floats, Mask
from app.evaluation.figures.table import MOST_TOLD, Table, TableProblem, UnreadableTable

NOT_APPLICABLE = ("n/a", "not applicable", "không áp dụng", "không có ý kiến", "該当なし")
# What R writes for a blank.
MISSING = ("NA",)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NO_NUMBER = frozenset(
    sign + word for sign in ("", "+", "-") for word in ("nan", "inf", "infinity", "∞", "#n/a", "#div/0!")
)
_RANGE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(-|–|\.\.)\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True, slots=True)
class NumberScale:
    """Numbers from low to high, whole ones unless ``any_between``."""

    low: float
    high: float
    any_between: bool = False

    @property
    def points(self) -> tuple[float, ...]:
        """All points of a scale of whole numbers."""
        if self.any_between:
            return ()
        return tuple(float(point) for point in range(int(self.low), int(self.high) + 1))

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class WordScale:
    """Words in order; the first is 1."""

    words: tuple[str, ...]
    low: float = 1.0

    @property
    def high(self) -> float:
        """The number of the last word."""
        return float(len(self.words))

    @property
    def points(self) -> tuple[float, ...]:
        """The numbers of all words."""
        return tuple(float(place) for place in range(1, len(self.words) + 1))

    def __str__(self) -> str:
        return " | ".join(self.words)


Scale: TypeAlias = NumberScale | WordScale


@dataclass(frozen=True, slots=True)
class Codes:
    """What stands for a blank and for 'not applicable', beside the empty cell; and words that are read as others."""

    missing: tuple[str, ...] = MISSING
    not_applicable: tuple[str, ...] = NOT_APPLICABLE
    read_as: Mapping[str, str] = field(default_factory=dict)

    def meant(self, cell: str) -> str:
        """Return the cell as it is read."""
        return self.read_as.get(comparable(cell), cell) if self.read_as else cell


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers; NaN where there is none. ``not_applicable`` tells which of these say so."""

    name: str
    values: Floats
    not_applicable: Mask

    @property
    def not_applicable_count(self) -> int:
        """How many say that it does not apply."""
        return int(self.not_applicable.sum())


@dataclass(slots=True)
class Reader:
    """Reads columns of one table and gathers what is wrong with all of them."""

    table: Table
    codes: Codes = field(default_factory=Codes)
    problems: list[TableProblem] = field(default_factory=list)
    total: int = 0

    def numbers(self, name: str, scale: Scale | None = None) -> Numbers:
        """Read one column, on a scale if there is one."""
        cells = self.table.cells(name)
        read = self._reading(scale)
        kinds = {cell: read(self.codes.meant(cell)) for cell in set(cells)}
        if any(isinstance(kind, TableProblem) for kind in kinds.values()):
            self._tell(name, cells, kinds)
        values = {cell: kind if isinstance(kind, float) else np.nan for cell, kind in kinds.items()}
        aside = {cell: kind is _NOT_APPLICABLE for cell, kind in kinds.items()}
        return Numbers(
            name,
            np.fromiter(map(values.__getitem__, cells), np.float64, len(cells)),
            np.fromiter(map(aside.__getitem__, cells), np.bool_, len(cells)),
        )

    def words(self, name: str) -> tuple[str, ...]:
        """Read one column of words; whatever stands for no answer becomes empty."""
        known = {
            cell: "" if self._without_value(meant) is not None else " ".join(meant.split())
            for cell in set(self.table.cells(name))
            for meant in (self.codes.meant(cell),)
        }
        return tuple(map(known.__getitem__, self.table.cells(name)))

    def looks_like_numbers(self, name: str) -> tuple[bool, TableProblem | None]:
        """Whether any cell of the column is a number, and the first that is neither a number nor stands for none."""
        cells = self.table.cells(name)
        read = self._reading(None)
        kinds = {cell: read(self.codes.meant(cell)) for cell in set(cells)}
        first = next(
            (
                TableProblem(kind.message, kind.remedy, row, name)
                for row, cell in enumerate(cells, start=2)
                if isinstance(kind := kinds[cell], TableProblem)
            ),
            None,
        )
        return any(isinstance(kind, float) for kind in kinds.values()), first

    def tell(self, problem: TableProblem) -> None:
        """Gather one problem more."""
        self.total += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)

    def refuse_problems(self) -> None:
        """Raise everything that was gathered."""
        if self.total:
            raise UnreadableTable(self.problems, self.total)

    def _tell(self, name: str, cells: Sequence[str], kinds: dict[str, "_Cell"]) -> None:
        for row, cell in enumerate(cells, start=2):
            kind = kinds[cell]
            if isinstance(kind, TableProblem):
                self.tell(TableProblem(kind.message, kind.remedy, row, name))

    def _without_value(self, cell: str) -> "_Absent | None":
        told = comparable(cell)
        if not told or told in map(comparable, self.codes.missing):
            return _MISSING
        return _NOT_APPLICABLE if told in map(comparable, self.codes.not_applicable) else None

    def _reading(self, scale: Scale | None) -> Callable[[str], "_Cell"]:
        places = (
            {comparable(word): float(place) for place, word in enumerate(scale.words, start=1)}
            if isinstance(scale, WordScale)
            else {}
        )

        def read(cell: str) -> "_Cell":
            # A word of the scale wins over a code, so that "Not applicable" can be a point of a scale.
            if (told := comparable(cell)) in places:
                return places[told]
            absent = self._without_value(cell)
            if absent is not None:
                return absent
            if isinstance(scale, WordScale):
                return TableProblem(f'"{_short(cell)}" is no point of the scale {scale}.', _MEND_OR_CODE)
            return _number_on(scale, cell, decimal_comma=self.table.separator != ",")

        return read


class _Absent:
    """A cell without a value."""


_MISSING, _NOT_APPLICABLE = _Absent(), _Absent()
_Cell: TypeAlias = float | _Absent | TableProblem
_MEND_OR_CODE = (
    "Mend the cell, or name what stands for no answer with --missing-code or --not-applicable-code."
)


def parse_scale(text: str) -> Scale:
    """Read a scale: ``1-5`` for whole points, ``0..100`` for any number between, or words with | between them."""
    if "|" in text:
        words = tuple(" ".join(word.split()) for word in text.split("|"))
        if len(words) < 2 or not all(words) or len(set(map(comparable, words))) < len(words):
            raise ValueError(f"{text} is no scale: every point needs a word of its own.")
        return WordScale(words)
    found = _RANGE.fullmatch(text)
    if found is None or float(found[1]) >= float(found[3]):
        raise ValueError(
            f"{text} is no scale. Write 1-5 for whole points, 0..100 for any number between, "
            "or the words of all points, the lowest first, with | between them."
        )
    low, high = float(found[1]), float(found[3])
    any_between = found[2] == ".."
    if not any_between and not (low.is_integer() and high.is_integer()):
        raise ValueError(f"{text} has points that are not whole; write {low:g}..{high:g}.")
    return NumberScale(low, high, any_between)


def comparable(text: str) -> str:
    """Return a word as it is compared: without case and without space around or doubled."""
    return " ".join(text.split()).casefold()


def matrix_of(columns: Iterable[Numbers]) -> Floats:
    """Put columns beside each other."""
    return np.column_stack([column.values for column in columns])


def _number_on(scale: NumberScale | None, cell: str, *, decimal_comma: bool) -> _Cell:
    told = cell.strip()
    if told.casefold() in _NO_NUMBER:
        return TableProblem(
            f'"{told}" is no answer.', "Leave the cell blank, or name it with --missing-code."
        )
    written = told.replace(",", ".") if decimal_comma and told.count(",") == 1 and "." not in told else told
    if not _NUMBER.fullmatch(written):
        return TableProblem(f'"{_short(cell)}" is no number.', _MEND_OR_CODE)
    value = float(written)
    if not np.isfinite(value):
        return TableProblem(f'"{_short(cell)}" is too large a number.', _MEND_OR_CODE)
    if scale is None:
        return value
    if not scale.low <= value <= scale.high:
        return TableProblem(f"{value:g} lies outside the scale from {scale}.", _MEND_OR_CODE)
    if not scale.any_between and not value.is_integer():
        return TableProblem(
            f"{value:g} is no point of the scale from {scale}.", "Write the scale with .. instead."
        )
    return value


def _short(cell: str) -> str:
    told = " ".join(cell.split())
    return told if len(told) <= 40 else f"{told[:39]}…"
