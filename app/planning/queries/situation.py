"""Reading what the search has to know: as many statements for 200 sessions as for two, and no arrays yet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.dialects.postgresql import Range

from app.enrolment.models import Enrolment
from app.enrolment.rules import TRAINEE_STATES
from app.kernel.db import session, within
from app.organisations.models import Campus, Organisation, Room
from app.people.models import Person as PersonTable
from app.planning import rules
from app.planning.grid import to_minutes
from app.planning.models import Absence, ModuleLecturer, PlanningProposal, PlanningRun
from app.planning.queries.by_hand import shared_by_consent
from app.planning.stored import read_places, read_situation
from app.planning.types import (
    WITHOUT_ROOM,
    Away,
    Booking,
    CourseFact,
    Meeting,
    Person,
    Place,
    PlanChange,
    RoomFact,
    Situation,
    TeachingTimes,
)
from app.scheduling.models import Course, CourseModule, CourseSession, Engagement
from app.scheduling.slots import days_as_period
from app.scheduling.types import EngagementKind, SessionState
from app.teaching.models import Lecturer


def look_at(
    *,
    organisation: Organisation,
    course: Course | None,
    first: date,
    last: date,
    moving: bool,
    times: TeachingTimes,
    at_minutes: int,
    missing: bool = True,
    earliest: int = 0,
    with_lecturer: tuple[int, int] | None = None,
) -> Situation:
    """Return what there is to place in the days, and what stands around it.

    Of one course, or of all courses of the organisation that have days among them. With ``moving`` sessions that have
    a place may get another one too; what has begun, or shares a room or person by consent, stays in any case. Without
    ``missing`` the hours that modules lack are left alone. Nothing is to be put before ``earliest``. ``with_lecturer``
    is a session and a person who is to be there, although the person said no to its present time.
    """
    zone = course.time_zone if course else organisation.time_zone
    courses = _courses(organisation, course, first, last)
    by_number = {one.id: one for one in courses}
    lecturers = _module_lecturers(by_number)
    meetings = [
        *_existing(by_number, moving, first, last, zone, at_minutes),
        *(_missing(by_number, lecturers, times.session_minutes) if missing else ()),
    ]
    meetings = [_together(meeting, with_lecturer) for meeting in meetings]
    rooms = _rooms(organisation, by_number.values())
    trainees = {number for one in courses for number in one.trainee_ids}
    wanted = trainees | {number for meeting in meetings for number in meeting.lecturer_ids}
    bookings = _bookings(by_number, [room.id for room in rooms], wanted, meetings, first, last, zone)
    lecturing = {number for meeting in meetings for number in meeting.lecturer_ids}
    return Situation(
        zone=zone,
        first=first.isoformat(),
        last=last.isoformat(),
        weekdays=times.weekdays,
        hours=times.hours,
        closed=times.closed,
        session_minutes=times.session_minutes,
        hours_a_day=times.hours_a_day,
        travel_minutes=times.travel_minutes,
        in_order=times.in_order,
        rooms=tuple(rooms),
        courses=tuple(courses),
        meetings=tuple(meetings),
        bookings=tuple(bookings),
        persons=tuple(_names(lecturing)),
        away=tuple(_away(lecturing, [room.id for room in rooms], first, last, zone)),
        earliest=earliest,
    )


def look_again(run: PlanningRun, at: datetime, *, earliest: int | None = None) -> Situation:
    """Return the situation of the run as it is now, with the teaching times for which it was made.

    ``earliest`` takes the place of the instant before which the run was to put nothing.
    """
    told = read_situation(
        session.scalars(select(PlanningRun.situation).where(PlanningRun.id == run.id)).one()
    )
    absence = run.absence
    return look_at(
        organisation=run.organisation,
        course=run.course,
        first=run.first_day,
        last=run.last_day,
        moving=run.moving,
        times=TeachingTimes(
            weekdays=told.weekdays,
            hours=told.hours,
            session_minutes=told.session_minutes,
            hours_a_day=told.hours_a_day,
            travel_minutes=told.travel_minutes,
            in_order=told.in_order,
            closed=told.closed,
        ),
        at_minutes=to_minutes(at),
        missing=absence is None,
        earliest=told.earliest if earliest is None else earliest,
        with_lecturer=with_lecturer_of(absence, run.course_session_id),
    )


def with_lecturer_of(absence: Absence | None, session_id: int | None) -> tuple[int, int] | None:
    """Return the session from which a repair was asked for, and the lecturer who is to be there."""
    if absence is None or absence.person_id is None or session_id is None:
        return None
    return session_id, absence.person_id


def compare(told: Situation, now: Situation, places: Sequence[Place], at: datetime) -> list[PlanChange]:
    """Return what has changed from one look to the other, as far as it concerns the places."""
    return rules.changes_since(told, now, places, to_minutes(at))


def changes_for(proposal: PlanningProposal, at: datetime) -> list[PlanChange]:
    """Return what has changed since the proposal was made, as far as it concerns it."""
    told = read_situation(
        session.scalars(select(PlanningRun.situation).where(PlanningRun.id == proposal.run_id)).one()
    )
    now = look_again(proposal.run, at)
    return rules.changes_since(told, now, read_places(proposal.places), to_minutes(at))


def _courses(organisation: Organisation, course: Course | None, first: date, last: date) -> list[CourseFact]:
    seats = (
        select(Enrolment.course_id, func.array_agg(Enrolment.person_id).label("persons"))
        .where(Enrolment.state.in_(TRAINEE_STATES))
        .group_by(Enrolment.course_id)
        .subquery()
    )
    chosen = Course.id == course.id if course else Course.organisation_id == organisation.id
    rows = session.execute(
        select(
            Course.id,
            Course.code,
            Course.campus_id,
            Course.capacity,
            Course.starts_on,
            Course.ends_on,
            seats.c.persons,
        )
        .outerjoin(seats, seats.c.course_id == Course.id)
        .where(chosen, Course.cancelled_at.is_(None), Course.starts_on <= last, Course.ends_on >= first)
        .order_by(Course.id)
    )
    return [
        CourseFact(
            id=row.id,
            code=row.code,
            campus_id=row.campus_id,
            size=len(row.persons or ()) or row.capacity,
            first=max(first, row.starts_on).isoformat(),
            last=min(last, row.ends_on).isoformat(),
            trainee_ids=tuple(sorted(row.persons or ())),
        )
        for row in rows
    ]


def _together(meeting: Meeting, with_lecturer: tuple[int, int] | None) -> Meeting:
    if with_lecturer is None or meeting.session_id != with_lecturer[0]:
        return meeting
    return meeting._replace(lecturer_ids=tuple(sorted({*meeting.lecturer_ids, with_lecturer[1]})))


def _away(
    persons: Collection[int], rooms: Collection[int], first: date, last: date, zone: str
) -> Iterable[Away]:
    rows = session.execute(
        select(Absence.person_id, Absence.room_id, Absence.during)
        .where(
            Absence.withdrawn_at.is_(None),
            Absence.during.overlaps(_span(first, last, zone)),
            or_(within(Absence.person_id, persons), within(Absence.room_id, rooms)),
        )
        .order_by(Absence.id)
    )
    for row in rows:
        yield Away(row.person_id, row.room_id, to_minutes(row.during.lower), to_minutes(row.during.upper))


def _module_lecturers(courses: Collection[int]) -> dict[int, tuple[int, ...]]:
    rows = session.execute(
        select(ModuleLecturer.course_module_id, Lecturer.person_id)
        .join(Lecturer, Lecturer.id == ModuleLecturer.lecturer_id)
        .join(CourseModule, CourseModule.id == ModuleLecturer.course_module_id)
        .where(within(CourseModule.course_id, courses))
        .order_by(ModuleLecturer.course_module_id, ModuleLecturer.position)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for module_id, person_id in rows:
        found[module_id].append(person_id)
    return {module_id: tuple(persons) for module_id, persons in found.items()}


def _existing(
    courses: Collection[int], moving: bool, first: date, last: date, zone: str, at_minutes: int
) -> list[Meeting]:
    """The planned sessions that lie ahead and may get a place: those without room and link, or all when ``moving``."""
    lacks_place = and_(
        CourseSession.room_id.is_(None),
        CourseSession.online_url.is_(None),
        CourseSession.method.not_in(WITHOUT_ROOM),
    )
    statement = _with_persons(EngagementKind.LECTURER).where(
        within(CourseSession.course_id, courses),
        CourseSession.state == SessionState.PLANNED,
        CourseSession.during.contained_by(_span(first, last, zone)),
        not_(shared_by_consent()),
    )
    if not moving:
        statement = statement.where(lacks_place)
    return [
        Meeting(
            key=f"s{row.id}",
            course_id=row.course_id,
            module_id=row.course_module_id,
            position=row.position or 0,
            title=row.title,
            method=row.method.value,
            minutes=to_minutes(row.during.upper) - to_minutes(row.during.lower),
            lecturer_ids=tuple(sorted(row.persons or ())),
            session_id=row.id,
            version=row.version,
            start=to_minutes(row.during.lower),
            room_id=row.room_id,
            online=row.online_url is not None and row.room_id is None,
        )
        for row in session.execute(statement)
        if to_minutes(row.during.lower) > at_minutes
    ]


def _missing(
    courses: Collection[int], lecturers: dict[int, tuple[int, ...]], session_minutes: int
) -> Iterable[Meeting]:
    """The sessions that modules lack, cut from their hours."""
    seconds = func.extract("epoch", func.upper(CourseSession.during) - func.lower(CourseSession.during))
    rows = session.execute(
        select(
            CourseModule.id,
            CourseModule.course_id,
            CourseModule.position,
            CourseModule.title,
            CourseModule.method,
            CourseModule.hours,
            func.coalesce(func.sum(seconds).filter(CourseSession.state != SessionState.CANCELLED), 0).label(
                "taught"
            ),
        )
        .outerjoin(CourseSession, CourseSession.course_module_id == CourseModule.id)
        .where(within(CourseModule.course_id, courses))
        .group_by(CourseModule.id)
        .order_by(CourseModule.course_id, CourseModule.position)
    )
    for row in rows:
        lacking = int(row.hours * 60) - int(row.taught) // 60
        for number, minutes in enumerate(rules.pieces(lacking, session_minutes), start=1):
            yield Meeting(
                key=f"m{row.id}.{number}",
                course_id=row.course_id,
                module_id=row.id,
                position=row.position,
                title=row.title,
                method=row.method.value,
                minutes=minutes,
                lecturer_ids=lecturers.get(row.id, ()),
            )


def _rooms(organisation: Organisation, courses: Iterable[CourseFact]) -> list[RoomFact]:
    campuses = {course.campus_id for course in courses if course.campus_id}
    rows = session.execute(
        select(Room.id, Room.name, Room.capacity, Room.layout, Room.campus_id)
        .join(Campus, Campus.id == Room.campus_id)
        .where(or_(Campus.organisation_id == organisation.id, within(Campus.id, campuses)))
        .order_by(Room.id)
    )
    return [RoomFact(row.id, row.name, row.capacity, row.layout.value, row.campus_id) for row in rows]


def _bookings(
    courses: Collection[int],
    rooms: Sequence[int],
    persons: Collection[int],
    meetings: Sequence[Meeting],
    first: date,
    last: date,
    zone: str,
) -> list[Booking]:
    """The sessions that stay where they are and take a room, a person or the cohort of the run."""
    placed = [meeting.session_id for meeting in meetings if meeting.session_id]
    binding = exists().where(
        Engagement.course_session_id == CourseSession.id, within(Engagement.person_id, persons)
    )
    statement = (
        _with_persons(None)
        .join(Course, Course.id == CourseSession.course_id)
        .add_columns(Course.code)
        .where(
            CourseSession.state != SessionState.CANCELLED,
            CourseSession.during.overlaps(_span(first, last, zone)),
            not_(within(CourseSession.id, placed)),
            or_(
                within(CourseSession.course_id, courses),
                within(CourseSession.room_id, rooms),
                binding,
            ),
        )
    )
    return [
        Booking(
            session_id=row.id,
            course_id=row.course_id,
            course_code=row.code,
            title=row.title,
            position=row.position or 0,
            method=row.method.value,
            start=to_minutes(row.during.lower),
            end=-(-int(row.during.upper.timestamp()) // 60),
            room_id=row.room_id,
            person_ids=tuple(sorted(set(row.persons or ()) & set(persons))),
        )
        for row in session.execute(statement)
    ]


def _with_persons(kind: EngagementKind | None) -> Any:
    persons = select(func.array_agg(Engagement.person_id)).where(
        Engagement.course_session_id == CourseSession.id
    )
    if kind is not None:
        persons = persons.where(Engagement.kind == kind)
    return (
        select(
            CourseSession.id,
            CourseSession.course_id,
            CourseSession.course_module_id,
            CourseModule.position,
            CourseSession.title,
            CourseSession.method,
            CourseSession.during,
            CourseSession.room_id,
            CourseSession.online_url,
            CourseSession.version,
            persons.correlate(CourseSession).scalar_subquery().label("persons"),
        )
        .outerjoin(CourseModule, CourseModule.id == CourseSession.course_module_id)
        .order_by(CourseSession.id)
    )


def _span(first: date, last: date, zone: str) -> Range[Any]:
    period = days_as_period(first, last, zone)
    return Range(period.start, period.end, bounds="[)")


def _names(person_ids: Collection[int]) -> list[Person]:
    rows = session.execute(
        select(PersonTable.id, PersonTable.full_name, Lecturer.weekly_hours_limit)
        .outerjoin(Lecturer, Lecturer.person_id == PersonTable.id)
        .where(within(PersonTable.id, person_ids))
        .order_by(PersonTable.id)
    )
    return [Person(row.id, row.full_name, row.weekly_hours_limit) for row in rows]
