"""Every route as every role, on things of one's own branch and of another: what is served is what the table says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.kernel import transaction
from app.kernel.access import Permission, Role
from app.kernel.db import session
from app.web.access import Public, SignedIn
from tests.architecture.subjects import make_subjects
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient

PLACES = re.compile(r"<(?:int:)?(\w+)>")
# A served page, a form that is not filled in, a refusal by a rule, a redirect onwards: the route let us in.
LET_IN = frozenset({200, 302, 303, 400, 409, 422})
ROLES: tuple[Role | None, ...] = (*Role, None)


@dataclass(frozen=True)
class Request:
    """One way to ask for one route."""

    rule: str
    method: str
    address: str
    access: object
    names_a_thing: bool


def _requests(app: Flask, subjects: dict[str, int]) -> Iterator[Request]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "assets.serve_asset":
            continue
        names = PLACES.findall(rule.rule)
        address = PLACES.sub(lambda found: str(subjects.get(found[1], "unknown")), rule.rule)
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        for method in sorted(_methods(rule)):
            yield Request(rule.rule, method, address, access, bool(names))


def _methods(rule: Rule) -> set[str]:
    return set(rule.methods or ()) & {"GET", "POST"}


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_own_branch_opens_to_the_roles_of_the_table(
    app: Flask, client: PageClient, connection: Connection, role: Role | None
) -> None:
    organisation = make_organisation()
    subjects = make_subjects(organisation)
    _sign_in(client, role, organisation.id)

    wrong = [
        f"{asked.method} {asked.rule} as {role}: {status}"
        for asked in _requests(app, subjects)
        if (status := _ask(client, connection, asked)) is not None and not _as_stated(asked, role, status)
    ]

    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES[:-1], ids=str)
def test_other_branches_do_not_exist(
    app: Flask, client: PageClient, connection: Connection, role: Role
) -> None:
    subjects = make_subjects(make_organisation())
    _sign_in(client, role, make_organisation().id)

    leaks = [
        f"{asked.method} {asked.rule} as {role}: {status}"
        for asked in _requests(app, subjects)
        if asked.names_a_thing and not isinstance(asked.access, Public)
        if (status := _ask(client, connection, asked)) not in (403, 404)
    ]

    assert leaks == [], "\n".join(leaks)


def test_every_name_in_an_address_has_a_subject(app: Flask, db: Session) -> None:
    subjects = make_subjects(make_organisation())
    named = {name for rule in app.url_map.iter_rules() for name in re.findall(r"<int:(\w+)>", rule.rule)}

    assert named - set(subjects) == set()


def _sign_in(client: PageClient, role: Role | None, organisation_id: int) -> None:
    if role is not None:
        organisation = session.get_one(type(make_organisation()), organisation_id)
        client.sign_in(make_account_with(role, organisation))
    session.commit()


def _ask(client: PageClient, connection: Connection, asked: Request) -> int:
    """Ask inside a savepoint that is taken back, so that no request finds what another has changed."""
    point = connection.begin_nested()
    try:
        return client.status(asked.method, asked.address)
    finally:
        transaction.abandon()
        if point.is_active:
            point.rollback()


def _as_stated(asked: Request, role: Role | None, status: int) -> bool:
    match asked.access:
        case Public():
            return status in LET_IN or status == 404
        case SignedIn():
            # Own things only: an organisation's thing is not the reader's.
            return status == 302 if role is None else status in LET_IN or status == 404
        case Permission() as permission:
            if role is None:
                return status == 302
            return status in LET_IN if role in permission.roles else status in (403, 404)
        case _:
            return False
