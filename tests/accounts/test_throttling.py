"""Counting attempts, also those made at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.accounts import rules
from app.accounts.commands import sessions
from app.accounts.models import Account, GuardedAttempt
from app.accounts.passwords import Passwords
from app.audit.models import AuditEvent
from app.kernel.access import Role
from app.kernel.clock import now, stopped_at
from app.kernel.db import session
from app.kernel.transaction import undo
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient

WRONG = "bốn con trâu đen qua sông"


@pytest.fixture
def account(client: PageClient, give_password: Callable[[Account], Account]) -> Account:
    return give_password(make_account_with(Role.REGISTRAR, make_organisation(), email="an@example.org"))


def attempt(
    client: PageClient, password: str, *, email: str = "an@example.org", network: str = "203.0.113.1"
) -> int:
    client_response = client._client.post(
        "/sign-in",
        data=client._with_token({"email": email, "password": password}),
        environ_overrides={"REMOTE_ADDR": network},
    )
    return client_response.status_code


def test_eleventh_attempt_waits_though_its_password_is_right_and_a_little_later_it_is_let_in(
    client: PageClient, account: Account
) -> None:
    answers = [attempt(client, WRONG) for _ in range(10)]

    assert answers == [422] * 10
    assert attempt(client, PASSWORD) == 429
    with stopped_at(now() + timedelta(seconds=31)):
        assert attempt(client, PASSWORD) == 302


def test_unknown_addresses_wait_as_well(client: PageClient, account: Account) -> None:
    answers = [attempt(client, WRONG, email="nobody@example.org") for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_cases_and_spaces_of_the_address_make_no_other_account(client: PageClient, account: Account) -> None:
    for email in (
        "an@example.org",
        "AN@example.org",
        " an@example.org ",
        "An@Example.Org",
        "aN@example.org",
    ) * 2:
        attempt(client, WRONG, email=email)

    assert attempt(client, PASSWORD) == 429


def test_other_networks_wait_too_for_the_account_but_not_for_others(
    client: PageClient, account: Account
) -> None:
    for number in range(10):
        attempt(client, WRONG, network=f"203.0.113.{number}")

    assert attempt(client, PASSWORD, network="198.51.100.1") == 429
    assert attempt(client, WRONG, email="other@example.org") == 422


def test_success_forgives(client: PageClient, account: Account) -> None:
    for _ in range(9):
        attempt(client, WRONG)
    attempt(client, PASSWORD)

    assert [attempt(client.another(), WRONG) for _ in range(10)] == [422] * 10


def test_fifty_failures_close_the_network_for_a_quarter_of_an_hour(
    client: PageClient, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "NETWORK_FAILURES", 5)
    addresses = [f"2001:db8:1:2::{number}" for number in range(1, 8)]
    for number, address in enumerate(addresses[:5]):
        attempt(client, WRONG, email=f"nobody{number}@example.org", network=address)

    assert attempt(client, PASSWORD, network=addresses[5]) == 429
    assert attempt(client, PASSWORD, network="2001:db8:1:3::1") == 302
    with stopped_at(now() + timedelta(minutes=15, seconds=1)):
        assert attempt(client.another(), PASSWORD, network=addresses[6]) == 302


def test_fifty_is_what_a_network_may_fail() -> None:
    assert (50, timedelta(minutes=15)) == (rules.NETWORK_FAILURES, rules.NETWORK_WINDOW)


def test_how_long_to_wait_is_said(client: PageClient, account: Account) -> None:
    for _ in range(10):
        attempt(client, WRONG)

    answer = client.post(
        "/sign-in",
        {"email": "an@example.org", "password": PASSWORD},
        expect=429,
        environ_overrides={"REMOTE_ADDR": "203.0.113.1"},
    )

    assert 28 <= int(answer.response.headers["Retry-After"]) <= 30
    assert "Try again in a minute" in answer.text
    assert answer.form("email").values["email"] == ["an@example.org"]


def test_every_outcome_stands_on_the_trail(client: PageClient, account: Account) -> None:
    for _ in range(10):
        attempt(client, WRONG)
    attempt(client, WRONG)
    attempt(client, PASSWORD, email="nobody@example.org")
    with stopped_at(now() + timedelta(minutes=1)):
        attempt(client, PASSWORD)
    undo()

    kept = list(session.scalars(select(AuditEvent)))
    assert Counter(event.action for event in kept) == {
        "sign in failed": 11,
        "sign in held back": 1,
        "signed in": 1,
    }
    about = [event for event in kept if event.subject_id == account.id]
    assert len(about) == 12
    assert all(event.organisation_id is not None for event in about)
    assert not any(WRONG in str(vars(event)) or "nobody@" in str(vars(event)) for event in kept)


def test_attempts_at_one_moment_are_counted_one_by_one(
    committed: None, app: Flask, passwords: Passwords
) -> None:
    account = make_account_with(Role.REGISTRAR, make_organisation(), email="an@example.org")
    account.password_hash = passwords.hash(PASSWORD)
    session.commit()
    undo()

    def try_once(_number: int) -> int:
        return attempt(PageClient(app), WRONG)

    with ThreadPoolExecutor(32) as threads:
        answers = Counter(threads.map(try_once, range(32)))

    assert answers == {422: 10, 429: 22}
    assert len(list(session.scalars(select(GuardedAttempt)))) == 10


def test_without_counting_first_the_same_race_lets_more_through(
    committed: None, app: Flask, passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: counted without taking turns, as one would write it first, more than ten get through."""
    monkeypatch.setattr("app.accounts.commands.throttling._wait_for_turn", lambda what: None)

    def try_once(_number: int) -> int:
        return attempt(PageClient(app), WRONG)

    let_through = 0
    with ThreadPoolExecutor(32) as threads:
        # A race is lost by chance: on a machine that happens to run them one by one, it is run again.
        for _ in range(10):
            let_through = max(let_through, Counter(threads.map(try_once, range(64)))[422])
            if let_through > 10:
                break
            session.execute(delete(GuardedAttempt))
            session.commit()

    assert let_through > 10


def test_hash_of_older_parameters_is_renewed_at_sign_in(client: PageClient, account: Account) -> None:
    dearer = Passwords(time_cost=2, memory_kib=16, parallelism=1)

    sessions.sign_in(
        email="an@example.org", password=PASSWORD, passwords=dearer, network="n", user_agent="", at=now()
    )

    session.refresh(account)
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$v=19$m=16,t=2")
    assert dearer.matches(PASSWORD, account.password_hash)
