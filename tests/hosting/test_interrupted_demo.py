"""A demonstration that was interrupted is never taken for a whole one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask

from app.cli import demo as demo_command
from app.cli.welcome import welcome
from app.demo.unfinished import WHAT_TO_DO, is_unfinished
from app.hosting import supervisor
from app.hosting.database import is_empty
from app.hosting.errors import HostingError
from app.kernel import transaction
from app.kernel.db import session
from config import Settings
from tests.factories.organisations import make_organisation
from tests.support.applications import second_app
from tests.support.postgres import database_for_worker


@pytest.fixture
def house(worker_id: str, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application with an empty database and a directory of its own."""
    kept = session.session_factory.kw.get("bind")
    transaction.abandon()
    with database_for_worker(f"unfinished_{worker_id}") as urls:
        urled = replace(settings, database_url=urls.app_url, owner_database_url=urls.owner_url)
        app = second_app(replace(urled, var_directory=tmp_path / "var"))
        session.configure(bind=app.extensions["engine"])
        yield app
        transaction.abandon()
        app.extensions["engine"].dispose()
        session.configure(bind=kept)


class Filling:
    """Stands for the filling: enters one organisation, and may be interrupted after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_interrupted = True
        self.codes: list[str] = []
        monkeypatch.setattr(demo_command, "build_demonstration", self)

    def __call__(self, **_given: object) -> SimpleNamespace:
        self.codes.append(make_organisation(code="HALF").code)
        session.commit()
        transaction.abandon()
        if self.is_interrupted:
            raise KeyboardInterrupt
        return SimpleNamespace(file="sign-ins.json")


@pytest.fixture
def filling(monkeypatch: pytest.MonkeyPatch) -> Filling:
    return Filling(monkeypatch)


def demo(house: Flask, *words: str) -> Result:
    return house.test_cli_runner().invoke(demo_command.demo, words)


def test_a_second_start_says_what_to_do_and_changes_nothing(house: Flask, filling: Filling) -> None:
    settings: Settings = house.config["SETTINGS"]
    demo(house)

    again = demo(house)

    assert again.exit_code == 1
    assert WHAT_TO_DO in again.output
    assert filling.codes == ["HALF"]
    environ = {
        "RONDO_VAR_DIRECTORY": str(settings.var_directory),
        "DATABASE_URL": settings.database_url,
        "RONDO_OWNER_DATABASE_URL": settings.owner_database_url,
    }
    assert WHAT_TO_DO in house.test_cli_runner().invoke(welcome).output
    with pytest.raises(HostingError, match="The demonstration was interrupted"):
        supervisor._fill_with_demonstration(environ, Event())


def test_it_is_entered_anew_into_an_emptied_database(house: Flask, filling: Filling) -> None:
    settings: Settings = house.config["SETTINGS"]
    demo(house)
    filling.is_interrupted = False

    # Its code is unique: into what was left of the first, it could not be entered again.
    whole = demo(house, "--anew")

    assert whole.exit_code == 0, whole.output
    assert not is_unfinished(settings.var_directory)
    assert not is_empty(settings.owner_database_url)


def test_what_is_no_demonstration_is_never_emptied(house: Flask, filling: Filling) -> None:
    settings: Settings = house.config["SETTINGS"]
    filling.is_interrupted = False
    demo(house)

    refused = demo(house, "--anew")

    assert refused.exit_code == 1
    assert "Nothing was changed" in refused.output
    assert not is_empty(settings.owner_database_url)


def test_an_interruption_before_anything_was_entered_is_none(house: Flask, filling: Filling) -> None:
    settings: Settings = house.config["SETTINGS"]
    settings.var_directory.mkdir()
    (settings.var_directory / "demo-unfinished").touch()
    filling.is_interrupted = False

    assert demo(house).exit_code == 0
    assert not is_unfinished(settings.var_directory)
