"""Single connections to a database, for who looks at it once and serves nothing from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Give a connection, and close it."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def show_of(url: str) -> Iterator[Callable[[str], str]]:
    """Give a function that answers as the database's own SHOW does."""
    with connected(url) as connection:
        yield lambda name: str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name}))
