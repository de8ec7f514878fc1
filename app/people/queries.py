"""Reading people."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from app.kernel.access import Actor
from app.kernel.clock import now
from app.kernel.db import Base, contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.people.models import Appointment, Person
from app.people.policies import PersonPermission
from app.people.rules import likeness
from app.people.types import (
    PERSON_REFERENCES,
    DuplicateCandidate,
    Gender,
    Identity,
    Likeness,
    MergeCount,
    MergeSide,
    PersonChoice,
    PersonRow,
)

_MOST_CANDIDATES = 8
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
    return paginate(
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
            _position_on(now().date()),
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


def find_duplicates(
    full_name: str,
    birth_date: date | None,
    email: str | None,
    *,
    staff_code: str | None = None,
    organisation_id: int | None = None,
    except_id: int | None = None,
) -> list[DuplicateCandidate]:
    """Return who on record, in whatever organisation, may be this person: the surest first.

    Same staff code or e-mail address, or same name (without accents) and birth date, count as the same person;
    same and similar names are hints.
    """
    entered = Identity(full_name, birth_date, email, staff_code, organisation_id)
    rows: dict[int, Row[*tuple[Any, ...]]] = {row[0]: row for row in session.execute(_surely_alike(entered))}
    rows |= {row[0]: row for row in session.execute(_similarly_named(full_name))}
    found = [_candidate(entered, row) for number, row in rows.items() if number != except_id]
    order = list(Likeness)
    return sorted(
        (candidate for candidate in found if candidate is not None),
        key=lambda candidate: (order.index(candidate.likeness), candidate.id),
    )[:_MOST_CANDIDATES]


def _candidates() -> Select[*tuple[Any, ...]]:
    home = aliased(Organisation)
    return (
        select(
            Person.id,
            Person.full_name,
            Person.birth_date,
            Person.email,
            Person.staff_code,
            Person.organisation_id,
            home.name,
            home.names,
        )
        .join(home, home.id == Person.organisation_id)
        .where(Person.merged_into_id.is_(None))
    )


def _surely_alike(entered: Identity) -> Select[*tuple[Any, ...]]:
    reasons: list[ColumnElement[bool]] = [false()]
    if entered.email:
        reasons.append(func.lower(Person.email) == entered.email.lower())
    if entered.staff_code and entered.organisation_id:
        reasons.append(
            and_(Person.organisation_id == entered.organisation_id, Person.staff_code == entered.staff_code)
        )
    if entered.birth_date:
        same_name = Person.search_text.startswith(fold(entered.full_name), autoescape=True)
        reasons.append(and_(Person.birth_date == entered.birth_date, same_name))
    return _candidates().where(or_(*reasons)).order_by(Person.id).limit(_MOST_CANDIDATES)


def _similarly_named(full_name: str) -> Select[*tuple[Any, ...]]:
    name = literal(fold(full_name))
    return (
        _candidates()
        .where(name.op("<%")(Person.search_text))
        .order_by(func.word_similarity(name, Person.search_text).desc(), Person.id)
        .limit(_MOST_CANDIDATES)
    )


def _candidate(entered: Identity, row: Row[*tuple[Any, ...]]) -> DuplicateCandidate | None:
    number, full_name, birth_date, email, staff_code, organisation_id, home, homes = row
    reason = likeness(entered, Identity(full_name, birth_date, email, staff_code, organisation_id))
    if reason is None and fold(full_name) != fold(entered.full_name):
        reason = Likeness.SIMILAR_NAME
    if reason is None:
        return None
    return DuplicateCandidate(number, full_name, birth_date, organisation_id, home, homes, reason)


def get_merge_side(person_id: int, day: date) -> MergeSide:
    """Return what decides whether the record may be merged; NotFound if there is none."""
    account, grant = _table("account"), _table("role_grant")
    row = session.execute(
        select(
            Person.full_name,
            Person.merged_into_id,
            exists().where(account.c.person_id == Person.id),
            exists().where(
                grant.c.person_id == Person.id, or_(grant.c.valid_to.is_(None), grant.c.valid_to > day)
            ),
        ).where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    full_name, merged_into_id, has_account, holds_roles = row
    return MergeSide(person_id, full_name, merged_into_id is not None, has_account, holds_roles)


def list_merge_counts(kept_id: int, merged_id: int) -> list[MergeCount]:
    """Return how much of each kind the two records have; what neither has is left out."""
    counts = []
    for place, title in PERSON_REFERENCES.items():
        table, column = place.split(".")
        points_to = _table(table).c[column]
        counts.append(
            select(
                literal(title).label("title"),
                func.count().filter(points_to == kept_id).label("kept"),
                func.count().filter(points_to == merged_id).label("merged"),
            ).where(points_to.in_([kept_id, merged_id]))
        )
    rows = session.execute(union_all(*counts)).all()
    return [MergeCount(*row) for row in rows if row.kept or row.merged]


def _table(name: str) -> Table:
    """Return a table of a feature above, which may not be imported here: a merge looks at all that has a person."""
    return Base.metadata.tables[name]
