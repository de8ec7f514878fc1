"""From the bytes of a file to a checked table, or to an error that says what to do."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import PurePath

from app.files import errors
from app.files.spreadsheets.columns import cell_name
from app.files.spreadsheets.delimited import read_delimited
from app.files.spreadsheets.neutral import restored
from app.files.spreadsheets.workbooks import read_workbook
from app.files.types import Cell, Limits, Row, Sheet
from app.kernel.text import fold

_ZIP = b"PK\x03\x04"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_NAMED_AT_MOST = 10

UPLOAD_LIMITS = Limits()


def read_sheet(content: bytes, *, name: str, limits: Limits = UPLOAD_LIMITS) -> Sheet:
    """The table in an XLSX or CSV file; the first row that holds anything is the row of headings.

    Raises an ``UnreadableFile`` that names the place and the remedy.
    """
    if len(content) > limits.bytes:
        megabytes = round(len(content) / 1024**2, 1)
        raise errors.FileTooLarge(megabytes=megabytes, limit=limits.bytes // 1024**2)
    return _sheet_of(_read_rows(content, name, limits), limits)


def _read_rows(content: bytes, name: str, limits: Limits) -> Iterable[Row]:
    """Rows by the kind that the content shows; the name has to agree with it."""
    suffix = PurePath(name).suffix.lower()
    if not content.strip():
        raise errors.EmptyFile
    if content.startswith(_COMPOUND_FILE):
        raise errors.PasswordProtected if _ENCRYPTED_PACKAGE in content else errors.OldExcelFile
    if content.startswith(_ZIP):
        if suffix in _TEXT_SUFFIXES:
            raise errors.NameAndContentDiffer(name=name)
        return read_workbook(content, name=name, limits=limits)
    if suffix in (".xlsx", ".xls"):
        raise errors.NameAndContentDiffer(name=name)
    if suffix not in _TEXT_SUFFIXES or content.lstrip()[:1] == b"<" or content.startswith(b"%PDF"):
        raise errors.NotASpreadsheet(name=name)
    return read_delimited(content, name=name, limits=limits)


def _sheet_of(rows: Iterable[Row], limits: Limits) -> Sheet:
    filled: list[Row] = []
    for row in rows:
        cells = tuple(map(_tidy, row.cells))
        if any(cells):
            filled.append(Row(row.number, cells))
        if len(filled) > limits.rows + 1:
            raise errors.TooManyRows(limit=limits.rows)
    if len(filled) < 2:
        raise errors.EmptyFile
    headers = _headers_of(filled[0])
    _check_headings(headers, filled[1:])
    width = len(headers)
    return Sheet(headers, tuple(Row(row.number, _padded(row.cells, width)) for row in filled[1:]))


def _tidy(cell: Cell) -> Cell:
    if isinstance(cell, date):
        return cell
    return restored(unicodedata.normalize("NFC", cell).strip()).strip()


def _headers_of(row: Row) -> tuple[str, ...]:
    """The headings without the empty ones at the end."""
    texts = [
        cell.strftime("%d/%m/%Y") if isinstance(cell, date) else " ".join(cell.split()) for cell in row.cells
    ]
    while not texts[-1]:
        texts.pop()
    return tuple(texts)


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells[:width] + ("",) * (width - len(cells))


def _check_headings(headers: tuple[str, ...], rows: list[Row]) -> None:
    counts = Counter(fold(header) for header in headers if header)
    if twice := [header for header in headers if counts[fold(header)] > 1]:
        raise errors.DuplicateHeadings(headings=", ".join(dict.fromkeys(twice)))
    named = {column for column, header in enumerate(headers) if header}
    stray = [
        cell_name(row.number, column)
        for row in rows
        for column, cell in enumerate(row.cells)
        if cell and column not in named
    ]
    if stray:
        more = ", …" if len(stray) > _NAMED_AT_MOST else ""
        raise errors.ValuesWithoutHeading(cells=", ".join(stray[:_NAMED_AT_MOST]) + more)
