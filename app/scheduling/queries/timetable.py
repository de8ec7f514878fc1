"""Reading a course's timetable as it is shown: plain rows, as many statements for five sessions as for 500."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.dialects.postgresql import Range, aggregate_order_by
from sqlalchemy.orm import aliased

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.periods import Period
from app.organisations.models import Campus, Organisation, Room
from app.organisations.policies import OrganisationPermission
from app.people.models import Person
from app.scheduling.models import AllowedClash, Course, CourseSession, Engagement
from app.scheduling.types import EngagementKind, RoomChoice, SessionState, StandingClash, TimetableRow


def list_timetable(course: Course, only: int | None = None) -> list[TimetableRow]:
    """Return the sessions of the course by time, the cancelled ones too; or ``only`` the one with the number."""
    statement = _timetable()
    if only is not None:
        statement = statement.where(CourseSession.id == only)
    return [_timetable_row(row) for row in session.execute(statement, {"course_id": course.id})]


@cache
def _timetable() -> Select[*tuple[Any, ...]]:
    names = func.array_agg(aggregate_order_by(Person.full_name, Person.sort_key, Person.id))
    lecturers = (
        select(names)
        .join(Engagement, Engagement.person_id == Person.id)
        .where(Engagement.course_session_id == CourseSession.id, Engagement.kind == EngagementKind.LECTURER)
        .correlate(CourseSession)
        .scalar_subquery()
    )
    return (
        select(
            CourseSession.id,
            CourseSession.title,
            CourseSession.titles,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            Room.name,
            Room.capacity,
            CourseSession.online_url,
            CourseSession.method,
            CourseSession.state,
            CourseSession.state_reason,
            CourseSession.course_module_id,
            lecturers,
        )
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .where(CourseSession.course_id == bindparam("course_id"))
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    )


def _timetable_row(row: Any) -> TimetableRow:
    *values, lecturers = row
    return TimetableRow._make((*values, tuple(lecturers or ())))


def list_standing_clashes(course_id: int) -> list[StandingClash]:
    """Return the allowed clashes of the course's sessions that still are clashes, from either side."""
    wanted = {"course_id": course_id}
    # Mostly none was ever allowed: then planning the joins of the other statement would be most of its cost.
    if not session.scalar(_any_allowed(), wanted):
        return []
    return [StandingClash(*row) for row in session.execute(_standing_clashes(), wanted)]


@cache
def _any_allowed() -> Select[tuple[bool]]:
    own = CourseSession.course_id == bindparam("course_id")
    sides = (AllowedClash.course_session_id, AllowedClash.other_session_id)
    return select(or_(*(exists().where(own, side == CourseSession.id) for side in sides)))


@cache
def _standing_clashes() -> Select[*tuple[Any, ...]]:
    """Put together once, as a timetable asks for it each time."""
    own, other = aliased(CourseSession), aliased(CourseSession)
    sides = (AllowedClash.course_session_id, AllowedClash.other_session_id)
    pair = or_(and_(sides[0] == own.id, sides[1] == other.id), and_(sides[0] == other.id, sides[1] == own.id))
    return (
        select(
            own.id,
            func.coalesce(Room.name, Person.full_name),
            other.title,
            Course.code,
            Course.organisation_id,
            AllowedClash.reason,
        )
        .select_from(AllowedClash)
        .join(own, or_(sides[0] == own.id, sides[1] == own.id))
        .join(other, pair)
        .join(Course, Course.id == other.course_id)
        .outerjoin(Room, Room.id == AllowedClash.room_id)
        .outerjoin(Person, Person.id == AllowedClash.person_id)
        .where(
            own.course_id == bindparam("course_id"),
            own.during.overlaps(other.during),
            own.state != SessionState.CANCELLED,
            other.state != SessionState.CANCELLED,
        )
        .order_by(AllowedClash.id, own.id)
    )


def list_rooms(
    course: Course, actor: Actor, *, wanted: Period | None = None, besides: int | None = None
) -> list[RoomChoice]:
    """Return the rooms of the course's campus, then those of other organisations in the actor's scope.

    With a ``wanted`` time each says whether it is free then, the session ``besides`` left out; the room that this
    session has is always among them.
    """
    free: ColumnElement[bool] = Room.id.is_not(None)
    if wanted is not None:
        free = ~_taken(Range(wanted.start, wanted.end, bounds="[)"), besides)
    own = select(CourseSession.room_id).where(CourseSession.id == (besides or 0)).scalar_subquery()
    here = Campus.id == course.campus_id
    rows = session.execute(
        select(
            Room.id, Room.name, Campus.id, Campus.name, Organisation.name, Room.capacity, Room.layout, free
        )
        .join(Campus, Campus.id == Room.campus_id)
        .join(Organisation, Organisation.id == Campus.organisation_id)
        .where(
            or_(
                here,
                within(Campus.organisation_id, actor.organisations_for(OrganisationPermission.VIEW)),
                Room.id == own,
            )
        )
        .order_by(here.is_not(True), Organisation.path, Campus.name, Room.name, Room.id)
    )
    return [RoomChoice(*row) for row in rows]


def list_busy(course: Course, span: Period, *, room_id: int | None, besides: int | None) -> list[Period]:
    """Return when the room is taken, or somebody bound to the session ``besides`` is elsewhere, in that time."""
    during: Range[datetime] = Range(span.start, span.end, bounds="[)")
    in_room = and_(CourseSession.room_id == room_id, CourseSession.state != SessionState.CANCELLED)
    bound = select(Engagement.person_id).where(Engagement.course_session_id == (besides or 0))
    with_persons = CourseSession.id.in_(
        select(Engagement.course_session_id).where(
            Engagement.person_id.in_(bound), Engagement.during.overlaps(during)
        )
    )
    in_course = and_(CourseSession.course_id == course.id, CourseSession.state != SessionState.CANCELLED)
    rows = session.execute(
        select(func.lower(CourseSession.during), func.upper(CourseSession.during)).where(
            CourseSession.during.overlaps(during),
            CourseSession.id != (besides or 0),
            or_(in_room, with_persons, in_course),
        )
    )
    return [Period(start, end) for start, end in rows]


def _taken(during: Range[datetime], besides: int | None) -> ColumnElement[bool]:
    return (
        select(CourseSession.id)
        .where(
            CourseSession.room_id == Room.id,
            CourseSession.during.overlaps(during),
            CourseSession.state != SessionState.CANCELLED,
            CourseSession.id != (besides or 0),
        )
        .correlate(Room)
        .exists()
    )
