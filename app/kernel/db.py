"""The declarative base, the naming of constraints, the session, and the columns that many tables share."""

import enum
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Enum,
    Identity,
    MetaData,
    Text,
    and_,
    any_,
    cast,
    create_engine,
    func,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    scoped_session,
    sessionmaker,
)

from app.kernel.text import fold

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
Translations = dict[str, str]


def _values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


def enum_type(kind: type[enum.StrEnum], name: str) -> Enum:
    """Return the column type of an enum whose constraint needs a name of its own: two of a kind in one table."""
    return Enum(
        kind, native_enum=False, create_constraint=True, values_callable=_values, length=40, name=name
    )


class Base(DeclarativeBase):
    """Root of every mapped class."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        Translations: JSONB,
        dict[str, JsonValue]: JSONB,
        enum.StrEnum: Enum(
            enum.StrEnum, native_enum=False, create_constraint=True, values_callable=_values, length=40
        ),
    }


class Identified:
    """A number of its own as primary key."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


class Versioned:
    """Optimistic locking: an update of a row that was changed meanwhile fails instead of winning."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # set by the mapper


class Stamped:
    """When the row was made."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))


def _read_json(stored: str | bytes) -> JsonValue:
    """Read a column of JSON. Most are translations that nobody has given yet, a few hundred to a page."""
    if stored == b"{}":
        return {}
    value: JsonValue = json.loads(stored if isinstance(stored, str) else stored.decode())
    return value


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """Make the engine of this process and give it to the session."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        json_deserializer=_read_json,
        connect_args={"prepare_threshold": None, "options": "-c timezone=UTC -c lock_timeout=10s"},
    )
    session.remove()
    session.configure(bind=engine)
    return engine


def within(
    column: ColumnElement[int] | InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    numbers: Collection[int],
) -> ColumnElement[bool]:
    """Return the condition that the column is one of the numbers, as one array parameter whatever their count."""
    return column == any_(cast(sorted(numbers), ARRAY(BigInteger)))


def contains_text(column: InstrumentedAttribute[str], search: str) -> ColumnElement[bool]:
    """Return the condition that every word of the search is in a folded ``search_text`` column."""
    words = fold(search).split()
    return and_(true(), *(column.contains(word, autoescape=True) for word in words[:8]))
