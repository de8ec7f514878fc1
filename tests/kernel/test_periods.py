from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.periods import DatePeriod, EndBeforeStart, Period, gaps, union

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def hours(start: int, end: int) -> Period:
    return Period(MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=end))


PERIODS = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(
    lambda pair: hours(pair[0], pair[0] + pair[1])
)


def test_a_period_has_a_length_and_a_time_zone() -> None:
    with pytest.raises(EndBeforeStart):
        hours(9, 9)
    with pytest.raises(ValueError, match="time zone"):
        Period(MIDNIGHT.replace(tzinfo=None), MIDNIGHT + timedelta(days=1))
    assert hours(9, 11).duration == timedelta(hours=2)


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        ((7, 9), False),
        ((7, 10), True),
        ((9, 11), True),
        ((10, 10.5), True),
        ((11, 12), False),
        ((8, 12), True),
    ],
)
def test_periods_that_only_touch_do_not_overlap(other: tuple[float, float], overlap: bool) -> None:
    session = hours(9, 11)
    second = Period(MIDNIGHT + timedelta(hours=other[0]), MIDNIGHT + timedelta(hours=other[1]))
    assert session.overlaps(second) is overlap
    assert second.overlaps(session) is overlap
    assert (session.intersection(second) is not None) is overlap


def test_the_end_no_longer_belongs_to_the_period() -> None:
    session = hours(9, 11)
    assert session.contains(session.start)
    assert not session.contains(session.end)
    assert session.contains(session)
    assert session.contains(hours(10, 11))
    assert not session.contains(hours(10, 12))


def test_instants_are_compared_across_zones() -> None:
    hanoi = timezone(timedelta(hours=7))
    same = Period(datetime(2026, 3, 2, 16, tzinfo=hanoi), datetime(2026, 3, 2, 18, tzinfo=hanoi))
    assert same == hours(9, 11)


def test_union_joins_what_touches() -> None:
    assert union([hours(13, 15), hours(8, 10), hours(10, 11), hours(9, 10)]) == (hours(8, 11), hours(13, 15))


def test_gaps_are_what_is_left_free() -> None:
    day = hours(8, 17)
    assert gaps(day, [hours(6, 9), hours(10, 12), hours(16, 20)]) == (hours(9, 10), hours(12, 16))
    assert gaps(day, []) == (day,)
    assert gaps(day, [hours(0, 24)]) == ()
    assert gaps(day, [hours(17, 20), hours(5, 8)]) == (day,)


@given(PERIODS, st.lists(PERIODS, max_size=8))
def test_gaps_and_union_fill_the_frame_without_overlap(frame: Period, taken: list[Period]) -> None:
    pieces = [*gaps(frame, taken), *(part for part in (frame.intersection(p) for p in union(taken)) if part)]
    assert sum((piece.duration for piece in pieces), timedelta()) == frame.duration
    ordered = sorted(pieces)
    assert all(earlier.end <= later.start for earlier, later in pairwise(ordered))


JULY_FIRST = date(2025, 7, 1)


def test_a_date_period_may_go_on() -> None:
    since = DatePeriod(JULY_FIRST)
    assert (since.days, since.last_day) == (None, None)
    assert since.contains(date(2999, 1, 1))
    assert not since.contains(date(2025, 6, 30))


def test_people_write_the_last_day_and_mean_it() -> None:
    june = DatePeriod.through(date(2025, 6, 1), date(2025, 6, 30))
    assert (june.end, june.days, june.last_day) == (JULY_FIRST, 30, date(2025, 6, 30))
    assert DatePeriod.through(JULY_FIRST, date.max) == DatePeriod.through(JULY_FIRST, None)
    with pytest.raises(EndBeforeStart):
        DatePeriod.through(JULY_FIRST, date(2025, 6, 30))


def test_a_merger_day_belongs_to_the_successor_only() -> None:
    before, after = DatePeriod(date(2000, 1, 1), JULY_FIRST), DatePeriod(JULY_FIRST)
    assert not before.overlaps(after)
    assert not after.overlaps(before)
    assert before.intersection(after) is None
    assert DatePeriod(date(2025, 1, 1)).intersection(before) == DatePeriod(date(2025, 1, 1), JULY_FIRST)
    assert after.intersection(DatePeriod(date(2026, 1, 1))) == DatePeriod(date(2026, 1, 1))
