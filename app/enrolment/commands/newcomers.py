"""Enrolling people who are not on record yet, or whom a search has found."""

from datetime import date, datetime

from app.enrolment.commands.places import enrol
from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.kernel.access import Actor
from app.kernel.errors import NotFound
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.people.commands import add_person, appoint
from app.people.queries import find_appointment_on, get_person
from app.people.types import Gender
from app.scheduling.models import Course


def enrol_new_person(
    *,
    course: Course,
    full_name: str,
    birth_date: date | None,
    gender: Gender | None,
    email: str | None,
    phone: str | None,
    staff_code: str | None,
    home_organisation: Organisation,
    position: str,
    state: EnrolmentState,
    duplicate_reason: str | None,
    before_waiting: bool = False,
    actor: Actor,
    at: datetime,
) -> Enrolment:
    """Enter a person with the post and give them a place, all or nothing.

    Raises PossibleDuplicate when somebody on record looks the same and no reason says that it is another.
    """
    person = add_person(
        full_name=full_name,
        organisation=home_organisation,
        birth_date=birth_date,
        gender=gender,
        email=email,
        phone=phone,
        staff_code=staff_code,
        duplicate_reason=duplicate_reason,
        actor=actor,
        at=at,
    )
    if position:
        appoint(
            person=person,
            organisation=home_organisation,
            position=position,
            level=None,
            valid_from=None,
            valid_to=None,
            actor=actor,
            at=at,
        )
    return enrol(
        course=course,
        person=person,
        home_organisation=home_organisation,
        position=position,
        state=state,
        before_waiting=before_waiting,
        actor=actor,
        at=at,
    )


def enrol_known_person(
    *,
    course: Course,
    person_id: int,
    called: str,
    state: EnrolmentState,
    before_waiting: bool = False,
    actor: Actor,
    at: datetime,
) -> Enrolment:
    """Give somebody on record a place, with the home and the post they have today.

    ``called`` is the name that the reader was shown: a number alone opens nobody's record. Raises NotFound.
    """
    person = get_person(person_id)
    if fold(person.full_name) != fold(called) or person.merged_into_id is not None:
        raise NotFound()
    post = find_appointment_on(person.id, at.date())
    return enrol(
        course=course,
        person=person,
        home_organisation=person.organisation,
        position=post.position if post else "",
        state=state,
        before_waiting=before_waiting,
        actor=actor,
        at=at,
    )
