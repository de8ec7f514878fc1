"""What the start page of an administrator shows: accounts, roles, organisations, and how the house itself runs."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, column, exists, func, or_, select, table

from app.accounts.models import Account, GuardedAttempt, OneTimeLink, RoleGrant
from app.accounts.rules import FAILURE_MEMORY, FREE_FAILURES, wait_after_failures
from app.accounts.types import AttemptKind
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.organisations.models import Campus, Organisation, Room
from app.people.models import Person
from app.reporting.cards import (
    SILENCE,
    FailedWork,
    GrantCard,
    HeldBackCard,
    HouseCounts,
    InvitedCard,
    Machine,
    PlaceCard,
    PlaceLack,
    RolelessCard,
    Shortlist,
)
from app.reporting.policies import ReportPermission
from app.reporting.queries.letters import JOBS
from app.reporting.queries.shortlists import first_of
from app.scheduling.models import Course

MOST = 8
ROLES_AHEAD = timedelta(days=30)
VALIDITY_AHEAD = timedelta(days=90)
FAILURES_KEPT = timedelta(days=14)
_WORKERS = table("procrastinate_workers", column("id"), column("last_heartbeat"))
_WORK = table(
    "procrastinate_jobs", *(column(c.name) for c in JOBS.c), column("scheduled_at"), column("worker_id")
)
_EVENTS = table("procrastinate_events", column("job_id"), column("type"), column("at"))


def count_house(actor: Actor, today: date) -> HouseCounts:
    """Return how much there is in scope."""
    scope = _scope(actor)
    counts = (
        select(func.count(Organisation.id)).where(within(Organisation.id, scope)),
        select(func.count(Room.id))
        .join(Campus, Campus.id == Room.campus_id)
        .where(within(Campus.organisation_id, scope)),
        select(func.count(Person.id)).where(
            within(Person.organisation_id, scope), Person.merged_into_id.is_(None)
        ),
        select(func.count(Account.id)).join(Person).where(within(Person.organisation_id, scope)),
        select(func.count(RoleGrant.person_id.distinct())).where(
            within(RoleGrant.organisation_id, scope),
            RoleGrant.valid_from <= today,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
        ),
    )
    return HouseCounts(*session.execute(select(*(one.scalar_subquery() for one in counts))).one())


def list_unused_invitations(actor: Actor, at: datetime) -> Shortlist[InvitedCard]:
    """Return the open accounts in scope that nobody has signed in with, the longest waiting first."""
    good_until = (
        select(func.max(OneTimeLink.expires_at))
        .where(
            OneTimeLink.account_id == Account.id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > at,
        )
        .correlate(Account)
        .scalar_subquery()
    )
    return first_of(
        select(Account.id, Person.full_name, Account.email, Account.created_at, good_until)
        .join(Person, Person.id == Account.person_id)
        .where(*_open_account(actor), Account.password_hash.is_(None))
        .order_by(Account.created_at, Account.id),
        InvitedCard,
        most=MOST,
    )


def list_held_back(actor: Actor, at: datetime) -> Shortlist[HeldBackCard]:
    """Return the accounts in scope with so many failed sign-ins that further ones have to wait, the latest first."""
    # As ``accounts.commands.throttling.hash_email`` counts them; addresses are plain ASCII.
    counted_as = func.sha256(func.convert_to(func.lower(Account.email), "UTF8"))
    last = func.max(GuardedAttempt.at)
    return first_of(
        select(Account.id, Person.full_name, func.array_agg(GuardedAttempt.at), last)
        .join(Person, Person.id == Account.person_id)
        .join(GuardedAttempt, GuardedAttempt.email_hash == counted_as)
        .where(
            *_open_account(actor),
            GuardedAttempt.kind == AttemptKind.SIGN_IN,
            GuardedAttempt.at > at - FAILURE_MEMORY,
        )
        .group_by(Account.id, Person.full_name)
        .having(func.count() >= FREE_FAILURES)
        .order_by(last.desc(), Account.id),
        partial(_held_back, at),
        most=MOST,
    )


def _held_back(
    at: datetime, account_id: int, name: str, times: list[datetime], last: datetime
) -> HeldBackCard:
    wait = wait_after_failures(times, at)
    return HeldBackCard(account_id, name, len(times), last, at + wait if wait else None)


def list_ending_roles(actor: Actor, today: date) -> Shortlist[GrantCard]:
    """Return the roles given in scope that end within thirty days and are not followed by the same, the next first."""
    later = RoleGrant.__table__.alias("later")
    followed = exists().where(
        later.c.person_id == RoleGrant.person_id,
        later.c.organisation_id == RoleGrant.organisation_id,
        later.c.role == RoleGrant.role,
        later.c.valid_from == RoleGrant.valid_to,
    )
    return first_of(
        select(
            RoleGrant.person_id,
            Account.id,
            Person.full_name,
            RoleGrant.role,
            Organisation.name,
            Organisation.names,
            RoleGrant.valid_to - 1,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .outerjoin(Account, Account.person_id == RoleGrant.person_id)
        .where(
            within(RoleGrant.organisation_id, _scope(actor)),
            RoleGrant.valid_from < RoleGrant.valid_to,
            RoleGrant.valid_to > today,
            RoleGrant.valid_to <= today + ROLES_AHEAD,
            ~followed,
        )
        .order_by(RoleGrant.valid_to, Person.sort_key, RoleGrant.id),
        GrantCard,
        most=MOST,
    )


def list_roleless(actor: Actor, today: date) -> Shortlist[RolelessCard]:
    """Return the open accounts in scope whose owner holds no role today or later, by name."""
    held = exists().where(
        RoleGrant.person_id == Account.person_id,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
    )
    return first_of(
        select(Account.id, Person.full_name, Account.email)
        .join(Person, Person.id == Account.person_id)
        .where(*_open_account(actor), ~held)
        .order_by(Person.sort_key, Account.id),
        RolelessCard,
        most=MOST,
    )


def list_places_lacking(actor: Actor, today: date) -> Shortlist[PlaceCard]:
    """Return the organisations in scope that hold courses without a campus or room, or end within a quarter."""
    has_campus = exists().where(Campus.organisation_id == Organisation.id)
    has_room = (
        select(Room.id)
        .join(Campus, Campus.id == Room.campus_id)
        .where(Campus.organisation_id == Organisation.id)
        .exists()
    )
    holds_courses = exists().where(
        Course.organisation_id == Organisation.id, Course.cancelled_at.is_(None), Course.ends_on >= today
    )
    ends = and_(Organisation.valid_to > today, Organisation.valid_to <= today + VALIDITY_AHEAD)
    lack = case(
        (ends, PlaceLack.ENDS.value),
        (and_(holds_courses, ~has_campus), PlaceLack.NO_CAMPUS.value),
        (and_(has_campus, ~has_room), PlaceLack.NO_ROOM.value),
    )
    return first_of(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.names,
            lack,
            Organisation.valid_to - 1,
        )
        .where(
            within(Organisation.id, _scope(actor)),
            or_(Organisation.valid_to.is_(None), Organisation.valid_to > today),
            lack.is_not(None),
        )
        .order_by(Organisation.valid_to, Organisation.path),
        _place,
        most=MOST,
    )


def _place(number: int, name: str, names: Mapping[str, str], lack: str, last_day: date | None) -> PlaceCard:
    return PlaceCard(number, name, names, PlaceLack(lack), last_day)


def find_machine(actor: Actor, at: datetime) -> Machine | None:
    """Return how the worker is, to administrators of the first organisation, which runs the house; else None."""
    # Ministries and partners are roots of their own; the house belongs to the one it began with.
    first = select(func.min(Organisation.id)).where(Organisation.parent_id.is_(None)).scalar_subquery()
    runs_the_house = exists().where(Organisation.id == first, within(Organisation.id, _scope(actor)))
    heard = select(func.max(_WORKERS.c.last_heartbeat)).scalar_subquery()
    status = cast(_WORK.c.status, String)
    failed_at = (
        select(func.max(_EVENTS.c.at))
        .where(_EVENTS.c.job_id == _WORK.c.id, cast(_EVENTS.c.type, String) == "failed")
        .correlate(_WORK)
        .scalar_subquery()
    )
    due = and_(status == "todo", or_(_WORK.c.scheduled_at.is_(None), _WORK.c.scheduled_at <= at))
    alive = exists().where(_WORKERS.c.id == _WORK.c.worker_id, _WORKERS.c.last_heartbeat > at - SILENCE)
    work = (
        select(
            _WORK.c.task_name.label("task"),
            case(
                (due, "due"), (and_(status == "doing", ~alive), "stranded"), (status == "failed", "failed")
            ).label("what"),
            case((status == "failed", failed_at)).label("failed_at"),
        )
        .where(status.in_(("todo", "doing", "failed")))
        .subquery()
    )
    lately = or_(work.c.what != "failed", work.c.failed_at > at - FAILURES_KEPT)
    rows = session.execute(
        select(
            runs_the_house,
            heard,
            work.c.task,
            work.c.what,
            func.count(work.c.what),
            func.max(work.c.failed_at),
        )
        .select_from(select(1).subquery())
        .outerjoin(work, and_(work.c.what.is_not(None), lately))
        .group_by(work.c.task, work.c.what)
        .order_by(func.max(work.c.failed_at).desc(), work.c.task)
    ).all()
    return _machine(rows) if rows[0][0] else None


def _machine(rows: Iterable[Any]) -> Machine:
    told = list(rows)
    by_state = {what: [row for row in told if row[3] == what] for what in ("due", "stranded", "failed")}
    return Machine(
        heard_at=told[0][1],
        waiting=sum(row[4] for row in by_state["due"]),
        stranded=sum(row[4] for row in by_state["stranded"]),
        failed=[FailedWork(row[2], row[4], row[5]) for row in by_state["failed"]],
    )


def _scope(actor: Actor) -> frozenset[int]:
    return actor.organisations_for(ReportPermission.ADMINISTRATOR_START)


def _open_account(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return within(Person.organisation_id, _scope(actor)), Account.disabled_at.is_(None)
