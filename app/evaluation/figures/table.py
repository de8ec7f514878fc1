"""A plain CSV as a table of cells: its encoding, its separator, and whatever is wrong with its shape."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MOST_TOLD = 50
SEPARATORS = (",", ";", "\t")
_LONGEST_CELL = 1_000_000
_SAVE_AS = 'Save it as "CSV UTF-8", or name its encoding with --encoding.'
# Marks that code page 1258 writes after the letter they stand on, and the letters they can stand on.
_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_MARKED = re.compile(f"[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][{_MARKS}]")
_STRAY_MARK = re.compile(f"[^aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][{_MARKS}]|^[{_MARKS}]")
_VIETNAMESE_ONLY = re.compile("[ăđơưĂĐƠƯ]")
_CONTAINERS = {
    b"PK\x03\x04": "This is a workbook or another zip file, not a CSV.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel workbook, not a CSV.",
    b"%PDF": "This is a PDF, not a CSV.",
}


@dataclass(frozen=True, slots=True)
class TableProblem:
    """What is wrong, where, and what to do. Rows are counted as a spreadsheet does: the header is row 1."""

    message: str
    remedy: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        where = f"{', '.join(place)}: " if place else ""
        return f"{where}{self.message} {self.remedy}"


class UnreadableTable(ValueError):
    """The table cannot be used as it is. Up to ``MOST_TOLD`` problems are listed; ``total`` counts all."""

    def __init__(self, problems: Sequence[TableProblem], total: int | None = None) -> None:
        self.problems = tuple(problems[:MOST_TOLD])
        self.total = len(problems) if total is None else total
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of cells as text, under the names of the header."""

    columns: Mapping[str, tuple[str, ...]]
    encoding: str
    separator: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the order of the file."""
        return tuple(self.columns)

    @property
    def rows(self) -> int:
        """How many rows stand below the header."""
        return len(next(iter(self.columns.values()), ()))

    def cells(self, name: str) -> tuple[str, ...]:
        """Return the cells below this name; a name that is not there is told with those that are."""
        if name not in self.columns:
            raise UnreadableTable([_no_such_column(name, self.names)])
        return self.columns[name]


def read_table(content: bytes, *, encoding: str | None = None, separator: str | None = None) -> Table:
    """Read a CSV with a header. Everything that is wrong with its shape is told at once, up to a bound."""
    text, used = decode(content, encoding)
    chosen = separator or _separator_of(text)
    records = list(_records(text, chosen))
    while records and not records[-1]:
        records.pop()
    if not records or not any(cell.strip() for cell in records[0]):
        raise UnreadableTable(
            [TableProblem("The first line holds no names of columns.", "Export it again, with its header.")]
        )
    names = _names(records[0])
    rows = records[1:]
    if not rows:
        raise UnreadableTable(
            [TableProblem("There is a header and no row below it.", "Export it again, with its answers.")]
        )
    if len(names) == 1:
        # An empty line is how a single column writes a blank cell.
        rows = [row or [""] for row in rows]
    _refuse_ragged(rows, len(names), chosen)
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    return Table(columns, used, chosen)


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file and the encoding it turned out to have: UTF-8, UTF-16 or Windows-1258."""
    for start, message in _CONTAINERS.items():
        if content.startswith(start):
            raise UnreadableTable([TableProblem(message, 'Save the sheet as "CSV UTF-8".')])
    if encoding is not None:
        return _decoded_as(content, encoding)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded_as(content, "utf-16")
    wide = _unmarked_utf16(content)
    if wide is not None:
        return _decoded_as(content, wide)
    try:
        return _checked(content.decode("utf-8-sig")), "utf-8"
    except UnicodeDecodeError as error:
        vietnamese = _as_vietnamese(content)
        if vietnamese is not None:
            return vietnamese, "cp1258"
        row = content.count(b"\n", 0, error.start) + 1
        told = f"The file is not UTF-8: line {row} holds the byte 0x{content[error.start]:02X}."
        raise UnreadableTable([TableProblem(told, _SAVE_AS, row=row)]) from None


def _decoded_as(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError:
        problem = TableProblem(f"There is no encoding called {encoding}.", "Try utf-8, utf-16 or cp1258.")
        raise UnreadableTable([problem]) from None
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        problem = TableProblem(
            f"The file is not {encoding}: {error.reason} in line {row}.", _SAVE_AS, row=row
        )
        raise UnreadableTable([problem]) from None
    return _checked(text.removeprefix("\ufeff")), encoding


def _checked(text: str) -> str:
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableTable(
            [TableProblem(f"Line {row} holds a NUL, which no text does.", _SAVE_AS, row=row)]
        )
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _unmarked_utf16(content: bytes) -> str | None:
    """Every other byte of mostly Latin text is zero in UTF-16."""
    sample = content[:4000]
    if len(sample) < 4:
        return None
    for encoding, part in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if part.count(0) > 0.4 * len(part):
            return encoding
    return None


def _as_vietnamese(content: bytes) -> str | None:
    """Windows-1258 fits almost any bytes; it is believed where its marks stand on vowels only."""
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return None
    plausible = _MARKED.search(text) or _VIETNAMESE_ONLY.search(text)
    return _checked(text) if plausible and not _STRAY_MARK.search(text) else None


def _separator_of(text: str) -> str:
    """The separator that stands most often in the first line outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(SEPARATORS, key=first.count)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    usual = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        problem = TableProblem(
            f"The quotes or the cells cannot be read: {error}.",
            'A quote inside of a quoted cell is written twice: "".',
            row=reader.line_num,
        )
        raise UnreadableTable([problem]) from None
    finally:
        csv.field_size_limit(usual)


def _names(header: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip() or f"column {place}" for place, name in enumerate(header, start=1))
    if len(set(names)) == len(names):
        return names
    first: dict[str, int] = {}
    twice = [
        TableProblem(
            f"Columns {first[name]} and {place} are both called this.", "Give each its own name.", 1, name
        )
        for place, name in enumerate(names, start=1)
        if first.setdefault(name, place) != place
    ]
    raise UnreadableTable(twice)


def _refuse_ragged(rows: Sequence[list[str]], width: int, separator: str) -> None:
    if {len(row) for row in rows} == {width}:
        return
    fill_up = f"Put text that holds {_spoken(separator)} into quotes, and fill up short rows."
    problems = [
        TableProblem(f"This row has {len(row)} cells; the header has {width}.", fill_up, place)
        if row
        else TableProblem("This row is empty.", "Delete it.", place)
        for place, row in enumerate(rows, start=2)
        if len(row) != width
    ]
    raise UnreadableTable(problems)


def _spoken(separator: str) -> str:
    return {",": "a comma", ";": "a semicolon", "\t": "a tab"}.get(separator, f'"{separator}"')


def _no_such_column(name: str, names: Sequence[str]) -> TableProblem:
    shown = ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
    return TableProblem(f"There is no column {name}.", f"The columns are: {shown}.")
