"""What is put into addresses: numbers that no row has, values that no filter knows, methods that no route names."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Connection
from werkzeug.routing import Rule

from tests.architecture.subjects import make_subjects
from tests.factories.organisations import make_organisation
from tests.security.crawl import PLACES, Undone, addresses, ask, make_account_with_all_roles
from tests.security.hostile import LARGEST_NUMBER, VALUES
from tests.support.pages import PageClient

# The names of all filters and other parameters that some page reads from its address.
PARAMETERS = (
    "action", "all", "back", "curriculum", "day", "desc", "fate", "filter", "finding", "first", "from", "gender",
    "indicator", "kind", "last", "layout", "locale", "next", "number", "on", "only", "organisation", "overdue",
    "owner", "person", "phase", "places", "program", "q", "reached", "role", "sort", "speciality", "state", "subject",
    "to", "until", "version", "week", "whole", "year",
)  # fmt: skip
# Those that a library may read differently from us; the long texts of the forms do not fit into an address.
IN_ADDRESSES = [value for value in VALUES if len(value.value) < 6000]


@pytest.fixture
def subjects(client: PageClient) -> dict[str, int]:
    organisation = make_organisation()
    made = make_subjects(organisation)
    client.sign_in(make_account_with_all_roles(organisation))
    return made


@pytest.mark.parametrize(
    "number",
    [LARGEST_NUMBER, LARGEST_NUMBER + 1, 10**30, 0, "00", "-1", "1.0", "+1", "1e3", "١", "0x1", "1%00"],
    ids=str,
)
def test_numbers_that_nothing_has_lead_nowhere(
    app: Flask, client: PageClient, subjects: dict[str, int], number: object
) -> None:
    del subjects
    wrong = {
        address: status
        for rule in _rules_with_numbers(app)
        if (status := ask(client, "GET", address := _with(rule, number)).status_code) != 404
    }

    assert wrong == {}


def test_no_parameter_breaks_a_page(
    app: Flask, client: PageClient, connection: Connection, subjects: dict[str, int]
) -> None:
    broken = []
    for place, address in enumerate(addresses(app, subjects)):
        hostile = IN_ADDRESSES[place % len(IN_ADDRESSES)]
        sent = quote(hostile.value.encode("utf-8", "surrogatepass"))
        with Undone(connection):
            answer = ask(client, "GET", f"{address}?" + "&".join(f"{name}={sent}" for name in PARAMETERS))
        if answer.status_code >= 500:
            broken.append(f"{address}, {hostile.name}: {answer.status_code}")

    assert broken == [], "\n".join(broken)


def test_no_value_breaks_a_list(app: Flask, client: PageClient, subjects: dict[str, int]) -> None:
    del subjects
    broken = []
    for address in _lists(app):
        for hostile in IN_ADDRESSES:
            sent = quote(hostile.value.encode("utf-8", "surrogatepass"))
            answer = ask(client, "GET", f"{address}?" + "&".join(f"{name}={sent}" for name in PARAMETERS))
            if answer.status_code >= 500:
                broken.append(f"{address}, {hostile.name}: {answer.status_code}")

    assert broken == [], "\n".join(broken)


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "9" * 400, "1.5", "x", "", "٢", "1;2"])
def test_pages_that_a_list_does_not_have_show_one_that_it_has(
    app: Flask, client: PageClient, subjects: dict[str, int], page: str
) -> None:
    del subjects
    wrong = {
        address: status
        for address in _lists(app)
        if (status := ask(client, "GET", f"{address}?page={page}&page=2").status_code) != 200
    }

    assert wrong == {}


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
def test_methods_that_no_route_names_do_nothing(
    app: Flask, client: PageClient, subjects: dict[str, int], method: str
) -> None:
    answers = {address: ask(client, method, address, {}).status_code for address in addresses(app, subjects)}

    assert {address: status for address, status in answers.items() if status not in (404, 405)} == {}


def test_head_says_what_get_would(app: Flask, client: PageClient, subjects: dict[str, int]) -> None:
    differing = {}
    for address in addresses(app, subjects):
        head, get = (ask(client, method, address) for method in ("HEAD", "GET"))
        if head.status_code != get.status_code or head.get_data():
            differing[address] = (head.status_code, get.status_code)

    assert differing == {}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"csrf_token": "x", "title": {"$gt": ""}}'),
        ("application/xml", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a\r\n\r\n'),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfe\x00"),
        ("", b"\x00\xff"),
    ],
)
def test_bodies_of_another_kind_change_nothing(
    app: Flask, client: PageClient, subjects: dict[str, int], kind: str, body: bytes
) -> None:
    answers = {}
    for address in addresses(app, subjects, "POST"):
        answer = client._client.post(address, data=body, headers={"Content-Type": kind})
        answers[address] = answer.status_code

    assert {address: status for address, status in answers.items() if status not in (400, 413)} == {}


def _rules_with_numbers(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "<int:" in rule.rule and "GET" in (rule.methods or ()):
            yield rule


def _with(rule: Rule, number: object) -> str:
    return PLACES.sub(lambda _found: str(number), rule.rule)


def _lists(app: Flask) -> list[str]:
    """The addresses of the pages that name nothing: among them all lists."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and "<" not in rule.rule
        and rule.rule.count("/") == 1
        and rule.endpoint not in ("accounts.home", "accounts.start", "accounts.sign_in")
    ]
