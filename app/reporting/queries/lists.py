"""What the start page of a registrar shows: what the lists of trainees still lack."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.attendance.models import AttendanceRegister
from app.attendance.rules import CLOSED_STATES
from app.enrolment.models import Enrolment, TraineeImport
from app.enrolment.rules import SEATED_STATES
from app.enrolment.types import EnrolmentState, ImportState
from app.kernel.access import Actor
from app.kernel.db import within
from app.people.models import Person
from app.people.types import Likeness
from app.reporting.cards import ImportCard, ListCard, RecordCard, Shortlist, TwinCard
from app.reporting.policies import ReportPermission
from app.reporting.queries.shortlists import first_of
from app.scheduling.models import Course, CourseSession
from app.scheduling.types import SessionState

LOOK_AHEAD = timedelta(days=42)
# Registers are closed and records completed within a fortnight of the last day; then the course is done here.
LOOK_BACK = timedelta(days=14)
IMPORT_MEMORY = timedelta(days=14)
MOST_COURSES, MOST_RECORDS, MOST_OTHERS = 20, 12, 8

_ON_THE_LIST = (*SEATED_STATES, EnrolmentState.NOMINATED, EnrolmentState.WAITING)
_NO_BIRTH_DATE = Person.birth_date.is_(None)
_NO_EMAIL = func.coalesce(Person.email, "") == ""


def list_course_lists(actor: Actor, today: date, at: datetime) -> Shortlist[ListCard]:
    """Return the courses in scope that begin soon, run or have just ended, with what their lists lack; by first day."""
    people = _counted_people(actor, today)
    counted = [func.coalesce(column, 0) for column in people.c if column.name != "course_id"]
    return first_of(
        select(
            Course.id,
            Course.code,
            Course.title,
            Course.titles,
            Course.starts_on,
            Course.ends_on,
            Course.capacity,
            *counted,
            _registers_missing(at),
        )
        .outerjoin(people, people.c.course_id == Course.id)
        .where(_at_hand(actor, today))
        .order_by(Course.starts_on, Course.id),
        ListCard,
        most=MOST_COURSES,
    )


def list_imports_left(actor: Actor, at: datetime) -> Shortlist[ImportCard]:
    """Return the lists of the last fortnight that were not taken over, nor followed by another; newest first."""
    later = aliased(TraineeImport)
    replaced = (
        select(later.id)
        .where(later.course_id == TraineeImport.course_id, later.id > TraineeImport.id)
        .exists()
    )
    return first_of(
        select(
            TraineeImport.id,
            TraineeImport.file_name,
            Course.code,
            TraineeImport.state,
            Person.full_name,
            TraineeImport.created_at,
        )
        .select_from(TraineeImport)
        .join(Course, Course.id == TraineeImport.course_id)
        .join(Person, Person.id == TraineeImport.made_by_id)
        .where(
            _in_scope(actor),
            TraineeImport.state != ImportState.DONE,
            TraineeImport.created_at > at - IMPORT_MEMORY,
            ~replaced,
        )
        .order_by(TraineeImport.id.desc()),
        ImportCard,
        most=MOST_OTHERS,
    )


def list_records_to_complete(actor: Actor, today: date) -> Shortlist[RecordCard]:
    """Return the trainees at home in scope whose record lacks something, once each: the next course's first."""
    first_day = func.min(Course.starts_on)
    return first_of(
        select(
            Person.id,
            Person.full_name,
            _NO_BIRTH_DATE,
            _NO_EMAIL,
            func.min(Course.code),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            _at_hand(actor, today),
            Enrolment.state.in_(_ON_THE_LIST),
            within(Person.organisation_id, actor.organisations_for(ReportPermission.REGISTRAR_START)),
            or_(_NO_BIRTH_DATE, _NO_EMAIL),
        )
        .group_by(Person.id)
        .order_by(first_day, Person.sort_key, Person.id),
        RecordCard,
        most=MOST_RECORDS,
    )


