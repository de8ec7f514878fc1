"""Who finds the style guide."""

from dataclasses import replace

import pytest
from flask import Flask

from app.kernel.access import Role
from config import Mode, Settings
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.applications import second_app
from tests.support.pages import PageClient


def test_everybody_finds_it_where_it_is_worked_on(client: PageClient) -> None:
    assert client.get("/style-guide").heading


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 404), (Role.TRAINEE, 404), (Role.LECTURER, 404), (Role.DIRECTOR, 200), (Role.REGISTRAR, 200)],
)
def test_in_production_only_staff_find_it(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch, role: Role | None, status: int
) -> None:
    monkeypatch.setitem(app.extensions, "style_guide_open", False)
    if role is not None:
        client.sign_in(make_account_with(role, make_organisation()))

    assert client.get("/style-guide", expect=status).status == status


@pytest.mark.parametrize(("mode", "is_open"), [(Mode.PRODUCTION, False), (Mode.DEVELOPMENT, True)])
@pytest.mark.usefixtures("db")
def test_the_mode_decides(settings: Settings, mode: Mode, is_open: bool) -> None:
    assert second_app(replace(settings, mode=mode)).extensions["style_guide_open"] is is_open
