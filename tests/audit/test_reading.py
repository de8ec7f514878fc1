"""The trail in words: nothing is shown under the name that a programmer gave it."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.audit import words
from app.audit.reading import ReadableEntry, read_entries
from app.audit.types import FieldChange, TrailEntry
from app.kernel.access import Actor, Role
from app.kernel.db import Base, JsonValue
from app.kernel.events import kinds_of_events
from app.tables import metadata
from tests.factories.accounts import make_account_with, make_actor
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_session
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
COMMON = {"actor", "at", "organisation_id", "subject_id", "reason"}
NOBODY = Actor(None, None, "Nobody")


def audited_columns() -> Iterator[tuple[str, str]]:
    for mapper in Base.registry.mappers:
        if getattr(mapper.class_, "__audited__", True):
            table = metadata.tables[str(mapper.local_table)]
            yield from ((table.name, column.key) for column in table.columns)


@pytest.fixture
def reading(app: Flask, db: Session) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def entry(
    action: str = "session moved",
    subject: str = "session",
    number: int | None = 7,
    changes: tuple[tuple[str, str, JsonValue, JsonValue], ...] = (),
    **details: JsonValue,
) -> TrailEntry:
    told = [FieldChange(*change) for change in changes]
    return TrailEntry(1, AT, "An", None, None, action, subject, number, None, details, told, None)


def read(actor: Actor, found: TrailEntry) -> ReadableEntry:
    [told] = read_entries([found], actor)
    return told


def test_every_audited_table_and_column_has_a_word() -> None:
    missing = [
        f"{table}.{column}"
        for table, column in audited_columns()
        if column not in words.TECHNICAL and not {column, f"{table}.{column}"} & set(words.FIELDS)
    ]
    assert missing == []
    assert {table for table, _column in audited_columns()} - set(words.THINGS) == set()


@pytest.mark.usefixtures("app")
def test_everything_that_events_tell_has_a_word() -> None:
    ours = [kind for kind in kinds_of_events() if kind.__module__.startswith("app.")]
    told = {field.name for kind in ours for field in fields(kind)} - COMMON
    assert told - set(words.FIELDS) == set()
    assert {words.table_of(kind.subject) for kind in ours} - set(words.THINGS) == set()


@pytest.mark.parametrize(
    ("row", "field", "value", "shown"),
    [
        ("course 1", "starts_on", "2026-03-02", "2 Mar 2026"),
        ("course 1", "cancelled_at", "2026-03-02T01:30:00+00:00", "2 Mar 2026, 08:30"),
        ("course 1", "capacity", 30, "30"),
        ("course 1", "titles", {"en": "Training"}, "en: Training"),
        ("course 1", "title", None, "–"),
        ("course 1", "title", "x" * 400, "x" * 300 + "…"),
        ("course_session 1", "state", "held", "Held"),
        ("course_session 1", "state", "of old", "of old"),
        (
            "course_session 1",
            "during",
            "[2026-03-02 01:00:00+00:00, 2026-03-02 03:00:00+00:00)",
            "2 Mar 2026, 08:00–10:00",
        ),
        ("course_session 1", "during", "no time", "no time"),
        ("instrument_item 1", "required", True, "Yes"),
        ("room 1", "equipment", ["Board", "Screen"], "Board, Screen"),
        ("gone 1", "gone_too", "text", "text"),
    ],
)
@pytest.mark.usefixtures("reading")
def test_a_value_is_read_as_what_it_is(row: str, field: str, value: JsonValue, shown: str) -> None:
    told = read(NOBODY, entry(changes=((row, field, None, value),)))

    assert [(change.before, change.after) for change in told.changes] == [("–", shown)]


@pytest.mark.usefixtures("reading")
def test_people_are_named_to_those_only_who_may_see_them() -> None:
    academy, elsewhere = make_organisation(), make_organisation()
    ours = make_person(full_name="Lê Thị Hoa", organisation=academy)
    theirs = make_person(full_name="Trần Văn Ba", organisation=elsewhere)
    found = entry(
        "people merged",
        "person",
        ours.id,
        (("appointment 5", "person_id", theirs.id, ours.id),),
        kept_id=ours.id,
        person_ids=[ours.id, theirs.id],
    )

    told = read(make_actor(Role.QUALITY_OFFICER, academy), found)

    assert told.about == "Person Lê Thị Hoa"
    assert told.details == [
        ("Record that is kept", "Lê Thị Hoa"),
        ("People", f"Lê Thị Hoa, Person {theirs.id}"),
    ]
    [change] = told.changes
    assert (change.row, change.label) == ("Appointment 5", "Person")
    assert (change.before, change.after) == (f"Person {theirs.id}", "Lê Thị Hoa")


@pytest.mark.usefixtures("reading")
def test_sessions_and_details_are_told_in_words() -> None:
    academy = make_organisation()
    course_session = make_session(make_course(academy, code="TOT-15"), title="Opening")
    actor = make_actor(Role.ADMINISTRATOR, academy)

    told = read(
        actor,
        entry(
            number=course_session.id,
            course_id=course_session.course_id,
            starts_at="2026-03-02T01:30:00+00:00",
            changes=((f"course_session {course_session.id}", "sort_key", "a", "b"),),
        ),
    )
    stepped = read(actor, entry("cycle approved", "cycle", 3, from_state="drafted", to_state="approved"))

    assert (told.action, told.about) == ("Session moved", "Session Opening (TOT-15)")
    assert told.details == [("Course", "TOT-15"), ("Begins", "2 Mar 2026, 08:30")]
    assert told.changes == []
    assert stepped.details == [("State before", "Drafted"), ("State after", "Approved")]


def test_page_and_export_tell_it_in_words_with_no_query_a_row(
    client: PageClient, queries: QueryCounter
) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    address = f"/organisations/{academy.id}/edit"
    counts = []
    for number in range(3):
        client.send(
            client.get(address), {"name": f"Name {number}", "valid_from": "2026-03-02"}, address=address
        )
        with queries.counting():
            page = client.get("/audit")
        counts.append(len(queries))

    assert "Organisation Name 2, Valid from: – 2 Mar 2026" in page.text
    assert "valid_from" not in page.html
    assert "Valid from: – → 2 Mar 2026" in client.fetch("/audit?format=csv").get_data(as_text=True)
    assert counts[0] == counts[2] <= 12
