"""Reading people and their posts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, null, or_, select
from sqlalchemy.orm import joinedload

from app.kernel.access import Actor
from app.kernel.clock import now
from app.kernel.db import contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation
from app.people.models import Appointment, Person
from app.people.policies import PersonPermission
from app.people.types import Gender, PersonChoice, PersonRow

_MOST_CHOICES = 20


def get_person(person_id: int) -> Person:
    """Return the person with the home organisation; NotFound if there is none.

    A record that was merged is found too: its ``merged_into_id`` says where its things are.
    """
    found = session.scalar(
        select(Person).where(Person.id == person_id).options(joinedload(Person.organisation))
    )
    if found is None:
        raise NotFound()
    return found


def get_appointment(appointment_id: int) -> Appointment:
    """Return the post with its person; NotFound if there is none."""
    found = session.scalar(
        select(Appointment)
        .where(Appointment.id == appointment_id)
        .options(joinedload(Appointment.person), joinedload(Appointment.organisation))
    )
    if found is None:
        raise NotFound()
    return found


def list_people(actor: Actor, request: PageRequest) -> Page[PersonRow]:
    """Return the people at home in the actor's scope: filters ``organisation`` (and below it) and ``gender``.

    By default in the Vietnamese order of names: given name first.
    """
    listed = paginate(
        _list_statement(actor, request),
        request,
        order={
            "name": Person.sort_key,
            "birth_date": Person.birth_date,
            "organisation": (Organisation.code, Person.sort_key),
            "staff_code": Person.staff_code,
        },
        default="name",
        tie=Person.id,
        row=lambda row: PersonRow(*row),
    )
    return listed if request.size is None else _with_positions(listed)


def _with_positions(listed: Page[PersonRow]) -> Page[PersonRow]:
    """Add the posts of those on the page only: a far page would else look up those of everybody before it."""
    rows = list(listed.items)
    positions = session.execute(
        select(Person.id, _position_on(now().date())).where(within(Person.id, [row.id for row in rows]))
    )
    held = {row[0]: row[1] for row in positions}
    return replace(listed, items=[replace(row, position=held.get(row.id)) for row in rows])


def _list_statement(actor: Actor, request: PageRequest) -> Select[*tuple[Any, ...]]:
    scope = actor.organisations_for(PersonPermission.VIEW)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.full_name,
            Person.birth_date,
            Person.gender,
            Organisation.name,
            Organisation.names,
            # An export is read in one go, and has no second query.
            _position_on(now().date()) if request.size is None else null(),
            Person.email,
            Person.phone,
            Person.staff_code,
        )
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(within(Person.organisation_id, scope), Person.merged_into_id.is_(None))
    )
    if request.search:
        statement = statement.where(contains_text(Person.search_text, request.search))
    if request.filter("gender") in set(Gender):
        statement = statement.where(Person.gender == Gender(request.filter("gender")))
    if (number := request.filter("organisation")).isdecimal() and len(number) < 18:
        statement = statement.where(Organisation.path.contains([int(number)]))
    return statement


def _position_on(day: date) -> ColumnElement[str | None]:
    """Return the latest post that the person holds on the day."""
    return (
        select(Appointment.position)
        .where(
            Appointment.person_id == Person.id,
            or_(Appointment.valid_from.is_(None), Appointment.valid_from <= day),
            or_(Appointment.valid_to.is_(None), Appointment.valid_to > day),
        )
        .order_by(Appointment.valid_from.desc().nulls_last(), Appointment.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def list_appointments(person: Person) -> Sequence[Appointment]:
    """Return the person's posts, the latest first."""
    return session.scalars(
        select(Appointment)
        .where(Appointment.person_id == person.id)
        .options(joinedload(Appointment.organisation))
        .order_by(Appointment.valid_from.desc().nulls_last(), Appointment.id.desc())
    ).all()


def find_appointment_on(person_id: int, day: date) -> Appointment | None:
    """Return the latest post that the person held on the day, with its organisation."""
    return session.scalar(
        select(Appointment)
        .where(
            Appointment.person_id == person_id,
            or_(Appointment.valid_from.is_(None), Appointment.valid_from <= day),
            or_(Appointment.valid_to.is_(None), Appointment.valid_to > day),
        )
        .options(joinedload(Appointment.organisation))
        .order_by(Appointment.valid_from.desc().nulls_last(), Appointment.id.desc())
        .limit(1)
    )


def list_person_choices(organisation_ids: Collection[int], search: str = "") -> Sequence[PersonChoice]:
    """Return people at home in the organisations, by given name; at most 20 of those the search finds."""
    statement = (
        select(Person.id, Person.full_name, Person.email, Organisation.name, Organisation.names)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(within(Person.organisation_id, organisation_ids), Person.merged_into_id.is_(None))
        .order_by(Person.sort_key, Person.id)
        .limit(_MOST_CHOICES)
    )
    if search:
        statement = statement.where(contains_text(Person.search_text, search))
    return [PersonChoice(*row) for row in session.execute(statement)]
