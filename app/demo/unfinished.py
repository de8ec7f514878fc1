"""The mark that a demonstration is being entered: whatever ends it halfway, the mark stays.

A demonstration is hundreds of units of work, each whole in itself. What is left of an interrupted one looks like an
academy, but is none: without the mark, a second start would take it for one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = "demo-unfinished"

WHAT_TO_DO = (
    "The demonstration was interrupted while it was entered, and only a part of it is here. "
    "Enter it anew, which empties the database first, with: python3 rondo.py demo --anew"
)


def is_unfinished(var_directory: Path) -> bool:
    """Return whether a demonstration was begun there and not ended."""
    return (var_directory / _NAME).exists()


@contextmanager
def marked(var_directory: Path) -> Iterator[None]:
    """Mark the demonstration as unfinished until what is done inside has ended well."""
    mark = var_directory / _NAME
    var_directory.mkdir(parents=True, exist_ok=True)
    mark.touch()
    yield
    mark.unlink()
