"""Writing the trail. Nothing here changes what was written."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.kernel.db import session
from app.kernel.events import Event
from app.kernel.origin import request_id
from app.kernel.transaction import Changes, changes_so_far, flush, unit_id


def keep(*, events: Sequence[Event]) -> None:
    """Write what happened in one unit of work; all that was changed by it stands at the first event."""
    for position, event in enumerate(events):
        session.add(_row(event, changes_so_far() if position == 0 else {}))
    flush()


def keep_reading(*, own: Session, event: Event) -> None:
    """Write what was read out, in a session that stands apart from the unit of work."""
    own.add(_row(event, {}))


def _row(event: Event, changes: Changes) -> AuditEvent:
    grant = event.actor.acting_grant(event.organisation_id)
    return AuditEvent(
        at=event.at,
        unit=unit_id(),
        account_id=event.actor.account_id,
        person_id=event.actor.person_id,
        actor_name=event.actor.name,
        role=grant.role if grant else None,
        organisation_id=event.organisation_id,
        action=event.action,
        subject=event.subject,
        subject_id=event.subject_id,
        reason=event.reason,
        details=event.details(),
        changes=dict(changes),
        request_id=request_id(),
    )
