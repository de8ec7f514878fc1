"""CSV files in the encodings and with the delimiters that spreadsheet programs in Vietnam write."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from app.files import errors
from app.files.types import Limits, Row

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t"
_STATED_DELIMITER = re.compile(r"\Asep=([,;\t])\r?\n", re.IGNORECASE)
# How most Vietnamese letters begin in UTF-8. In Windows-1258 these would be "áº" and "á»", which no word has.
_VIETNAMESE_IN_UTF8 = (b"\xe1\xba", b"\xe1\xbb")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# A tone belongs on a vowel, and no sign such as ¨ stands inside a word: TCVN3 or VNI misread has both.
_MISREAD = re.compile(
    "[^aeiouyăâêôơưAEIOUYĂÂÊÔƠƯ][\u0300-\u0323]|[^\\W\\d_][\u00a1-\u00bf\u00d7\u00f7][^\\W\\d_]"
)


def read_delimited(content: bytes, *, name: str, limits: Limits) -> Iterator[Row]:
    """The rows, empty ones too, numbered as a spreadsheet program would number them."""
    text = _decode(content, name)
    stated = _STATED_DELIMITER.match(text)
    delimiter = stated[1] if stated else _find_delimiter(text)
    skipped = 1 if stated else 0
    reader = csv.reader(
        StringIO(text[stated.end() if stated else 0 :], newline=""), delimiter=delimiter, strict=True
    )
    number = skipped
    try:
        for number, cells in enumerate(reader, start=skipped + 1):
            if len(cells) > limits.columns and any(cell.strip() for cell in cells[limits.columns :]):
                raise errors.TooManyColumns(limit=limits.columns)
            yield Row(number, tuple(cells[: limits.columns]))
    except csv.Error as problem:
        raise errors.BrokenQuotes(row=number + 1) from problem


def _decode(content: bytes, name: str) -> str:
    encoding = _encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise errors.WrongEncoding(row=content.count(b"\n", 0, problem.start) + 1) from problem
    if _NO_TEXT.search(text):
        raise errors.NotASpreadsheet(name=name)
    if encoding == "cp1258" and (misread := _MISREAD.search(text)):
        raise errors.WrongEncoding(row=text.count("\n", 0, misread.start()) + 1)
    return unicodedata.normalize("NFC", text)


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    if content[1:2] == b"\0":
        return "utf-16-le"
    if content[:1] == b"\0":
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        damaged = any(beginning in content for beginning in _VIETNAMESE_IN_UTF8)
        return "utf-8" if damaged else "cp1258"
    return "utf-8"


def _find_delimiter(text: str) -> str:
    """The delimiter that parts the first row with content into most cells; the comma when none does."""

    def width(delimiter: str) -> int:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        try:
            return next((len(cells) for cells in islice(reader, 50) if any(map(str.strip, cells))), 0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=width)
