"""Facts of the domain: recorded by commands, reacted to in the same transaction, kept by the audit trail."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from app.kernel.access import Actor
from app.kernel.db import JsonValue, session

_COMMON = frozenset({"actor", "at", "organisation_id", "subject_id", "reason"})


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, in the past tense.

    ``subject`` is the noun of what it happened to and ``subject_id`` its number; ``organisation_id`` decides
    who may read it on the audit trail. Fields added by a subclass are kept as details.
    """

    subject: ClassVar[str]

    actor: Actor
    at: datetime
    organisation_id: int | None = None
    subject_id: int | None = None
    reason: str | None = None

    @property
    def action(self) -> str:
        """The class's name in words: ``SessionMoved`` is "session moved"."""
        return action_of(type(self))

    def details(self) -> dict[str, JsonValue]:
        """The fields of the subclass, ready for JSON."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in _COMMON}


def action_of(kind: type[Event]) -> str:
    """Return the words of an event's class, a msgid."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()


def kinds_of_events() -> list[type[Event]]:
    """Return the class of every event there is; classes that others are made from are none."""
    found: list[type[Event]] = []
    waiting = list(Event.__subclasses__())
    while waiting:
        kind = waiting.pop()
        below = kind.__subclasses__()
        waiting += below
        if not below:
            found.append(kind)
    return found


def _plain(value: object) -> JsonValue:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value)


Handler = Callable[[Event], None]
_handlers: dict[type[Event], list[Handler]] = {}


def subscribe(event_type: type[Event], handler: Callable[..., None]) -> None:
    """Call ``handler`` with each event of the type (or a subtype), inside the transaction that recorded it."""
    registered = _handlers.setdefault(event_type, [])
    if handler not in registered:
        registered.append(handler)


def record(event: Event) -> None:
    """Note that the event happened; handlers run when the unit of work completes."""
    session().info.setdefault("events", []).append(event)


def take_recorded() -> list[Event]:
    """Return the events recorded since the last call, oldest first, and forget them."""
    events: list[Event] = session().info.pop("events", [])
    return events


def handlers_of(event: Event) -> list[Handler]:
    """Return the handlers of the event's type and its supertypes, most general first."""
    return [handler for kind in reversed(type(event).__mro__) for handler in _handlers.get(kind, ())]
