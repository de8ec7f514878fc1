"""Pages of the people."""

from datetime import date

import pytest

from app.kernel.access import Role
from app.kernel.db import session
from app.organisations.models import Organisation
from app.people.models import Person
from tests.factories.accounts import make_account, make_account_with
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_organisation
from tests.factories.people import make_appointment, make_person
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter


@pytest.fixture
def academy(client: PageClient) -> Organisation:
    """An organisation whose registrar is signed in."""
    academy = make_organisation(name="Academy")
    client.sign_in(make_account_with(Role.REGISTRAR, academy, full_name="Phan Zy", email="zy@example.vn"))
    return academy


def test_list_is_in_the_order_of_given_names_and_ends_at_the_branch(
    client: PageClient, academy: Organisation
) -> None:
    school = make_organisation(academy)
    for name in ("Nguyễn Văn Ước", "Trần Đức", "Lê Thị Ánh", "Lê Thị An"):
        make_person(full_name=name, organisation=school)
    make_person(full_name="Nguyễn Elsewhere")

    names = [row[0] for row in client.get("/people").rows()]

    assert names == ["Lê Thị An", "Lê Thị Ánh", "Trần Đức", "Nguyễn Văn Ước", "Phan Zy"]


@pytest.mark.parametrize("search", ["do anh", "DỖ ánh", "anh@example", "cb-7"])
def test_search_minds_neither_accents_nor_case(
    client: PageClient, academy: Organisation, search: str
) -> None:
    make_person(full_name="Đỗ Ánh", email="anh@example.vn", staff_code="CB-7", organisation=academy)
    make_person(full_name="Someone", email="else@x.vn", organisation=academy)

    assert [row[0] for row in client.get("/people", query_string={"q": search}).rows()] == ["Đỗ Ánh"]


def test_list_is_filtered_and_sorted_by_its_address(client: PageClient, academy: Organisation) -> None:
    school = make_organisation(academy)
    make_person(full_name="Old", organisation=school, gender="female", birth_date=date(1950, 1, 1))
    make_person(full_name="Young", organisation=school, gender="female", birth_date=date(1990, 1, 1))
    make_person(full_name="Man", organisation=school, gender="male")

    page = client.get(f"/people?organisation={school.id}&gender=female&sort=birth_date&desc=1")

    assert [row[0] for row in page.rows()] == ["Young", "Old"]


def test_export_is_what_the_list_shows(client: PageClient, academy: Organisation) -> None:
    make_person(full_name="=cmd()", email=None, organisation=academy)

    table = client.fetch("/people?q=cmd&format=csv").get_data(as_text=True)

    assert [line.split(",")[0] for line in table.splitlines()][1:] == ["'=cmd()"]


def test_post_of_today_is_shown_and_exported(client: PageClient, academy: Organisation) -> None:
    person = make_person(full_name="A Dean", email=None, organisation=academy)
    make_appointment(person, position="Lecturer", valid_to=date(2020, 1, 1))
    make_appointment(person, position="Dean", valid_from=date(2020, 1, 1))

    rows = client.get("/people?q=dean").rows()
    table = client.fetch("/people?q=dean&format=csv").get_data(as_text=True)

    assert [row[2] for row in rows] == ["Dean"]
    assert table.splitlines()[1].startswith("A Dean,Academy,Dean,")


def test_list_needs_as_many_queries_for_many_rows(
    client: PageClient, academy: Organisation, queries: QueryCounter
) -> None:
    client.get("/people")
    with queries.counting():
        client.get("/people")
    few = len(queries)
    for _ in range(4):
        make_appointment(make_person(organisation=make_organisation(academy)))

    with queries.counting():
        page = client.get("/people")

    assert len(page.rows()) == 5
    assert len(queries) == few <= 12


def test_person_of_another_branch_does_not_exist(client: PageClient, academy: Organisation) -> None:
    elsewhere = make_person()

    client.get(f"/people/{elsewhere.id}", expect=404)
    client.get(f"/people/{elsewhere.id}/edit", expect=404)


def test_director_reads_only(client: PageClient) -> None:
    person = make_person()
    client.sign_in(make_account_with(Role.DIRECTOR, person.organisation))

    page = client.get(f"/people/{person.id}")

    assert "Edit person" not in page.links()
    for address in ("/people/new", f"/people/{person.id}/edit", f"/people/{person.id}/merge"):
        client.get(address, expect=403)


def test_person_is_added_and_shown(client: PageClient, academy: Organisation) -> None:
    answer = client.send(
        client.get("/people/new"),
        {"full_name": "Đặng Văn Ổi", "organisation_id": str(academy.id), "email": "oi@example.vn"},
        address="/people/new",
    )

    assert client.follow(answer).heading == "Đặng Văn Ổi"


