"""Who is asking, and where one is sent."""

import pytest
from flask import Flask

from app.kernel.access import Role
from app.kernel.db import session
from app.web.session import local_path
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\\/evil.example",
        "\\/evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "/\tevil",
        "/a\r\nSet-Cookie: x=y",
        "/a\x00b",
        "\t//evil.example",
        " /start",
        "/a\u2028b",
        "?back=x",
        "#x",
        "",
        None,
    ],
)
def test_what_is_no_path_of_ours_leads_home(address: str | None) -> None:
    assert local_path(address, fallback="/home") == "/home"


@pytest.mark.parametrize(
    "address", ["/", "/courses/7?sort=-name&q=%C4%91", "/people?q=đặng", "/a//b", "/a:b@c"]
)
def test_path_of_ours_is_kept(address: str) -> None:
    assert local_path(address, fallback="/home") == address


def test_page_that_needs_a_sign_in_is_found_again_after_it(client: PageClient) -> None:
    answer = client.get("/organisations?q=%C4%91&kind=ministry", expect=302)

    assert client.follow(answer).form("back").values["back"] == ["/organisations?q=%C4%91&kind=ministry"]


def test_form_sent_after_the_session_ended_leads_back_to_its_page(client: PageClient) -> None:
    answer = client.post("/organisations/new", {"code": "X"})

    assert answer.response.headers["Location"] == "/sign-in?back=/organisations/new"


@pytest.mark.parametrize("token", ["", "unknown", "a" * 4000, None])
def test_cookie_with_any_other_token_is_nobody(client: PageClient, token: object) -> None:
    with client._client.session_transaction() as cookie:
        cookie["_user_id"] = token

    client.get("/account", expect=302)


def test_cookie_that_we_did_not_sign_is_nobody(client: PageClient, app: Flask) -> None:
    client.sign_in(make_account_with(Role.DIRECTOR, make_organisation()))
    client.get("/account")
    kept = client._client.get_cookie("rondo")
    assert kept is not None
    session.commit()
    for forged in (kept.value[:-1] + ("A" if kept.value[-1] != "A" else "B"), "x" + kept.value, ""):
        client._client.set_cookie("rondo", forged)
        client.get("/account", expect=302)


def test_signing_in_drops_what_the_anonymous_session_held(client: PageClient, app: Flask) -> None:
    account = make_account_with(Role.DIRECTOR, make_organisation(), email="an@example.org")
    account.password_hash = app.extensions["passwords"].hash("bốn con trâu trắng qua sông")
    session.commit()
    with client._client.session_transaction() as cookie:
        cookie.update(planted="by somebody else", locale="ja")

    client.post("/sign-in", {"email": "an@example.org", "password": "bốn con trâu trắng qua sông"})

    with client._client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["locale"] == "ja"
