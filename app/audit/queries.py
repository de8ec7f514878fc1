"""Reading the trail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from app.audit.models import AuditEvent
from app.audit.policies import AuditPermission
from app.audit.rules import changes_of, flatten_changes
from app.audit.types import TrailEntry
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.pages import Page, PageRequest, paginate

LONGEST_HISTORY = 100


def history_of(subject: str, subject_id: int, *, limit: int = LONGEST_HISTORY) -> Sequence[TrailEntry]:
    """Return what happened to one thing, the latest first. Who may see the thing may see its history."""
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject == subject, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [_entry(row, about=(subject, subject_id)) for row in rows]


def list_events(actor: Actor, request: PageRequest) -> Page[TrailEntry]:
    """Return the trail of the actor's organisations, the latest first.

    Filters: ``from`` and ``until`` (days, UTC), ``person``, ``subject``, ``number``, ``action``.
    """
    if request.sort != "at":
        request = replace(request, sort="at", descending=True)
    statement = select(AuditEvent).where(
        within(AuditEvent.organisation_id, actor.organisations_for(AuditPermission.VIEW))
    )
    return paginate(
        _filtered(statement, request),
        request,
        order={"at": AuditEvent.id},
        default="at",
        tie=AuditEvent.id,
        row=lambda row: _entry(row[0]),
    )


def _filtered(statement: Select[*tuple[Any, ...]], request: PageRequest) -> Select[*tuple[Any, ...]]:
    since, until = _day(request.filter("from")), _day(request.filter("until"))
    if since is not None:
        statement = statement.where(AuditEvent.at >= _midnight(since))
    if until is not None:
        statement = statement.where(AuditEvent.at < _midnight(until + timedelta(days=1)))
    if request.filter("person"):
        statement = statement.where(
            AuditEvent.actor_name.icontains(request.filter("person"), autoescape=True)
        )
    if request.filter("subject"):
        statement = statement.where(AuditEvent.subject == request.filter("subject"))
    number = request.filter("number")
    if number.isascii() and number.isdigit() and len(number) < 18:
        statement = statement.where(AuditEvent.subject_id == int(number))
    if request.filter("action"):
        statement = statement.where(AuditEvent.action == request.filter("action"))
    return statement


def _entry(row: AuditEvent, about: tuple[str, int] | None = None) -> TrailEntry:
    changes = flatten_changes(row.changes)
    return TrailEntry(
        id=row.id,
        at=row.at,
        who=row.actor_name,
        person_id=row.person_id,
        role=row.role,
        action=row.action,
        subject=row.subject,
        subject_id=row.subject_id,
        reason=row.reason,
        details=row.details,
        changes=changes_of(changes, *about) if about else changes,
        request_id=row.request_id,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # The last day that a calendar has ends with nothing after it.
    return None if found == date.max else found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
