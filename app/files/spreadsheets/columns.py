"""Which column is which, how a cell is called, and which day a cell means."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from app.files import errors
from app.files.types import Cell, HeaderMatch
from app.kernel.text import fold

_BRACKETS = re.compile(r"\([^()]*\)")
_NO_WORD = re.compile(r"[\W_]+")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})", re.ASCII)
_YEAR_MONTH_DAY = re.compile(
    r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII
)
_DAY_NUMBER = re.compile(r"\d{5}", re.ASCII)
# Day 0 of spreadsheet programs, as valid from 1 March 1900 on: they believe in a 29 February 1900.
_DAY_ZERO = date(1899, 12, 30)


def cell_name(row: int, column: int) -> str:
    """The name that spreadsheet programs give the cell: row 7, column 2 (counted from 0) is C7."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _bare(heading: str) -> str:
    """The heading without case, accents, punctuation and remarks in brackets."""
    without_remarks = _BRACKETS.sub(" ", fold(heading)) or fold(heading)
    return _NO_WORD.sub(" ", without_remarks).strip()


def match_headers(
    headers: Sequence[str], aliases: Mapping[str, Sequence[str]], *, required: Collection[str] = ()
) -> HeaderMatch:
    """Find the column of each field by any of its names, in either language and with or without accents.

    Raises when two columns stand for one field or a required field has none.
    """
    field_of = {_bare(alias): field for field, names in aliases.items() for alias in names}
    fields = [field_of.get(_bare(header)) if header else None for header in headers]
    counts = Counter(field for field in fields if field)
    if twice := [
        header for header, field in zip(headers, fields, strict=True) if field and counts[field] > 1
    ]:
        raise errors.DuplicateHeadings(headings=", ".join(twice))
    columns = {field: column for column, field in enumerate(fields) if field}
    if missing := [aliases[field][0] for field in aliases if field in required and field not in columns]:
        raise errors.MissingHeadings(headings=", ".join(missing))
    unknown = tuple(header for header, field in zip(headers, fields, strict=True) if header and not field)
    return HeaderMatch(columns, unknown)


def parse_date(value: Cell, *, cell: str) -> date:
    """The day that the cell means: dd/mm/yyyy, ISO, or a date of the spreadsheet program.

    ``cell`` is the name of the cell, for the error.
    """
    if isinstance(value, date):
        return value
    text = value.strip()
    if found := _DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = found.groups()
    elif found := _YEAR_MONTH_DAY.fullmatch(text):
        year, month, day = found.groups()
    elif _DAY_NUMBER.fullmatch(text):
        return _DAY_ZERO + timedelta(days=int(text))
    else:
        raise errors.NotADate(cell=cell, text=text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError as problem:
        raise errors.NoSuchDay(cell=cell, text=text) from problem
