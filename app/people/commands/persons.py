"""Entering and changing people and their posts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.text import clean_name, name_sort_key
from app.kernel.transaction import check_version, flush, refusing
from app.messaging.rules import require_address
from app.organisations.models import Organisation
from app.people import events, rules
from app.people.errors import (
    BirthDateAhead,
    NameMissing,
    PossibleDuplicate,
    PostAlreadyEnded,
    PostBackwards,
)
from app.people.models import Appointment, Person
from app.people.queries import find_duplicates
from app.people.types import AppointmentLevel, Gender, NewPerson


def add_person(
    *,
    full_name: str,
    organisation: Organisation,
    birth_date: date | None = None,
    gender: Gender | None = None,
    email: str | None = None,
    phone: str | None = None,
    staff_code: str | None = None,
    duplicate_reason: str | None = None,
    actor: Actor,
    at: datetime,
) -> Person:
    """Enter a person whose home is the organisation.

    Raises PossibleDuplicate when somebody on record looks the same and no reason says that it is another;
    BirthDateAhead, NameMissing or StaffCodeTaken.
    """
    person = Person()
    _describe(person, full_name, organisation, birth_date, gender, email, phone, staff_code, at)
    alike = [
        candidate.id
        for candidate in find_duplicates(
            person.full_name,
            birth_date,
            person.email,
            staff_code=person.staff_code,
            organisation_id=organisation.id,
        )
        if candidate.likeness.is_certain
    ]
    if alike and not duplicate_reason:
        raise PossibleDuplicate()
    session.add(person)
    # The trail names the person by the number that the database gives.
    flush()
    record(
        events.PersonAdded(
            actor=actor,
            at=at,
            organisation_id=organisation.id,
            subject_id=person.id,
            reason=duplicate_reason if alike else None,
            looked_like=tuple(alike),
        )
    )
    return person


def add_people(*, people: Sequence[NewPerson], actor: Actor, at: datetime) -> list[int]:
    """Enter many people at once and return their numbers in the same order.

    For lists whose duplicates have been looked for already: nobody is compared with those on record.
    Raises NameMissing, BirthDateAhead or StaffCodeTaken.
    """
    if not people:
        return []
    with refusing():
        ids = list(
            session.scalars(
                insert(Person).returning(Person.id, sort_by_parameter_order=True),
                [_row(person, at) for person in people],
            )
        )
    of_organisation: dict[int, list[int]] = defaultdict(list)
    for person, number in zip(people, ids, strict=True):
        of_organisation[person.organisation_id].append(number)
    for organisation_id, numbers in of_organisation.items():
        record(
            events.PeopleAdded(
                actor=actor,
                at=at,
                organisation_id=organisation_id,
                subject_id=organisation_id,
                person_ids=tuple(numbers),
            )
        )
    return ids


def change_person(
    *,
    person: Person,
    expected_version: int,
    full_name: str,
    organisation: Organisation,
    birth_date: date | None,
    gender: Gender | None,
    email: str | None,
    phone: str | None,
    staff_code: str | None,
    actor: Actor,
    at: datetime,
) -> Person:
    """Change what is known of a person; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(person, expected_version)
    _describe(person, full_name, organisation, birth_date, gender, email, phone, staff_code, at)
    record(events.PersonChanged(actor=actor, at=at, organisation_id=organisation.id, subject_id=person.id))
    flush()
    return person


def appoint(
    *,
    person: Person,
    organisation: Organisation,
    position: str,
    level: AppointmentLevel | None,
    valid_from: date | None,
    valid_to: date | None,
    actor: Actor,
    at: datetime,
) -> Appointment:
    """Give a person a post; earlier ones stay as history. Raises PostBackwards or SamePostTwice."""
    if valid_from and valid_to and valid_to <= valid_from:
        raise PostBackwards(field="valid_to")
    appointment = Appointment(
        person=person,
        organisation=organisation,
        position=clean_name(position),
        level=level,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(appointment)
    # The trail names the post by the number that the database gives.
    flush()
    record(
        events.PersonAppointed(
            actor=actor,
            at=at,
            organisation_id=person.organisation_id,
            subject_id=person.id,
            appointment_id=appointment.id,
            position=appointment.position,
        )
    )
    return appointment


def end_appointment(
    *, appointment: Appointment, expected_version: int, on: date, actor: Actor, at: datetime
) -> Appointment:
    """Let a post end on a day, which is the first no longer held. Raises PostBackwards or PostAlreadyEnded."""
    check_version(appointment, expected_version)
    if appointment.valid_to is not None and appointment.valid_to < on:
        raise PostAlreadyEnded(field="on")
    if appointment.valid_from is not None and on <= appointment.valid_from:
        raise PostBackwards(field="on")
    appointment.valid_to = on
    record(
        events.AppointmentEnded(
            actor=actor,
            at=at,
            organisation_id=appointment.person.organisation_id,
            subject_id=appointment.person_id,
            appointment_id=appointment.id,
            on=on,
        )
    )
    flush()
    return appointment


def _describe(
    person: Person,
    full_name: str,
    organisation: Organisation,
    birth_date: date | None,
    gender: Gender | None,
    email: str | None,
    phone: str | None,
    staff_code: str | None,
    at: datetime,
) -> None:
    described = _row(NewPerson(full_name, organisation.id, birth_date, gender, email, phone, staff_code), at)
    for name, value in described.items():
        if name != "organisation_id":
            setattr(person, name, value)
    person.organisation = organisation


def _row(person: NewPerson, at: datetime) -> dict[str, object]:
    """Return the person's columns: cleaned, with what is searched and sorted by."""
    name = clean_name(person.full_name)
    if not name:
        raise NameMissing(field="full_name")
    if person.birth_date is not None and person.birth_date > at.date():
        raise BirthDateAhead(field="birth_date")
    email, staff_code = _text(person.email), _text(person.staff_code)
    if email is not None:
        # Later it stands in the letters to a whole cohort, none of which would leave for the sake of one.
        require_address(email, field="email")
    return {
        "full_name": name,
        "birth_date": person.birth_date,
        "gender": person.gender,
        "email": email,
        "phone": _text(person.phone),
        "staff_code": staff_code,
        "organisation_id": person.organisation_id,
        "search_text": rules.search_text(name, email, staff_code),
        "sort_key": name_sort_key(name),
    }


def _text(value: str | None) -> str | None:
    """Return the cleaned text; what is empty counts as not known."""
    return clean_name(value) or None if value else None
