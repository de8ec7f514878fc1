"""Reading accounts and who is signed in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from app.accounts.errors import LinkSpent
from app.accounts.models import Account, AccountSession, OneTimeLink, RoleGrant
from app.accounts.policies import AccountPermission
from app.accounts.rules import device_of
from app.accounts.types import (
    AccountRow,
    AccountState,
    FoundSession,
    LinkPurpose,
    RoleRow,
    SessionLimits,
    SessionRow,
)
from app.kernel.access import Actor, Grant, Role
from app.kernel.clock import now
from app.kernel.db import contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation
from app.people.models import Person


def hash_token(token: str) -> bytes:
    """Return what the database keeps of a random token."""
    return sha256(token.encode()).digest()


def find_session(token: str, limits: SessionLimits, at: datetime) -> FoundSession | None:
    """Return whose session the token is, with the grants that hold today; None when it has ended."""
    rows = session.execute(
        _signed_in(),
        {
            "token": hash_token(token),
            "seen": at - limits.idle,
            "started": at - limits.absolute,
            "today": now().date(),
        },
    ).all()
    if not rows:
        return None
    session_id, seen_at, account_id, email, person_id, name, *_ = rows[0]
    grants = tuple(
        Grant(role, organisation_id, frozenset(below))
        for *_, role, organisation_id, below in rows
        if role is not None
    )
    actor = Actor(account_id=account_id, person_id=person_id, name=name, email=email, grants=grants)
    return FoundSession(session_id, seen_at, actor)


@cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    """Put together once, as every page asks for it: a row for each grant, or one without."""
    below = (
        select(func.array_agg(Organisation.id))
        .where(Organisation.path.contains(array([RoleGrant.organisation_id])))
        .correlate(RoleGrant)
        .scalar_subquery()
    )
    return (
        select(
            AccountSession.id,
            AccountSession.seen_at,
            Account.id,
            Account.email,
            Person.id,
            Person.full_name,
            RoleGrant.role,
            RoleGrant.organisation_id,
            below,
        )
        .join(Account, AccountSession.account_id == Account.id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, _holds_on_the_day()))
        .order_by(RoleGrant.id)
        .where(
            AccountSession.token_hash == bindparam("token"),
            AccountSession.ended_at.is_(None),
            AccountSession.seen_at > bindparam("seen"),
            AccountSession.started_at > bindparam("started"),
            Account.disabled_at.is_(None),
        )
    )


def list_grants(person_id: int) -> tuple[Grant, ...]:
    """Return the grants that the person holds today, each with every organisation that it reaches."""
    rows = session.execute(_held_grants(), {"person": person_id, "today": now().date()})
    return tuple(Grant(role, organisation_id, frozenset(below)) for role, organisation_id, below in rows)


@cache
def _held_grants() -> Select[*tuple[Any, ...]]:
    """Put together once, as every sign-in asks for it."""
    return (
        select(RoleGrant.role, RoleGrant.organisation_id, func.array_agg(Organisation.id))
        .join(Organisation, Organisation.path.contains(array([RoleGrant.organisation_id])))
        .where(
            RoleGrant.person_id == bindparam("person"),
            _holds_on_the_day(),
        )
        .group_by(RoleGrant.id)
        .order_by(RoleGrant.id)
    )


def _holds_on_the_day() -> ColumnElement[bool]:
    """Whether a grant holds on the day that is given to the statement as ``today``."""
    today = bindparam("today", type_=Date())
    return and_(RoleGrant.valid_from <= today, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today))


def find_account_by_email(email: str) -> Account | None:
    """Return the account with the address, however its letters are cased."""
    return session.scalar(select(Account).where(func.lower(Account.email) == email.lower()))


def has_accounts() -> bool:
    """Tell whether anybody has an account at all."""
    return session.scalar(select(Account.id).limit(1)) is not None


def get_account(account_id: int) -> Account:
    """Return the account with its person; NotFound if there is none."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound()
    return found


def get_own_account(actor: Actor) -> Account:
    """Return the account of whoever acts."""
    return session.get_one(Account, actor.account_id)


def get_grant(grant_id: int) -> RoleGrant:
    """Return the role grant; NotFound if there is none."""
    found = session.get(RoleGrant, grant_id)
    if found is None:
        raise NotFound()
    return found


def get_own_session(actor: Actor, account_session_id: int) -> AccountSession:
    """Return one of the actor's own sessions; NotFound for anybody else's."""
    found = session.get(AccountSession, account_session_id)
    if found is None or found.account_id != actor.account_id:
        raise NotFound()
    return found


def find_account_id(person_id: int) -> int | None:
    """Return the number of the person's account."""
    return session.scalar(select(Account.id).where(Account.person_id == person_id))


