"""What somebody decides about their own account."""

from datetime import datetime

from app.accounts import events
from app.accounts.commands.links import set_password, tell_of_new_password
from app.accounts.commands.sessions import begin_session, end_sessions
from app.accounts.errors import WrongPassword
from app.accounts.models import Account, AccountSession
from app.accounts.passwords import Passwords
from app.accounts.types import NewSession
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import flush


def change_password(
    *, account: Account, present: str, new: str, passwords: Passwords, user_agent: str, at: datetime
) -> NewSession:
    """Change one's own password, end every session and begin one; raises WrongPassword and what the new one lacks."""
    if not passwords.matches(present, account.password_hash):
        raise WrongPassword(field="present")
    set_password(account=account, password=new, passwords=passwords, at=at)
    begun = begin_session(account=account, user_agent=user_agent, at=at)
    record(
        events.PasswordChanged(
            actor=begun.actor, at=at, organisation_id=account.organisation_id, subject_id=account.id
        )
    )
    tell_of_new_password(account=account, at=at)
    return begun


def end_one_session(*, ended: AccountSession, actor: Actor, at: datetime) -> None:
    """Sign out one of one's own browsers."""
    account = session.get_one(Account, ended.account_id)
    ended.ended_at = ended.ended_at or at
    record(
        events.SessionsEnded(
            actor=actor, at=at, organisation_id=account.organisation_id, subject_id=account.id, count=1
        )
    )
    flush()


def end_other_sessions(*, account: Account, kept_token: str, actor: Actor, at: datetime) -> int:
    """Sign out all of one's own browsers but this one; return how many there were."""
    count = end_sessions(account_id=account.id, at=at, but=kept_token)
    record(
        events.SessionsEnded(
            actor=actor, at=at, organisation_id=account.organisation_id, subject_id=account.id, count=count
        )
    )
    return count


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
