"""Reading who teaches in the sessions of a course, and who has not answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.organisations.models import Room
from app.people.models import Person
from app.scheduling.models import Course, CourseSession, TimetableRelease
from app.scheduling.types import SessionState
from app.teaching.models import Assignment, Lecturer
from app.teaching.types import AssignmentState, CourseAssignment, SessionLecturers


def get_assignment(assignment_id: int) -> Assignment:
    """Return the assignment with its session and lecturer; NotFound if there is none."""
    found = session.scalar(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(
            joinedload(Assignment.course_session, innerjoin=True),
            joinedload(Assignment.lecturer, innerjoin=True),
        )
    )
    if found is None:
        raise NotFound()
    return found


def find_assignment(course_session_id: int, lecturer_id: int) -> Assignment | None:
    """Return the lecturer's assignment in the session, read anew."""
    return session.scalar(
        select(Assignment)
        .where(Assignment.course_session_id == course_session_id, Assignment.lecturer_id == lecturer_id)
        .execution_options(populate_existing=True)
    )


def list_course_lecturers(
    course: Course, *, unanswered: bool = False, session_id: int | None = None
) -> list[SessionLecturers]:
    """Return the course's sessions by time with everybody who was asked to teach in them.

    ``unanswered`` leaves only the sessions, and the assignments, that wait for an answer; ``session_id`` only one.
    """
    statement = (
        select(
            CourseSession.id,
            CourseSession.title,
            CourseSession.titles,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            Room.name,
            CourseSession.state,
        )
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .where(CourseSession.course_id == course.id)
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    )
    if session_id is not None:
        statement = statement.where(CourseSession.id == session_id)
    rows = session.execute(statement).all()
    asked = _assignments_of(course.id, unanswered)
    return [
        SessionLecturers(number, title, titles, starts_at, ends_at, room, state, tuple(asked[number]))
        for number, title, titles, starts_at, ends_at, room, state in rows
        if asked[number] or not unanswered
    ]


