"""What happened to people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from app.kernel.events import Event
from app.kernel.reading import Exported


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Event):
    """A person was entered; with a reason when somebody on record looked the same."""

    subject: ClassVar[str] = "person"
    looked_like: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PeopleAdded(Event):
    """Many people of one organisation were entered at once."""

    subject: ClassVar[str] = "organisation"
    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    """What is known of a person was changed."""

    subject: ClassVar[str] = "person"


@dataclass(frozen=True, kw_only=True)
class PersonAppointed(Event):
    """A person got a post."""

    subject: ClassVar[str] = "person"
    appointment_id: int
    position: str


@dataclass(frozen=True, kw_only=True)
class AppointmentEnded(Event):
    """A post came to its end."""

    subject: ClassVar[str] = "person"
    appointment_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class PeopleMerged(Event):
    """Two records of one person became one. ``moved`` counts the rows by the column that pointed to the merged one."""

    subject: ClassVar[str] = "person"
    kept_id: int
    merged_id: int
    moved: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PeopleExported(Exported):
    """The list of people was taken out as a file."""

    subject: ClassVar[str] = "person"
