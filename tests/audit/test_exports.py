"""What leaves the house as a file stands on the trail; nothing else is written by reading."""

import ast
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import handlers
from app.audit.models import AuditEvent
from app.kernel import reading, transaction
from app.kernel.access import Role
from app.kernel.db import session
from app.kernel.events import Event
from app.kernel.reading import note_readings
from app.organisations.models import Organisation
from app.people.events import PeopleExported
from tests.architecture.subjects import make_subjects
from tests.factories.accounts import make_account, make_account_with, make_actor, make_grant
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.security.crawl import addresses, ask, make_account_with_all_roles
from tests.support.pages import PageClient

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
# What the export of each list leaves; None where it holds neither people nor what they wrote.
LEFT: Mapping[str, str | None] = {
    "accounts.account_list": "accounts exported",
    "attendance.register_list": "attendance exported",
    "audit.trail_list": "trail exported",
    "curriculum.curriculum_list": None,
    "curriculum.program_list": None,
    "enrolment.enrolment_list": "trainees exported",
    "enrolment.import_show": "checked list exported",
    "evaluation.document_file": "results exported",
    "evaluation.instrument_list": None,
    "evaluation.pooled_results": "pooled results exported",
    "evaluation.pooled_with_course": "pooled results exported",
    "evaluation.wave_results": "results exported",
    "evaluation.year_results": "year results exported",
    "improvement.action_list": None,
    "improvement.cycle_list": None,
    "improvement.own_action_list": None,
    "organisations.organisation_list": None,
    "organisations.room_list": None,
    "people.person_list": "people exported",
    "reporting.coverage_show": None,
    "scheduling.course_list": None,
    "teaching.lecturer_list": "lecturers exported",
}
# Who may write although the request only reads.
WRITERS_BESIDE = {"app/accounts/commands/sessions.py", "app/kernel/reading.py"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What was written as left, in order.

    The rows themselves are undone with the request: in a test, both sessions share one connection.
    """
    heard: list[Event] = []
    keepers = [*reading._keepers, lambda _own, event: heard.append(event)]
    monkeypatch.setattr(reading, "_keepers", keepers)
    return heard


@pytest.fixture
def academy(client: PageClient) -> Organisation:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    return academy


def test_every_export_leaves_what_it_should(app: Flask, client: PageClient, told: list[Event]) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with_all_roles(academy))
    adapter = app.url_map.bind("localhost")
    left: dict[str, str | None] = {}
    for address in addresses(app, make_subjects(academy)):
        told.clear()
        if "attachment" in ask(client, "GET", f"{address}?format=csv").headers.get("Content-Disposition", ""):
            left[adapter.match(address)[0]] = told[0].action if told else None

    # A file to fill in holds nothing yet.
    assert left.pop("enrolment.import_template", None) is None
    assert left == LEFT


def test_record_says_who_what_and_narrowed_by_what(
    client: PageClient, academy: Organisation, told: list[Event]
) -> None:
    client.fetch("/people?format=xlsx&q=an&gender=female")

    [event] = told
    assert (event.action, event.organisation_id) == ("people exported", academy.id)
    assert event.actor.account_id is not None
    assert event.details() == {"format": "xlsx", "filters": {"q": "an", "gender": "female"}}


def test_export_over_two_branches_is_told_in_both(client: PageClient, told: list[Event]) -> None:
    first, second = make_organisation(), make_organisation()
    person = make_person(organisation=first)
    make_grant(person, Role.REGISTRAR, first)
    make_grant(person, Role.DIRECTOR, second)
    make_grant(person, Role.LECTURER, make_organisation())
    client.sign_in(make_account(person))

    client.fetch("/people?format=csv")

    assert [event.organisation_id for event in told] == [first.id, second.id]


def test_record_stays_though_the_request_may_only_read(client: PageClient, academy: Organisation) -> None:
    actor = make_actor(Role.REGISTRAR, academy)
    session.commit()
    transaction.abandon()
    transaction.read_only()

    note_readings([PeopleExported(actor=actor, at=AT, organisation_id=academy.id, format="csv")])

    transaction.abandon()
    [kept] = session.scalars(select(AuditEvent))
    assert (kept.action, kept.role, kept.changes) == ("people exported", Role.REGISTRAR, {})
    assert "People exported" in client.get("/audit").text


def test_a_page_leaves_nothing(client: PageClient, academy: Organisation, told: list[Event]) -> None:
    client.get("/people")
    client.get("/people?format=pdf")
    client.get(f"/courses/{make_course(academy).id}/trainees")

    assert told == []


@pytest.mark.usefixtures("academy")
def test_what_cannot_be_recorded_is_not_exported(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_own: Session, _event: object) -> None:
        raise PermissionError("The trail takes nothing.")

    monkeypatch.setattr(reading, "_keepers", [refuse])
    monkeypatch.setattr(app, "testing", False)

    answer = client.fetch("/people?format=csv", expect=500)

    assert answer.mimetype == "text/html"


def test_only_they_write_beside_a_unit_of_work() -> None:
    callers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "beside"
    }
    assert callers == WRITERS_BESIDE
    assert reading._keepers == [handlers.write_reading]