def _assignments_of(course_id: int, unanswered: bool) -> defaultdict[int, list[CourseAssignment]]:
    statement = (
        select(
            Assignment.course_session_id,
            Assignment.id,
            Assignment.version,
            Assignment.lecturer_id,
            Person.full_name,
            func.coalesce(Account.email, Person.email, "") != "",
            Assignment.part,
            Assignment.state,
            Assignment.reason,
            Assignment.proposed_at,
            Assignment.answered_at,
            Assignment.reminded_at,
        )
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .join(Lecturer, Lecturer.id == Assignment.lecturer_id)
        .join(Person, Person.id == Lecturer.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(CourseSession.course_id == course_id)
        .order_by(Person.sort_key, Assignment.id)
    )
    if unanswered:
        statement = statement.where(Assignment.state == AssignmentState.PROPOSED)
    found: defaultdict[int, list[CourseAssignment]] = defaultdict(list)
    for session_id, *values in session.execute(statement):
        found[session_id].append(CourseAssignment(*values))
    return found


def count_answers(course_id: int) -> dict[AssignmentState, int]:
    """Return how many assignments of sessions that were not cancelled stand how."""
    rows = session.execute(
        select(Assignment.state, func.count())
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
        .group_by(Assignment.state)
    )
    return {AssignmentState(state): int(count) for state, count in rows}


def list_untold(course_id: int, lecturer_id: int) -> Sequence[Assignment]:
    """Return what the lecturer is asked in the course and was not yet written to about, by time.

    Nothing while the timetable is a draft: what may still change is not announced.
    """
    released = select(TimetableRelease.id).where(TimetableRelease.course_id == course_id)
    return session.scalars(
        select(Assignment)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(
            CourseSession.course_id == course_id,
            Assignment.lecturer_id == lecturer_id,
            Assignment.state == AssignmentState.PROPOSED,
            Assignment.told_at.is_(None),
            released.exists(),
        )
        .options(joinedload(Assignment.course_session, innerjoin=True))
        .order_by(func.lower(CourseSession.during), Assignment.id)
    ).all()


def list_untold_pairs(at: datetime, course_id: int | None = None) -> list[tuple[int, int]]:
    """Return course and lecturer wherever somebody is to be written to about coming sessions."""
    released = select(TimetableRelease.id).where(TimetableRelease.course_id == CourseSession.course_id)
    statement = (
        select(CourseSession.course_id, Assignment.lecturer_id)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(
            Assignment.state == AssignmentState.PROPOSED,
            Assignment.told_at.is_(None),
            func.upper(CourseSession.during) > at,
            released.exists(),
        )
        .distinct()
        .order_by(CourseSession.course_id, Assignment.lecturer_id)
    )
    if course_id is not None:
        statement = statement.where(CourseSession.course_id == course_id)
    return [(course, lecturer) for course, lecturer in session.execute(statement)]


def list_remindable(course_id: int, not_since: datetime, at: datetime) -> list[int]:
    """Return the lecturers who owe an answer in the course and were not reminded, of anything, since an instant."""
    owing = (
        select(Assignment.lecturer_id)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(
            CourseSession.course_id == course_id,
            CourseSession.state == SessionState.PLANNED,
            func.upper(CourseSession.during) > at,
            Assignment.state == AssignmentState.PROPOSED,
        )
    )
    statement = (
        select(Assignment.lecturer_id)
        .where(Assignment.lecturer_id.in_(owing))
        .group_by(Assignment.lecturer_id)
        .having(
            or_(
                func.max(Assignment.reminded_at).is_(None),
                func.max(Assignment.reminded_at) <= not_since,
            )
        )
        .order_by(Assignment.lecturer_id)
    )
    return list(session.scalars(statement))


def list_owed(lecturer_id: int, at: datetime) -> Sequence[Assignment]:
    """Return everything that waits for the lecturer's answer, in whatever course, by time."""
    return session.scalars(
        select(Assignment)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(
            Assignment.lecturer_id == lecturer_id,
            Assignment.state == AssignmentState.PROPOSED,
            CourseSession.state == SessionState.PLANNED,
            func.upper(CourseSession.during) > at,
        )
        .options(joinedload(Assignment.course_session, innerjoin=True))
        .order_by(func.lower(CourseSession.during), Assignment.id)
    ).all()


def list_assignments_of_sessions(session_ids: Sequence[int]) -> Sequence[Assignment]:
    """Return the assignments of the sessions, with their lecturers."""
    return session.scalars(
        select(Assignment)
        .where(within(Assignment.course_session_id, session_ids))
        .options(joinedload(Assignment.lecturer, innerjoin=True))
        .order_by(Assignment.id)
        .execution_options(populate_existing=True)
    ).all()


def was_told_today(course_id: int, lecturer_id: int, at: datetime) -> bool:
    """Tell whether the lecturer was written to about the course since midnight (UTC: morning in Vietnam)."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return bool(
        session.scalar(
            select(
                exists().where(
                    Assignment.lecturer_id == lecturer_id,
                    Assignment.course_session_id == CourseSession.id,
                    CourseSession.course_id == course_id,
                    Assignment.told_at >= midnight,
                )
            )
        )
    )


def list_withdrawn_with_course(course_id: int, at: datetime) -> dict[int, list[Assignment]]:
    """Return, by lecturer, what they knew of and lost at that instant, when the course was cancelled."""
    found: defaultdict[int, list[Assignment]] = defaultdict(list)
    for assignment in session.scalars(
        select(Assignment)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(
            CourseSession.course_id == course_id,
            Assignment.state == AssignmentState.WITHDRAWN,
            Assignment.changed_at == at,
            or_(Assignment.told_at.is_not(None), Assignment.answered_at.is_not(None)),
        )
        .options(joinedload(Assignment.course_session, innerjoin=True))
        .order_by(func.lower(CourseSession.during), Assignment.id)
    ):
        found[assignment.lecturer_id].append(assignment)
    return found
