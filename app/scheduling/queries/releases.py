"""Reading what was released, and what would be released now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.curriculum.types import TeachingMethod
from app.kernel.db import JsonValue, session
from app.organisations.models import Room
from app.people.models import Person
from app.scheduling.models import CourseSession, Engagement, TimetableRelease
from app.scheduling.types import EngagementKind, ReleaseEntry, SessionState


def latest_release(course_id: int) -> TimetableRelease | None:
    """Return the course's last release; None when nothing was released yet."""
    return session.scalar(
        select(TimetableRelease)
        .where(TimetableRelease.course_id == course_id)
        .order_by(TimetableRelease.number.desc())
        .limit(1)
    )


def list_releases(course_id: int) -> Sequence[TimetableRelease]:
    """Return the course's releases, the last one first."""
    return session.scalars(
        select(TimetableRelease)
        .where(TimetableRelease.course_id == course_id)
        .order_by(TimetableRelease.number.desc())
    ).all()


def draft_entries(course_id: int) -> list[ReleaseEntry]:
    """Return what a release would hold now: the sessions that are not cancelled, by time."""
    names = func.array_agg(aggregate_order_by(Person.full_name, Person.sort_key, Person.id)).filter(
        Person.id.is_not(None)
    )
    rows = session.execute(
        select(
            CourseSession.id,
            CourseSession.title,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            Room.name,
            CourseSession.method,
            names,
        )
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .outerjoin(
            Engagement,
            and_(
                Engagement.course_session_id == CourseSession.id, Engagement.kind == EngagementKind.LECTURER
            ),
        )
        .outerjoin(Person, Person.id == Engagement.person_id)
        .where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
        .group_by(CourseSession.id, Room.name)
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    )
    return [
        ReleaseEntry(number, title, starts_at, ends_at, room, method, tuple(lecturers or ()))
        for number, title, starts_at, ends_at, room, method, lecturers in rows
    ]


def read_entries(release: TimetableRelease) -> list[ReleaseEntry]:
    """Return what the release holds."""
    return [_entry(stored) for stored in release.entries]


def _entry(stored: JsonValue) -> ReleaseEntry:
    values: Any = stored
    return ReleaseEntry(
        session_id=values["session_id"],
        title=values["title"],
        starts_at=datetime.fromisoformat(values["starts_at"]),
        ends_at=datetime.fromisoformat(values["ends_at"]),
        room=values["room"],
        method=TeachingMethod(values["method"]),
        lecturers=tuple(values["lecturers"]),
    )
