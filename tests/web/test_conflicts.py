"""The choice between two versions: what is taken replaces what was typed, and nothing else is touched."""

from types import SimpleNamespace

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.curriculum.queries import get_version
from app.evaluation.queries import get_instrument, list_questions
from app.kernel.access import Role
from app.organisations.queries import get_organisation
from app.web.conflicts import THEIRS, FieldConflict, with_choices
from app.web.forms import VersionedForm
from tests.factories.accounts import make_account_with
from tests.factories.curriculum import make_curriculum, make_draft_version, make_program
from tests.factories.evaluation import make_instrument
from tests.factories.organisations import make_organisation
from tests.support.pages import Page, PageClient

LAYOUTS = [SelectChoice("r", "Rows"), SelectChoice("c", "Circle"), SelectChoice("u", "Horseshoe")]


class RoomForm(VersionedForm):
    """Fields of every shape."""

    name = StringField("Name")
    note = TextAreaField("Note")
    layouts = SelectMultipleField("Layouts", choices=LAYOUTS)
    open = BooleanField("Open")
    secret = HiddenField()
    reason = StringField("Reason")


STORED = SimpleNamespace(version=4, name="Theirs", note="One\nTwo", layouts=["r", "u"], open=True, secret="s")


@pytest.fixture
def differing(app: Flask) -> tuple[FieldConflict, ...]:
    """What differs between the stored room and a form typed meanwhile."""
    sent = MultiDict({"version": "3", "name": "Mine", "note": "One", "layouts": "c", "reason": "why"})
    with app.test_request_context():
        return RoomForm(sent)._differences(STORED)


def test_every_field_that_the_thing_knows_is_compared(differing: tuple[FieldConflict, ...]) -> None:
    assert [(found.label, found.stored, found.typed) for found in differing[:3]] == [
        ("Name", "Theirs", "Mine"),
        ("Note", "One\nTwo", "One"),
        ("Layouts", "Rows, Horseshoe", "Circle"),
    ]
    assert [found.name for found in differing] == ["name", "note", "layouts", "open"]


def test_taking_theirs_everywhere_gives_the_stored_thing(
    app: Flask, differing: tuple[FieldConflict, ...]
) -> None:
    stored = [(f"stored-{name}", value) for found in differing for name, value in found.values]
    choices = [(f"take-{found.name}", THEIRS) for found in differing]
    typed = [("name", "Mine"), ("note", "One"), ("layouts", "c"), ("reason", "why")]

    with app.test_request_context():
        form = RoomForm(with_choices(MultiDict([*typed, *stored, *choices])))

    assert {name: form[name].data for name in ("name", "note", "layouts", "open", "reason")} == {
        "name": "Theirs",
        "note": "One\nTwo",
        "layouts": ["r", "u"],
        "open": True,
        "reason": "why",
    }


@pytest.mark.parametrize(
    ("taken", "kept"),
    [
        ({}, {"rows-1-title": "Mine", "rows-10-title": "Tenth"}),
        ({"take-rows-1": "mine"}, {"rows-1-title": "Mine", "rows-10-title": "Tenth"}),
        (
            {"take-rows-1": "theirs"},
            {"rows-1-title": "Theirs", "rows-1-hours": "4", "rows-10-title": "Tenth"},
        ),
        ({"take-rows-10": "theirs"}, {"rows-1-title": "Mine"}),
    ],
)
def test_a_row_is_taken_whole_and_alone(taken: dict[str, str], kept: dict[str, str]) -> None:
    stored = {"stored-rows-1-title": "Theirs", "stored-rows-1-hours": "4"}
    sent = MultiDict({"rows-1-title": "Mine", "rows-10-title": "Tenth", **stored, **taken})

    found = with_choices(sent)

    assert {name: value for name, value in found.items() if name.startswith("rows-")} == kept


def lose(client: PageClient, address: str, theirs: dict[str, str], mine: dict[str, str]) -> Page:
    """Return the page of an edit that was overtaken."""
    left_open = client.get(address)
    client.send(client.get(address), theirs, address=address)
    return client.send(left_open, mine, address=address, expect=409)


def test_each_field_of_an_overtaken_edit_is_chosen_on_its_own(client: PageClient) -> None:
    academy = make_organisation(name="Old", code="OLD")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    address = f"/organisations/{academy.id}/edit"
    page = lose(client, address, {"name": "Theirs", "code": "THEIRS"}, {"name": "Mine", "code": "MINE"})

    client.send(page, {"take-name": "theirs", "take-code": "mine"}, address=address)

    stored = get_organisation(academy.id)
    assert (stored.name, stored.code) == ("Theirs", "MINE")


def test_a_choice_overtaken_again_is_asked_once_more(client: PageClient) -> None:
    academy = make_organisation(name="Old", code="OLD")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy))
    address = f"/organisations/{academy.id}/edit"
    page = lose(client, address, {"name": "Theirs"}, {"name": "Mine", "code": "MINE"})
    client.send(client.get(address), {"name": "Third"}, address=address)

    again = client.send(page, {"take-name": "theirs"}, address=address, expect=409)

    assert "Take theirs Third Keep mine Theirs" in again.text
    assert again.form("code").values["code"] == ["MINE"]


def test_modules_are_chosen_row_by_row_and_an_added_one_stays(client: PageClient) -> None:
    academy = make_organisation()
    version = make_draft_version(make_curriculum(make_program(academy)), modules=2)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = f"/curricula/versions/{version.id}/edit"
    theirs = {"modules-0-title": "Theirs", "modules-1-title": "Second", "modules-1-hours": "6"}
    theirs |= {"modules-2-title": "Added", "modules-2-hours": "2"}
    page = lose(client, address, theirs, {"modules-0-title": "Mine", "modules-1-title": "Late"})

    client.send(page, {"take-modules-0": "mine", "take-modules-1": "theirs"}, address=address)

    assert [(module.title, float(module.hours)) for module in get_version(version.id).modules] == [
        ("Mine", 4),
        ("Second", 6),
        ("Added", 2),
    ]


def test_questions_are_chosen_one_by_one(client: PageClient) -> None:
    instrument = make_instrument()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address = f"/evaluation/instruments/{instrument.id}/edit"
    theirs = {"questions-0-text": "Theirs, first", "questions-1-text": "Theirs, second"}
    mine = {"questions-0-text": "Mine, first", "questions-1-text": "Mine, second"}
    page = lose(client, address, theirs, mine)

    client.send(page, {"take-questions-0": "theirs", "take-questions-1": "mine"}, address=address)

    asked = [question.text for question in list_questions(get_instrument(instrument.id))]
    assert asked[:2] == ["Theirs, first", "Mine, second"]