def list_twins(actor: Actor, today: date) -> Shortlist[TwinCard]:
    """Return pairs of records in scope, of which one is on a list at hand, that share an address, or name and birth."""
    pairs = _alike(actor, today)
    kept, other = aliased(Person), aliased(Person)
    return first_of(
        select(kept.id, kept.full_name, other.id, other.full_name, func.min(pairs.c.why))
        .select_from(pairs)
        .join(kept, kept.id == pairs.c.kept)
        .join(other, other.id == pairs.c.other)
        .group_by(kept.id, other.id)
        .order_by(kept.sort_key, kept.id, other.id),
        _twins,
        most=MOST_OTHERS,
    )


def _twins(kept_id: int, kept_name: str, other_id: int, other_name: str, why: str) -> TwinCard:
    return TwinCard(kept_id, kept_name, other_id, other_name, Likeness(why))


def _alike(actor: Actor, today: date) -> Subquery:
    listed, other = aliased(Person), aliased(Person)
    scope = actor.organisations_for(ReportPermission.REGISTRAR_START)
    on_a_list = (
        select(Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(_at_hand(actor, today), Enrolment.state.in_(_ON_THE_LIST))
    )
    reasons = {
        Likeness.SAME_EMAIL: func.lower(listed.email) == func.lower(other.email),
        Likeness.SAME_NAME_AND_BIRTH: and_(
            listed.birth_date == other.birth_date, listed.sort_key == other.sort_key
        ),
    }
    # One statement for each reason, as each follows an index of its own; an OR would follow none.
    return union_all(
        *(
            select(
                func.least(listed.id, other.id).label("kept"),
                func.greatest(listed.id, other.id).label("other"),
                literal(why.value).label("why"),
            )
            .select_from(listed)
            .join(other, and_(alike, other.id != listed.id))
            .where(
                listed.id.in_(on_a_list),
                *(within(side.organisation_id, scope) for side in (listed, other)),
                *(side.merged_into_id.is_(None) for side in (listed, other)),
            )
            for why, alike in reasons.items()
        )
    ).subquery()


def _counted_people(actor: Actor, today: date) -> Subquery:
    """Count the places of each course at hand in one pass: seats and what is open, in the order of the card."""
    ours = and_(
        Enrolment.state.in_(_ON_THE_LIST),
        within(Person.organisation_id, actor.organisations_for(ReportPermission.REGISTRAR_START)),
    )
    conditions = {
        "seats": Enrolment.state.in_(SEATED_STATES),
        "waiting": Enrolment.state == EnrolmentState.WAITING,
        "nominated": Enrolment.state == EnrolmentState.NOMINATED,
        "offered": Enrolment.state == EnrolmentState.OFFERED,
        "without_birth_date": and_(ours, _NO_BIRTH_DATE),
        "without_email": and_(ours, _NO_EMAIL),
    }
    return (
        select(
            Enrolment.course_id, *(func.count().filter(what).label(name) for name, what in conditions.items())
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(_at_hand(actor, today))
        .group_by(Enrolment.course_id)
        .subquery()
    )


def _registers_missing(at: datetime) -> ScalarSelect[int]:
    return (
        select(func.count(CourseSession.id))
        .outerjoin(
            AttendanceRegister,
            and_(
                AttendanceRegister.course_session_id == CourseSession.id,
                AttendanceRegister.state.in_(CLOSED_STATES),
            ),
        )
        .where(
            CourseSession.course_id == Course.id,
            CourseSession.state != SessionState.CANCELLED,
            func.upper(CourseSession.during) < at,
            AttendanceRegister.course_session_id.is_(None),
        )
        .correlate(Course)
        .scalar_subquery()
    )


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    return and_(
        within(Course.organisation_id, actor.organisations_for(ReportPermission.REGISTRAR_START)),
        Course.cancelled_at.is_(None),
    )


def _at_hand(actor: Actor, today: date) -> ColumnElement[bool]:
    return and_(_in_scope(actor), Course.starts_on <= today + LOOK_AHEAD, Course.ends_on >= today - LOOK_BACK)
