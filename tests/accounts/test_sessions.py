"""Sessions: how long they live, and that they end at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.commands import administration, sessions, settings
from app.accounts.models import Account, AccountSession, RoleGrant
from app.accounts.passwords import Passwords
from app.accounts.queries import find_session, hash_token, list_grants
from app.accounts.types import SessionLimits
from app.kernel.access import SYSTEM, Role
from app.kernel.clock import now, stopped_at
from app.kernel.db import session
from app.kernel.transaction import abandon, complete, undo
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_account_with, make_grant
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LIMITS = SessionLimits(idle=timedelta(minutes=30), absolute=timedelta(hours=10))

Ending = Callable[[Account, Passwords], None]


@pytest.fixture
def account(client: PageClient, give_password: Callable[[Account], Account]) -> Account:
    return give_password(make_account_with(Role.REGISTRAR, make_organisation()))


def begin(account: Account) -> str:
    return sessions.begin_session(account=account, user_agent="Firefox", at=AT).token


@pytest.mark.parametrize(
    ("later", "lives"),
    [
        (timedelta(0), True),
        (timedelta(minutes=29, seconds=59), True),
        (timedelta(minutes=30), False),
    ],
)
def test_session_ends_when_it_is_not_used(account: Account, later: timedelta, lives: bool) -> None:
    token = begin(account)

    assert (find_session(token, LIMITS, AT + later) is not None) is lives


@pytest.mark.parametrize(
    ("later", "lives"), [(timedelta(hours=9, minutes=59), True), (timedelta(hours=10), False)]
)
def test_session_ends_after_its_longest_time_even_when_used(
    account: Account, later: timedelta, lives: bool
) -> None:
    token = begin(account)
    kept = session.query(AccountSession).filter_by(token_hash=hash_token(token)).one()
    kept.seen_at = AT + later - timedelta(minutes=1)
    session.flush()

    assert (find_session(token, LIMITS, AT + later) is not None) is lives


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "\x00", "ký tự"])
def test_anything_else_is_no_session(account: Account, token: str) -> None:
    begin(account)

    assert find_session(token, LIMITS, AT) is None


def test_finding_who_asks_takes_one_statement(account: Account, queries: QueryCounter) -> None:
    above = make_organisation()
    make_organisation(parent=above)
    make_grant(account.person, Role.LECTURER, above)
    make_grant(account.person, Role.TRAINEE, make_organisation())
    token = begin(account)
    session.commit()
    undo()

    with queries.counting():
        found = find_session(token, LIMITS, AT)

    assert len(queries) == 1
    assert found is not None
    assert found.actor.grants == list_grants(account.person_id)
    assert [grant.role for grant in found.actor.grants] == [Role.REGISTRAR, Role.LECTURER, Role.TRAINEE]
    assert len(found.actor.grants[1].organisation_ids) == 2


def test_without_a_grant_that_holds_one_is_signed_in_and_may_nothing(account: Account) -> None:
    for grant in session.query(RoleGrant).filter_by(person_id=account.person_id):
        grant.valid_from, grant.valid_to = now().date() - timedelta(days=9), now().date()
    token = begin(account)

    found = find_session(token, LIMITS, AT)

    assert found is not None
    assert found.actor.grants == ()


def test_token_has_256_bits_and_only_its_hash_is_kept(account: Account) -> None:
    tokens = [begin(account) for _ in range(3)]

    kept = {row.token_hash for row in session.query(AccountSession)}
    assert all(len(token) == 43 for token in tokens)
    assert kept == {hash_token(token) for token in tokens}


def disable(account: Account, _passwords: Passwords) -> None:
    administration.disable(account=account, reason="", actor=SYSTEM, at=now())


def grant(account: Account, _passwords: Passwords) -> None:
    administration.grant_role(
        person=account.person,
        role=Role.LECTURER,
        organisation=account.person.organisation,
        valid_from=date(2020, 1, 1),
        valid_to=None,
        actor=SYSTEM,
        at=now(),
    )


def end_role(account: Account, _passwords: Passwords) -> None:
    held = make_grant(account.person, Role.TRAINEE, account.person.organisation)
    administration.end_role(grant=held, on=now().date(), actor=SYSTEM, at=now())


def change_password(account: Account, passwords: Passwords) -> None:
    settings.change_password(
        account=account,
        present=PASSWORD,
        new="năm con cá vàng bơi trong ao",
        passwords=passwords,
        user_agent="",
        at=now(),
    )


def sign_out_everywhere(account: Account, _passwords: Passwords) -> None:
    administration.sign_out_everywhere(account=account, actor=SYSTEM, at=now())


@pytest.mark.parametrize("end", [disable, grant, end_role, change_password, sign_out_everywhere])
def test_kept_cookie_is_worth_nothing_after(
    client: PageClient, app: Flask, account: Account, passwords: Passwords, end: Ending
) -> None:
    client.sign_in(account)
    client.get("/account")

    with app.app_context():
        end(session.merge(account), passwords)
        complete()

    client.get("/account", expect=302)


def test_page_that_only_reads_keeps_its_session_alive(
    committed: None, app: Flask, passwords: Passwords
) -> None:
    account = make_account_with(Role.REGISTRAR, make_organisation())
    with stopped_at(AT):
        client = PageClient(app).sign_in(account)
    seen = []
    for minutes, status in ((4, 200), (6, 200), (10, 200), (35, 200), (65, 302)):
        with stopped_at(AT + timedelta(minutes=minutes)):
            client.get("/account", expect=status)
            seen.append((session.query(AccountSession).one().seen_at - AT) // timedelta(minutes=1))
            undo()

    assert seen == [0, 6, 6, 35, 35]


def test_an_older_use_never_overtakes_a_newer(account: Account) -> None:
    begin(account)
    session.commit()
    number = session.query(AccountSession).one().id
    abandon()

    sessions.keep_alive(session_id=number, at=AT + timedelta(minutes=9))
    sessions.keep_alive(session_id=number, at=AT + timedelta(minutes=6))

    assert session.query(AccountSession).one().seen_at == AT + timedelta(minutes=9)
