"""The unit of work: what belongs together is committed once, with its events handled and its trail written.

Used alike by requests, jobs and commands of the command line. No feature commits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import InstanceState, Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError

from app.kernel.db import JsonValue, session
from app.kernel.errors import DomainError, StaleVersion
from app.kernel.events import Event, handlers_of, take_recorded

Changes = dict[str, dict[str, list[JsonValue]]]

_refusals: dict[str, type[DomainError]] = {}


class UnauditedChange(RuntimeError):
    """Audited rows were changed by a unit of work that recorded no event: a defect of the command."""


class WriteWhileReading(RuntimeError):
    """A request that only reads tried to write: a defect of the view."""


def explain_constraints(errors: Mapping[str, type[DomainError]]) -> None:
    """Say which domain error stands for the violation of each named constraint."""
    _refusals.update(errors)


def flush() -> None:
    """Send pending changes to the database; raise the domain error of the constraint that refuses them."""
    with refusing():
        session.flush()


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a named constraint's refusal, or a stale row, into its domain error."""
    try:
        yield
    except StaleDataError as error:
        raise StaleVersion() from error
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if name in _refusals:
            raise _refusals[name]() from error
        raise


def check_version(subject: Any, expected: int) -> None:
    """Raise StaleVersion if the row is not the one that the page was made from."""
    if subject.version != expected:
        raise StaleVersion()


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what was done inside, once and whole; on any error nothing remains."""
    try:
        yield
        complete()
    finally:
        abandon()


@contextmanager
def beside() -> Iterator[Session]:
    """Give a session for one short write that stands apart from the unit of work, and commit it.

    For bookkeeping that a request which only reads, or is refused, must leave behind. It takes a second
    connection, waits for nothing and writes no trail.
    """
    with Session(session.get_bind(), join_transaction_mode="create_savepoint") as own, own.begin():
        yield own


def complete() -> None:
    """Handle the recorded events, write the trail, commit, then run what waited for the commit."""
    current = session()
    if current.info.get("read_only"):
        return
    settle()
    for act in current.info.pop("before_commit", {}):
        act()
    if changes_so_far() and not happened_so_far():
        raise UnauditedChange(", ".join(sorted(changes_so_far())))
    waiting: list[Callable[[], None]] = current.info.pop("after_commit", [])
    with refusing():
        current.commit()
    _forget(current)
    for act in waiting:
        act()


def settle() -> None:
    """Handle the events recorded so far, without committing.

    A view calls it inside ``form.refusals()`` when a handler of a higher feature may refuse what was done.
    """
    current = session()
    flush()
    while events := take_recorded():
        current.info.setdefault("happened", []).extend(events)
        for happened in events:
            for handler in handlers_of(happened):
                handler(happened)
        flush()


def abandon() -> None:
    """Roll back whatever is not committed and forget its events."""
    current = session()
    _forget(current)
    current.info.pop("read_only", None)
    try:
        session.remove()
    except DBAPIError:
        # The database is gone, and with it all that was not committed: there is nothing to roll back, and what
        # was answered already stays answered. The next unit of work gets a session of its own.
        session.registry.clear()


def undo() -> None:
    """Roll back inside a request that goes on, so that its page can be shown again with the refusal."""
    current = session()
    _forget(current)
    current.rollback()


def _forget(current: Session) -> None:
    for key in ("events", "happened", "changes", "unit", "before_commit", "after_commit"):
        current.info.pop(key, None)


def unit_id() -> UUID:
    """Return the number of this unit of work, the same for everything that happens in it."""
    found: UUID = session().info.setdefault("unit", uuid4())
    return found


def before_commit(act: Callable[[], None]) -> None:
    """Run ``act``, once however often it is asked for, when all events are handled: the last writing of the unit."""
    session().info.setdefault("before_commit", {})[act] = None


def happened_so_far() -> Sequence[Event]:
    """Return the events of this unit of work whose handlers were called, oldest first."""
    found: list[Event] = session().info.get("happened", [])
    return found


def after_commit(act: Callable[[], None]) -> None:
    """Run ``act`` once the unit of work is committed, and never if it is not."""
    session().info.setdefault("after_commit", []).append(act)


def read_only() -> None:
    """Let this unit of work refuse every write, in the session and where possible in the database."""
    current = session()
    current.info["read_only"] = True


def changes_so_far() -> Changes:
    """Return what this unit of work changed in audited rows: ``{"course 12": {"title": [old, new]}}``."""
    found: Changes = session().info.get("changes", {})
    return found


def _shown(state: InstanceState[Any], key: str, value: object) -> JsonValue:
    if state.mapper.columns[key].info.get("private"):
        return "•••"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if isinstance(value, dict):
        return {str(name): str(item) for name, item in value.items()}
    return str(value)


def _audited(instance: object) -> bool:
    return bool(getattr(instance, "__audited__", True))


def _name(state: InstanceState[Any]) -> str:
    identity = state.mapper.primary_key_from_instance(state.obj())
    return f"{state.mapper.local_table.name} {'-'.join(str(part) for part in identity)}"  # type: ignore[attr-defined]


def _changed_columns(state: InstanceState[Any]) -> dict[str, list[JsonValue]]:
    changed: dict[str, list[JsonValue]] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes() and attribute.key != "version":
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                changed[attribute.key] = [
                    _shown(state, attribute.key, old),
                    _shown(state, attribute.key, new),
                ]
    return changed


@event.listens_for(Session, "before_flush")
def _collect_updates(current: Session, _context: UOWTransaction, _instances: object) -> None:
    if current.info.get("read_only") and (current.new or current.dirty or current.deleted):
        raise WriteWhileReading(repr([*current.new, *current.dirty, *current.deleted][:3]))
    changes: Changes = current.info.setdefault("changes", {})
    for instance in current.dirty:
        if _audited(instance) and current.is_modified(instance):
            state = inspect(instance)
            for key, pair in _changed_columns(state).items():
                earlier = changes.setdefault(_name(state), {})
                earlier[key] = [earlier.get(key, pair)[0], pair[1]]
    for instance in current.deleted:
        if _audited(instance):
            changes.setdefault(_name(inspect(instance)), {})["deleted"] = [False, True]
    current.info["made"] = [instance for instance in current.new if _audited(instance)]


@event.listens_for(Session, "after_flush")
def _collect_inserts(current: Session, _context: UOWTransaction) -> None:
    changes: Changes = current.info.setdefault("changes", {})
    for instance in current.info.pop("made", []):
        state = inspect(instance)
        values = {
            attribute.key: [None, _shown(state, attribute.key, state.dict.get(attribute.key))]
            for attribute in state.mapper.column_attrs
            if state.dict.get(attribute.key) not in (None, {}, [])
            and attribute.key not in ("version", "search_text")
        }
        changes.setdefault(_name(state), {}).update(values)
