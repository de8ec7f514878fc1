"""Tables as they are read from files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Cell = str | date


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken from one file at most; checked before anything is parsed."""

    bytes: int = 10 * 1024 * 1024
    unpacked_bytes: int = 64 * 1024 * 1024
    ratio: int = 100
    parts: int = 1_000
    rows: int = 20_000
    columns: int = 200
    seconds: int = 30
    memory_bytes: int = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the headings, with the number that the spreadsheet program shows beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: every row has as many cells as there are headings; rows without any value are left out."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Which column (counted from 0) holds which field, and the headings that stand for none."""

    columns: Mapping[str, int]
    unknown: tuple[str, ...]

    def cell(self, row: Row, field: str) -> Cell:
        """The cell of the field; empty text when the file has no such column."""
        column = self.columns.get(field)
        return "" if column is None else row.cells[column]
