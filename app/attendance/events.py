"""What happened to registers."""

from dataclasses import dataclass
from typing import ClassVar

from app.attendance.types import RegisterState
from app.kernel.events import Event
from app.kernel.reading import Exported


@dataclass(frozen=True, kw_only=True)
class RegisterKept(Event):
    """Marks of a session were entered or changed; ``subject_id`` is the session."""

    subject: ClassVar[str] = "session"
    course_id: int
    state: RegisterState


@dataclass(frozen=True, kw_only=True)
class AttendanceExported(Exported):
    """Who was at which session of a course was taken out as a file."""

    subject: ClassVar[str] = "course"
