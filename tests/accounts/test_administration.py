"""Administering accounts, within one's own authority."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.commands import administration
from app.accounts.errors import BeyondAuthority, EmailTaken, OwnAdministration, RoleBackwards, RoleHeldAlready
from app.accounts.models import Account, RoleGrant
from app.kernel.access import Role
from app.kernel.db import session
from app.messaging.models import OutgoingMail
from app.organisations.models import Organisation
from tests.factories.accounts import actor_of, make_account, make_account_with, make_grant
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = AT.date()


@pytest.fixture
def above(client: PageClient) -> Organisation:
    return make_organisation(name="Headquarters")


@pytest.fixture
def academy(above: Organisation) -> Organisation:
    return make_organisation(above, name="Academy")


@pytest.fixture
def admin(academy: Organisation) -> Account:
    return make_account_with(Role.ADMINISTRATOR, academy, full_name="Đỗ Quản Trị")


@pytest.fixture
def lecturer(academy: Organisation) -> Account:
    return make_account_with(Role.LECTURER, academy, full_name="Lê An", email="an@example.org")


def grant(lecturer: Account, organisation: Organisation, admin: Account, **changed: object) -> RoleGrant:
    values = {
        "person": lecturer.person,
        "role": Role.TRAINING_MANAGER,
        "organisation": organisation,
        "valid_from": TODAY,
        "valid_to": None,
        "actor": actor_of(admin),
        "at": AT,
    }
    return administration.grant_role(**{**values, **changed})  # type: ignore[arg-type]  # one value a test


def test_administrator_gives_roles_below_but_never_above_or_beside(
    above: Organisation, academy: Organisation, admin: Account, lecturer: Account
) -> None:
    grant(lecturer, academy, admin)
    grant(lecturer, make_organisation(academy), admin)

    for beyond in (above, make_organisation(above)):
        with pytest.raises(BeyondAuthority):
            grant(lecturer, beyond, admin)


def test_training_manager_gives_no_role(academy: Organisation, lecturer: Account) -> None:
    manager = make_account_with(Role.TRAINING_MANAGER, academy)

    with pytest.raises(BeyondAuthority):
        grant(lecturer, academy, manager)


def test_same_role_in_overlapping_periods_is_refused_and_one_after_the_other_is_not(
    academy: Organisation, admin: Account, lecturer: Account
) -> None:
    until = TODAY + timedelta(days=10)
    grant(lecturer, academy, admin, valid_to=until)
    grant(lecturer, academy, admin, valid_from=until)

    with pytest.raises(RoleHeldAlready):
        grant(lecturer, academy, admin, valid_from=until - timedelta(days=1), valid_to=until)


def test_role_ends_after_it_begins(academy: Organisation, admin: Account, lecturer: Account) -> None:
    with pytest.raises(RoleBackwards):
        grant(lecturer, academy, admin, valid_to=TODAY)


def test_role_taken_back_before_its_first_day_never_held(
    academy: Organisation, admin: Account, lecturer: Account
) -> None:
    held = grant(lecturer, academy, admin, valid_from=TODAY + timedelta(days=5))

    administration.end_role(grant=held, on=TODAY, actor=actor_of(admin), at=AT)

    assert held.valid_to == held.valid_from


def test_nobody_ends_their_own_administration(academy: Organisation, admin: Account) -> None:
    own = session.query(RoleGrant).filter_by(person_id=admin.person_id).one()

    with pytest.raises(OwnAdministration):
        administration.end_role(grant=own, on=TODAY, actor=actor_of(admin), at=AT)
    with pytest.raises(OwnAdministration):
        administration.disable(account=admin, reason="", actor=actor_of(admin), at=AT)


Act = Callable[[Account, Account], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda account, admin: administration.disable(
            account=account, reason="", actor=actor_of(admin), at=AT
        ),
        lambda account, admin: administration.enable(account=account, actor=actor_of(admin), at=AT),
        lambda account, admin: administration.send_link_again(account=account, actor=actor_of(admin), at=AT),
        lambda account, admin: administration.sign_out_everywhere(
            account=account, actor=actor_of(admin), at=AT
        ),
        lambda account, admin: administration.change_email(
            account=account,
            expected_version=account.version,
            email="mine@example.org",
            actor=actor_of(admin),
            at=AT,
        ),
    ],
    ids=["disable", "enable", "link", "sign out", "email"],
)
@pytest.mark.parametrize("ends", [None, date(2999, 1, 1), TODAY - timedelta(days=1)])
def test_nobody_takes_over_an_account_whose_roles_reach_beyond_their_own(
    app: Flask, above: Organisation, admin: Account, lecturer: Account, act: Act, ends: date | None
) -> None:
    make_grant(lecturer.person, Role.ADMINISTRATOR, above, valid_to=ends)

    refused = nullcontext() if ends == TODAY - timedelta(days=1) else pytest.raises(BeyondAuthority)

    with app.app_context(), refused:
        act(lecturer, admin)


def test_two_accounts_never_share_an_address(admin: Account, lecturer: Account) -> None:
    with pytest.raises(EmailTaken):
        administration.add_account(person=make_person(), email="AN@example.org", actor=actor_of(admin), at=AT)


def test_list_shows_the_accounts_of_the_branch_with_state_and_roles(
    client: PageClient, academy: Organisation, admin: Account, lecturer: Account
) -> None:
    make_account_with(Role.LECTURER, make_organisation(), full_name="Elsewhere")
    lecturer.disabled_at = AT
    client.sign_in(admin)

    rows = client.get("/accounts").rows()

    assert [(row[0], row[3], row[4]) for row in rows] == [
        ("Lê An", "Lecturer", "Disabled"),
        ("Đỗ Quản Trị", "Administrator", "Invited"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=quan+tri", ["Đỗ Quản Trị"]),
        ("q=an@example", ["Lê An"]),
        ("role=lecturer", ["Lê An"]),
        ("state=invited", ["Lê An", "Đỗ Quản Trị"]),
        ("state=disabled", []),
        ("role=nonsense&state=x&organisation=9999999999999999999&q=%00", ["Lê An", "Đỗ Quản Trị"]),
    ],
)
def test_list_is_filtered(
    client: PageClient, admin: Account, lecturer: Account, query: str, found: list[str]
) -> None:
    client.sign_in(admin)

    assert [row[0] for row in client.get(f"/accounts?{query}").rows()] == found


def test_list_is_exported_as_it_is_filtered(client: PageClient, admin: Account, lecturer: Account) -> None:
    client.sign_in(admin)

    table = client.fetch("/accounts?role=lecturer&format=csv").get_data(as_text=True)

    assert [line.split(",")[0] for line in table.splitlines()[1:]] == ["Lê An"]


def test_list_needs_as_many_queries_for_many_rows(
    client: PageClient, queries: QueryCounter, academy: Organisation, admin: Account
) -> None:
    client.sign_in(admin)
    client.get("/accounts")
    with queries.counting():
        client.get("/accounts")
    few = len(queries)
    for _ in range(5):
        make_account_with(Role.LECTURER, make_organisation(academy))

    with queries.counting():
        client.get("/accounts")

    assert len(queries) == few <= 12


def test_person_is_found_invited_given_a_role_and_disabled(
    client: PageClient, academy: Organisation, admin: Account
) -> None:
    person = make_person(full_name="Trần Thị Bình", organisation=academy, email="binh@example.org")
    client.sign_in(admin)
    assert f"/people/{person.id}/account" in client.get("/accounts/new?q=binh").html

    client.post(f"/people/{person.id}/account", {"email": "binh@example.org", "locale": "vi"})
    account = session.query(Account).filter_by(person_id=person.id).one()
    address = f"/accounts/{account.id}"
    client.send(
        client.get(f"{address}/roles/new"),
        {"role": "registrar", "valid_from": "2020-01-01"},
        address=f"{address}/roles/new",
    )
    assert client.get(address).rows()[0][0] == "Registrar"
    client.post(f"{address}/disable", {"reason": "moved away"})

    page = client.get(address)
    assert "Disabled" in page.text
    assert "moved away" in page.text
    client.post(f"{address}/enable")
    grant_id = session.query(RoleGrant).filter_by(person_id=person.id).one().id
    client.send(client.get(f"/roles/{grant_id}/end"), {"on": "2020-02-01"}, address=f"/roles/{grant_id}/end")
    assert "(over)" in client.get(address).text


def test_fourth_link_within_an_hour_is_not_sent(
    client: PageClient, admin: Account, lecturer: Account
) -> None:
    client.sign_in(admin)
    for _ in range(3):
        client.post(f"/accounts/{lecturer.id}/link")

    client.post(f"/accounts/{lecturer.id}/link", expect=422)

    assert session.query(OutgoingMail).count() == 3


def test_role_beyond_ones_own_branch_is_refused_though_the_form_is_bent(
    client: PageClient, above: Organisation, admin: Account, lecturer: Account
) -> None:
    client.sign_in(admin)

    client.post(
        f"/accounts/{lecturer.id}/roles/new",
        {"role": "administrator", "organisation": str(above.id), "valid_from": "2020-01-01"},
        expect=422,
    )

    assert session.query(RoleGrant).filter_by(organisation_id=above.id).count() == 0


def test_account_of_another_branch_does_not_exist(client: PageClient, admin: Account) -> None:
    elsewhere = make_account(make_person())
    client.sign_in(admin)

    client.get(f"/accounts/{elsewhere.id}", expect=404)
    client.post(f"/accounts/{elsewhere.id}/disable", {"reason": ""}, expect=404)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_see_accounts(client: PageClient, academy: Organisation, role: Role) -> None:
    client.sign_in(make_account_with(role, academy))

    client.get("/accounts", expect=403)


def test_changed_address_shows_both_versions_when_somebody_was_quicker(
    client: PageClient, admin: Account, lecturer: Account
) -> None:
    client.sign_in(admin)
    address = f"/accounts/{lecturer.id}/email"
    left_open = client.get(address)
    client.send(client.get(address), {"email": "theirs@example.org"}, address=address)

    answer = client.send(left_open, {"email": "mine@example.org"}, address=address, expect=409)

    assert "theirs@example.org" in answer.text
    assert answer.form("email").values["email"] == ["mine@example.org"]
