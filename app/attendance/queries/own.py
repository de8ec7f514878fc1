"""What a trainee, or a lecturer with a register to keep, sees of the attendance: only what is their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from app.attendance.models import AttendanceMark
from app.attendance.queries.registers import EXPECTED, PRESENT
from app.attendance.types import Mark, OwnCourse, OwnSession, Share
from app.enrolment.models import Enrolment
from app.enrolment.rules import TRAINEE_STATES
from app.enrolment.types import EnrolmentState
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.scheduling.models import Course, CourseSession, Engagement, TimetableRelease
from app.scheduling.queries import read_entries
from app.scheduling.types import EngagementKind, SessionState

_GIVEN_UP = (EnrolmentState.WITHDRAWN, EnrolmentState.TRANSFERRED)


def get_own_session(session_id: int, actor: Actor) -> CourseSession:
    """Return the session if the actor teaches in it; else NotFound."""
    found = session.scalar(
        select(CourseSession)
        .join(Engagement, Engagement.course_session_id == CourseSession.id)
        .where(
            CourseSession.id == session_id,
            Engagement.person_id == actor.person_id,
            Engagement.kind == EngagementKind.LECTURER,
        )
    )
    if found is None:
        raise NotFound()
    return found


def find_own_course(course_id: int, actor: Actor) -> OwnCourse:
    """Return the course if the actor has a place in it that was not given up; else NotFound."""
    found = [course for course in list_own_courses(actor, course_id=course_id) if course.id == course_id]
    if not found:
        raise NotFound()
    return found[0]


def list_own_courses(actor: Actor, *, course_id: int | None = None) -> Sequence[OwnCourse]:
    """Return the courses in which the actor has a place that was not given up, the latest first."""
    own_marks = (
        select(CourseSession.course_id, PRESENT.label("present"), EXPECTED.label("expected"))
        .join(AttendanceMark, AttendanceMark.course_session_id == CourseSession.id)
        .where(AttendanceMark.person_id == actor.person_id, CourseSession.state != SessionState.CANCELLED)
        .group_by(CourseSession.course_id)
        .subquery()
    )
    statement = (
        select(Course, Enrolment.state, own_marks.c.present, own_marks.c.expected)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .outerjoin(own_marks, own_marks.c.course_id == Course.id)
        .where(Enrolment.person_id == actor.person_id, Enrolment.state.not_in(_GIVEN_UP))
        .order_by(Course.starts_on.desc(), Course.id)
    )
    if course_id is not None:
        statement = statement.where(Course.id == course_id)
    return [
        OwnCourse(
            id=course.id,
            code=course.code,
            title=course.title,
            titles=course.titles,
            time_zone=course.time_zone,
            starts_on=course.starts_on,
            ends_on=course.ends_on,
            cancelled=course.cancelled_at is not None,
            place=place,
            share=Share(present or 0, expected or 0),
        )
        for course, place, present, expected in session.execute(statement)
    ]


def list_own_sessions(course_id: int, actor: Actor) -> Sequence[OwnSession]:
    """Return the sessions of the course as they were last released, with the actor's own marks."""
    rows = session.execute(
        select(AttendanceMark.course_session_id, AttendanceMark.mark)
        .join(CourseSession, CourseSession.id == AttendanceMark.course_session_id)
        .where(AttendanceMark.person_id == actor.person_id, CourseSession.course_id == course_id)
    )
    marks: dict[int, Mark] = {row[0]: row[1] for row in rows}
    return [shown for release in _releases([course_id]) for shown in _sessions_of(release, marks)]


def list_sessions_of_day(actor: Actor, at: datetime) -> Sequence[OwnSession]:
    """Return the actor's released sessions of the day, each by the day of its own place."""
    return [one for one in list_coming_sessions(actor, at) if one.is_on_day_of(at)]


def list_coming_sessions(actor: Actor, at: datetime) -> Sequence[OwnSession]:
    """Return the actor's released sessions of the day and after it, in the order of time."""
    course_ids = session.scalars(
        select(Enrolment.course_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.person_id == actor.person_id,
            Enrolment.state.in_(TRAINEE_STATES),
            # A day may end a day later than ours elsewhere on earth.
            Course.ends_on >= at.date() - timedelta(days=1),
            Course.cancelled_at.is_(None),
        )
    ).all()
    shown = [one for release in _releases(course_ids) for one in _sessions_of(release, {})]
    return sorted(
        (one for one in shown if one.starts_at >= at or one.is_on_day_of(at)),
        key=lambda one: (one.starts_at, one.id),
    )


def _releases(course_ids: Sequence[int]) -> Sequence[TimetableRelease]:
    latest = (
        select(TimetableRelease.course_id, func.max(TimetableRelease.number).label("number"))
        .where(within(TimetableRelease.course_id, course_ids))
        .group_by(TimetableRelease.course_id)
        .subquery()
    )
    return session.scalars(
        select(TimetableRelease).join(
            latest,
            and_(
                latest.c.course_id == TimetableRelease.course_id, latest.c.number == TimetableRelease.number
            ),
        )
    ).all()


def _sessions_of(release: TimetableRelease, marks: dict[int, Mark]) -> list[OwnSession]:
    course = release.course
    return [
        OwnSession(
            id=entry.session_id,
            course_id=course.id,
            course_title=course.title,
            course_titles=course.titles,
            time_zone=course.time_zone,
            title=entry.title,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            room=entry.room,
            lecturers=entry.lecturers,
            titles=entry.titles,
            online_url=entry.online_url,
            state=marks.get(entry.session_id),
        )
        for entry in read_entries(release)
    ]
