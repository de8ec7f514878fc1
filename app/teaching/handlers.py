"""What the teaching does when something happens to the timetable or to its own assignments."""

from app.scheduling.events import (
    CourseCancelled,
    SessionCancelled,
    SessionChanged,
    SessionMoved,
    TimetableReleased,
)
from app.scheduling.queries import get_session
from app.teaching import commands
from app.teaching.events import AssignmentProposed


def withdraw_from_cancelled(event: SessionCancelled) -> None:
    """Free the lecturers of a session that will not take place."""
    commands.withdraw_cancelled(
        course_session=get_session(event.subject_id or 0),
        reason=event.reason or "",
        actor=event.actor,
        at=event.at,
    )


def tell_of_move(event: SessionMoved) -> None:
    """Let a move reach the lecturers and their calendars."""
    commands.tell_moved(course_session=get_session(event.subject_id or 0), at=event.at)


def tell_of_cancelled_course(event: CourseCancelled) -> None:
    """Write to the lecturers of a course that will not take place."""
    commands.tell_cancelled_course(course_id=event.course_id, reason=event.reason or "", at=event.at)


def refresh_calendars(event: SessionChanged) -> None:
    """Let a change of title or method reach the lecturers' calendars."""
    commands.touch_assignments(course_session=get_session(event.subject_id or 0), at=event.at)


def tell_of_release(event: TimetableReleased) -> None:
    """Write to the lecturers who wait for the timetable."""
    commands.tell_untold(course_id=event.course_id, actor=event.actor, at=event.at)


def tell_of_proposal(event: AssignmentProposed) -> None:
    """Write to a lecturer who is asked in a course whose timetable is released."""
    commands.tell_proposals(
        course_id=event.course_id, lecturer_id=event.lecturer_id, actor=event.actor, at=event.at
    )
