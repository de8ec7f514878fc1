"""Pages of the courses."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.organisations.models import Organisation
from app.scheduling.models import Course
from tests.factories.accounts import make_account_with
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

HOUR = timedelta(hours=1)


@pytest.mark.usefixtures("manager")
def test_list_shows_the_courses_of_the_branch_latest_first(client: PageClient, academy: Organisation) -> None:
    make_course(
        make_organisation(academy), title="Earlier", starts_on=date(2020, 1, 6), ends_on=date(2020, 1, 7)
    )
    make_course(academy, title="Later")
    make_course(title="Elsewhere")

    assert [row[1] for row in client.get("/courses").rows()] == ["Later", "Earlier"]


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=boi+duong", ["Bồi dưỡng giảng viên"]),
        ("year=2020", ["Bồi dưỡng giảng viên"]),
        ("state=cancelled", ["Called off"]),
        ("state=over", ["Bồi dưỡng giảng viên"]),
        ("year=nonsense&organisation=-1&curriculum=x", ["Called off", "Bồi dưỡng giảng viên"]),
        ("sort=title&desc=1", ["Called off", "Bồi dưỡng giảng viên"]),
        ("sort=title", ["Bồi dưỡng giảng viên", "Called off"]),
    ],
)
def test_list_is_filtered_and_sorted_by_the_address(
    client: PageClient, academy: Organisation, query: str, found: list[str]
) -> None:
    make_course(academy, title="Bồi dưỡng giảng viên", starts_on=date(2020, 3, 2), ends_on=date(2020, 3, 6))
    make_course(academy, title="Called off", cancelled_at=FIRST_MORNING, cancel_reason="Flood")

    assert [row[1] for row in client.get(f"/courses?{query}").rows()] == found


@pytest.mark.usefixtures("manager")
def test_list_filters_by_organisation_below_and_by_curriculum(
    client: PageClient, academy: Organisation
) -> None:
    school = make_organisation(academy)
    here, below = make_course(academy, title="Here"), make_course(school, title="Below")
    curriculum = here.curriculum_version.curriculum_id

    assert [row[1] for row in client.get(f"/courses?organisation={school.id}").rows()] == ["Below"]
    assert [row[1] for row in client.get(f"/courses?curriculum={curriculum}").rows()] == ["Here"]
    assert below.id


@pytest.mark.usefixtures("manager")
def test_list_needs_as_many_queries_for_many_courses(
    client: PageClient, academy: Organisation, queries: QueryCounter
) -> None:
    make_session(make_course(academy))
    client.get("/courses")
    with queries.counting():
        client.get("/courses")
    few = len(queries)
    for _ in range(4):
        make_session(make_course(academy))

    with queries.counting():
        assert len(client.get("/courses").rows()) == 5

    assert len(queries) == few <= 12


@pytest.mark.usefixtures("manager")
def test_export_holds_what_the_list_shows(client: PageClient, academy: Organisation) -> None:
    make_course(academy, code="TOT-1", title="=cmd()")
    make_course(academy, code="LOP-2")

    table = client.fetch("/courses?q=tot&format=csv").get_data(as_text=True)

    assert [line.split(",")[:2] for line in table.splitlines()[1:]] == [["TOT-1", "'=cmd()"]]


def test_course_is_made_of_a_curriculum_in_one_step(
    client: PageClient, academy: Organisation, manager: Account, db: Session
) -> None:
    version = make_published_version(
        make_curriculum(make_program(academy), code="TOT", title="Training of trainers"), modules=2
    )
    page = client.get(f"/courses/new?version={version.id}")

    answer = client.send(
        page,
        {"organisation_id": str(academy.id), "starts_on": "2026-09-07", "ends_on": "2026-09-11"},
        address="/courses/new",
    )

    shown = client.follow(answer)
    assert shown.heading == "Training of trainers"
    assert "TOT-2026-01" in shown.text
    assert manager.person.full_name in shown.text
    assert [row[0] for row in shown.rows()] == ["1. Module 1", "2. Module 2"]
    assert db.scalars(select(Course)).one().capacity == 30


@pytest.mark.usefixtures("manager")
def test_course_form_says_what_is_missing_and_loses_nothing(
    client: PageClient, academy: Organisation
) -> None:
    version = make_published_version(make_curriculum(make_program(academy)))
    page = client.get(f"/courses/new?version={version.id}")

    answer = client.send(
        page,
        {
            "organisation_id": str(academy.id),
            "title": "Kept",
            "starts_on": "2026-09-11",
            "ends_on": "2026-09-07",
        },
        address="/courses/new",
        expect=422,
    )

    assert any("cannot come before the first" in error for error in answer.errors)
    assert answer.form("title").values["title"] == ["Kept"]


@pytest.mark.usefixtures("manager")
def test_course_is_not_given_to_an_organisation_of_another_branch(
    client: PageClient, academy: Organisation
) -> None:
    version = make_published_version(make_curriculum(make_program(academy)))
    values = {
        "version_id": str(version.id),
        "organisation_id": str(make_organisation().id),
        "starts_on": "2026-09-07",
        "ends_on": "2026-09-11",
        "capacity": "30",
    }

    client.post("/courses/new", values, expect=422)


def test_director_reads_and_changes_nothing(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    course_session = make_session(course)
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    for address in (
        f"/courses/{course.id}",
        f"/courses/{course.id}/timetable",
        f"/sessions/{course_session.id}",
    ):
        assert not [form for form in client.get(address).forms() if form.action.startswith("/courses")]
    for address in (f"/courses/{course.id}/edit", f"/sessions/{course_session.id}/edit"):
        client.get(address, expect=403)
    client.post(f"/sessions/{course_session.id}/held", expect=403)


@pytest.mark.usefixtures("manager")
def test_course_of_another_branch_does_not_exist(client: PageClient) -> None:
    course_session = make_session()

    client.get(f"/courses/{course_session.course_id}", expect=404)
    client.get(f"/courses/{course_session.course_id}/timetable", expect=404)
    client.post(f"/sessions/{course_session.id}/cancel", {"reason": "x"}, expect=404)


@pytest.mark.usefixtures("manager")
def test_edit_left_open_over_another_change_shows_both(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy, title="First title")
    address = f"/courses/{course.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"title": "Their title"}, address=address)

    answer = client.send(left_open, {"title": "My title"}, address=address, expect=409)

    assert "Their title" in answer.text
    assert "My title" in answer.text


@pytest.mark.usefixtures("manager")
def test_course_is_cancelled_with_a_reason_only(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    make_session(course, title="Lost")
    page = client.get(f"/courses/{course.id}")

    refused = client.send(page, {"reason": ""}, address="", expect=422)
    answer = client.send(page, {"reason": "Flood in the province"}, address="")

    assert "Give the reason; it stays on record." in refused.text
    assert "Flood in the province" in client.follow(answer).text
    assert "Cancelled" in client.get(f"/courses/{course.id}/timetable").text


@pytest.mark.usefixtures("manager")
def test_overview_says_what_still_has_to_be_done(client: PageClient, academy: Organisation) -> None:
    course = make_course(academy)
    make_session(course, course_module=course.modules[0])

    with stopped_at(FIRST_MORNING - HOUR):
        shown = client.get(f"/courses/{course.id}").text

    assert "Nobody manages this course yet" in shown
    assert "Sessions without a lecturer: 1" in shown
    assert "Sessions without room and link: 1" in shown
    assert "Modules with hours that are not scheduled yet: 3" in shown
    assert "2 missing" in shown
    assert "The timetable has not been released yet" in shown
