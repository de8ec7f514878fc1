"""Decisions about assignments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.kernel.periods import Period
from app.teaching.types import AssignmentState

# Cancelled events stay in a feed this long, so that every calendar that fetches it now and then removes them.
CANCELLED_STAYS = timedelta(days=90)
PAST_STAYS = timedelta(days=366)
REMIND_EVERY = timedelta(hours=20)
REGISTER_OPENS = timedelta(minutes=30)

_STEPS: Mapping[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.PROPOSED: frozenset(
        {AssignmentState.ACCEPTED, AssignmentState.DECLINED, AssignmentState.WITHDRAWN}
    ),
    # Who said yes may still have to say no; nobody takes back a no but by asking anew.
    AssignmentState.ACCEPTED: frozenset({AssignmentState.DECLINED, AssignmentState.WITHDRAWN}),
    AssignmentState.DECLINED: frozenset({AssignmentState.PROPOSED}),
    AssignmentState.WITHDRAWN: frozenset({AssignmentState.PROPOSED}),
}


def may_step(state: AssignmentState, to: AssignmentState) -> bool:
    """Tell whether an assignment may go from one state to the other."""
    return to in _STEPS[state]


def needs_reason(to: AssignmentState) -> bool:
    """Tell whether the step is explained to the others."""
    return not to.binds


def week_of(instant: datetime, zone: str) -> Period:
    """Return the week, Monday to Sunday as the place counts days, in which the instant lies."""
    place = ZoneInfo(zone)
    local = instant.astimezone(place)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(monday, monday + timedelta(days=7))


def month_of(instant: datetime, zone: str) -> Period:
    """Return the month, as the place counts days, in which the instant lies."""
    first = instant.astimezone(ZoneInfo(zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Period(first, (first + timedelta(days=32)).replace(day=1))


def hours_between(starts_at: datetime, ends_at: datetime) -> Decimal:
    """Return how many hours lie between two instants."""
    return Decimal(int((ends_at - starts_at).total_seconds())) / 3600


def is_over_limit(week_hours: Decimal, limit: int | None) -> bool:
    """Tell whether the hours of a week are more than agreed with the lecturer."""
    return limit is not None and week_hours > limit


def feed_status(state: AssignmentState) -> str:
    """Return the word of iCalendar for how an assignment stands."""
    if state is AssignmentState.ACCEPTED:
        return "CONFIRMED"
    return "TENTATIVE" if state is AssignmentState.PROPOSED else "CANCELLED"


def may_remind(reminded_at: datetime | None, at: datetime) -> bool:
    """Tell whether a day has gone by since the last reminder.

    A day counts as twenty hours, so that who reminds at nine every morning is not refused at five to nine.
    """
    return reminded_at is None or at - reminded_at >= REMIND_EVERY


def may_keep_register(state: AssignmentState, cancelled: bool, starts_at: datetime, at: datetime) -> bool:
    """Tell whether the lecturer is offered the attendance register of the session."""
    return state is AssignmentState.ACCEPTED and not cancelled and at >= starts_at - REGISTER_OPENS
