"""Hostile values in every field of every form: whatever is sent, nobody is shown that something broke."""

import os
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import Connection

from tests.architecture.subjects import make_subjects
from tests.factories.organisations import make_organisation
from tests.security.crawl import ShownForm, Undone, ask, make_account_with_all_roles, shown_forms
from tests.security.hostile import VALUES, Hostile
from tests.support.pages import PageClient

# Each field meets a few of the values and all fields together meet them all, many times over; set it to 99 for
# every value in every field, which takes some minutes.
VALUES_PER_FIELD = int(os.environ.get("RONDO_HOSTILE_VALUES", "2"))
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
