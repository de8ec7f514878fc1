"""Reading imports of trainees, and what has to be known to plan one."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Date, Integer, Text, any_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB

from app.accounts.models import Account
from app.accounts.queries import list_grants
from app.enrolment.import_plan import keys_of
from app.enrolment.import_report import read_row
from app.enrolment.models import Enrolment, TraineeImport
from app.enrolment.types import (
    CheckedRow,
    ImportRow,
    ImportSummary,
    KnownOrganisation,
    KnownPerson,
    Roll,
    RowFate,
)
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course

_SUMMARIES = 20


def get_import(import_id: int) -> TraineeImport:
    """Return the import without its file and rows; NotFound if there is none."""
    found = session.get(TraineeImport, import_id)
    if found is None:
        raise NotFound()
    return found


def list_imports(course_id: int) -> Sequence[ImportSummary]:
    """Return the latest imports of the course, newest first."""
    rows = session.execute(
        select(
            TraineeImport.id,
            TraineeImport.file_name,
            TraineeImport.state,
            TraineeImport.rows_total,
            Person.full_name,
            TraineeImport.created_at,
        )
        .join(Person, Person.id == TraineeImport.made_by_id)
        .where(TraineeImport.course_id == course_id)
        .order_by(TraineeImport.id.desc())
        .limit(_SUMMARIES)
    )
    return [ImportSummary(*row) for row in rows]


def list_checked_rows(import_id: int, request: PageRequest) -> Page[CheckedRow]:
    """Return the rows of the dry run in the order of the file: filter ``fate``, search by name."""
    element = func.jsonb_array_elements(TraineeImport.plan["rows"]).table_valued(
        Column("value", JSONB), with_ordinality="ordinality"
    )
    value = element.c.value
    statement = (
        select(value).select_from(TraineeImport).join(element, true()).where(TraineeImport.id == import_id)
    )
    if request.filter("fate") in set(RowFate):
        statement = statement.where(value["fate"].astext == request.filter("fate"))
    for word in fold(request.search).split()[:8]:
        statement = statement.where(value["searched"].astext.contains(word, autoescape=True))
    number = value["number"].astext.cast(Integer)
    return paginate(
        statement,
        request,
        order={"number": number},
        default="number",
        tie=element.c.ordinality,
        row=lambda row: read_row(row[0]),
    )


def find_starter(person_id: int) -> Actor:
    """Return the person who started an import, as the actor whom the worker acts for."""
    account_id, email, name = session.execute(
        select(Account.id, Account.email, Person.full_name)
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.id == person_id)
        .limit(1)
    ).one()
    return Actor(account_id, person_id, name, list_grants(person_id), email or "")


def load_roll(course: Course, rows: Sequence[ImportRow]) -> Roll:
    """Return the course's roll and everybody and everything on record that the rows may be about."""
    enrolled = session.execute(
        select(Enrolment.person_id, Enrolment.state).where(Enrolment.course_id == course.id)
    )
    capacity = session.scalar(select(Course.capacity).where(Course.id == course.id)) or 0
    return Roll(
        organisation_id=course.organisation_id,
        capacity=capacity,
        enrolled={row[0]: row[1] for row in enrolled},
        persons=_known_persons(rows),
        organisations=_known_organisations(),
    )


def _known_persons(rows: Sequence[ImportRow]) -> tuple[KnownPerson, ...]:
    keys = keys_of(rows)
    codes = {code.lower() for code in keys.staff_codes}
    births = {row.birth_date for row in rows if row.birth_date}
    found = session.execute(
        select(
            Person.id,
            Person.full_name,
            Person.birth_date,
            func.coalesce(Person.email, ""),
            func.coalesce(Person.staff_code, ""),
            Person.organisation_id,
        ).where(
            Person.merged_into_id.is_(None),
            or_(
                func.lower(Person.email) == _one_of(keys.emails, Text),
                func.lower(Person.staff_code) == _one_of(codes, Text),
                Person.birth_date == _one_of(births, Date),
            ),
        )
    )
    persons = (KnownPerson(*row) for row in found)
    # A birth date alone brings in strangers; only namesakes matter to the plan.
    return tuple(
        person
        for person in persons
        if person.email.lower() in keys.emails
        or person.staff_code.lower() in codes
        or fold(person.full_name) in keys.names
    )


def _known_organisations() -> tuple[KnownOrganisation, ...]:
    rows = session.execute(select(Organisation.id, Organisation.code, Organisation.name, Organisation.names))
    return tuple(
        KnownOrganisation(number, code, (name, *names.values())) for number, code, name, names in rows
    )


def _one_of(values: Collection[str] | Collection[date], kind: type[Text] | type[Date]) -> ColumnElement[Any]:
    return any_(cast(sorted(values), ARRAY(kind)))
