"""Links that are good for one use: made, mailed, and used up."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import func, select, update

from app.accounts import events, rules
from app.accounts.commands.sessions import NOBODY, TOKEN_BYTES, begin_session, end_sessions
from app.accounts.commands.throttling import forgive
from app.accounts.errors import LinkSpent, TooManyLinks
from app.accounts.models import Account, OneTimeLink
from app.accounts.passwords import Passwords
from app.accounts.queries import find_account_by_email, hash_token
from app.accounts.types import LinkPurpose, NewSession
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.tasks import defer
from app.kernel.transaction import flush
from app.messaging.commands import send_letter

MAIL_RESET_LINK = "accounts.mail_reset_link"
_MAILED = (LinkPurpose.INVITATION, LinkPurpose.RESET)


def make_link(*, purpose: LinkPurpose, account: Account | None, life: timedelta, at: datetime) -> str:
    """Return the token of a new link; the database keeps only its hash."""
    token = token_urlsafe(TOKEN_BYTES)
    session.add(
        OneTimeLink(
            token_hash=hash_token(token),
            purpose=purpose,
            account_id=account.id if account else None,
            made_at=at,
            expires_at=at + life,
        )
    )
    flush()
    return token


def use_link(*, token: str, purposes: tuple[LinkPurpose, ...], at: datetime) -> OneTimeLink:
    """Use the link up; raises LinkSpent when it is unknown, old or used, also by somebody at this very moment."""
    used: OneTimeLink | None = session.scalar(
        update(OneTimeLink)
        .where(
            OneTimeLink.token_hash == hash_token(token),
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > at,
        )
        .values(used_at=at)
        .returning(OneTimeLink)
    )
    if used is None:
        raise LinkSpent()
    return used


def spend_links(*, account: Account, at: datetime) -> None:
    """Let no link of the account that is still open be used any more."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account.id, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )


def mail_invitation(*, account: Account, actor: Actor, at: datetime) -> None:
    """Mail a link to choose the first password, or a new one; raises TooManyLinks after three in an hour."""
    made = session.scalar(
        select(func.count())
        .select_from(OneTimeLink)
        .where(OneTimeLink.account_id == account.id, OneTimeLink.made_at > at - rules.MAIL_WINDOW)
    )
    if (made or 0) >= rules.ACCOUNT_MAILS:
        raise TooManyLinks()
    token = make_link(purpose=LinkPurpose.INVITATION, account=account, life=rules.INVITATION_LIFE, at=at)
    _mail("accounts/invitation", account, token, at, inviter=actor.name)
    record(
        events.InvitationSent(
            actor=actor, at=at, organisation_id=account.organisation_id, subject_id=account.id
        )
    )


def ask_reset(*, email: str, network: str) -> None:
    """Ask the worker to mail a link if the address is known: whoever asks waits as long, known or not."""
    defer(MAIL_RESET_LINK, {"email": email, "network": network})


def mail_reset_link(*, email: str, network: str, at: datetime) -> None:
    """Mail a link to choose a new password to whoever has an open account of that address, else do nothing."""
    token = make_reset_link(email=email, by=network, at=at)
    account = find_account_by_email(email)
    if token is not None and account is not None:
        _mail("accounts/reset", account, token, at)


def make_reset_link(*, email: str, by: str, at: datetime) -> str | None:
    """Return the token of a link to choose a new password; None when no open account has the address."""
    account = find_account_by_email(email)
    if account is None or account.disabled_at is not None:
        return None
    token = make_link(purpose=LinkPurpose.RESET, account=account, life=rules.RESET_LIFE, at=at)
    record(
        events.ResetAsked(
            actor=NOBODY,
            at=at,
            organisation_id=account.organisation_id,
            subject_id=account.id,
            network=by,
        )
    )
    return token


def choose_password(
    *, token: str, password: str, passwords: Passwords, user_agent: str, at: datetime
) -> NewSession:
    """Give the link's account this password, end all its sessions and begin one; the link is used up.

    Raises LinkSpent, ShortPassword, LongPassword or GuessablePassword; the link stays good after the last three.
    """
    link = use_link(token=token, purposes=_MAILED, at=at)
    account = session.get_one(Account, link.account_id)
    if account.disabled_at is not None:
        raise LinkSpent()
    set_password(account=account, password=password, passwords=passwords, at=at)
    begun = begin_session(account=account, user_agent=user_agent, at=at)
    record(
        events.PasswordChosen(
            actor=begun.actor,
            at=at,
            organisation_id=account.organisation_id,
            subject_id=account.id,
            by=link.purpose,
        )
    )
    if link.purpose is LinkPurpose.RESET:
        tell_of_new_password(account=account, at=at)
    return begun


def set_password(*, account: Account, password: str, passwords: Passwords, at: datetime) -> None:
    """Change the password, end every session, let open links and counted failures be forgotten."""
    rules.require_good_password(password, context=(account.person.full_name, account.email))
    account.password_hash = passwords.hash(password)
    flush()
    end_sessions(account_id=account.id, at=at)
    spend_links(account=account, at=at)
    forgive(email=account.email)


def tell_of_new_password(*, account: Account, at: datetime) -> None:
    """Mail its owner that the password was changed, in case it was somebody else."""
    send_letter(
        letter="accounts/password_changed",
        locale=account.locale,
        to_address=account.email,
        to_name=account.person.full_name,
        dedupe_key=f"password of {account.id} at {at.isoformat()}",
        at=at,
        name=account.person.full_name,
    )


def _mail(letter: str, account: Account, token: str, at: datetime, **told: object) -> None:
    send_letter(
        letter=letter,
        locale=account.locale,
        to_address=account.email,
        to_name=account.person.full_name,
        dedupe_key=f"link {hash_token(token).hex()}",
        at=at,
        name=account.person.full_name,
        path=f"/password/{token}",
        **told,
    )
