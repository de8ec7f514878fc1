"""What forbids keeping a register."""

from datetime import UTC, datetime, timedelta

import pytest

from app.attendance.errors import MarksMissing, NotOnTheRoll, ReasonMissing, SessionAhead, SessionCancelled
from app.attendance.rules import obstacles, others_present
from app.attendance.types import Entry, Mark, RegisterState

BEGINS = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
THERE, GONE, UNKNOWN = Entry(Mark.PRESENT), Entry(Mark.ABSENT), Entry(None)
S = RegisterState


@pytest.mark.parametrize(
    ("entries", "state", "reason", "cancelled", "early", "expected"),
    [
        ({1: THERE, 2: GONE}, S.COMPLETE, "", False, 0, []),
        ({1: THERE, 2: UNKNOWN}, S.OPEN, "", False, 0, []),
        ({1: THERE, 2: UNKNOWN}, S.COMPLETE, "", False, 0, [MarksMissing]),
        ({1: THERE}, S.COMPLETE, "", False, 0, [MarksMissing]),
        ({1: THERE, 2: UNKNOWN}, S.INCOMPLETE, "the list got wet", False, 0, []),
        ({1: THERE, 2: UNKNOWN}, S.INCOMPLETE, "", False, 0, [ReasonMissing]),
        ({1: THERE, 3: THERE}, S.OPEN, "", False, 0, [NotOnTheRoll]),
        ({1: THERE}, S.OPEN, "", True, 0, [SessionCancelled]),
        ({1: THERE}, S.OPEN, "", False, 30, []),
        ({1: THERE}, S.OPEN, "", False, 31, [SessionAhead]),
        ({3: THERE}, S.COMPLETE, "", True, 0, [SessionCancelled, NotOnTheRoll, MarksMissing]),
    ],
)
def test_all_that_stands_in_the_way_is_named(
    entries: dict[int, Entry],
    state: RegisterState,
    reason: str,
    cancelled: bool,
    early: int,
    expected: list[type[Exception]],
) -> None:
    found = obstacles(
        entries,
        {1, 2},
        state,
        reason,
        cancelled=cancelled,
        starts_at=BEGINS,
        at=BEGINS - timedelta(minutes=early),
    )

    assert [type(obstacle) for obstacle in found] == expected


def test_all_others_are_present_and_nobody_marked_is_changed() -> None:
    assert others_present({1: GONE, 2: Entry(None, "came by bus")}) == {
        1: GONE,
        2: Entry(Mark.PRESENT, "came by bus"),
    }


@pytest.mark.parametrize(
    ("mark", "there"),
    [(Mark.PRESENT, True), (Mark.LATE, True), (Mark.EXCUSED, False), (Mark.ABSENT, False)],
)
def test_late_counts_as_there(mark: Mark, there: bool) -> None:
    assert mark.counts_as_present is there
