"""Which course a new one follows: the latest of its line, or the one that was chosen."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.access import Role
from app.kernel.clock import now
from app.organisations.models import Organisation
from app.scheduling.models import Course
from app.scheduling.queries.courses import LATEST_TO_FOLLOW
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter


@pytest.fixture
def academy(client: PageClient) -> Organisation:
    """An organisation in which the client is signed in as training manager."""
    academy = make_organisation()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    return academy


@pytest.fixture
def line(academy: Organisation) -> list[Course]:
    """Two courses of one curriculum, the earlier first."""
    first = make_course(academy, code="TOT-1", starts_on=date(2025, 1, 6), ends_on=date(2025, 1, 10))
    return [first, _next(first, code="TOT-2", starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9))]


def test_latest_course_is_followed_unless_another_is_chosen(
    client: PageClient, db: Session, line: list[Course]
) -> None:
    _make(client, line, title="By default")
    _make(client, line, title="As chosen", previous_course_id=str(line[0].id))

    made = db.scalars(select(Course).where(Course.title.in_(("By default", "As chosen"))).order_by(Course.id))

    assert [course.previous_course_id for course in made] == [line[1].id, line[0].id]


def test_courses_of_the_curriculum_are_offered_the_latest_first(
    client: PageClient, line: list[Course]
) -> None:
    make_course(line[0].organisation, code="LOP-1")
    _next(line[0], code="TOT-OFF", cancelled_at=now(), cancel_reason="Flood")
    version = line[0].curriculum_version_id

    assert _offered(client.get(f"/courses/new?version={version}")) == ["TOT-2", "TOT-1"]
    assert set(_offered(client.get("/courses/new"))) == {"TOT-2", "TOT-1", "LOP-1"}


def test_only_the_latest_of_each_line_and_the_chosen_are_offered(
    client: PageClient, academy: Organisation, line: list[Course]
) -> None:
    for number in range(LATEST_TO_FOLLOW):
        _next(line[1], code=f"NEW-{number}", starts_on=date(2026, 2, 1 + number))

    assert len(_offered(client.get("/courses/new"))) == LATEST_TO_FOLLOW
    refused = _make(client, line, expect=422, previous_course_id=str(line[0].id), title="x" * 400)
    assert "TOT-1" in _offered(refused)
    assert refused.form("previous_course_id").values["previous_course_id"] == [str(line[0].id)]


def test_course_of_another_branch_cannot_be_followed(client: PageClient, line: list[Course]) -> None:
    elsewhere = make_course(make_organisation(), starts_on=date(2025, 1, 6))

    refused = _make(client, line, expect=422, previous_course_id=str(elsewhere.id))

    assert elsewhere.code not in refused.text


def test_course_that_begins_later_cannot_be_followed(client: PageClient, line: list[Course]) -> None:
    later = _next(line[0], starts_on=date(2027, 5, 3), ends_on=date(2027, 5, 7))

    refused = _make(client, line, expect=422, previous_course_id=str(later.id))

    assert any("begins later than this one" in error for error in refused.errors)


def test_form_needs_as_many_statements_for_many(
    client: PageClient, queries: QueryCounter, line: list[Course]
) -> None:
    client.get("/courses/new")
    with queries.counting():
        client.get("/courses/new")
    few = len(queries)
    for number in range(4):
        make_course(line[0].organisation, code=f"MORE-{number}")

    with queries.counting():
        client.get("/courses/new")

    assert len(queries) == few <= 12


def _next(course: Course, **values: object) -> Course:
    return make_course(course.organisation, version=course.curriculum_version, **values)


def _offered(page: Page) -> list[str]:
    field = page.tree.find(".//select[@name='previous_course_id']")
    assert field is not None
    return ["".join(option.itertext()).split(" · ")[0].strip() for option in field if option.get("value")]


def _make(client: PageClient, line: list[Course], *, expect: int = 302, **values: str) -> Page:
    page = client.get(f"/courses/new?version={line[0].curriculum_version_id}")
    needed = {
        "organisation_id": str(line[0].organisation_id),
        "starts_on": "2026-09-07",
        "ends_on": "2026-09-11",
    }
    return client.send(page, {**needed, **values}, address="/courses/new", expect=expect)
