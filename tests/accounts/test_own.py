"""One's own account."""

from collections.abc import Callable

import pytest

from app.accounts.models import Account
from app.kernel.access import Role
from app.kernel.db import session
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient

NEW = "năm con cá vàng bơi trong ao"


@pytest.fixture
def account(client: PageClient, give_password: Callable[[Account], Account]) -> Account:
    return give_password(
        make_account_with(Role.LECTURER, make_organisation(name="Academy"), full_name="Lê An")
    )


def test_page_shows_roles_and_browsers(client: PageClient, account: Account) -> None:
    client.another().sign_in(account).get("/account")

    page = client.sign_in(account).get("/account")

    assert page.rows()[0][:2] == ["Lecturer", "Academy"]
    assert page.text.count("last used") == 2
    assert page.text.count("This browser") == 1


def test_present_password_is_demanded(client: PageClient, account: Account) -> None:
    client.sign_in(account)

    answer = client.post("/account/password", {"present": NEW, "password": NEW, "again": NEW}, expect=422)

    assert any("not your present password" in error for error in answer.errors)


def test_changed_password_keeps_this_browser_and_ends_the_others(
    client: PageClient, account: Account
) -> None:
    other = client.another().sign_in(account)
    client.sign_in(account)
    other.get("/account")

    answer = client.post("/account/password", {"present": PASSWORD, "password": NEW, "again": NEW})

    assert client.follow(answer).heading == "My account"
    other.get("/account", expect=302)
    client.another().post("/sign-in", {"email": account.email, "password": NEW})


def test_one_ends_one_or_all_of_ones_other_browsers(client: PageClient, account: Account) -> None:
    first, second, third = (client.another().sign_in(account) for _ in range(3))
    page = client.sign_in(account).get("/account")
    forms = [form.action for form in page.forms() if form.action.endswith("/end")]
    assert len(forms) == 3

    client.post(forms[0])
    alive = [
        browser for browser in (first, second, third) if browser._client.get("/account").status_code == 200
    ]
    assert len(alive) == 2
    client.post("/account/sessions/end-others")

    for browser in (first, second, third):
        browser.get("/account", expect=302)
    client.get("/account")


def test_nobody_ends_anothers_browser(client: PageClient, account: Account) -> None:
    other = client.another().sign_in(account)
    action = next(
        form.action
        for form in client.another().sign_in(account).get("/account").forms()
        if form.action.endswith("/end")
    )
    client.sign_in(make_account_with(Role.ADMINISTRATOR, make_organisation()))

    client.post(action, expect=404)

    other.get("/account")


def test_password_never_stands_on_the_trail_or_in_the_page(client: PageClient, account: Account) -> None:
    client.sign_in(account)

    client.post("/account/password", {"present": PASSWORD, "password": NEW, "again": NEW})

    kept = (
        session.connection()
        .exec_driver_sql("SELECT string_agg(changes::text || details::text, ' ') FROM audit_event")
        .scalar()
    )
    assert "•••" in str(kept)
    assert "argon2" not in str(kept)
    assert NEW not in str(kept)
