"""Reading places in courses."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, func, select

from app.enrolment.errors import EnrolmentNotFound
from app.enrolment.models import Enrolment, EnrolmentStep
from app.enrolment.rules import SEATED_STATES, TRAINEE_STATES
from app.enrolment.types import EnrolmentRow, EnrolmentState, HomeOrganisation, Seats, StepRow
from app.kernel.db import contains_text, session, within
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course

_WAITING_ORDER = (Enrolment.changed_at, Enrolment.id)


def get_enrolment(enrolment_id: int) -> Enrolment:
    """Return the place; NotFound if there is none."""
    found = session.get(Enrolment, enrolment_id)
    if found is None:
        raise EnrolmentNotFound()
    return found


def find_enrolment(course_id: int, person_id: int) -> Enrolment | None:
    """Return the person's place in the course."""
    return session.scalar(
        select(Enrolment).where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
    )


def find_places(course_id: int, person_ids: Collection[int]) -> Mapping[int, int]:
    """Return the number of the place in the course of each of the persons who has one."""
    rows = session.execute(
        select(Enrolment.person_id, Enrolment.id).where(
            Enrolment.course_id == course_id, within(Enrolment.person_id, person_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def count_seats(course_id: int) -> int:
    """Return how many seats of the course are taken."""
    return (
        session.scalar(
            select(func.count()).where(Enrolment.course_id == course_id, Enrolment.state.in_(SEATED_STATES))
        )
        or 0
    )


def measure_seats(course_id: int) -> Seats:
    """Return the seats of the course: all, taken, and how many persons wait for one."""
    row = session.execute(
        select(
            Course.capacity,
            func.count().filter(Enrolment.state.in_(SEATED_STATES)),
            func.count().filter(Enrolment.state == EnrolmentState.WAITING),
        )
        .outerjoin(Enrolment, Enrolment.course_id == Course.id)
        .where(Course.id == course_id)
        .group_by(Course.id)
    ).one()
    return Seats(*row)


def list_trainees(course_id: int) -> Sequence[Person]:
    """Return the trainees of the course, by given name: whose place is confirmed, or was until the end."""
    return session.scalars(
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.course_id == course_id, Enrolment.state.in_(TRAINEE_STATES))
        .order_by(Person.sort_key, Person.id)
    ).all()


def list_trainee_ids(course_id: int) -> Sequence[int]:
    """Return the numbers of the trainees of the course."""
    return session.scalars(
        select(Enrolment.person_id)
        .where(Enrolment.course_id == course_id, Enrolment.state.in_(TRAINEE_STATES))
        .order_by(Enrolment.person_id)
    ).all()


def list_enrolments(course_id: int, request: PageRequest) -> Page[EnrolmentRow]:
    """Return the places of the course: filters ``state`` and ``organisation``, search by name."""
    queue = (
        select(Enrolment.id, func.row_number().over(order_by=_WAITING_ORDER).label("number"))
        .where(Enrolment.course_id == course_id, Enrolment.state == EnrolmentState.WAITING)
        .subquery()
    )
    statement = (
        select(
            Enrolment.id,
            Enrolment.version,
            Enrolment.person_id,
            Person.full_name,
            Organisation.name,
            Organisation.names,
            Enrolment.position,
            Enrolment.state,
            Enrolment.changed_at,
            queue.c.number,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Organisation, Organisation.id == Enrolment.home_organisation_id)
        .outerjoin(queue, queue.c.id == Enrolment.id)
        .where(Enrolment.course_id == course_id)
    )
    if request.search:
        statement = statement.where(contains_text(Person.search_text, request.search))
    if request.filter("state") in set(EnrolmentState):
        statement = statement.where(Enrolment.state == EnrolmentState(request.filter("state")))
    organisation = request.filter("organisation")
    if organisation.isascii() and organisation.isdigit() and len(organisation) < 18:
        statement = statement.where(Enrolment.home_organisation_id == int(organisation))
    waiting = request.filter("state") == EnrolmentState.WAITING
    return paginate(
        statement,
        request,
        order={
            "name": Person.sort_key,
            "organisation": (Organisation.name, Person.sort_key),
            "position": (Enrolment.position, Person.sort_key),
            "state": (Enrolment.state, *_WAITING_ORDER),
            "changed": Enrolment.changed_at,
        },
        default="state" if waiting else "name",
        tie=Enrolment.id,
        row=lambda row: EnrolmentRow(*row),
    )


def list_home_organisations(course_id: int | None = None) -> Sequence[HomeOrganisation]:
    """Return the organisations that trainees may come from; with a course, those its trainees come from."""
    statement = select(Organisation.id, Organisation.name, Organisation.names)
    if course_id is None:
        statement = statement.where(
            (Organisation.valid_to.is_(None)) | (Organisation.valid_to > func.current_date())
        ).order_by(Organisation.path)
    else:
        sending = select(Enrolment.home_organisation_id).where(Enrolment.course_id == course_id)
        statement = statement.where(Organisation.id.in_(sending)).order_by(Organisation.name)
    return [HomeOrganisation(*row) for row in session.execute(statement)]


def find_next_waiting(course_id: int) -> Enrolment | None:
    """Return the place that has waited longest."""
    return session.scalar(
        select(Enrolment)
        .where(Enrolment.course_id == course_id, Enrolment.state == EnrolmentState.WAITING)
        .order_by(*_WAITING_ORDER)
        .limit(1)
    )


def list_steps(enrolment: Enrolment) -> Sequence[StepRow]:
    """Return the history of the place, oldest first."""
    rows = session.execute(
        select(
            EnrolmentStep.from_state,
            EnrolmentStep.to_state,
            EnrolmentStep.at,
            Person.full_name,
            EnrolmentStep.reason,
        )
        .outerjoin(Person, Person.id == EnrolmentStep.by_id)
        .where(EnrolmentStep.enrolment_id == enrolment.id)
        .order_by(EnrolmentStep.id)
    )
    return [StepRow(*row) for row in rows]


def list_courses_of(person_id: int) -> Sequence[tuple[Course, EnrolmentState]]:
    """Return the courses in which the person has a place that was not given up, the latest first."""
    given_up = (EnrolmentState.WITHDRAWN, EnrolmentState.TRANSFERRED)
    rows = session.execute(
        select(Course, Enrolment.state)
        .join(Enrolment, and_(Enrolment.course_id == Course.id, Enrolment.person_id == person_id))
        .where(Enrolment.state.not_in(given_up))
        .order_by(Course.starts_on.desc(), Course.id)
    )
    return [(course, state) for course, state in rows]
