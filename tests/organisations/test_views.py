"""Pages of the organisations."""

from app.kernel.access import Role
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter


def test_list_shows_the_branch_of_the_actor_and_nothing_beside_it(client: PageClient) -> None:
    academy = make_organisation(name="Academy")
    make_organisation(academy, name="School below")
    make_organisation(name="Elsewhere")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    page = client.get("/organisations")

    assert [row[1] for row in page.rows()] == ["Academy", "School below"]


def test_list_needs_as_many_queries_for_many_rows(client: PageClient, queries: QueryCounter) -> None:
    academy = make_organisation()
    make_room(make_campus(make_organisation(academy)))
    client.sign_in(make_account_with(Role.DIRECTOR, academy))
    client.get("/organisations")
    with queries.counting():
        client.get("/organisations")
    few = len(queries)
    for _ in range(4):
        make_room(make_campus(make_organisation(academy)))

    with queries.counting():
        client.get("/organisations")

    assert len(queries) == few <= 12


def test_organisation_of_another_branch_does_not_exist_for_the_actor(client: PageClient) -> None:
    elsewhere = make_organisation()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, make_organisation()))

    client.get(f"/organisations/{elsewhere.id}", expect=404)


def test_director_may_read_but_not_change(client: PageClient) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    client.get(f"/organisations/{academy.id}")
    client.get(f"/organisations/{academy.id}/edit", expect=403)


def test_administrator_adds_an_organisation(client: PageClient) -> None:
    academy = make_organisation(name="Học viện")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    page = client.get("/organisations/new")

    answer = client.send(
        page,
        {
            "code": "TCT-01",
            "name": "Trường Chính trị tỉnh",
            "kind": "provincial_school",
            "parent": str(academy.id),
        },
        address="/organisations/new",
    )

    assert client.follow(answer).heading == "Trường Chính trị tỉnh"


def test_taken_code_is_said_at_its_field_and_nothing_typed_is_lost(client: PageClient) -> None:
    academy = make_organisation(code="HV1")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    page = client.get("/organisations/new")

    answer = client.send(
        page,
        {"code": "HV1", "name": "Second", "parent": str(academy.id)},
        address="/organisations/new",
        expect=422,
    )

    assert any("has the code “HV1”" in error for error in answer.errors)
    assert answer.form("name").values["name"] == ["Second"]


def test_page_left_open_over_another_change_shows_both_versions(client: PageClient) -> None:
    academy = make_organisation(name="First name")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    address = f"/organisations/{academy.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"name": "Their name"}, address=address)

    answer = client.send(left_open, {"name": "My name"}, address=address, expect=409)

    assert "Their name" in answer.text
    assert "My name" in answer.text
    assert client.get(f"/organisations/{academy.id}").heading == "Their name"


def test_export_holds_exactly_what_the_list_shows(client: PageClient) -> None:
    academy = make_organisation(code="A", name="Academy")
    make_organisation(academy, code="B", name="=cmd()")
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    table = client.fetch("/organisations?q=cmd&format=csv").get_data(as_text=True)

    assert table.splitlines()[1].startswith("B,'=cmd()")
