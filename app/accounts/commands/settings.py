"""What somebody decides about their own account."""

from datetime import datetime

from app.accounts import events
from app.accounts.models import Account
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import flush


def choose_language(*, locale: str, actor: Actor, at: datetime) -> None:
    """Let the actor's pages and mails speak this language from now on."""
    account = session.get_one(Account, actor.account_id)
    if account.locale == locale:
        return
    account.locale = locale
    record(
        events.LanguageChosen(
            actor=actor, at=at, organisation_id=account.person.organisation_id, subject_id=account.id
        )
    )
    flush()
