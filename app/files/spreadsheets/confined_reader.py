"""Reads one XLSX file from standard input and prints its rows as JSON lines.

Run as a program of its own by :mod:`app.files.spreadsheets.workbooks`: a small file can describe a table of
gigabytes, which ends this process at its memory limit and harms no other. It imports nothing of the
application.
"""

import json
import resource
import sys
from datetime import date, datetime, time
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

DAMAGED, PROTECTED, TOO_MANY_ROWS, TOO_MANY_COLUMNS = 3, 4, 5, 6


def plain(value: object) -> str | dict[str, str]:
    """The value as text, or as a marked date; what a person sees in the cell, as far as the file tells."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return {"date": value.date().isoformat()}
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return {"date": value.isoformat()}
        case time():
            return value.isoformat("minutes")
        case _:
            # A file can spell out a NUL (_x0000_), which no database takes; it is shown as what it is.
            return str(value).replace("\0", "\ufffd")


def print_rows(sheet: CalamineSheet, start: tuple[int, int], rows_at_most: int, columns_at_most: int) -> int:
    """Print the rows of the sheet, as far as it keeps to the limits."""
    if sheet.height > rows_at_most + 1:
        return TOO_MANY_ROWS
    first_row, first_column = start
    if first_column + sheet.width > columns_at_most:
        return TOO_MANY_COLUMNS
    for number, cells in enumerate(sheet.to_python(), start=first_row + 1):
        line = [number, [""] * first_column + [plain(cell) for cell in cells]]
        sys.stdout.write(json.dumps(line) + "\n")
    return 0


def main(rows_at_most: int, columns_at_most: int, memory_bytes: int, seconds: int) -> int:
    """Print the first visible sheet that holds anything; the exit code tells what went wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        for place, sheet_facts in enumerate(workbook.sheets_metadata):
            if sheet_facts.typ != SheetTypeEnum.WorkSheet or sheet_facts.visible != SheetVisibleEnum.Visible:
                continue
            sheet = workbook.get_sheet_by_index(place)
            if sheet.start is not None:
                return print_rows(sheet, sheet.start, rows_at_most, columns_at_most)
    except PasswordError:
        return PROTECTED
    except CalamineError:
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:5])))
