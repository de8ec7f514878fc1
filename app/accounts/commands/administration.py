"""What administrators do with accounts and roles."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.accounts import events
from app.accounts.commands.links import mail_invitation, spend_links
from app.accounts.commands.sessions import end_sessions
from app.accounts.errors import BeyondAuthority, EmailTaken, OwnAdministration, RoleBackwards
from app.accounts.models import Account, RoleGrant
from app.accounts.passwords import Passwords
from app.accounts.policies import AccountPermission
from app.accounts.queries import find_account_by_email, list_granted_organisations
from app.accounts.rules import require_good_password
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.messaging.rules import require_address
from app.organisations.models import Organisation
from app.people.models import Person


def add_account(
    *,
    person: Person,
    email: str,
    locale: str | None = None,
    password: str | None = None,
    passwords: Passwords | None = None,
    actor: Actor,
    at: datetime,
) -> Account:
    """Give the person an account; with a password only where nobody is there to choose one by mail.

    Raises EmailTaken or AlreadyHasAccount, and what ``require_good_password`` raises.
    """
    if find_account_by_email(email) is not None:
        raise EmailTaken(field="email")
    account = Account(person=person, email=require_address(email), locale=locale)
    if password is not None and passwords is not None:
        require_good_password(password, context=(person.full_name, email))
        account.password_hash = passwords.hash(password)
    session.add(account)
    flush()
    record(
        events.AccountAdded(
            actor=actor,
            at=at,
            organisation_id=person.organisation_id,
            subject_id=account.id,
            person_id=person.id,
        )
    )
    return account


def invite(*, person: Person, email: str, locale: str | None, actor: Actor, at: datetime) -> Account:
    """Give the person an account and mail them a link to choose their password.

    Raises BeyondAuthority: roles may be held before there is an account, and the link goes to an address just typed.
    """
    _require_authority_over(person, actor)
    account = add_account(person=person, email=email, locale=locale, actor=actor, at=at)
    mail_invitation(account=account, actor=actor, at=at)
    return account


def send_link_again(*, account: Account, actor: Actor, at: datetime) -> None:
    """Mail another link to choose a password."""
    _require_authority_over(account.person, actor)
    mail_invitation(account=account, actor=actor, at=at)


def change_email(*, account: Account, expected_version: int, email: str, actor: Actor, at: datetime) -> None:
    """Let the account's mails and sign-ins use another address; open links to the old one are spent."""
    check_version(account, expected_version)
    _require_authority_over(account.person, actor)
    holder = find_account_by_email(email)
    if holder is not None and holder is not account:
        raise EmailTaken(field="email")
    account.email = require_address(email)
    record(events.EmailChanged(**_about(account, actor, at)))
    flush()
    spend_links(account=account, at=at)


def disable(*, account: Account, reason: str, actor: Actor, at: datetime) -> None:
    """Close the account; whoever is signed in with it is signed out at once."""
    _require_authority_over(account.person, actor)
    if account.id == actor.account_id:
        raise OwnAdministration()
    account.disabled_at = at
    record(events.AccountDisabled(**_about(account, actor, at), reason=reason or None))
    flush()
    end_sessions(account_id=account.id, at=at)
    spend_links(account=account, at=at)


def enable(*, account: Account, actor: Actor, at: datetime) -> None:
    """Open a closed account again; its password is as it was."""
    _require_authority_over(account.person, actor)
    account.disabled_at = None
    record(events.AccountEnabled(**_about(account, actor, at)))
    flush()


def sign_out_everywhere(*, account: Account, actor: Actor, at: datetime) -> int:
    """End every session of the account; return how many were open."""
    _require_authority_over(account.person, actor)
    count = end_sessions(account_id=account.id, at=at)
    record(events.SessionsEnded(**_about(account, actor, at), count=count))
    return count


def grant_role(
    *,
    person: Person,
    role: Role,
    organisation: Organisation,
    valid_from: date,
    valid_to: date | None,
    actor: Actor,
    at: datetime,
) -> RoleGrant:
    """Give the person a role in the organisation and below; they sign in again to use it.

    Raises BeyondAuthority, RoleBackwards or RoleHeldAlready.
    """
    _require_authority_in(organisation.id, actor)
    if valid_to is not None and valid_to <= valid_from:
        raise RoleBackwards(field="valid_to")
    grant = RoleGrant(
        person=person, role=role, organisation=organisation, valid_from=valid_from, valid_to=valid_to
    )
    session.add(grant)
    flush()
    record(
        events.RoleGranted(
            actor=actor,
            at=at,
            organisation_id=organisation.id,
            subject_id=person.id,
            role=role,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    )
    _end_sessions_of(person.id, at)
    return grant


def end_role(*, grant: RoleGrant, on: date, actor: Actor, at: datetime) -> None:
    """Let the role end on a day, which is no longer its; a day before its first takes it back altogether."""
    _require_authority_in(grant.organisation_id, actor)
    if grant.person_id == actor.person_id and grant.role is Role.ADMINISTRATOR:
        raise OwnAdministration()
    grant.valid_to = max(on, grant.valid_from)
    record(
        events.RoleEnded(
            actor=actor,
            at=at,
            organisation_id=grant.organisation_id,
            subject_id=grant.person_id,
            role=grant.role,
            on=grant.valid_to,
        )
    )
    flush()
    _end_sessions_of(grant.person_id, at)


def end_sessions_of_merged(*, person_ids: tuple[int, ...], at: datetime) -> None:
    """Sign out whoever acts as one of the persons: what they may do has changed."""
    for person_id in person_ids:
        _end_sessions_of(person_id, at)


def _end_sessions_of(person_id: int, at: datetime) -> None:
    account_id = session.scalar(select(Account.id).where(Account.person_id == person_id))
    if account_id is not None:
        end_sessions(account_id=account_id, at=at)


def _require_authority_in(organisation_id: int, actor: Actor) -> None:
    if actor is not SYSTEM and not actor.may(AccountPermission.MANAGE, organisation_id):
        raise BeyondAuthority(field="organisation")


def _require_authority_over(person: Person, actor: Actor) -> None:
    """Nobody gives, takes away or takes over the account of somebody whose roles reach beyond their authority."""
    if actor is SYSTEM:
        return
    mine = actor.organisations_for(AccountPermission.MANAGE)
    if not {person.organisation_id, *list_granted_organisations(person.id)} <= mine:
        raise BeyondAuthority()


def _about(account: Account, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "actor": actor,
        "at": at,
        "organisation_id": account.organisation_id,
        "subject_id": account.id,
    }
