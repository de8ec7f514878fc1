"""Pages of the programs and curricula."""

import pytest
from sqlalchemy import select

from app.curriculum.models import CurriculumVersion
from app.curriculum.queries import get_version
from app.kernel.access import Role
from app.kernel.db import session
from app.organisations.models import Organisation
from tests.factories.accounts import make_account_with
from tests.factories.curriculum import (
    make_curriculum,
    make_draft_version,
    make_program,
    make_published_version,
)
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter


@pytest.fixture
def academy(client: PageClient) -> Organisation:
    """An organisation whose training manager is signed in."""
    academy = make_organisation(name="Academy")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    return academy


def draft_in(academy: Organisation, modules: int = 2) -> CurriculumVersion:
    return make_draft_version(make_curriculum(make_program(academy)), modules=modules)


def modules_of(version: CurriculumVersion) -> list[tuple[int, str, str]]:
    return [
        (module.position, module.title, f"{module.hours:f}") for module in get_version(version.id).modules
    ]


def newest_version() -> CurriculumVersion:
    found = session.scalars(select(CurriculumVersion).order_by(CurriculumVersion.id.desc())).first()
    assert found is not None
    return found


def test_lists_reach_up_to_the_owners_above_but_not_beside(client: PageClient) -> None:
    head = make_organisation()
    school = make_organisation(make_organisation(head))
    make_curriculum(make_program(head, code="HEAD"), code="C-HEAD")
    make_curriculum(make_program(school, code="OWN"), code="C-OWN")
    make_curriculum(make_program(make_organisation(head), code="BESIDE"), code="C-BESIDE")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, school))

    assert [row[0] for row in client.get("/programs").rows()] == ["HEAD", "OWN"]
    assert [row[0] for row in client.get("/curricula").rows()] == ["C-HEAD", "C-OWN"]


def test_whoever_works_below_the_owner_reads_but_does_not_change(client: PageClient) -> None:
    head = make_organisation()
    version = make_published_version(make_curriculum(make_program(head)))
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, make_organisation(head)))

    client.get(f"/programs/{version.curriculum.program_id}")
    client.get(f"/curricula/{version.curriculum_id}")
    page = client.get(f"/curricula/versions/{version.id}")
    assert "Start the next version" not in page.text
    client.post(f"/curricula/{version.curriculum_id}/next-version", expect=404)
    client.get(f"/programs/{version.curriculum.program_id}/edit", expect=404)


def test_curriculum_of_another_branch_and_for_trainees_does_not_exist(
    client: PageClient, academy: Organisation
) -> None:
    version = draft_in(make_organisation())
    own = draft_in(academy)

    client.get(f"/programs/{version.curriculum.program_id}", expect=404)
    client.get(f"/curricula/{version.curriculum_id}", expect=404)
    client.get(f"/curricula/versions/{version.id}", expect=404)
    trainee = client.another().sign_in(make_account_with(Role.TRAINEE, academy))
    trainee.get(f"/curricula/versions/{own.id}", expect=404)


@pytest.mark.parametrize("address", ["/programs", "/curricula"])
def test_lists_need_as_many_queries_for_many_rows(
    client: PageClient, academy: Organisation, queries: QueryCounter, address: str
) -> None:
    make_published_version(make_curriculum(make_program(academy)))
    client.get(address)
    with queries.counting():
        client.get(address)
    few = len(queries)
    for _ in range(4):
        make_published_version(make_curriculum(make_program(academy)))

    with queries.counting():
        page = client.get(address)

    assert len(page.rows()) == 5
    assert len(queries) == few <= 12


def test_an_empty_list_tells_whether_something_was_searched_for(
    client: PageClient, academy: Organisation
) -> None:
    assert "Nothing here yet." in client.get("/programs").text
    assert "Nothing matches." in client.get("/programs?q=nowhere").text
    assert "Nothing here yet." not in client.get("/programs?q=nowhere").text


def test_curricula_are_searched_and_filtered(client: PageClient, academy: Organisation) -> None:
    program = make_program(academy)
    make_curriculum(program, code="A", title="Đào tạo giảng viên")
    make_curriculum(program, code="B", title="Chính sách")
    make_curriculum(make_program(academy), code="C", title="Đào tạo khác")

    rows = client.get(f"/curricula?q=dao tao&program={program.id}").rows()

    assert [row[0] for row in rows] == ["A"]


def test_export_is_what_the_list_shows(client: PageClient, academy: Organisation) -> None:
    make_curriculum(make_program(academy), code="A", title="=1+1")

    table = client.fetch("/curricula?format=csv").get_data(as_text=True)

    assert table.splitlines()[1].startswith("A,'=1+1,")


