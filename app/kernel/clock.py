"""What time it is. Rules and commands take the time as an argument; only the edges ask here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_standing_still: ContextVar[datetime | None] = ContextVar("standing_still", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _standing_still.get() or datetime.now(UTC)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Let the clock show ``instant`` in this context; for tests and for entering history."""
    if instant.tzinfo is None:
        raise ValueError("The clock shows only instants with a time zone.")
    token = _standing_still.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _standing_still.reset(token)
