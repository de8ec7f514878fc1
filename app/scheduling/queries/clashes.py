"""Finding who and what is in two places at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.kernel.db import session, within
from app.organisations.models import Room
from app.people.models import Person
from app.scheduling.models import AllowedClash, Course, CourseSession, Engagement
from app.scheduling.types import Clash, SessionState

During = Range[datetime]
AnyColumn = ColumnElement[Any] | InstrumentedAttribute[Any]


def find_room_clashes(room_id: int, during: During, *, besides: int | None = None) -> list[Clash]:
    """Return the sessions that have the room at that time, but for those allowed to share it with ``besides``."""
    statement = (
        _clash_columns(CourseSession, Room.id, null(), Room.name)
        .join(Room, Room.id == CourseSession.room_id)
        .where(
            CourseSession.room_id == room_id,
            CourseSession.during.overlaps(during),
            CourseSession.state != SessionState.CANCELLED,
        )
    )
    if besides is not None:
        pair = _is_pair(CourseSession.id, literal(besides), AllowedClash.room_id == room_id)
        statement = statement.where(CourseSession.id != besides, ~pair)
    return _clashes(statement.order_by(func.lower(CourseSession.during), CourseSession.id))


def find_person_clashes(
    person_ids: Collection[int], during: During, *, besides: int | None = None
) -> list[Clash]:
    """Return the sessions in which one of the persons is at that time, but for clashes allowed with ``besides``."""
    statement = (
        _clash_columns(CourseSession, null(), Person.id, Person.full_name)
        .join(Engagement, Engagement.course_session_id == CourseSession.id)
        .join(Person, Person.id == Engagement.person_id)
        .where(within(Engagement.person_id, person_ids), Engagement.during.overlaps(during))
    )
    if besides is not None:
        pair = _is_pair(CourseSession.id, literal(besides), AllowedClash.person_id == Engagement.person_id)
        statement = statement.where(CourseSession.id != besides, ~pair)
    return _clashes(statement.order_by(func.lower(CourseSession.during), CourseSession.id, Person.id))


def find_cohort_clashes(course_id: int, person_ids: Collection[int]) -> list[tuple[int, Clash]]:
    """Return where the persons could not be in every live session of the course.

    Each with the session of the course that it is about: they are in another course then, or two sessions of the
    course itself lie at the same time.
    """
    own = aliased(CourseSession)
    live = and_(own.course_id == course_id, own.state != SessionState.CANCELLED)
    elsewhere = (
        _clash_columns(CourseSession, null(), Person.id, Person.full_name)
        .add_columns(own.id)
        .join(Engagement, Engagement.course_session_id == CourseSession.id)
        .join(Person, Person.id == Engagement.person_id)
        .join(own, and_(live, own.during.overlaps(Engagement.during), own.id != CourseSession.id))
        .where(
            within(Engagement.person_id, person_ids),
            ~_is_pair(CourseSession.id, own.id, AllowedClash.person_id == Engagement.person_id),
            # Between two sessions of the course itself the second part answers.
            CourseSession.course_id != course_id,
        )
        .order_by(own.id, CourseSession.id, Person.id)
    )
    inside = (
        _clash_columns(CourseSession, null(), Person.id, Person.full_name)
        .add_columns(own.id)
        .join(
            own,
            and_(
                live,
                own.during.overlaps(CourseSession.during),
                own.id > CourseSession.id,
                own.course_id == CourseSession.course_id,
            ),
        )
        .join(Person, within(Person.id, person_ids))
        .where(
            CourseSession.state != SessionState.CANCELLED,
            ~_is_pair(CourseSession.id, own.id, AllowedClash.person_id == Person.id),
        )
        .order_by(own.id, CourseSession.id, Person.id)
    )
    rows = [*session.execute(elsewhere), *session.execute(inside)]
    return [(row[-1], _clash(row)) for row in rows]


def list_allowed_clashes(session_ids: Collection[int]) -> Sequence[AllowedClash]:
    """Return the allowed clashes that any of the sessions has a part in."""
    return session.scalars(
        select(AllowedClash)
        .where(
            or_(
                within(AllowedClash.course_session_id, session_ids),
                within(AllowedClash.other_session_id, session_ids),
            )
            if session_ids
            else false()
        )
        .order_by(AllowedClash.id)
    ).all()


def _clash_columns(
    other: type[CourseSession],
    room: AnyColumn,
    person: AnyColumn,
    holder: AnyColumn,
) -> Select[*tuple[Any, ...]]:
    return select(
        other.id,
        room,
        person,
        holder,
        other.title,
        Course.id,
        Course.code,
        Course.organisation_id,
        other.during,
        Course.time_zone,
    ).join(Course, Course.id == other.course_id)


def _is_pair(one: AnyColumn, another: AnyColumn, about: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        about,
        or_(
            and_(AllowedClash.course_session_id == one, AllowedClash.other_session_id == another),
            and_(AllowedClash.course_session_id == another, AllowedClash.other_session_id == one),
        ),
    )


def _clashes(statement: Select[*tuple[Any, ...]]) -> list[Clash]:
    return [_clash(row) for row in session.execute(statement)]


def _clash(row: Any) -> Clash:
    session_id, room_id, person_id, holder, title, course_id, code, organisation_id, during, zone, *_ = row
    return Clash(
        session_id=session_id,
        room_id=room_id,
        person_id=person_id,
        holder=holder,
        visible=True,
        session_title=title,
        course_id=course_id,
        course_code=code,
        organisation_id=organisation_id,
        starts_at=during.lower,
        ends_at=during.upper,
        time_zone=zone,
    )
