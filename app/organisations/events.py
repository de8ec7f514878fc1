"""What happened to organisations."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganisationAdded(Event):
    """A body was entered into the tree."""

    subject: ClassVar[str] = "organisation"
    code: str


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    """A body was renamed, moved or dated."""

    subject: ClassVar[str] = "organisation"


@dataclass(frozen=True, kw_only=True)
class OrganisationSucceeded(Event):
    """A body was followed by another."""

    subject: ClassVar[str] = "organisation"
    successor_id: int
    on: date


@dataclass(frozen=True, kw_only=True)
class CampusAdded(Event):
    """An organisation got a campus."""

    subject: ClassVar[str] = "campus"


@dataclass(frozen=True, kw_only=True)
class CampusChanged(Event):
    """A campus was changed."""

    subject: ClassVar[str] = "campus"


@dataclass(frozen=True, kw_only=True)
class RoomAdded(Event):
    """A campus got a room."""

    subject: ClassVar[str] = "room"


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """A room was changed."""

    subject: ClassVar[str] = "room"
