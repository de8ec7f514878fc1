"""No page of another site can make a browser change anything here."""

from base64 import urlsafe_b64encode

import pytest
from flask import Flask

from app.kernel.access import Role
from app.kernel.db import session
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient


def posting_rules(app: Flask) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())})


def address_of(rule: str) -> str:
    parts = [("1" if "int:" in part else "x") if part.startswith("<") else part for part in rule.split("/")]
    return "/".join(parts)


def test_every_route_that_changes_something_wants_a_token(client: PageClient, app: Flask) -> None:
    client.sign_in(make_account_with(Role.ADMINISTRATOR, make_organisation()))
    session.commit()
    rules = posting_rules(app)
    assert {"/sign-in", "/sign-out", "/language", "/password/forgotten", "/password/<token>"} <= set(rules)

    answers = {rule: client._client.post(address_of(rule)).status_code for rule in rules}

    assert {rule: status for rule, status in answers.items() if status != 400} == {}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "ký tự",
        "a" * 10_000,
        urlsafe_b64encode(bytes(64)).decode(),
        urlsafe_b64encode(bytes(63)).decode(),
        urlsafe_b64encode(bytes(32) + bytes.fromhex("ab" * 31 + "ac")).decode(),
    ],
)
def test_made_up_token_changes_nothing(client: PageClient, token: str) -> None:
    with client._client.session_transaction() as cookie:
        cookie["csrf"] = "ab" * 32

    answer = client._client.post("/language", data={"locale": "ja", "csrf_token": token})

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.get_data(as_text=True)


def test_token_of_another_browser_is_none(client: PageClient) -> None:
    theirs = client.another().get("/sign-in").form("email").values["csrf_token"][0]
    client.get("/sign-in")

    assert client._client.post("/language", data={"locale": "ja", "csrf_token": theirs}).status_code == 400


def test_token_is_masked_anew_on_each_page_and_all_of_them_hold(client: PageClient) -> None:
    tokens = [client.get("/sign-in").form("email").values["csrf_token"][0] for _ in range(2)]

    assert tokens[0] != tokens[1]
    for token in tokens:
        assert client._client.post("/language", data={"locale": "ja", "csrf_token": token}).status_code == 302


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 400), ("same-site", 400), ("nonsense", 400), ("same-origin", 302), ("none", 302)],
)
def test_browser_that_says_the_request_is_foreign_is_believed(
    client: PageClient, site: str, status: int
) -> None:
    client.post("/language", {"locale": "ja"}, expect=status, headers={"Sec-Fetch-Site": site})


def test_token_changes_when_somebody_signs_in(client: PageClient, app: Flask) -> None:
    account = make_account_with(Role.DIRECTOR, make_organisation(), email="an@example.org")
    account.password_hash = app.extensions["passwords"].hash("bốn con trâu trắng qua sông")
    before = client.get("/sign-in").form("email").values["csrf_token"][0]

    client.send(
        client.get("/sign-in"),
        {"email": "an@example.org", "password": "bốn con trâu trắng qua sông"},
        address="/sign-in",
    )

    assert client._client.post("/language", data={"locale": "ja", "csrf_token": before}).status_code == 400
