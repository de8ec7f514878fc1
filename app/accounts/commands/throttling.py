"""Counting attempts in the database, so that every process and every connection counts together."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, select

from app.accounts import rules
from app.accounts.models import GuardedAttempt
from app.accounts.types import Admission, AttemptKind
from app.kernel.db import session

# No rule looks at more than these.
_LATEST = 60


def admit_sign_in(*, email: str, network: str, at: datetime) -> Admission:
    """Count a sign-in before it is tried, or say how long to wait.

    To be called in a unit of work of its own: the count stays when the sign-in is refused.
    """
    return _admit(AttemptKind.SIGN_IN, email, network, at)


def admit_mail(*, email: str, network: str, at: datetime) -> Admission:
    """Count a request for a mailed link, whether the address is known or not, or say how long to wait."""
    return _admit(AttemptKind.MAIL, email, network, at)


def forgive(*, email: str) -> None:
    """Forget the failed sign-ins of an address: after a success, or a new password."""
    session.execute(
        delete(GuardedAttempt).where(
            GuardedAttempt.kind == AttemptKind.SIGN_IN, GuardedAttempt.email_hash == hash_email(email)
        )
    )


def hash_email(email: str) -> bytes:
    """Return under what an address is counted; what was typed is not kept."""
    return sha256(email.strip().lower().encode()).digest()


def _admit(kind: AttemptKind, email: str, network: str, at: datetime) -> Admission:
    email_hash = hash_email(email)
    # One after another per address and per network; always in this order, so that none waits for another in a ring.
    _wait_for_turn(f"{kind} {email_hash.hex()}")
    _wait_for_turn(f"{kind} {network}")
    of_email = _times(kind, GuardedAttempt.email_hash == email_hash)
    of_network = _times(kind, GuardedAttempt.network == network)
    if kind is AttemptKind.SIGN_IN:
        wait = max(
            rules.wait_after_failures(of_email, at),
            rules.wait_for_quota(of_network, at, most=rules.NETWORK_FAILURES, window=rules.NETWORK_WINDOW),
        )
    else:
        wait = max(
            rules.wait_for_quota(of_email, at, most=rules.ACCOUNT_MAILS, window=rules.MAIL_WINDOW),
            rules.wait_for_quota(of_network, at, most=rules.NETWORK_MAILS, window=rules.MAIL_WINDOW),
        )
    if wait:
        return Admission(None, wait)
    attempt = GuardedAttempt(kind=kind, email_hash=email_hash, network=network, at=at)
    session.add(attempt)
    session.flush()
    return Admission(attempt.id)


def _wait_for_turn(what: str) -> None:
    key = int.from_bytes(sha256(what.encode()).digest()[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def _times(kind: AttemptKind, condition: ColumnElement[bool]) -> list[datetime]:
    return list(
        session.scalars(
            select(GuardedAttempt.at)
            .where(GuardedAttempt.kind == kind, condition)
            .order_by(GuardedAttempt.at.desc())
            .limit(_LATEST)
        )
    )
