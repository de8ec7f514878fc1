"""Lists as CSV and XLSX files. No text of ours ever becomes a formula in them."""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.files.spreadsheets.neutral import neutral

_ROWS_AT_ONCE = 500
_LONGEST_CELL = 32_767
# Spreadsheet programs keep 15 digits of a number.
_EXACT_BELOW = 10**15
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SHEET_NAME_LENGTH = 31
_NARROWEST, _WIDEST = 12, 60


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The list in UTF-8 with a byte-order mark, piece by piece as the rows come."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(map(neutral, columns))
    for number, row in enumerate(rows, start=1):
        writer.writerow(map(_csv_value, row))
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_value(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() | Decimal() if not math.isfinite(value):
            return ""
        case int() | float() | Decimal():
            return value
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case _:
            return neutral(str(value))


@dataclass(frozen=True, slots=True)
class Table:
    """A list that gets a sheet of its own beside the first."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


def write_xlsx(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    further: Sequence[Table] = (),
) -> BinaryIO:
    """The list as a workbook, headings fixed and filterable, and a sheet for each further one; the file is at its
    beginning.
    """
    file = TemporaryFile()  # noqa: SIM115 - the caller reads and closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"title": title})
        taken: set[str] = set()
        for table in (Table(title, columns, rows), *further):
            name = _sheet_name(table.title)
            # Names of sheets are short, so two titles may have one; a number is a name too.
            name = name if name.casefold() not in taken else str(len(taken) + 1)
            taken.add(name.casefold())
            _write_sheet(workbook, name, table)
    file.seek(0)
    return file


def _write_sheet(workbook: xlsxwriter.Workbook, name: str, table: Table) -> None:
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True})
    days = workbook.add_format({"num_format": "dd/mm/yyyy"})
    instants = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(table.columns):
        sheet.set_column(place, place, min(max(len(heading) + 2, _NARROWEST), _WIDEST))
        sheet.write_string(0, place, neutral(heading), bold)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            _write_cell(sheet, last, place, value, days, instants)
    if table.columns:
        sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _write_cell(
    sheet: Worksheet, row: int, place: int, value: object, days: Format, instants: Format
) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | float() | Decimal() if math.isfinite(value) and -_EXACT_BELOW < value < _EXACT_BELOW:
            sheet.write_number(row, place, value)
        case datetime() if value.tzinfo is None:
            sheet.write_datetime(row, place, value, instants)
        case date() if not isinstance(value, datetime) and value.year >= 1900:
            sheet.write_datetime(row, place, value, days)
        case _:
            text = neutral(str(_csv_value(value)))
            sheet.write_string(
                row, place, text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
            )


def _sheet_name(title: str) -> str:
    """The title as far as a sheet may be called so."""
    name = " ".join(_NOT_IN_SHEET_NAMES.sub(" ", title).split())[:_SHEET_NAME_LENGTH].strip("' ")
    return name if name and name.casefold() != "history" else "1"
