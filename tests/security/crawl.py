"""Every form that a person with all roles is shown, found by asking for every page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.kernel import transaction
from app.kernel.access import Role
from app.organisations.models import Organisation
from tests.factories.accounts import make_account, make_grant
from tests.factories.people import make_person
from tests.support.pages import Page, PageClient, _keep

PLACES = re.compile(r"<(?:int:)?(\w+)>")
# A row that is offered again and again is the same code each time.
_FURTHER_ROW = re.compile(r"-([2-9]|\d\d+)-")
_PLAIN: Mapping[str, str] = {
    "date": "2027-01-05",
    "datetime-local": "2027-01-05T08:00",
    "time": "08:00",
    "number": "3",
    "email": "lan@example.org",
}


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form of a page: where it goes, what it sends when filled in plainly, and which fields can be typed in."""

    endpoint: str
    address: str
    plain: Mapping[str, list[str]]
    offered: Mapping[str, frozenset[str]] = field(repr=False)

    @property
    def fields(self) -> list[str]:
        """The names of the fields, one of each kind of row."""
        return [name for name in self.plain if not _FURTHER_ROW.search(name)]


def make_account_with_all_roles(organisation: Organisation) -> Account:
    """Return somebody to whom every page of the organisation opens."""
    person = make_person(organisation=organisation)
    for role in Role:
        make_grant(person, role, organisation)
    return make_account(person)


def addresses(app: Flask, subjects: Mapping[str, int], method: str = "GET") -> Iterator[str]:
    """Yield the address of every page, with the numbers of the subjects in it."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in ("assets.serve_asset",):
            yield PLACES.sub(lambda found: str(subjects.get(found[1], "unknown")), rule.rule)


def shown_forms(app: Flask, client: PageClient, subjects: Mapping[str, int]) -> list[ShownForm]:
    """Return one form for each route that takes one; pages that are only examples are left out."""
    found: dict[str, ShownForm] = {}
    for address in addresses(app, subjects):
        answer = ask(client, "GET", address)
        if answer.mimetype != "text/html" or address == "/style-guide":
            continue
        page = Page(answer)
        for element, form in zip(page.tree.iter("form"), page.forms(), strict=True):
            action = form.action or address
            if form.method == "post" and (endpoint := _endpoint_of(app, action)):
                found.setdefault(endpoint, _shown(endpoint, action, element, form.values))
    return list(found.values())


def ask(client: PageClient, method: str, address: str, data: Mapping[str, Any] | None = None) -> TestResponse:
    """Return the whole answer, whatever its status; the cookies stay as they are."""
    body = client._with_token(dict(data)) if data is not None else None
    _keep()
    cookies = dict(client._client._cookies or {})
    answer = client._client.open(address, method=method, data=body)
    answer.get_data()
    client._client._cookies = cookies
    return answer


class Undone:
    """What is asked inside is taken back, so that no request finds what another has changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        # What the test has made stays: it lies outside of what is taken back.
        _keep()
        self._point = self._connection.begin_nested()

    def __exit__(self, *_error: object) -> None:
        transaction.abandon()
        if self._point.is_active:
            self._point.rollback()


def _endpoint_of(app: Flask, action: str) -> str | None:
    try:
        endpoint, _values = app.url_map.bind("localhost").match(action.partition("?")[0], method="POST")
    except HTTPException:
        return None
    return str(endpoint)


def _shown(endpoint: str, action: str, element: Element, values: Mapping[str, list[str]]) -> ShownForm:
    plain: dict[str, list[str]] = {}
    offered: dict[str, set[str]] = {}
    for control in element.iter():
        name, kind = control.get("name"), control.get("type", "")
        if control.tag not in ("input", "select", "textarea", "button") or name in (None, "csrf_token"):
            continue
        if kind == "file":
            continue
        options = [option.get("value", "") for option in control.iter("option")] or [control.get("value", "")]
        offered.setdefault(name, set()).update(filter(None, options))
        sent = values.get(name, [])
        plain.setdefault(name, sent if any(sent) else _plainly(control.tag, kind, options))
    return ShownForm(endpoint, action, plain, {name: frozenset(some) for name, some in offered.items()})


def _plainly(tag: str, kind: str, options: list[str]) -> list[str]:
    if tag == "select":
        return [option for option in options if option][:1]
    if kind in ("checkbox", "radio"):
        return options[:1]
    return [_PLAIN.get(kind, "Text")] if tag != "button" else []
