"""Lecturers, assignments and feeds for tests."""

import secrets
from datetime import timedelta
from typing import Any

from app.accounts.models import Account
from app.kernel.access import Role
from app.kernel.db import session
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import CourseSession
from app.teaching.models import Assignment, CalendarFeed, Lecturer
from app.teaching.queries import hash_token
from app.teaching.types import AssignmentState, LecturerPart
from tests.factories.accounts import make_account_with
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_engagement, make_session


def make_lecturer(person: Person | None = None, **values: Any) -> Lecturer:
    """Return a stored, active lecturer without a limit of hours."""
    lecturer = Lecturer(**{"person": person or make_person(), "languages": ["vi"], **values})
    session.add(lecturer)
    session.flush()
    return lecturer


def make_lecturer_account(organisation: Organisation, **person: Any) -> tuple[Account, Lecturer]:
    """Return a lecturer who can sign in."""
    account = make_account_with(Role.LECTURER, organisation, **person)
    return account, make_lecturer(account.person)


def make_assignment(
    course_session: CourseSession | None = None, lecturer: Lecturer | None = None, **values: Any
) -> Assignment:
    """Return a stored proposal as lead lecturer, made a month before; one that binds takes the hours too."""
    course_session = course_session or make_session()
    lecturer = lecturer or make_lecturer()
    proposed_at = values.pop("proposed_at", FIRST_MORNING - timedelta(days=30))
    state = values.pop("state", AssignmentState.PROPOSED)
    answered = state in (AssignmentState.ACCEPTED, AssignmentState.DECLINED)
    assignment = Assignment(
        **{
            "course_session": course_session,
            "lecturer": lecturer,
            "part": LecturerPart.LEAD,
            "state": state,
            "proposed_at": proposed_at,
            "answered_at": proposed_at + timedelta(days=1) if answered else None,
            "changed_at": proposed_at,
            "reason": None if state.binds else "Elsewhere on that day",
            **values,
        }
    )
    session.add(assignment)
    if state.binds:
        make_engagement(course_session, lecturer.person)
    session.flush()
    return assignment


def make_calendar_feed(person: Person, **values: Any) -> str:
    """Store a live calendar feed of the person and return its token."""
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(person_id=person.id, token_hash=hash_token(token), **values))
    session.flush()
    return token
