"""When the sessions of a course are, and how sure it is that somebody was there or answered."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.academy import HANOI

Slot = tuple[datetime, datetime]

_ZONE = ZoneInfo(HANOI)
_HALF_DAYS = ((time(8, 0), time(11, 30)), (time(13, 30), time(17, 0)))


def instant(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return the hour of the day as the clocks of the academy show it."""
    return datetime.combine(day, time(hour, minute), _ZONE)


def half_days(days: list[date]) -> Iterator[Slot]:
    """Return the mornings and afternoons of the days."""
    for day in days:
        for begin, end in _HALF_DAYS:
            yield datetime.combine(day, begin, _ZONE), datetime.combine(day, end, _ZONE)


def one_week(monday: date) -> list[Slot]:
    """Return the ten half days from Monday to Friday."""
    return list(half_days([monday + timedelta(days=number) for number in range(5)]))


def four_weeks(monday: date) -> list[Slot]:
    """Return the half days of the Tuesdays and Thursdays of four weeks."""
    return list(half_days([monday + timedelta(weeks=week, days=day) for week in range(4) for day in (1, 3)]))
