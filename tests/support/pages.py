"""The page client: a browser without scripts that inspects every page it is given."""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.kernel import transaction
from app.kernel.db import session
from tests.factories.accounts import make_session

_MARKUP_ERRORS_ALLOWED = frozenset({"unexpected-bang-after-double-dash-in-comment"})


@dataclass
class Form:
    """A form of a page: where it goes and what it would send."""

    action: str
    method: str
    values: dict[str, list[str]]
    names: frozenset[str]


class Page:
    """A page that was served, as a reader and a browser see it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.tree: Element = parser.parse(self.html)
        self.markup_errors = [
            f"line {position[0]}: {code}"
            for position, code, _ in parser.errors
            if code not in _MARKUP_ERRORS_ALLOWED
        ]

    @property
    def text(self) -> str:
        """The words of the page, single-spaced."""
        return words_of(self.tree.find("body"))

    @property
    def heading(self) -> str:
        """The words of the page's h1."""
        return words_of(self.tree.find(".//h1"))

    @property
    def errors(self) -> list[str]:
        """The words at the fields that have to be put right, and at the top of the form."""
        found = self._of_class("field__error") + self._of_class("form-errors")
        return [words_of(element) for element in found]

    def links(self) -> dict[str, str]:
        """The links of the page: words to address."""
        return {words_of(a): a.get("href", "") for a in self.tree.iter("a")}

    def rows(self) -> list[list[str]]:
        """The cells of the page's data tables, row by row."""
        return [
            [words_of(cell) for cell in row if cell.tag in ("td", "th")]
            for row in self.tree.findall(".//tbody/tr")
        ]

    def forms(self) -> list[Form]:
        """The forms of the page."""
        return [self._form(element) for element in self.tree.iter("form")]

    def form(self, *having: str) -> Form:
        """The one POST form that has all the named fields."""
        fitting = [f for f in self.forms() if f.method == "post" and set(having) <= f.names]
        assert fitting, f"no form with {having}; there are {[sorted(f.names) for f in self.forms()]}"
        return fitting[0]

    def _of_class(self, name: str) -> list[Element]:
        return [element for element in self.tree.iter() if name in (element.get("class") or "").split()]

    def _form(self, element: Element) -> Form:
        values: dict[str, list[str]] = {}
        names = set()
        for control in element.iter():
            name = control.get("name")
            if control.tag not in ("input", "select", "textarea", "button") or not name:
                continue
            names.add(name)
            values.setdefault(name, []).extend(_sent(control))
        return Form(
            element.get("action") or "", (element.get("method") or "get").lower(), values, frozenset(names)
        )


