"""Reading what was released, and what would be released now."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.curriculum.types import TeachingMethod
from app.kernel.access import Actor
from app.kernel.db import JsonValue, session
from app.kernel.errors import NotFound
from app.organisations.models import Room
from app.people.models import Person
from app.scheduling import rules
from app.scheduling.models import Course, CourseSession, Engagement, TimetableRelease
from app.scheduling.policies import CoursePermission
from app.scheduling.types import Difference, EngagementKind, ReleaseEntry, SessionState


def latest_release(course_id: int) -> TimetableRelease | None:
    """Return the course's last release; None when nothing was released yet."""
    return session.scalar(_latest_release(), {"course_id": course_id})


@cache
def _latest_release() -> Select[TimetableRelease]:
    """Put together once, as most pages of a course ask for it."""
    return (
        select(TimetableRelease)
        .where(TimetableRelease.course_id == bindparam("course_id"))
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


def find_release_before(release: TimetableRelease) -> TimetableRelease | None:
    """Return the release that this one follows; None for the first."""
    return session.scalar(
        select(TimetableRelease).where(
            TimetableRelease.course_id == release.course_id, TimetableRelease.number == release.number - 1
        )
    )


def get_readable_release(*, actor: Actor, release_id: int) -> TimetableRelease:
    """Return the release to staff of its organisation, and to whoever is bound to a session of its course.

    NotFound for everybody else.
    """
    found = session.get(TimetableRelease, release_id)
    if found is None or not (
        actor.may(CoursePermission.VIEW, found.organisation_id) or _is_bound(actor, found.course_id)
    ):
        raise NotFound()
    return found


def _is_bound(actor: Actor, course_id: int) -> bool:
    if actor.person_id is None:
        return False
    return bool(
        session.scalar(
            select(
                exists().where(
                    Engagement.person_id == actor.person_id,
                    Engagement.course_session_id == CourseSession.id,
                    CourseSession.course_id == course_id,
                )
            )
        )
    )


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
            CourseSession.titles,
            CourseSession.online_url,
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
        ReleaseEntry(
            number, title, starts_at, ends_at, room, method, tuple(lecturers or ()), titles, online_url
        )
        for number, title, starts_at, ends_at, room, method, lecturers, titles, online_url in rows
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
        titles=values.get("titles", {}),
        online_url=values.get("online_url"),
    )


def differences_since(course: Course, release: TimetableRelease | None) -> list[Difference]:
    """Return how the working timetable differs from the release; nothing when there is none."""
    return rules.differences(read_entries(release), draft_entries(course.id)) if release else []


def differences_of(release: TimetableRelease) -> list[Difference]:
    """Return what the release changed against the one before; nothing for the first."""
    before = find_release_before(release)
    return rules.differences(read_entries(before), read_entries(release)) if before else []


def with_differences(
    releases: Sequence[TimetableRelease],
) -> list[tuple[TimetableRelease, list[Difference]]]:
    """Return each of the releases, of which the last comes first, with what it changed against the one before."""
    return [
        (release, rules.differences(read_entries(earlier), read_entries(release)) if earlier else [])
        for release, earlier in zip_longest(releases, releases[1:])
    ]
