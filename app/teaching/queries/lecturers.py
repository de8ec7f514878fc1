"""Reading lecturers and their load."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.kernel.access import Actor
from app.kernel.db import contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.kernel.periods import Period
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course, CourseSession, Engagement
from app.scheduling.types import EngagementKind
from app.teaching import rules
from app.teaching.models import Assignment, Lecturer
from app.teaching.policies import TeachingPermission
from app.teaching.types import AssignmentState, ComingSession, LecturerChoice, LecturerRow, Load

_MOST_CHOICES = 50


def get_lecturer(lecturer_id: int) -> Lecturer:
    """Return the lecturer with the person; NotFound if there is none."""
    found = session.scalar(
        select(Lecturer)
        .where(Lecturer.id == lecturer_id)
        .options(joinedload(Lecturer.person).joinedload(Person.organisation))
    )
    if found is None:
        raise NotFound()
    return found


def find_lecturer_of(person_id: int | None) -> Lecturer | None:
    """Return the person's record as a lecturer."""
    return session.scalar(select(Lecturer).where(Lecturer.person_id == person_id))


def list_lecturers(actor: Actor, request: PageRequest) -> Page[LecturerRow]:
    """Return the lecturers at home in the actor's scope: filters ``speciality`` and ``active`` (yes, no)."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Lecturer.id,
            Person.full_name,
            Organisation.name,
            Organisation.names,
            Lecturer.specialities,
            Lecturer.languages,
            Lecturer.weekly_hours_limit,
            Lecturer.active,
            Person.email,
        )
        .join(Person, Person.id == Lecturer.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(within(Person.organisation_id, actor.organisations_for(TeachingPermission.VIEW)))
    )
    if request.search:
        statement = statement.where(contains_text(Person.search_text, request.search))
    if request.filter("speciality"):
        statement = statement.where(
            Lecturer.specialities.icontains(request.filter("speciality"), autoescape=True)
        )
    if request.filter("active") in ("yes", "no"):
        statement = statement.where(Lecturer.active.is_(request.filter("active") == "yes"))
    return paginate(
        statement,
        request,
        order={
            "name": Person.sort_key,
            "organisation": (Organisation.code, Person.sort_key),
            "limit": (Lecturer.weekly_hours_limit, Person.sort_key),
        },
        default="name",
        tie=Lecturer.id,
        row=lambda row: LecturerRow(*row),
    )


def list_lecturer_choices(
    actor: Actor,
    sessions: Sequence[CourseSession],
    *,
    search: str = "",
    only_free: bool = False,
) -> list[LecturerChoice]:
    """Return active lecturers in the actor's scope for sessions of one course, those free at all their times first.

    At most fifty. The hours are those of the week of the first session.
    """
    is_free, hours = _availability(sessions)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Lecturer.id,
            Person.full_name,
            Organisation.name,
            Lecturer.specialities,
            is_free.label("is_free"),
            hours,
            Lecturer.weekly_hours_limit,
        )
        .join(Person, Person.id == Lecturer.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Lecturer.active,
            within(Person.organisation_id, actor.organisations_for(TeachingPermission.VIEW)),
        )
        .order_by(is_free.desc(), Person.sort_key, Lecturer.id)
        .limit(_MOST_CHOICES)
    )
    if search:
        statement = statement.where(contains_text(Person.search_text, search))
    if only_free:
        statement = statement.where(is_free)
    return [
        LecturerChoice(number, name, organisation, specialities, free, Decimal(taught), limit)
        for number, name, organisation, specialities, free, taught, limit in session.execute(statement)
    ]


def _availability(sessions: Sequence[CourseSession]) -> tuple[ColumnElement[bool], Any]:
    if not sessions:
        return literal(True), literal(0)
    clashing = exists().where(
        Engagement.person_id == Person.id,
        or_(*(Engagement.during.overlaps(one.during) for one in sessions)),
        ~within(Engagement.course_session_id, [one.id for one in sessions]),
    )
    week = rules.week_of(sessions[0].starts_at, sessions[0].course.time_zone)
    return ~clashing, _hours_of(Person.id, week)


def teaching_hours(person_id: int, period: Period) -> Decimal:
    """Return the hours that the person is bound to teach in sessions that begin in the period."""
    return Decimal(session.scalar(select(_hours_of(literal(person_id), period))) or 0)


def month_load(person_id: int, zone: str, at: datetime) -> Load:
    """Return hours and sessions that the person is bound to teach in the month of the instant, as the zone counts."""
    month = rules.month_of(at, zone)
    sessions = select(func.count()).where(*_taught_in(literal(person_id), month)).scalar_subquery()
    hours, count = session.execute(select(_hours_of(literal(person_id), month), sessions)).one()
    return Load(Decimal(hours), count)


def list_coming_sessions(
    lecturer_id: int, organisation_ids: Collection[int], at: datetime
) -> list[ComingSession]:
    """Return the lecturer's coming sessions in courses of the organisations, next first; at most fifty."""
    rows = session.execute(
        select(
            CourseSession.id,
            Course.id,
            Course.code,
            CourseSession.title,
            CourseSession.titles,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            Course.time_zone,
            Assignment.part,
            Assignment.state,
        )
        .join(Assignment, Assignment.course_session_id == CourseSession.id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            Assignment.lecturer_id == lecturer_id,
            Assignment.state.in_((AssignmentState.PROPOSED, AssignmentState.ACCEPTED)),
            func.upper(CourseSession.during) > at,
            within(Course.organisation_id, organisation_ids),
        )
        .order_by(func.lower(CourseSession.during), CourseSession.id)
        .limit(_MOST_CHOICES)
    )
    return [ComingSession(*row) for row in rows]


def _hours_of(
    person_id: ColumnElement[int] | InstrumentedAttribute[int], period: Period
) -> ScalarSelect[Any]:
    seconds = func.extract("epoch", func.upper(Engagement.during) - func.lower(Engagement.during))
    return (
        select(func.coalesce(func.sum(seconds), 0) / 3600)
        .where(*_taught_in(person_id, period))
        .scalar_subquery()
    )


def _taught_in(
    person_id: ColumnElement[int] | InstrumentedAttribute[int], period: Period
) -> tuple[ColumnElement[bool], ...]:
    begins = func.lower(Engagement.during)
    # A session counts for the period in which it begins; the index is on person and beginning.
    return (
        Engagement.person_id == person_id,
        Engagement.kind == EngagementKind.LECTURER,
        begins >= period.start,
        begins < period.end,
    )
