"""Putting on record that a lecturer cannot come or that a room cannot be used, and taking that back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import flush
from app.organisations.models import Organisation, Room
from app.people.models import Person
from app.planning import events
from app.planning.errors import NobodyAway
from app.planning.models import Absence


def record_absence(
    *,
    organisation: Organisation,
    person_id: int | None,
    room_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Absence:
    """Put an absence on record; what is on record already, of the same hours, is returned as it is.

    It changes no session. Raises NobodyAway unless either a person or a room is named.
    """
    if (person_id is None) == (room_id is None):
        raise NobodyAway(field="who")
    # Of two who say the same at once, the second finds what the first wrote.
    holder = Person if person_id is not None else Room
    session.execute(
        select(holder.id).where(holder.id == (person_id or room_id)).with_for_update(key_share=True)
    )
    during = Range(starts_at, ends_at, bounds="[)")
    own = Absence.person_id == person_id if person_id is not None else Absence.room_id == room_id
    known = session.scalar(
        select(Absence).where(own, Absence.during == during, Absence.withdrawn_at.is_(None))
    )
    if known is not None:
        return known
    absence = Absence(
        organisation=organisation,
        person_id=person_id,
        room_id=room_id,
        during=during,
        reason=reason,
        recorded_by_id=actor.person_id,
        created_at=at,
    )
    session.add(absence)
    # The trail names it by the number that the database gives.
    flush()
    record(
        events.AbsenceRecorded(
            actor=actor,
            at=at,
            organisation_id=organisation.id,
            subject_id=absence.id,
            person_id=person_id,
            room_id=room_id,
            reason=reason or None,
        )
    )
    return absence


def withdraw_absence(*, absence: Absence, actor: Actor, at: datetime) -> None:
    """Say that the lecturer can come after all, or the room be used; who says so twice changes nothing."""
    session.refresh(absence, with_for_update={"of": Absence})
    if absence.withdrawn_at is not None:
        return
    absence.withdrawn_at = at
    record(
        events.AbsenceWithdrawn(
            actor=actor,
            at=at,
            organisation_id=absence.organisation_id,
            subject_id=absence.id,
            person_id=absence.person_id,
            room_id=absence.room_id,
        )
    )
    flush()
