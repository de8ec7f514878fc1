"""Signing in and out."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, update

from app.accounts import events
from app.accounts.commands.throttling import forgive
from app.accounts.errors import WrongCredentials
from app.accounts.models import Account, AccountSession
from app.accounts.passwords import Passwords
from app.accounts.queries import find_account_by_email, hash_token, list_grants
from app.accounts.types import NewSession
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import beside, flush

TOKEN_BYTES = 32
_LONGEST_AGENT = 300

NOBODY = Actor(account_id=None, person_id=None, name="")


def sign_in(
    *, email: str, password: str, passwords: Passwords, network: str, user_agent: str, at: datetime
) -> NewSession:
    """Begin a session; raises WrongCredentials, after the same time whatever was wrong."""
    account = find_account_by_email(email)
    matches = passwords.matches(password, account.password_hash if account else None)
    if account is None or not matches or account.disabled_at is not None:
        raise WrongCredentials()
    _renew_hash(account, password, passwords)
    forgive(email=account.email)
    begun = begin_session(account=account, user_agent=user_agent, at=at)
    record(
        events.SignedIn(
            actor=begun.actor,
            at=at,
            organisation_id=account.person.organisation_id,
            subject_id=account.id,
            network=network,
        )
    )
    return begun


def begin_session(*, account: Account, user_agent: str, at: datetime) -> NewSession:
    """Begin a session of the account under a new token, which only the browser will know."""
    token = token_urlsafe(TOKEN_BYTES)
    session.add(
        AccountSession(
            token_hash=hash_token(token),
            account_id=account.id,
            started_at=at,
            seen_at=at,
            user_agent=user_agent[:_LONGEST_AGENT],
        )
    )
    flush()
    actor = Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.person.full_name,
        email=account.email,
        grants=list_grants(account.person_id),
    )
    return NewSession(token, actor, account.locale)


def note_failed_sign_in(*, email: str, network: str, at: datetime) -> None:
    """Put a refused sign-in on the trail; in a unit of its own, since the request is refused."""
    record(events.SignInFailed(**_attempted(email, network, at)))


def note_held_back_sign_in(*, email: str, network: str, at: datetime) -> None:
    """Put a sign-in that came too often on the trail; in a unit of its own, since the request is refused."""
    record(events.SignInHeldBack(**_attempted(email, network, at)))


def sign_out(*, token: str, actor: Actor, at: datetime) -> None:
    """End the session of the token."""
    if not _end(AccountSession.token_hash == hash_token(token), at):
        return
    account = session.get_one(Account, actor.account_id)
    record(
        events.SignedOut(
            actor=actor, at=at, organisation_id=account.person.organisation_id, subject_id=account.id
        )
    )


def end_sessions(*, account_id: int, at: datetime, but: str = "") -> int:
    """End every session of the account at once, except that of the token ``but``; return how many were open."""
    others = AccountSession.token_hash != hash_token(but)
    return _end(and_(AccountSession.account_id == account_id, others), at)


def keep_alive(*, session_id: int, at: datetime) -> None:
    """Note that a session is in use, in a short transaction of its own: the request itself may only read."""
    with beside() as own:
        own.execute(
            update(AccountSession)
            .where(AccountSession.id == session_id, AccountSession.seen_at < at)
            .values(seen_at=at)
        )


def _end(condition: ColumnElement[bool], at: datetime) -> int:
    ended: CursorResult[Any] = session.execute(  # type: ignore[assignment]  # an update's result
        update(AccountSession)
        .where(condition, AccountSession.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )
    return ended.rowcount


def _renew_hash(account: Account, password: str, passwords: Passwords) -> None:
    """Hash anew what was hashed with other parameters; two sign-ins at once may both do so."""
    kept = account.password_hash
    if kept is None or not passwords.is_outdated(kept):
        return
    session.execute(
        update(Account)
        .where(Account.id == account.id, Account.password_hash == kept)
        .values(password_hash=passwords.hash(password))
        .execution_options(synchronize_session=False)
    )


def _attempted(email: str, network: str, at: datetime) -> dict[str, Any]:
    # What was typed is not kept: people type passwords into the wrong field.
    account = find_account_by_email(email)
    return {
        "actor": NOBODY,
        "at": at,
        "organisation_id": account.person.organisation_id if account else None,
        "subject_id": account.id if account else None,
        "network": network,
    }
