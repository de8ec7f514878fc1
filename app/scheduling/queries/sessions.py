"""Reading the sessions of a course."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from app.curriculum.types import TeachingMethod
from app.kernel.db import session
from app.kernel.errors import NotFound
from app.scheduling.models import Course, CourseSession, Engagement
from app.scheduling.types import EngagementKind, SessionState


def get_session(session_id: int) -> CourseSession:
    """Return the session with its course; NotFound if there is none."""
    found = session.get(CourseSession, session_id)
    if found is None:
        raise NotFound()
    return found


def list_sessions(course: Course) -> Sequence[CourseSession]:
    """Return all sessions of the course by time, the cancelled ones too, with their rooms."""
    return session.scalars(
        select(CourseSession)
        .where(CourseSession.course_id == course.id)
        .options(joinedload(CourseSession.room))
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    ).all()


def list_unresolved_sessions(course_id: int, at: datetime) -> Sequence[CourseSession]:
    """Return the sessions that are over but neither held nor cancelled, by time."""
    return session.scalars(
        select(CourseSession)
        .where(
            CourseSession.course_id == course_id,
            CourseSession.state == SessionState.PLANNED,
            func.upper(CourseSession.during) <= at,
        )
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    ).all()


def list_engagements(course_session: CourseSession, kind: EngagementKind) -> Sequence[Engagement]:
    """Return who is bound to the session in the given way, with the persons, by name."""
    return session.scalars(
        select(Engagement)
        .where(Engagement.course_session_id == course_session.id, Engagement.kind == kind)
        .options(joinedload(Engagement.person, innerjoin=True))
        .order_by(Engagement.id)
    ).all()


def active_method_share(course_id: int) -> tuple[Decimal, Decimal]:
    """Return the hours taught by active methods and all hours, of the sessions that were not cancelled."""
    seconds = func.extract("epoch", func.upper(CourseSession.during) - func.lower(CourseSession.during))
    active = [method for method in TeachingMethod if method.is_active]
    row = session.execute(
        select(
            func.coalesce(func.sum(case((CourseSession.method.in_(active), seconds), else_=0)), 0),
            func.coalesce(func.sum(seconds), 0),
        ).where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
    ).one()
    return Decimal(row[0]) / 3600, Decimal(row[1]) / 3600


def count_engaged(course_session: CourseSession, kind: EngagementKind) -> int:
    """Return how many persons are bound to the session in the given way."""
    return (
        session.scalar(
            select(func.count()).where(
                Engagement.course_session_id == course_session.id, Engagement.kind == kind
            )
        )
        or 0
    )


def last_day_planned(course: Course) -> date | None:
    """Return the day of the course's last session; None when there is none."""
    latest = session.scalar(
        select(func.max(func.lower(CourseSession.during))).where(
            CourseSession.course_id == course.id, CourseSession.state != SessionState.CANCELLED
        )
    )
    return latest.astimezone(ZoneInfo(course.time_zone)).date() if latest else None
