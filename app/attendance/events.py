"""What happened to registers."""

from dataclasses import dataclass
from typing import ClassVar

from app.attendance.types import RegisterState
from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RegisterKept(Event):
    """Marks of a session were entered or changed; ``subject_id`` is the session."""

    subject: ClassVar[str] = "session"
    course_id: int
    state: RegisterState
