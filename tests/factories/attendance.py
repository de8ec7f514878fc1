"""Registers and marks for tests."""

from typing import Any

from app.attendance.models import AttendanceMark, AttendanceRegister
from app.attendance.types import Mark, MarkSource, RegisterState
from app.kernel.clock import now
from app.kernel.db import session
from app.people.models import Person
from app.scheduling.models import CourseSession


def make_mark(
    course_session: CourseSession, person: Person, mark: Mark = Mark.PRESENT, **values: Any
) -> AttendanceMark:
    """Return a stored mark of a trainee in a session."""
    made = AttendanceMark(
        **{
            "course_session_id": course_session.id,
            "person": person,
            "mark": mark,
            "source": MarkSource.REGISTER,
            "marked_at": now(),
            **values,
        }
    )
    session.add(made)
    session.flush()
    return made


def make_register(
    course_session: CourseSession, state: RegisterState = RegisterState.COMPLETE, **values: Any
) -> AttendanceRegister:
    """Return the stored register of a session, by default closed as complete."""
    at = now()
    register = AttendanceRegister(
        **{
            "course_session": course_session,
            "state": state,
            "kept_at": at,
            "closed_at": None if state is RegisterState.OPEN else at,
            **values,
        }
    )
    session.add(register)
    session.flush()
    return register