def test_likely_duplicate_is_shown_and_added_all_the_same_with_a_reason(
    client: PageClient, academy: Organisation
) -> None:
    known = make_person(full_name="Đỗ Ánh", birth_date=date(1980, 1, 1), organisation=academy)
    entered = {
        "full_name": "Do Anh",
        "birth_date": "1980-01-01",
        "organisation_id": str(academy.id),
        "email": "",
    }

    refused = client.send(client.get("/people/new"), entered, address="/people/new", expect=422)
    answer = client.send(refused, {"duplicate_reason": "Twins"}, address="/people/new")

    assert refused.links()["Đỗ Ánh"] == f"/people/{known.id}"
    assert refused.form("duplicate_reason").values["full_name"] == ["Do Anh"]
    assert client.follow(answer).heading == "Do Anh"


def test_duplicate_out_of_reach_is_told_without_a_name(client: PageClient, academy: Organisation) -> None:
    make_person(full_name="Hidden Name", email="same@example.vn")

    refused = client.send(
        client.get("/people/new"),
        {"full_name": "Other", "organisation_id": str(academy.id), "email": "same@example.vn"},
        address="/people/new",
        expect=422,
    )

    assert "Somebody in an organisation that you have no access to" in refused.text
    assert "Hidden Name" not in refused.text


def test_nobody_is_moved_to_an_organisation_out_of_reach(client: PageClient, academy: Organisation) -> None:
    person = make_person(organisation=academy)
    elsewhere = make_organisation()
    address = f"/people/{person.id}/edit"

    client.send(client.get(address), {"organisation_id": str(elsewhere.id)}, address=address, expect=422)


def test_page_left_open_over_another_change_shows_both_versions(
    client: PageClient, academy: Organisation
) -> None:
    person = make_person(full_name="First", organisation=academy)
    address = f"/people/{person.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"full_name": "Theirs"}, address=address)

    answer = client.send(left_open, {"full_name": "Mine"}, address=address, expect=409)

    assert "Theirs" in answer.text
    assert client.get(f"/people/{person.id}").heading == "Theirs"


def test_post_is_added_ended_and_stays_as_history(client: PageClient, academy: Organisation) -> None:
    person = make_person(organisation=academy)
    address = f"/people/{person.id}/appointments/new"
    page = client.follow(
        client.send(client.get(address), {"position": "Dean", "valid_from": "2020-01-01"}, address=address)
    )
    ending = page.links()["End this post: Dean"]

    page = client.follow(client.send(client.get(ending), {"on": "2024-07-01"}, address=ending))

    assert "Dean · Academy 1 Jan 2020 until 1 Jul 2024" in page.text
    assert "End this post" not in page.text


def test_two_records_become_one_and_the_old_address_leads_there(
    client: PageClient, academy: Organisation
) -> None:
    kept = make_person(full_name="Đỗ Ánh", phone=None, organisation=academy)
    gone = make_person(full_name="Đỗ Thị Ánh", phone="0900", organisation=academy)
    make_enrolment(person=gone)
    choice = client.get(f"/people/{kept.id}/merge?q=thi")
    address = choice.links()["Compare: Đỗ Thị Ánh"]
    page = client.get(address)

    answer = client.send(page, {"full_name": "merged"}, address=address)

    assert ["Places in courses", "0", "1"] in page.rows()
    shown = client.follow(answer)
    assert (shown.heading, "0900" in shown.text) == ("Đỗ Thị Ánh", True)
    old = client.get(f"/people/{gone.id}", expect=302)
    assert old.response.headers["Location"] == f"/people/{kept.id}"
    assert [row[0] for row in client.get("/people").rows()] == ["Đỗ Thị Ánh", "Phan Zy"]


def test_merge_of_two_accounts_is_refused_with_the_remedy(client: PageClient, academy: Organisation) -> None:
    kept, gone = (make_account(make_person(organisation=academy)).person for _ in range(2))
    address = f"/people/{kept.id}/merge/{gone.id}"

    answer = client.send(client.get(address), {"kept_version": "1"}, address=address, expect=422)

    assert any("Let an administrator delete the account" in error for error in answer.errors)
    assert session.get(Person, gone.id).merged_into_id is None  # type: ignore[union-attr]


def test_other_record_must_be_in_reach_too(client: PageClient, academy: Organisation) -> None:
    kept, elsewhere = make_person(organisation=academy), make_person()

    client.get(f"/people/{kept.id}/merge/{elsewhere.id}", expect=404)
