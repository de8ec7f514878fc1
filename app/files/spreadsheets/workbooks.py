"""XLSX files: checked as archives first, then read by a confined process."""

import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.files import errors
from app.files.spreadsheets import confined_reader
from app.files.types import Cell, Limits, Row

_ENCRYPTED = 0x1
_CHUNK = 64 * 1024
_HARMFUL = (b"<!DOCTYPE", b"<!ENTITY")
# A small list of the same words over and over packs well; only beyond this size does the ratio say anything.
_RATIO_COUNTS_FROM = 1024 * 1024
_PROBLEMS: dict[int, type[errors.UnreadableFile]] = {
    confined_reader.DAMAGED: errors.DamagedFile,
    confined_reader.PROTECTED: errors.PasswordProtected,
    confined_reader.TOO_MANY_ROWS: errors.TooManyRows,
    confined_reader.TOO_MANY_COLUMNS: errors.TooManyColumns,
}


def read_workbook(content: bytes, *, name: str, limits: Limits) -> Iterator[Row]:
    """The rows of the first sheet that holds anything, empty ones too."""
    _check_archive(content, name=name, limits=limits)
    for line in _read_confined(content, limits).splitlines():
        number, cells = json.loads(line)
        yield Row(number, tuple(map(_cell, cells)))


def _cell(value: str | dict[str, str]) -> Cell:
    return value if isinstance(value, str) else date.fromisoformat(value["date"])


def _check_archive(content: bytes, *, name: str, limits: Limits) -> None:
    """Unpack once without keeping anything: the sizes that an archive states about itself may be lies."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise errors.PasswordProtected
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(part.startswith("xl/") for part in names):
                raise errors.NotASpreadsheet(name=name)
            if len(parts) > limits.parts:
                raise errors.UnpacksTooLarge
            unpacked = 0
            for part in parts:
                unpacked = _check_part(archive, part, unpacked, limits)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as problem:
        raise errors.DamagedFile from problem
    if unpacked > _RATIO_COUNTS_FROM and unpacked > limits.ratio * len(content):
        raise errors.UnpacksTooLarge


def _check_part(archive: ZipFile, part: ZipInfo, unpacked: int, limits: Limits) -> int:
    """The unpacked size reached with this part; refuses too much of it and what only an attacker writes."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > limits.unpacked_bytes:
                raise errors.UnpacksTooLarge
            if part.filename.endswith((".xml", ".rels")):
                seen = (tail + chunk).upper()
                if any(mark in seen for mark in _HARMFUL):
                    raise errors.UnsafeFile
                tail = chunk[-16:]
    return unpacked


def _read_confined(content: bytes, limits: Limits) -> str:
    bounds = (limits.rows, limits.columns, limits.memory_bytes, limits.seconds)
    command = [sys.executable, "-I", str(Path(confined_reader.__file__)), *map(str, bounds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program with numbers of ours as arguments
            command, input=content, capture_output=True, timeout=2 * limits.seconds, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise errors.UnpacksTooLarge from problem
    if done.returncode in _PROBLEMS:
        limit = limits.columns if done.returncode == confined_reader.TOO_MANY_COLUMNS else limits.rows
        raise _PROBLEMS[done.returncode](limit=limit)
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise errors.UnpacksTooLarge
    if done.returncode:
        raise errors.DamagedFile
    return done.stdout.decode("ascii")
