"""Hostile values in every field of every form: whatever is sent, nobody is shown that something broke."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.evaluation.forms.editing import MOST_QUESTIONS
from app.kernel.db import session
from tests.architecture.subjects import make_subjects
from tests.factories.curriculum import make_curriculum, make_draft_version, make_program
from tests.factories.evaluation import QUESTIONS, make_instrument
from tests.factories.organisations import make_organisation
from tests.security.crawl import ShownForm, Undone, ask, make_account_with_all_roles, shown_forms
from tests.security.hostile import VALUES, Hostile
from tests.support.pages import Page, PageClient

# Each field meets one of the values and all fields together meet them all, many times over; set it to 99 for
# every value in every field, which takes some minutes.
VALUES_PER_FIELD = int(os.environ.get("RONDO_HOSTILE_VALUES", "1"))
# More forms than these are known to be there; a crawl that finds fewer proves nothing.
FEWEST_FORMS = 80
SIGNS_OUT = frozenset({"accounts.sign_out"})


def test_no_value_in_any_field_breaks_anything(
    app: Flask, client: PageClient, connection: Connection
) -> None:
    organisation = make_organisation()
    subjects = make_subjects(organisation)
    client.sign_in(make_account_with_all_roles(organisation))
    forms = [form for form in shown_forms(app, client, subjects) if form.endpoint not in SIGNS_OUT]

    broken = []
    for form, name, hostile in _attacks(forms):
        with Undone(connection):
            sent = hostile.value.encode("utf-8", "surrogatepass")
            answer = ask(client, "POST", form.address, {**form.plain, name: [sent]})
            # What was taken has to be fit to be shown as well.
            if 300 <= answer.status_code < 400:
                answer = ask(client, "GET", answer.headers["Location"])
            if answer.status_code >= 500:
                broken.append(f"{form.endpoint}, {name}, {hostile.name}: {answer.status_code}")

    assert len(forms) >= FEWEST_FORMS
    assert broken == [], "\n".join(broken)


def test_what_is_not_a_form_is_refused(app: Flask, client: PageClient, connection: Connection) -> None:
    organisation = make_organisation()
    subjects = make_subjects(organisation)
    client.sign_in(make_account_with_all_roles(organisation))
    forms = [form for form in shown_forms(app, client, subjects) if form.endpoint not in SIGNS_OUT]

    broken = []
    for form in forms:
        with Undone(connection):
            twice = {name: [*values, "x"] for name, values in form.plain.items()}
            answer = ask(client, "POST", form.address, twice)
            if answer.status_code >= 500:
                broken.append(f"{form.endpoint}, every field twice: {answer.status_code}")

    assert broken == [], "\n".join(broken)


def _attacks(forms: list[ShownForm]) -> Iterator[tuple[ShownForm, str, Hostile]]:
    place = 0
    for form in forms:
        for name in form.fields:
            for _time in range(min(VALUES_PER_FIELD, len(VALUES))):
                yield form, name, VALUES[place % len(VALUES)]
                place += 1


@pytest.mark.parametrize("row", ["²", "٣", "9" * 5000, "-1", "0x1", "99999", "1.5", "\x00", ""])
def test_rows_that_no_list_has_are_left_out(client: PageClient, db: Session, row: str) -> None:
    organisation = make_organisation()
    client.sign_in(make_account_with_all_roles(organisation))
    instrument = make_instrument(organisation)
    version = make_draft_version(make_curriculum(make_program(organisation)))
    session.commit()

    for address, list_name in (
        (f"/evaluation/instruments/{instrument.id}/edit", "questions"),
        (f"/curricula/versions/{version.id}/edit", "modules"),
    ):
        answer = ask(client, "POST", address, {f"{list_name}-{row}-title": "x", f"{list_name}-{row}": "x"})
        assert answer.status_code < 500, address


def test_full_list_offers_no_further_row(client: PageClient, db: Session) -> None:
    organisation = make_organisation()
    client.sign_in(make_account_with_all_roles(organisation))
    questions = [
        replace(QUESTIONS[3], code=f"q{number}", text=f"Question {number}")
        for number in range(MOST_QUESTIONS)
    ]
    instrument = make_instrument(organisation, questions)

    page = client.get(f"/evaluation/instruments/{instrument.id}/edit")

    assert f"questions-{MOST_QUESTIONS - 1}-text" in page.html
    assert f"questions-{MOST_QUESTIONS}-text" not in page.html


def test_body_larger_than_any_form_is_refused_in_words(client: PageClient, db: Session) -> None:
    client.sign_in(make_account_with_all_roles(make_organisation()))

    for body in ("x" * 3 * 1024 * 1024, "x" * 17 * 1024 * 1024, "a&" * 500_000):
        answer = client._client.post(
            "/people/new", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 413
        assert len(Page(answer).heading) > 10

    without_end = {"wsgi.input": _Endless(), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        endless = client._client.post("/sign-in", content_type=kind, environ_overrides=without_end)
        assert endless.status_code in (400, 413)


def test_what_a_browser_says_of_itself_is_never_too_much(client: PageClient, db: Session) -> None:
    agent = "Mozilla\x01\x7fđ<script>" + "x" * 50_000
    headers = {"User-Agent": agent.encode().decode("latin-1"), "Accept-Language": "vi;q=x," * 5000}

    answer = client._client.post(
        "/sign-in",
        data=client._with_token({"email": "a@example.org", "password": "x" * 900}),
        headers={
            **headers,
            "X-Fragment": "__class__",
            "X-Forwarded-For": "::1, \x00",
            "Referer": "javascript:x",
        },
    )

    assert answer.status_code == 422


class _Endless(io.RawIOBase):
    """A body that says nothing of its length and never ends."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        buffer[:] = b"x" * len(buffer)
        return len(buffer)
