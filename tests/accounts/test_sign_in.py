"""Signing in and out through the pages."""

import re

import pytest
from flask import Flask

from app.accounts.models import Account, AccountSession
from app.accounts.passwords import Passwords
from app.kernel.access import Role
from app.kernel.db import session
from tests.factories.accounts import make_account, make_account_with
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.support.pages import Page, PageClient

PASSWORD = "bốn con trâu trắng qua sông"
WRONG = "bốn con trâu đen qua sông"


@pytest.fixture
def account(app: Flask, client: PageClient) -> Account:
    passwords: Passwords = app.extensions["passwords"]
    account = make_account_with(Role.DIRECTOR, make_organisation(), email="an@example.org")
    account.password_hash = passwords.hash(PASSWORD)
    session.flush()
    return account


def try_to_sign_in(
    client: PageClient, email: str, password: str, *, back: str = "", expect: int = 302
) -> Page:
    return client.post("/sign-in", {"email": email, "password": password, "back": back}, expect=expect)


def test_sign_in_leads_to_where_one_wanted_to_be(client: PageClient, account: Account) -> None:
    refused = client.get("/organisations?q=a", expect=302)
    page = client.follow(refused)

    answer = client.send(page, {"email": "AN@example.org", "password": PASSWORD}, address="/sign-in")

    assert answer.response.headers["Location"] == "/organisations?q=a"
    assert client.follow(answer).heading == "Organisations"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "evil.example",
        "http:evil.example",
        "///evil.example",
        "/path\\..\\evil",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(client: PageClient, account: Account, back: str) -> None:
    answer = try_to_sign_in(client, account.email, PASSWORD, back=back)

    assert answer.response.headers["Location"] == "/start"


def test_unknown_disabled_and_unfinished_accounts_look_alike(client: PageClient, account: Account) -> None:
    make_account(make_person(email="invited@example.org"))
    disabled = make_account(make_person(email="gone@example.org"))
    disabled.password_hash, disabled.disabled_at = account.password_hash, account.created_at

    answers = [
        try_to_sign_in(client, email, password, expect=422)
        for email, password in (
            ("nobody@example.org", PASSWORD),
            ("invited@example.org", PASSWORD),
            ("gone@example.org", PASSWORD),
            (account.email, WRONG),
        )
    ]

    said = {re.sub(r"<input[^>]*>", "", answer.html) for answer in answers}
    assert len(said) == 1
    assert "do not belong together" in answers[0].text


def test_refused_sign_in_keeps_the_address_but_not_the_password(client: PageClient, account: Account) -> None:
    answer = try_to_sign_in(client, account.email, WRONG, expect=422)

    assert answer.form("email").values["email"] == [account.email]
    assert WRONG not in answer.html


def test_signing_out_ends_the_session_also_for_a_kept_cookie(client: PageClient, account: Account) -> None:
    try_to_sign_in(client, account.email, PASSWORD)
    with client._client.session_transaction() as cookie:
        kept = dict(cookie)

    answer = client.post("/sign-out")

    assert answer.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    with client._client.session_transaction() as cookie:
        cookie.update(kept)
    client.get("/organisations", expect=302)


def test_each_sign_in_has_a_session_of_its_own_and_ends_the_one_before(
    client: PageClient, account: Account
) -> None:
    try_to_sign_in(client, account.email, PASSWORD)
    try_to_sign_in(client, account.email, PASSWORD)

    ended = [one.ended_at for one in session.query(AccountSession).order_by(AccountSession.id)]

    assert ended[0] is not None
    assert ended[1] is None


def test_language_may_be_chosen_before_signing_in_and_stays(client: PageClient, account: Account) -> None:
    answer = client.post("/language", {"locale": "ja", "next": "/sign-in?back=/organisations"})

    assert answer.response.headers["Location"] == "/sign-in?back=/organisations"
    assert 'lang="ja"' in client.get("/sign-in").html
    try_to_sign_in(client, account.email, PASSWORD)
    assert 'lang="ja"' in client.get("/organisations").html


def test_language_chosen_while_signed_in_is_that_of_the_account(client: PageClient, account: Account) -> None:
    client.sign_in(account)

    client.post("/language", {"locale": "vi", "next": "//evil.example"}, expect=302)

    assert session.get_one(Account, account.id).locale == "vi"


def test_unknown_language_changes_nothing(client: PageClient, account: Account) -> None:
    client.sign_in(account)

    client.post("/language", {"locale": "xx", "next": "/start"})

    assert session.get_one(Account, account.id).locale is None


def test_person_without_a_role_is_welcomed(client: PageClient) -> None:
    client.sign_in(make_account(make_person(full_name="Lê Thị Mới")))

    assert client.get("/start").heading == "Welcome, Lê Thị Mới"
