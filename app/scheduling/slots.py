"""Days, weeks and free times of a timetable, as the clock of the place counts them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.kernel.periods import Period, gaps
from app.scheduling.types import RoomChoice, TimetableRow

OPENS, CLOSES = time(7), time(18)
OFFERED = 3
SHORT = 2


def instant(day: date, clock: time, zone: str) -> datetime:
    """Return the instant at which the clock of the place shows the time of that day."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def monday_of(day: date) -> date:
    """Return the first day of the week."""
    return day - timedelta(days=day.weekday())


def weeks_of(starts: Iterable[datetime], zone: str) -> list[date]:
    """Return the Mondays of the weeks in which something happens, as the place counts days."""
    place = ZoneInfo(zone)
    return sorted({monday_of(start.astimezone(place).date()) for start in starts})


def free_slots(wanted: Period, busy: Iterable[Period], first: date, last: date, zone: str) -> list[Period]:
    """Return up to three stretches as long as the wanted one, nearest to it first, on the days of the course.

    Only times between seven and eighteen o'clock are offered.
    """
    taken = list(busy)
    day, found = first, []
    while day <= last:
        open_hours = Period(instant(day, OPENS, zone), instant(day, CLOSES, zone))
        for gap in gaps(open_hours, taken):
            found += _fitting(gap, wanted.duration)
        day += timedelta(days=1)
    return sorted(found, key=lambda slot: (abs(slot.start - wanted.start), slot.start))[:OFFERED]


def write_slot(slot: Period, zone: str) -> str:
    """Return day and times of a slot as its button sends them: ``2026-08-03/13:00/15:00``."""
    place = ZoneInfo(zone)
    return f"{slot.start.astimezone(place):%Y-%m-%d/%H:%M}/{slot.end.astimezone(place):%H:%M}"


def read_slot(text: str) -> tuple[date, time, time] | None:
    """Return what ``write_slot`` wrote; None when it is something else."""
    try:
        day, start, end = text.split("/")
        return date.fromisoformat(day), time.fromisoformat(start), time.fromisoformat(end)
    except ValueError:
        return None


def _fitting(gap: Period, length: timedelta) -> list[Period]:
    """Return the first and the last stretch of the length that lie in the gap."""
    if gap.duration < length:
        return []
    return list(dict.fromkeys((Period(gap.start, gap.start + length), Period(gap.end - length, gap.end))))


def week_shown(weeks: Sequence[date], wanted: date | None, today: date) -> date | None:
    """Return the Monday of the week to show; None shows all, which is enough for two weeks.

    Without a wish it is the present week, or the next one in which something happens, or the last.
    """
    if len(weeks) <= SHORT:
        return None
    day = monday_of(wanted or today)
    return next((week for week in weeks if week >= day), weeks[-1])


def rows_of_week(rows: Iterable[TimetableRow], week: date | None, zone: str) -> list[TimetableRow]:
    """Return the sessions that begin in the week, as the place counts days; all of them without a week."""
    place = ZoneInfo(zone)
    return [row for row in rows if week is None or monday_of(row.starts_at.astimezone(place).date()) == week]


def read_day(text: str) -> date:
    """Return the day written as 2026-08-03; ValueError if there is none."""
    return date.fromisoformat(text)


def days_as_period(first: date, last: date, zone: str) -> Period:
    """Return all of the days, the last one included, as the place counts them."""
    return Period(instant(first, time(), zone), instant(last + timedelta(days=1), time(), zone))


def best_rooms(rooms: Iterable[RoomChoice], campus_id: int | None, capacity: int) -> list[RoomChoice]:
    """Return up to three free rooms: large enough first, then on the campus, then the nearest in size."""
    free = [room for room in rooms if room.is_free]
    return sorted(
        free,
        key=lambda room: (
            room.capacity < capacity,
            room.campus_id != campus_id,
            abs(room.capacity - capacity),
            room.name,
        ),
    )[:OFFERED]
