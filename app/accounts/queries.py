"""Reading accounts and who is signed in."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import array

from app.accounts.models import Account, AccountSession, RoleGrant
from app.kernel.access import Actor, Grant
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation
from app.people.models import Person

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)


def hash_token(token: str) -> bytes:
    """Return what the database keeps of a random token."""
    return sha256(token.encode()).digest()


def find_actor(token: str) -> Actor | None:
    """Return who the session's token belongs to, with the grants that hold today; None when it has ended."""
    at = now()
    row = session.execute(
        select(Account.id, Account.email, Person.id, Person.full_name)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .join(Person, Person.id == Account.person_id)
        .where(
            AccountSession.token_hash == hash_token(token),
            AccountSession.ended_at.is_(None),
            AccountSession.seen_at > at - IDLE,
            AccountSession.started_at > at - ABSOLUTE,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    account_id, email, person_id, name = row
    return Actor(
        account_id=account_id, person_id=person_id, name=name, email=email, grants=list_grants(person_id)
    )


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
