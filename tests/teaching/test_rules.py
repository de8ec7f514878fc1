"""Decisions about assignments, as tables."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.teaching import rules
from app.teaching.types import AssignmentState

PROPOSED, ACCEPTED = AssignmentState.PROPOSED, AssignmentState.ACCEPTED
DECLINED, WITHDRAWN = AssignmentState.DECLINED, AssignmentState.WITHDRAWN

STEPS = {
    (PROPOSED, ACCEPTED),
    (PROPOSED, DECLINED),
    (PROPOSED, WITHDRAWN),
    (ACCEPTED, DECLINED),
    (ACCEPTED, WITHDRAWN),
    (DECLINED, PROPOSED),
    (WITHDRAWN, PROPOSED),
}


@pytest.mark.parametrize("state", AssignmentState)
@pytest.mark.parametrize("to", AssignmentState)
def test_steps_are_those_of_the_table(state: AssignmentState, to: AssignmentState) -> None:
    assert rules.may_step(state, to) is ((state, to) in STEPS)


@pytest.mark.parametrize(
    ("state", "binds", "word"),
    [
        (PROPOSED, True, "TENTATIVE"),
        (ACCEPTED, True, "CONFIRMED"),
        (DECLINED, False, "CANCELLED"),
        (WITHDRAWN, False, "CANCELLED"),
    ],
)
def test_states_bind_and_read_in_calendars(state: AssignmentState, binds: bool, word: str) -> None:
    assert (state.binds, rules.needs_reason(state), rules.feed_status(state)) == (binds, not binds, word)


@pytest.mark.parametrize(
    ("instant", "zone", "start"),
    [
        # Sunday 23:30 in Vietnam is still the old week, half an hour later is Monday.
        ("2026-08-02T16:30", "Asia/Ho_Chi_Minh", "2026-07-26T17:00"),
        ("2026-08-02T17:00", "Asia/Ho_Chi_Minh", "2026-08-02T17:00"),
        # The clock goes forward in Berlin on 29 March; the week is 167 hours long.
        ("2026-03-29T12:00", "Europe/Berlin", "2026-03-22T23:00"),
    ],
)
def test_week_begins_on_monday_at_the_place(instant: str, zone: str, start: str) -> None:
    week = rules.week_of(datetime.fromisoformat(instant).replace(tzinfo=UTC), zone)

    assert week.start.astimezone(UTC) == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert (week.end.astimezone(UTC) - week.start.astimezone(UTC)) == timedelta(
        hours=167 if zone == "Europe/Berlin" else 168
    )


def test_month_is_that_of_the_place() -> None:
    month = rules.month_of(datetime(2026, 12, 31, 18, tzinfo=UTC), "Asia/Ho_Chi_Minh")

    assert (month.start.isoformat(), month.end.isoformat()) == (
        "2027-01-01T00:00:00+07:00",
        "2027-02-01T00:00:00+07:00",
    )


@pytest.mark.parametrize(
    ("hours", "limit", "over"), [("8", None, False), ("8", 8, False), ("8.5", 8, True), ("0", 1, False)]
)
def test_limit_of_hours(hours: str, limit: int | None, over: bool) -> None:
    assert rules.is_over_limit(Decimal(hours), limit) is over


@pytest.mark.parametrize(("ago", "may"), [(None, True), (1, False), (19, False), (20, True), (48, True)])
def test_reminders_are_a_day_apart(ago: int | None, may: bool) -> None:
    at = datetime(2026, 8, 3, 2, tzinfo=UTC)
    assert rules.may_remind(None if ago is None else at - timedelta(hours=ago), at) is may
