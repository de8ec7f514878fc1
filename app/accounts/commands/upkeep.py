"""Dropping what is of no use any more."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_

from app.accounts.models import AccountSession, GuardedAttempt, OneTimeLink
from app.accounts.rules import FAILURE_MEMORY
from app.kernel.db import session

# The list of accounts says when somebody was last there; a year answers that.
SESSION_MEMORY = timedelta(days=365)
LINK_MEMORY = timedelta(days=30)


def forget_the_past(*, at: datetime) -> None:
    """Drop counted attempts, sessions and links that nothing asks about any more."""
    session.execute(delete(GuardedAttempt).where(GuardedAttempt.at < at - 2 * FAILURE_MEMORY))
    session.execute(delete(OneTimeLink).where(OneTimeLink.made_at < at - LINK_MEMORY))
    session.execute(
        delete(AccountSession).where(
            or_(
                AccountSession.ended_at < at - SESSION_MEMORY,
                and_(AccountSession.ended_at.is_(None), AccountSession.seen_at < at - SESSION_MEMORY),
            )
        )
    )
