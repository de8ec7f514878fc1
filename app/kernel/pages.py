"""Lists that are filtered, sorted and paged by the database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.db import session

T = TypeVar("T")
OrderBy = ColumnElement[Any] | InstrumentedAttribute[Any]
Cell = None | bool | int | float | str | Decimal | date | datetime

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What part of a list is wanted: ``size`` None means all of it, for an export."""

    number: int = 1
    size: int | None = PAGE_SIZE
    sort: str = ""
    descending: bool = False
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        """Whether something is searched for, so that an empty list does not mean that there is nothing."""
        return bool(self.search) or any(self.filters.values())

    def filter(self, name: str) -> str:
        """Return the filter's text, empty when it is not set."""
        return self.filters.get(name, "")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. ``total`` counts the whole; ``items`` is an iterator when the whole was wanted."""

    items: Iterable[T]
    request: PageRequest
    total: int

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 in an empty list."""
        return 0 if not self.total else ((self.request.number - 1) * (self.request.size or 0)) + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        size = self.request.size
        return self.total if size is None else min(self.total, self.request.number * size)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        size = self.request.size
        return 1 if size is None else max(1, -(-self.total // size))


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a list or an export. ``title`` is an English msgid; ``sort`` names its sort key, if any."""

    key: str
    title: str
    value: Callable[[T], Cell]
    sort: str | None = None
    numeric: bool = False


def paginate(
    statement: Select[*tuple[Any, ...]],
    request: PageRequest,
    *,
    order: Mapping[str, OrderBy | tuple[OrderBy, ...]],
    default: str,
    tie: OrderBy,
    row: Callable[[Any], T],
) -> Page[T]:
    """Run the statement for the wanted page.

    ``order`` maps sort keys to columns (``default`` is used for an unknown key), ``tie`` makes the order total,
    and ``row`` turns a result row into a read model.
    """
    chosen = order.get(request.sort, order[default])
    columns = chosen if isinstance(chosen, tuple) else (chosen,)
    ordered = statement.order_by(*(c.desc() if request.descending else c.asc() for c in columns), tie)
    if request.size is None:
        return Page(_stream(ordered, row), request, -1)
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    size = request.size
    request = replace(request, number=min(request.number, max(1, -(-total // size))))
    rows = session.execute(ordered.limit(size).offset((request.number - 1) * size))
    return Page([row(r) for r in rows], request, total)


def _stream(statement: Select[*tuple[Any, ...]], row: Callable[[Any], T]) -> Iterator[T]:
    # Asked for only when the first row is wanted: an export is written after the request's own session has ended.
    for found in session.execute(statement.execution_options(yield_per=500)):
        yield row(found)
