"""Reading accounts and who is signed in."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import array

from app.accounts.models import Account, AccountSession, RoleGrant
from app.accounts.types import FoundSession, SessionLimits
from app.kernel.access import Actor, Grant
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation
from app.people.models import Person


def hash_token(token: str) -> bytes:
    """Return what the database keeps of a random token."""
    return sha256(token.encode()).digest()


def find_session(token: str, limits: SessionLimits, at: datetime) -> FoundSession | None:
    """Return whose session the token is, with the grants that hold today; None when it has ended."""
    row = session.execute(
        select(
            AccountSession.id, AccountSession.seen_at, Account.id, Account.email, Person.id, Person.full_name
        )
        .join(Account, AccountSession.account_id == Account.id)
        .join(Person, Person.id == Account.person_id)
        .where(
            AccountSession.token_hash == hash_token(token),
            AccountSession.ended_at.is_(None),
            AccountSession.seen_at > at - limits.idle,
            AccountSession.started_at > at - limits.absolute,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    session_id, seen_at, account_id, email, person_id, name = row
    actor = Actor(
        account_id=account_id, person_id=person_id, name=name, email=email, grants=list_grants(person_id)
    )
    return FoundSession(session_id, seen_at, actor)


def list_grants(person_id: int) -> tuple[Grant, ...]:
    """Return the grants that the person holds today, each with every organisation that it reaches."""
    today = now().date()
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.organisation_id, func.array_agg(Organisation.id))
        .join(Organisation, Organisation.path.contains(array([RoleGrant.organisation_id])))
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.valid_from <= today,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
        )
        .group_by(RoleGrant.id)
        .order_by(RoleGrant.id)
    )
    return tuple(Grant(role, organisation_id, frozenset(below)) for role, organisation_id, below in rows)


def find_account_by_email(email: str) -> Account | None:
    """Return the account with the address, however its letters are cased."""
    return session.scalar(select(Account).where(func.lower(Account.email) == email.lower()))


def list_live_sessions(account_id: int, limits: SessionLimits, at: datetime) -> Sequence[AccountSession]:
    """Return the account's signed-in browsers, the last used first."""
    return session.scalars(
        select(AccountSession)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.ended_at.is_(None),
            AccountSession.seen_at > at - limits.idle,
            AccountSession.started_at > at - limits.absolute,
        )
        .order_by(AccountSession.seen_at.desc(), AccountSession.id)
    ).all()
