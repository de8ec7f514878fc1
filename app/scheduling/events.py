"""What happened to courses and their timetables."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CourseCreated(Event):
    """A course was made from a version of a curriculum; ``subject_id`` and ``course_id`` are its number."""

    subject: ClassVar[str] = "course"
    course_id: int
    previous_course_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CourseChanged(Event):
    """What is known of a course was changed."""

    subject: ClassVar[str] = "course"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseCancelled(Event):
    """A course will not take place."""

    subject: ClassVar[str] = "course"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class SessionEvent(Event):
    """Something happened to a session; ``subject_id`` is its number."""

    subject: ClassVar[str] = "session"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class SessionScheduled(SessionEvent):
    """A session was put on the timetable.

    ``person_clash_reason`` allows the clashes of those who are bound to it by the course.
    """

    starts_at: datetime
    ends_at: datetime
    person_clash_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionChanged(SessionEvent):
    """Title, module, method or materials of a session were changed."""


@dataclass(frozen=True, kw_only=True)
class SessionMoved(SessionEvent):
    """A session got another time or room."""

    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(SessionEvent):
    """A session will not take place; whoever was bound to it is free."""


@dataclass(frozen=True, kw_only=True)
class SessionHeld(SessionEvent):
    """A session took place."""


@dataclass(frozen=True, kw_only=True)
class ClashAllowed(SessionEvent):
    """Somebody allowed a session to share a room or a person with another one."""

    other_session_id: int
    person_id: int | None = None
    room_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TimetableReleased(Event):
    """A course's timetable was released; ``subject_id`` is the release."""

    subject: ClassVar[str] = "timetable release"
    course_id: int
    number: int
