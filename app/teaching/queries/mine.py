"""Reading a lecturer's own assignments: one row each, and who and what belongs to it in two further statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    CompoundSelect,
    Executable,
    Select,
    all_,
    and_,
    any_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.errors import NotFound
from app.organisations.models import Campus, Room
from app.people.models import Person
from app.scheduling.models import Course, CourseSession, SessionMaterial
from app.teaching import rules
from app.teaching.models import Assignment, Lecturer
from app.teaching.queries.assignments import get_assignment
from app.teaching.queries.lecturers import month_load
from app.teaching.types import AssignmentState, Companion, Material, MyAssignments, TeachingSession

_BINDING = (AssignmentState.PROPOSED, AssignmentState.ACCEPTED)
_MOST_PAST = 100
# Where the number of the session stands in a row of ``_of_person``.
_SESSION_ID = 7


def get_own_assignment(assignment_id: int, *, actor: Actor) -> Assignment:
    """Return the actor's own assignment; NotFound if there is none or it is somebody else's."""
    found = get_assignment(assignment_id)
    if actor.person_id is None or found.lecturer.person_id != actor.person_id:
        raise NotFound()
    return found


def get_my_session(course_session_id: int, *, actor: Actor) -> TeachingSession:
    """Return the session as the actor teaches, or was asked to teach, in it; NotFound if it is not theirs."""
    statement = _of_person().where(CourseSession.id == course_session_id)
    found = _completed(session.execute(statement, {"person": actor.person_id}).all())
    if not found:
        raise NotFound()
    return found[0]


def list_my_assignments(actor: Actor, zone: str, at: datetime) -> MyAssignments:
    """Return what the actor is asked and bound to: next first, the last hundred past ones last first."""
    ahead = _completed(
        session.execute(
            _of_person()
            .where(Assignment.state.in_(_BINDING), func.upper(CourseSession.during) > at)
            .order_by(func.lower(CourseSession.during), Assignment.id),
            {"person": actor.person_id},
        ).all()
    )
    past = _completed(
        session.execute(
            _of_person()
            .where(Assignment.state == AssignmentState.ACCEPTED, func.upper(CourseSession.during) <= at)
            .order_by(func.lower(CourseSession.during).desc(), Assignment.id)
            .limit(_MOST_PAST),
            {"person": actor.person_id},
        ).all()
    )
    return MyAssignments(
        unanswered=tuple(one for one in ahead if one.state is AssignmentState.PROPOSED),
        coming=tuple(one for one in ahead if one.state is AssignmentState.ACCEPTED),
        past=tuple(past),
        load=month_load(actor.person_id or 0, zone, at),
    )


def list_feed_sessions(person_id: int, at: datetime) -> list[TeachingSession]:
    """Return what a calendar is told: all that binds from a year ago on, and for ninety days what no longer does."""
    since = {"past": at - rules.PAST_STAYS, "ended": at - rules.CANCELLED_STAYS}
    return _completed(_read(_in_feed(), {"person": person_id, **since}))


@cache
def _in_feed() -> Select[*tuple[Any, ...]]:
    """Put together once, as each calendar program asks for it every hour."""
    ended = and_(Assignment.state.not_in(_BINDING), Assignment.changed_at > bindparam("ended"))
    return (
        _of_person()
        .where(
            func.upper(CourseSession.during) > bindparam("past"),
            or_(Assignment.state.in_(_BINDING), ended),
        )
        .order_by(func.lower(CourseSession.during), Assignment.id)
    )


@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    """What all of these pages read of the assignments of the person who is given to the statement; made once."""
    return (
        select(
            Assignment.id,
            Assignment.version,
            Assignment.part,
            Assignment.state,
            Assignment.reason,
            Assignment.proposed_at,
            Assignment.changed_at,
            CourseSession.id,
            CourseSession.version,
            CourseSession.title,
            CourseSession.titles,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            CourseSession.state,
            CourseSession.method,
            CourseSession.online_url,
            Course.code,
            Course.title,
            Course.titles,
            # The zone of the place where it happens; online it is the course's.
            func.coalesce(Campus.time_zone, Course.time_zone),
            Room.name,
            Campus.name,
            Campus.address,
        )
        .join(Lecturer, Lecturer.id == Assignment.lecturer_id)
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .outerjoin(Campus, Campus.id == Room.campus_id)
        .where(Lecturer.person_id == bindparam("person"))
    )


def _completed(rows: Sequence[Any]) -> list[TeachingSession]:
    """Put the others who teach in the sessions, and the materials, to the rows."""
    companions, materials = _around({row[_SESSION_ID] for row in rows}, {row[0] for row in rows})
    return [
        TeachingSession._make(
            (
                *row,
                tuple(companions.get(row[_SESSION_ID], ())),
                tuple(materials.get(row[_SESSION_ID], ())),
            )
        )
        for row in rows
    ]


def _around(
    session_ids: Collection[int], own: Collection[int]
) -> tuple[dict[int, list[Companion]], dict[int, list[Material]]]:
    """Return who else teaches in the sessions besides the own assignments, and what is needed for them."""
    companions: defaultdict[int, list[Companion]] = defaultdict(list)
    materials: defaultdict[int, list[Material]] = defaultdict(list)
    wanted = {"sessions": sorted(session_ids), "own": sorted(own)}
    for session_id, name, part, state, url, *_order in _read(_all_around(), wanted):
        if url is None:
            companions[session_id].append(Companion(name, part, state))
        else:
            materials[session_id].append(Material(name, url))
    return companions, materials


@cache
def _all_around() -> CompoundSelect[*tuple[Any, ...]]:
    """Both in one statement, as there is mostly little of either: people by name, materials in their order."""
    others = (
        select(
            Assignment.course_session_id,
            Person.full_name,
            Assignment.part,
            Assignment.state,
            null(),
            Person.sort_key.label("first"),
            Assignment.id.label("then"),
        )
        .join(Lecturer, Lecturer.id == Assignment.lecturer_id)
        .join(Person, Person.id == Lecturer.person_id)
        .where(
            Assignment.course_session_id == any_(_numbers("sessions")),
            # Left out here and not afterwards: whoever mostly teaches alone would else look up each time only oneself.
            Assignment.id != all_(_numbers("own")),
            Assignment.state.in_(_BINDING),
        )
    )
    needed = select(
        SessionMaterial.course_session_id,
        SessionMaterial.title,
        null(),
        null(),
        SessionMaterial.url,
        literal(""),
        SessionMaterial.position,
    ).where(SessionMaterial.course_session_id == any_(_numbers("sessions")))
    return union_all(others, needed).order_by("first", "then")


def _read(statement: Executable, values: Mapping[str, object]) -> Sequence[Any]:
    """Return plain rows. The session's own way would look in each for mapped objects, of which there are none."""
    return session.connection().execute(statement, values).all()


def _numbers(name: str) -> BindParameter[Sequence[int]]:
    return bindparam(name, type_=ARRAY(BigInteger))
