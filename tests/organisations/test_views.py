"""Pages of the organisations."""

from datetime import date

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


def test_tree_is_that_of_the_day_asked_for(client: PageClient) -> None:
    academy = make_organisation(name="Academy")
    make_organisation(academy, name="Old school", valid_to=date(2025, 7, 1))
    make_organisation(academy, name="New school", valid_from=date(2025, 7, 1))
    make_organisation(name="Elsewhere")
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    before = client.get("/organisations/tree?on=2025-06-30")
    after = client.get("/organisations/tree?on=2025-07-01&whole=y")
    client.get("/organisations/tree?on=nonsense")

    assert ["Old school" in before.text, "New school" in before.text] == [True, False]
    assert "2 of 3 organisations are valid" in before.text
    assert "Ended until 1 Jul 2025" in after.text
    assert "Elsewhere" not in after.text


def test_tree_needs_as_many_queries_for_many_bodies(client: PageClient, queries: QueryCounter) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.DIRECTOR, academy))
    client.get("/organisations/tree")
    with queries.counting():
        client.get("/organisations/tree")
    few = len(queries)
    for _ in range(4):
        make_organisation(academy)

    with queries.counting():
        client.get("/organisations/tree")

    assert len(queries) == few <= 12


def test_rooms_are_searched_and_filtered(client: PageClient) -> None:
    academy = make_organisation(name="Academy")
    school = make_organisation(academy, name="Trường Đà Nẵng")
    make_room(make_campus(academy), name="A1", capacity=30, equipment=["Projector"])
    make_room(make_campus(school), name="B1", capacity=80, layout="hall")
    make_room(make_campus(), name="Elsewhere")
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    def rooms(asked: str) -> list[str]:
        return [row[0] for row in client.get(f"/organisations/rooms?{asked}").rows()]

    assert rooms("sort=name") == ["A1", "B1"]
    assert rooms("sort=places&desc=1") == ["B1", "A1"]
    assert rooms("q=project") == ["A1"]
    assert rooms("q=da nang") == ["B1"]
    assert rooms(f"organisation={school.id}") == ["B1"]
    assert rooms("layout=hall") == ["B1"]
    assert rooms("places=31") == ["B1"]
    assert rooms("places=x&layout=x&organisation=x") == ["A1", "B1"]


def test_list_of_rooms_needs_as_many_queries_for_many_rows(client: PageClient, queries: QueryCounter) -> None:
    academy = make_organisation()
    make_room(make_campus(academy))
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    client.get("/organisations/rooms")
    with queries.counting():
        client.get("/organisations/rooms")
    few = len(queries)
    for _ in range(4):
        make_room(make_campus(academy))

    with queries.counting():
        client.get("/organisations/rooms")

    assert len(queries) == few <= 12


def test_organisation_is_moved(client: PageClient) -> None:
    head = make_organisation(name="Head")
    old, new = make_organisation(head, name="Old"), make_organisation(head, name="New")
    school = make_organisation(old)
    client.sign_in(make_account_with(Role.ADMINISTRATOR, head))
    address = f"/organisations/{school.id}/move"

    page = client.follow(client.send(client.get(address), {"parent_id": str(new.id)}, address=address))

    assert "New" in page.links()
    assert "Old" not in page.links()


def test_organisation_is_not_moved_below_itself_nor_out_of_reach(client: PageClient) -> None:
    academy = make_organisation(make_organisation())
    school = make_organisation(academy, name="School")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    address = f"/organisations/{academy.id}/move"
    page = client.get(address)

    refused = client.send(page, {"parent_id": str(school.id)}, address=address, expect=422)
    client.send(page, {"parent_id": str(academy.parent_id)}, address=address, expect=422)

    assert any("“School” lies below this organisation" in error for error in refused.errors)


def test_succession_is_recorded_and_told_on_both_pages(client: PageClient) -> None:
    head = make_organisation()
    old, new = make_organisation(head, name="Old"), make_organisation(head, name="New")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, head))
    address = f"/organisations/{old.id}/succeed"

    page = client.follow(
        client.send(client.get(address), {"successors": [str(new.id)], "on": "2025-07-01"}, address=address)
    )

    assert "Ended" in page.text
    assert page.links()["New"] == f"/organisations/{new.id}"
    assert client.get(f"/organisations/{new.id}").links()["Old"] == f"/organisations/{old.id}"


def test_succession_without_successor_is_refused_at_its_field(client: PageClient) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    address = f"/organisations/{academy.id}/succeed"

    refused = client.send(client.get(address), {"on": "2025-07-01"}, address=address, expect=422)

    assert any("Choose who follows" in error for error in refused.errors)


def test_training_manager_keeps_rooms_but_not_the_tree(client: PageClient) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    client.get(f"/organisations/{academy.id}/campuses/new")
    for page in ("move", "succeed", "edit"):
        client.get(f"/organisations/{academy.id}/{page}", expect=403)


def test_rooms_and_campuses_are_added_and_changed(client: PageClient) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    new_campus = f"/organisations/{academy.id}/campuses/new"
    page = client.follow(client.send(client.get(new_campus), {"name": "Main campus"}, address=new_campus))
    new_room = page.links()["Add a room"]
    page = client.follow(
        client.send(
            client.get(new_room), {"name": "A1", "capacity": "40", "equipment": "Screen"}, address=new_room
        )
    )
    assert "A1 · 40 places · Rows of seats · Screen" in page.text

    for link, values in (("A1", {"capacity": "41"}), ("Edit campus", {"name": "Old campus"})):
        address = page.links()[link]
        page = client.follow(client.send(client.get(address), values, address=address))

    assert "Old campus" in page.text
    assert "A1 · 41 places" in page.text