def test_program_is_begun_and_changed(client: PageClient, academy: Organisation) -> None:
    entered = {"code": "TOT", "title": "Đào tạo", "title_en": "Training", "organisation_id": str(academy.id)}
    shown = client.follow(client.send(client.get("/programs/new"), entered, address="/programs/new"))
    assert shown.heading == "Training"

    address = shown.links()["Edit program"]
    refused = client.send(
        client.get(address), {"first_year": "2020", "last_year": "2019"}, address=address, expect=422
    )
    assert any("The last year lies before the first" in error for error in refused.errors)


def test_taken_code_is_said_at_its_field(client: PageClient, academy: Organisation) -> None:
    make_program(academy, code="TOT")

    refused = client.send(
        client.get("/programs/new"),
        {"code": "TOT", "title": "Second", "organisation_id": str(academy.id)},
        address="/programs/new",
        expect=422,
    )

    assert any(
        error.endswith("That code is in use already. Choose another code.") for error in refused.errors
    )


def test_curriculum_is_written_published_and_continued(client: PageClient, academy: Organisation) -> None:
    """From nothing to the draft of version 2, as a training manager clicks it."""
    program = make_program(academy)
    new = f"/curricula/new?program={program.id}"
    page = client.follow(client.send(client.get(new), {"code": "C", "title": "Course"}, address=new))
    first = {"modules-0-title": "Basics", "modules-0-hours": "1,5", "modules-0-method": "debate"}
    second = {"modules-1-title": "Practice", "modules-1-hours": "3", "modules-1-position": "1"}
    address = f"/curricula/versions/{newest_version().id}/edit"
    page = client.follow(client.send(page, {**first, **second}, address=address))
    assert [row[1] for row in page.rows()[:2]] == ["Practice", "Basics"]

    publish = page.form("version")
    page = client.follow(client.post(publish.action, {"version": publish.values["version"][0]}))
    assert "Published" in page.text

    start = page.forms()[-1]
    page = client.follow(client.post(start.action))
    assert page.heading == "Edit the modules of version 2"
    assert page.form("note").values["modules-0-title"] == ["Practice"]


def test_modules_are_reordered_removed_and_added_on_one_page(
    client: PageClient, academy: Organisation
) -> None:
    version = draft_in(academy, modules=3)
    address = f"/curricula/versions/{version.id}/edit"

    client.send(
        client.get(address),
        {
            "modules-0-position": "9",
            "modules-1-remove": "y",
            "modules-3-title": "New",
            "modules-3-hours": "2",
        },
        address=address,
    )

    assert modules_of(version) == [(1, "Module 3", "4.00"), (2, "Module 1", "4.00"), (3, "New", "2.00")]


def test_more_rows_are_offered_and_nothing_typed_is_lost(client: PageClient, academy: Organisation) -> None:
    version = draft_in(academy, modules=1)
    address = f"/curricula/versions/{version.id}/edit"

    page = client.send(
        client.get(address), {"modules-0-title": "Typed", "more": "1"}, address=address, expect=200
    )

    assert page.form("note").values["modules-0-title"] == ["Typed"]
    assert "modules-4-title" in page.form("note").names
    assert modules_of(version) == [(1, "Module 1", "4.00")]


def test_module_without_hours_is_refused_at_its_field(client: PageClient, academy: Organisation) -> None:
    version = draft_in(academy, modules=0)
    address = f"/curricula/versions/{version.id}/edit"

    refused = client.send(client.get(address), {"modules-0-title": "No hours"}, address=address, expect=422)

    assert any("Write the hours, for example 4 or 1.5." in error for error in refused.errors)


def test_draft_left_open_over_another_change_shows_both(client: PageClient, academy: Organisation) -> None:
    version = draft_in(academy, modules=1)
    address = f"/curricula/versions/{version.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"modules-0-title": "Theirs"}, address=address)

    answer = client.send(left_open, {"modules-0-title": "Mine"}, address=address, expect=409)

    assert "Theirs · 4 ·" in answer.text
    assert "Mine · 4 ·" in answer.text
    assert modules_of(version)[0][1] == "Theirs"


def test_published_version_is_not_edited(client: PageClient, academy: Organisation) -> None:
    version = draft_in(academy)
    address = f"/curricula/versions/{version.id}/edit"
    left_open = client.get(address)
    page = client.get(f"/curricula/versions/{version.id}")
    publish = page.form("version")
    client.post(publish.action, {"version": publish.values["version"][0]})

    refused = client.send(left_open, {"modules-0-title": "Late"}, address=address, expect=422)
    again = client.post(publish.action, {"version": publish.values["version"][0]}, expect=422)

    assert any("is published and does not change any more" in error for error in refused.errors)
    assert any("is published and does not change any more" in error for error in again.errors)
    assert client.get(address, expect=302).response.headers["Location"] == f"/curricula/versions/{version.id}"


def test_hours_and_active_share_are_shown(client: PageClient, academy: Organisation) -> None:
    version = make_published_version(make_curriculum(make_program(academy)), modules=3)

    page = client.get(f"/curricula/versions/{version.id}")

    assert "Hours in all 12" in page.text
    assert "Taught by active methods 4 (33" in page.text
