"""Reading the first of many together with how many there are, in one statement."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Select, func

from app.kernel.db import session
from app.reporting.cards import Shortlist

T = TypeVar("T")


def first_of(statement: Select[*tuple[Any, ...]], card: Callable[..., T], most: int) -> Shortlist[T]:
    """Return the first rows of an ordered statement, each as what ``card`` makes of its columns, and their number."""
    rows = session.execute(statement.add_columns(func.count().over()).limit(most)).all()
    return Shortlist([card(*row[:-1]) for row in rows], rows[0][-1] if rows else 0)
