"""Accounts, sessions and grants for tests."""

import secrets
from datetime import date
from typing import Any

from app.accounts.models import Account, AccountSession, RoleGrant
from app.accounts.queries import hash_token, list_grants
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation
from app.people.models import Person
from tests.factories.people import make_person


def make_account(person: Person | None = None, **values: Any) -> Account:
    """Return a stored account without a password."""
    person = person or make_person()
    account = Account(**{"person": person, "email": person.email, **values})
    session.add(account)
    session.flush()
    return account


def make_session(account: Account) -> str:
    """Store a signed-in session of the account and return its token."""
    token = secrets.token_urlsafe(32)
    at = now()
    session.add(
        AccountSession(token_hash=hash_token(token), account_id=account.id, started_at=at, seen_at=at)
    )
    session.flush()
    return token


def make_grant(person: Person, role: Role, organisation: Organisation, **values: Any) -> RoleGrant:
    """Return a stored grant that holds since 2000."""
    grant = RoleGrant(
        **{
            "person": person,
            "role": role,
            "organisation": organisation,
            "valid_from": date(2000, 1, 1),
            **values,
        }
    )
    session.add(grant)
    session.flush()
    return grant


def make_account_with(role: Role, organisation: Organisation, **person: Any) -> Account:
    """Return the account of a new person who holds the role in the organisation."""
    account = make_account(make_person(**{"organisation": organisation, **person}))
    make_grant(account.person, role, organisation)
    return account


def actor_of(account: Account) -> Actor:
    """Return the account's owner as an actor, with the grants stored for them."""
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.person.full_name,
        email=account.email,
        grants=list_grants(account.person_id),
    )


def make_actor(role: Role, organisation: Organisation) -> Actor:
    """Return a new person who holds the role in the organisation, as an actor."""
    return actor_of(make_account_with(role, organisation))
