"""Decisions about registers."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from app.attendance.errors import MarksMissing, NotOnTheRoll, ReasonMissing, SessionAhead, SessionCancelled
from app.attendance.types import Entry, Mark, RegisterState
from app.kernel.errors import RuleBroken

# Whoever keeps the register is there before the session begins.
EARLIEST = timedelta(minutes=30)
PRESENT_MARKS = tuple(mark for mark in Mark if mark.counts_as_present)
CLOSED_STATES = (RegisterState.COMPLETE, RegisterState.INCOMPLETE)


def obstacles(
    entries: Mapping[int, Entry],
    roll: Collection[int],
    state: RegisterState,
    reason: str,
    *,
    cancelled: bool,
    starts_at: datetime,
    at: datetime,
) -> list[RuleBroken]:
    """Return all that forbids keeping the register like this; ``roll`` are the trainees who belong in it."""
    found: list[RuleBroken] = []
    if cancelled:
        found.append(SessionCancelled())
    elif at < starts_at - EARLIEST:
        found.append(SessionAhead())
    if not set(entries) <= set(roll):
        found.append(NotOnTheRoll())
    if state is RegisterState.INCOMPLETE and not reason:
        found.append(ReasonMissing())
    missing = sum(1 for person_id in roll if person_id not in entries or entries[person_id].mark is None)
    if state is RegisterState.COMPLETE and missing:
        found.append(MarksMissing(count=missing))
    return found


def others_present(entries: Mapping[int, Entry]) -> dict[int, Entry]:
    """Return the entries with everybody present of whom nothing else is said."""
    return {
        person_id: entry if entry.mark else Entry(Mark.PRESENT, entry.note)
        for person_id, entry in entries.items()
    }
