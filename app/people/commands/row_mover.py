"""Lets all rows that point to one row point to another, told by nothing but the foreign keys of the tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    update,
)

from app.kernel.db import session
from app.people.rules import join_spans
from app.people.types import Span

_MOST_NAMED = 3
_BLANK: tuple[object, ...] = (None, "", [])


class TimeClash(Exception):
    """Both rows are bound to different things at the same time."""

    def __init__(self, starts: list[datetime]) -> None:
        self.starts = starts
        super().__init__(f"{len(starts)} times at two places")


class RowMover:
    """Folds one row into another: what pointed to the surplus row points to the kept one afterwards.

    ``histories`` names tables with ``valid_from`` and ``valid_to`` whose rows may not say the same of overlapping
    days, with the columns that say it; ``hours`` names tables whose rows may not overlap in time, with the range
    column and the column that, when filled, allows it. ``moved`` counts the rows by column.
    """

    def __init__(
        self,
        metadata: MetaData,
        *,
        histories: Mapping[str, tuple[str, ...]],
        hours: Mapping[str, tuple[str, str]],
    ) -> None:
        self._metadata = metadata
        self._histories = histories
        self._hours = hours
        self.moved: Counter[str] = Counter()

    def fold(self, table: str, kept: int, surplus: int) -> None:
        """Move everything that points to the surplus row; raises TimeClash, or IntegrityError when a rule refuses."""
        for column in referring_columns(self._metadata, table):
            self._refuse_clashes(column, kept, surplus)
            self._join_histories(column, kept, surplus)
            for key, where in _unique_keys(column):
                self._resolve(column, key, where, kept, surplus)
            self._move(column, kept, surplus)

    def _move(self, column: Column[Any], kept: int, surplus: int) -> None:
        result = session.execute(
            update(column.table).where(column == surplus).values({column.name: kept}).returning(column)
        )
        if count := len(result.all()):
            self.moved[f"{column.table.name}.{column.name}"] += count

    def _resolve(
        self, column: Column[Any], key: list[Column[Any]], where: Any, kept: int, surplus: int
    ) -> None:
        """Where both rows hold something that may stand only once, let the kept one's stand."""
        table = column.table
        mine = select(table).where(column == kept, *where).subquery()
        other = select(table).where(column == surplus, *where).subquery()
        same = [mine.c[name.name] == other.c[name.name] for name in key if name is not column]
        identity = list(table.primary_key.columns)
        pairs = session.execute(
            select(*(mine.c[c.name] for c in identity), *(other.c[c.name] for c in identity)).select_from(
                mine.join(other, and_(true(), *same))
            )
        ).all()
        for pair in pairs:
            self._combine(table, identity, tuple(pair))

    def _combine(self, table: Table, identity: list[Column[Any]], pair: tuple[Any, ...]) -> None:
        size = len(identity)
        kept = and_(*(c == value for c, value in zip(identity, pair[:size], strict=True)))
        surplus = and_(*(c == value for c, value in zip(identity, pair[size:], strict=True)))
        if size == 1:
            self.fold(table.name, pair[0], pair[1])
        learned = self._learned(table, kept, surplus)
        session.execute(delete(table).where(surplus))
        if learned:
            session.execute(update(table).where(kept).values(learned))

    def _learned(self, table: Table, kept: Any, surplus: Any) -> dict[str, Any]:
        """Return what the kept row did not know: a yes stays a yes, a blank is filled; all else stays as it was.

        Of a row that has a state no blank is filled: its dates and reasons belong to that state.
        """
        mine = session.execute(select(table).where(kept)).mappings().one()
        other = session.execute(select(table).where(surplus)).mappings().one()
        fills_blanks = "state" not in table.columns
        return {
            column.name: other[column.name]
            for column in table.columns
            if (fills_blanks and mine[column.name] in _BLANK and other[column.name] not in _BLANK)
            or (isinstance(column.type, Boolean) and other[column.name] and not mine[column.name])
        }

    def _join_histories(self, column: Column[Any], kept: int, surplus: int) -> None:
        about = self._histories.get(column.table.name)
        if about is None:
            return
        table = column.table
        rows = session.execute(select(table).where(or_(column == kept, column == surplus))).mappings()
        spans = [
            Span(
                row["id"],
                tuple(row[name] for name in about),
                row["valid_from"],
                row["valid_to"],
                row[column.name] == kept,
            )
            for row in rows
        ]
        for joined in join_spans(spans):
            for number in joined.surplus:
                self.fold(table.name, joined.id, number)
            session.execute(delete(table).where(table.c.id.in_(joined.surplus)))
            session.execute(
                update(table)
                .where(table.c.id == joined.id)
                .values(valid_from=joined.start, valid_to=joined.end)
            )

    def _refuse_clashes(self, column: Column[Any], kept: int, surplus: int) -> None:
        if column.table.name not in self._hours:
            return
        during, allowed = self._hours[column.table.name]
        table = column.table
        mine, other = table.alias(), table.alias()
        session_key = [
            c.name for c in table.columns if c.foreign_keys and c is not column and c.name != during
        ]
        starts = session.scalars(
            select(func.lower(mine.c[during]))
            .where(
                mine.c[column.name] == kept,
                other.c[column.name] == surplus,
                mine.c[during].op("&&")(other.c[during]),
                mine.c[allowed].is_(None),
                other.c[allowed].is_(None),
                *(mine.c[name] != other.c[name] for name in session_key),
            )
            .order_by(func.lower(mine.c[during]))
            .limit(_MOST_NAMED)
        ).all()
        if starts:
            raise TimeClash(list(starts))


def referring_columns(metadata: MetaData, table: str) -> list[Column[Any]]:
    """Return the columns of all tables that point to the table, in a fixed order."""
    columns = [
        column
        for one in metadata.sorted_tables
        for column in one.columns
        if any(key.column.table.name == table for key in column.foreign_keys)
        and not _is_part_of_wider_key(column)
    ]
    return sorted(columns, key=lambda column: (column.table.name, column.name))


def _is_part_of_wider_key(column: Column[Any]) -> bool:
    return any(key.constraint is not None and len(key.constraint.elements) > 1 for key in column.foreign_keys)


def _unique_keys(column: Column[Any]) -> Iterator[tuple[list[Column[Any]], list[Any]]]:
    """Yield each unique key of the column's table that holds it, with the condition under which it counts."""
    for constraint in column.table.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint) and column in list(
            constraint.columns
        ):
            yield list(constraint.columns), []
    for index in column.table.indexes:
        if index.unique and column in list(index.columns):
            yield list(index.columns), _condition(index)


def _condition(index: Index) -> list[Any]:
    where = index.dialect_options["postgresql"].get("where")
    return [] if where is None else [where]
