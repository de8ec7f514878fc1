"""What happened to lecturers, assignments and feeds."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event
from app.kernel.reading import Exported
from app.teaching.types import LecturerPart


@dataclass(frozen=True, kw_only=True)
class LecturerAdded(Event):
    """A person became a lecturer."""

    subject: ClassVar[str] = "lecturer"
    person_id: int


@dataclass(frozen=True, kw_only=True)
class LecturerChanged(Event):
    """What is known of a lecturer was changed."""

    subject: ClassVar[str] = "lecturer"


@dataclass(frozen=True, kw_only=True)
class AssignmentEvent(Event):
    """Something happened to an assignment; ``subject_id`` is its number."""

    subject: ClassVar[str] = "assignment"
    course_id: int
    course_session_id: int
    lecturer_id: int


@dataclass(frozen=True, kw_only=True)
class AssignmentProposed(AssignmentEvent):
    """A lecturer was asked to teach in a session."""

    part: LecturerPart


@dataclass(frozen=True, kw_only=True)
class LecturersAsked(Event):
    """Lecturers were asked to teach in many sessions of a course at once."""

    subject: ClassVar[str] = "course"
    course_id: int
    lecturer_ids: tuple[int, ...]
    session_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AssignmentAccepted(AssignmentEvent):
    """A lecturer said yes."""


@dataclass(frozen=True, kw_only=True)
class AssignmentDeclined(AssignmentEvent):
    """A lecturer said no."""


@dataclass(frozen=True, kw_only=True)
class AssignmentWithdrawn(AssignmentEvent):
    """A lecturer is no longer asked."""


@dataclass(frozen=True, kw_only=True)
class PartChanged(AssignmentEvent):
    """A lecturer got another part in the session."""

    part: LecturerPart


@dataclass(frozen=True, kw_only=True)
class LecturersTold(Event):
    """Lecturers were written to about their assignments in a course."""

    subject: ClassVar[str] = "course"
    lecturer_ids: tuple[int, ...]
    notice: str


@dataclass(frozen=True, kw_only=True)
class CalendarFeedMade(Event):
    """Somebody made, or replaced, the private address of their calendar."""

    subject: ClassVar[str] = "calendar feed"


@dataclass(frozen=True, kw_only=True)
class CalendarFeedRevoked(Event):
    """Somebody closed the private address of their calendar."""

    subject: ClassVar[str] = "calendar feed"


@dataclass(frozen=True, kw_only=True)
class LecturersExported(Exported):
    """The list of lecturers was taken out as a file."""

    subject: ClassVar[str] = "lecturer"