def _sent(control: Element) -> list[str]:
    if control.tag == "textarea":
        return [control.text or ""]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or (
            options[:1] if control.get("multiple") is None else []
        )
        return [o.get("value", words_of(o)) for o in chosen]
    kind = control.get("type", "text")
    if control.tag == "button" or kind in ("submit", "file", "button"):
        return []
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def words_of(element: Element | None) -> str:
    """Return an element's text as one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


class PageClient:
    """Asks the application for pages as one person; every page is inspected, every unsaved change is a failure."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._client: FlaskClient = app.test_client()

    def another(self) -> "PageClient":
        """Return a second browser, signed out."""
        return PageClient(self._app)

    def sign_in(self, account: Account) -> "PageClient":
        """Sign this browser in without going through the page."""
        token = make_session(account)
        _keep()
        with self._client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self

    def get(self, address: str, *, expect: int = 200, **options: Any) -> Page:
        """Return the page at the address, which must be served with the expected status."""
        return self._page(self._ask("GET", address, expect, **options))

    def fetch(self, address: str, *, expect: int = 200, **options: Any) -> TestResponse:
        """Return something that is no page: an export, a feed, a fragment."""
        return self._ask("GET", address, expect, **options)

    def post(
        self, address: str, data: dict[str, Any] | None = None, *, expect: int = 302, **options: Any
    ) -> Page:
        """Send the fields with a valid token; return the answer, by default a redirect."""
        return self._page(self._ask("POST", address, expect, data=self._with_token(data or {}), **options))

    def send(self, page: Page, data: dict[str, Any], *, address: str, expect: int = 302) -> Page:
        """Fill in the page's form that has these fields and send it, with what it holds already."""
        form = page.form(*data)
        values: dict[str, Any] = {name: value for name, value in form.values.items() if name != "csrf_token"}
        return self.post(form.action or address, {**values, **data}, expect=expect)

    def status(self, method: str, address: str) -> int:
        """Return only how a request is answered. A POST sends just its token; the cookies stay as they are."""
        data = self._with_token({}) if method == "POST" else None
        _keep()
        cookies = dict(self._client._cookies or {})
        answer = self._client.open(address, method=method, data=data)
        answer.get_data()
        self._client._cookies = cookies
        return answer.status_code

    def follow(self, answer: Page) -> Page:
        """Return the page that a redirect leads to, over further redirects if there are."""
        response = answer.response
        while response.status_code in (302, 303):
            response = self._client.get(response.headers["Location"])
        assert response.status_code == 200, f"{response.request.path}: {response.status_code}"
        return self._page(response)

    def _ask(self, method: str, address: str, expect: int, **options: Any) -> TestResponse:
        _keep()
        response = self._client.open(address, method=method, **options)
        # Streaming answers are read while their session is still there.
        response.get_data()
        assert response.status_code == expect, (
            f"{method} {address}: {response.status_code}, expected {expect}\n{response.get_data(as_text=True)[:3000]}"
        )
        assert not session().new and not session().dirty, f"{method} {address} left unsaved changes"
        return response

    def _with_token(self, data: dict[str, Any]) -> dict[str, Any]:
        _keep()
        with self._client.session_transaction() as cookie:
            cookie.setdefault("csrf", "ab" * 32)
            secret = bytes.fromhex(cookie["csrf"])
        mask = bytes(32)
        return {"csrf_token": urlsafe_b64encode(mask + secret).decode(), **data}

    def _page(self, response: TestResponse) -> Page:
        page = Page(response)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            inspect_page(page)
        return page


def _keep() -> None:
    """Store what the test has made, so that the next request finds it, and nothing but that."""
    session.commit()
    transaction.abandon()


def inspect_page(page: Page) -> None:
    """Fail if the page is not fit to be shown: markup, heading, title, ids, labels, tokens, inline code."""
    assert not page.markup_errors, page.markup_errors[:5]
    headings = list(page.tree.iter("h1"))
    assert len(headings) == 1, f"{len(headings)} h1"
    title = words_of(page.tree.find(".//title"))
    assert title.startswith(page.heading), f"title {title!r} does not begin with {page.heading!r}"
    ids = [identity for element in page.tree.iter() if (identity := element.get("id"))]
    assert len(ids) == len(set(ids)), f"ids used twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    _inspect_controls(page)
    for element in page.tree.iter():
        assert element.get("style") is None, f"inline style at {element.tag}"
        assert not any(name.startswith("on") for name in element.attrib), f"inline script at {element.tag}"
    for script in page.tree.iter("script"):
        assert script.get("src"), "inline script"
    assert not re.search(r"%\(\w+\)[sd]", page.text), "a message with an unfilled place"


def _inspect_controls(page: Page) -> None:
    labelled = {label.get("for") for label in page.tree.iter("label")}
    inside = {id(control) for label in page.tree.iter("label") for control in label.iter()}
    for control in page.tree.iter():
        if control.tag not in ("input", "select", "textarea") or control.get("type") in ("hidden", "submit"):
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
        assert named or id(control) in inside, f"{control.tag} {control.get('name')} has no label"
    for form in page.tree.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            names = {control.get("name") for control in form.iter()}
            assert "csrf_token" in names, f"form to {form.get('action')} has no token"
