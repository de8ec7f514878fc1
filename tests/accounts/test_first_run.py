"""The first run of an empty installation, and what `flask welcome` says."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.models import Account
from app.cli.accounts import account_commands
from app.cli.welcome import DEMO_SIGN_INS, welcome
from app.kernel.access import Role
from app.kernel.db import session
from app.kernel.transaction import abandon
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient

HOUSE = {
    "kind": "headquarters",
    "name": "Học viện Chính trị",
    "code": "HV",
    "full_name": "Lê Đầu Tiên",
    "email": "dau@example.org",
    "password": PASSWORD,
    "again": PASSWORD,
}


def said_by_welcome(app: Flask) -> str:
    session.commit()
    abandon()
    result = app.test_cli_runner().invoke(welcome)
    assert result.exit_code == 0, result.output
    return result.output


def link_in(said: str) -> str:
    found = re.search(r"http://localhost(/first-run/[\w-]{43})", said)
    assert found, said
    return found[1]


def test_link_makes_the_first_administrator_and_is_dead_afterwards(client: PageClient, app: Flask) -> None:
    path = link_in(said_by_welcome(app))
    page = client.get(path)
    assert page.form("time_zone").values["time_zone"] == ["Asia/Ho_Chi_Minh"]
    assert page.response.headers["Referrer-Policy"] == "no-referrer"

    answer = client.send(page, HOUSE, address=path)

    client.follow(answer)
    assert client.get("/accounts").rows()[0][0] == "Lê Đầu Tiên"
    client.another().get(path, expect=404)
    assert "first-run" not in said_by_welcome(app)


def test_refused_form_keeps_what_was_typed_and_makes_nothing(client: PageClient, app: Flask) -> None:
    path = link_in(said_by_welcome(app))

    answer = client.send(
        client.get(path), {**HOUSE, "password": "ngắn", "again": "ngắn"}, address=path, expect=422
    )

    assert answer.form("name").values["name"] == ["Học viện Chính trị"]
    assert session.query(Account).count() == 0
    client.send(answer, HOUSE, address=path)


def test_second_welcome_ends_the_first_link(client: PageClient, app: Flask) -> None:
    first = link_in(said_by_welcome(app))
    second = link_in(said_by_welcome(app))

    client.get(first, expect=404)
    client.get(second)


def test_link_is_dead_once_somebody_has_an_account(client: PageClient, app: Flask) -> None:
    path = link_in(said_by_welcome(app))
    make_account_with(Role.ADMINISTRATOR, make_organisation())

    client.post(path, {**HOUSE, "time_zone": "Asia/Ho_Chi_Minh"}, expect=404)


def test_demonstration_tells_one_sign_in_per_role_that_exists(client: PageClient, app: Flask) -> None:
    make_account_with(Role.DIRECTOR, make_organisation(), email="director@example.org")
    path: Path = app.config["SETTINGS"].var_directory / DEMO_SIGN_INS
    path.write_text(
        json.dumps(
            [
                {"role": "Director", "email": "director@example.org", "password": "open sesame, said Ali"},
                {"role": "Nobody", "email": "left@example.org", "password": "gone"},
            ]
        )
    )
    try:
        said = said_by_welcome(app)
    finally:
        path.unlink()

    assert re.search(r"Director +director@example.org +open sesame, said Ali", said)
    assert "left@example.org" not in said
    assert "http://localhost" in said


def test_operator_gets_somebody_back_in(client: PageClient, app: Flask) -> None:
    make_account_with(Role.ADMINISTRATOR, make_organisation(), email="locked@example.org")
    session.commit()
    abandon()

    result = app.test_cli_runner().invoke(account_commands, ["link", "locked@example.org"])

    path = result.output.strip().removeprefix("http://localhost")
    client.send(client.get(path), {"password": PASSWORD, "again": PASSWORD}, address=path)


@pytest.mark.parametrize("email", ["nobody@example.org", "a\nb@example.org"])
def test_operator_is_told_when_there_is_no_such_account(client: PageClient, app: Flask, email: str) -> None:
    result = app.test_cli_runner().invoke(account_commands, ["link", email])

    assert result.exit_code == 1
    assert "No enabled account" in result.output
