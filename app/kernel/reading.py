"""The one thing that a request which only reads leaves behind: that somebody took a list of people, or what people
wrote, out of the house. See ADR 0012.

The record stands apart from the unit of work, in a short transaction of its own that ends before the first row is sent:
what cannot be recorded is not exported. Business tables stay closed to readers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.kernel.access import Actor, Permission
from app.kernel.events import Event
from app.kernel.transaction import beside

KeepReading = Callable[[Session, Event], None]

_keepers: list[KeepReading] = []


@dataclass(frozen=True, kw_only=True)
class Exported(Event):
    """A list was taken out as a file: which form it had, and by what it was narrowed."""

    format: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaves:
    """As what an export of a list is told, and where: in its subject's organisation, or in each of several."""

    kind: type[Exported]
    organisation_ids: tuple[int, ...]
    subject_id: int | None = None


def leaves_scope(kind: type[Exported], actor: Actor, permission: Permission) -> Leaves:
    """Return that a list over the actor's whole scope leaves: it is told wherever the scope begins."""
    roots = {grant.organisation_id for grant in actor.grants if grant.role in permission.roles}
    return Leaves(kind, tuple(sorted(roots)))


def keep_readings_by(keeper: KeepReading) -> None:
    """Let ``keeper`` write each reading, in the session it is given."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def note_readings(events: Iterable[Exported]) -> None:
    """Write down, at once and for good, what is about to be read out."""
    with beside() as own:
        for event in events:
            for keep in _keepers:
                keep(own, event)