def require_open_link(token: str, purposes: Collection[LinkPurpose], at: datetime) -> None:
    """Return if the link can still be used, without using it; else raise LinkSpent."""
    found = session.scalar(
        select(OneTimeLink.token_hash)
        .outerjoin(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.token_hash == hash_token(token),
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > at,
            Account.disabled_at.is_(None),
        )
    )
    if found is None or (LinkPurpose.FIRST_RUN in purposes and has_accounts()):
        raise LinkSpent()


def list_granted_organisations(person_id: int) -> Collection[int]:
    """Return where the person holds a role today or will hold one."""
    today = now().date()
    return session.scalars(
        select(RoleGrant.organisation_id).where(
            RoleGrant.person_id == person_id,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
        )
    ).all()


def list_roles(person_id: int) -> Sequence[RoleRow]:
    """Return every role the person ever got, those without an end first."""
    rows = session.execute(
        select(
            RoleGrant.id,
            RoleGrant.role,
            RoleGrant.organisation_id,
            Organisation.name,
            Organisation.names,
            RoleGrant.valid_from,
            RoleGrant.valid_to,
        )
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.valid_to.desc().nulls_first(), RoleGrant.valid_from, RoleGrant.id)
    )
    return [RoleRow(*row) for row in rows]


def list_live_sessions(
    account_id: int, limits: SessionLimits, at: datetime, current: str | None = None
) -> Sequence[SessionRow]:
    """Return the account's signed-in browsers, the last used first; that of the token is marked."""
    here = hash_token(current) if current else b""
    rows = session.execute(
        select(
            AccountSession.id,
            AccountSession.started_at,
            AccountSession.seen_at,
            AccountSession.user_agent,
            AccountSession.token_hash == here,
        )
        .where(
            AccountSession.account_id == account_id,
            AccountSession.ended_at.is_(None),
            AccountSession.seen_at > at - limits.idle,
            AccountSession.started_at > at - limits.absolute,
        )
        .order_by(AccountSession.seen_at.desc(), AccountSession.id)
    )
    return [
        SessionRow(number, started, seen, device_of(agent), current)
        for number, started, seen, agent, current in rows
    ]


def list_accounts(actor: Actor, request: PageRequest) -> Page[AccountRow]:
    """Return the accounts the actor administers: filters ``state``, ``role``, ``organisation``."""
    state = case(
        (Account.disabled_at.is_not(None), AccountState.DISABLED.value),
        (Account.password_hash.is_(None), AccountState.INVITED.value),
        else_=AccountState.ACTIVE.value,
    )
    last = (
        select(func.max(AccountSession.started_at))
        .where(AccountSession.account_id == Account.id)
        .scalar_subquery()
    )
    statement = (
        select(
            Account.id,
            Person.full_name,
            Account.email,
            Organisation.name,
            Organisation.names,
            state.label("state"),
            _roles_today().label("roles"),
            last.label("last_sign_in"),
        )
        .join(Person, Person.id == Account.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(within(Person.organisation_id, actor.organisations_for(AccountPermission.MANAGE)))
    )
    return paginate(
        _filtered(statement, request, state),
        request,
        order={
            "name": Person.sort_key,
            "email": func.lower(Account.email),
            "organisation": (Organisation.name, Person.sort_key),
            "state": (state, Person.sort_key),
            "last_sign_in": last,
        },
        default="name",
        tie=Account.id,
        row=_account_row,
    )


def _account_row(row: Any) -> AccountRow:
    number, name, email, organisation, names, state, roles, last = row
    held = tuple(Role(role) for role in roles or ())
    return AccountRow(number, name, email, organisation, names, AccountState(state), held, last)


def _roles_today() -> ScalarSelect[Any]:
    return (
        select(func.array_agg(cast(RoleGrant.role, Text).distinct()))
        .where(RoleGrant.person_id == Person.id, *_holds_today())
        .scalar_subquery()
    )


def _holds_today() -> tuple[ColumnElement[bool], ...]:
    today = now().date()
    return (
        RoleGrant.valid_from <= today,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
    )


def _filtered(
    statement: Select[*tuple[Any, ...]], request: PageRequest, state: ColumnElement[str]
) -> Select[*tuple[Any, ...]]:
    if request.search:
        found = contains_text(Person.search_text, request.search)
        statement = statement.where(or_(found, Account.email.icontains(request.search, autoescape=True)))
    if request.filter("state") in set(AccountState):
        statement = statement.where(state == request.filter("state"))
    if request.filter("role") in set(Role):
        held = RoleGrant.role == Role(request.filter("role"))
        statement = statement.where(exists().where(RoleGrant.person_id == Person.id, held, *_holds_today()))
    chosen = request.filter("organisation")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 18:
        statement = statement.where(Organisation.path.contains([int(chosen)]))
    return statement
