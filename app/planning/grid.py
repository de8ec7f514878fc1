"""Days and slots of a run: the teaching hours of the teaching days, cut into slots of one length.

The pause at noon is no slot: its two sides are neighbours, and no session goes over it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.planning.types import Closed, Situation

SLOT_LENGTHS = (60, 30, 15)
MOST_SLOTS = 4000
# The search keeps a day of a person in one word.
MOST_SLOTS_A_DAY = 60


def teaching_days(
    first: date, last: date, weekdays: Iterable[int], closed: Iterable[Closed]
) -> tuple[date, ...]:
    """Return the days from the first to the last on which something may be taught."""
    wanted, breaks = (
        set(weekdays),
        [(date.fromisoformat(c.first), date.fromisoformat(c.last)) for c in closed],
    )
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(
        day
        for day in days
        if day.weekday() in wanted and not any(begin <= day <= end for begin, end in breaks)
    )


def slot_length(minutes: Iterable[int], hours: Iterable[tuple[int, int]], days: int) -> int:
    """Return the longest slot into which sessions and teaching hours divide, longer where days or hours are many."""
    hours = tuple(hours)
    taught = sum(end - begin for begin, end in hours)
    lengths = {*minutes, *(end - begin for begin, end in hours)}
    fitting = next((slot for slot in SLOT_LENGTHS if all(m % slot == 0 for m in lengths)), SLOT_LENGTHS[-1])
    return next(
        (
            slot
            for slot in reversed(SLOT_LENGTHS)
            if slot >= fitting and taught // slot <= min(MOST_SLOTS_A_DAY, MOST_SLOTS // max(days, 1))
        ),
        SLOT_LENGTHS[0],
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """The slots of a run. ``starts`` are minutes after midnight."""

    zone: str
    days: tuple[date, ...]
    slot: int
    starts: tuple[int, ...]

    @property
    def slots_per_day(self) -> int:
        """How many slots a day has."""
        return len(self.starts)

    def instant(self, slot: int) -> int:
        """Return when a slot begins, in minutes since 1970."""
        day, place = divmod(slot, self.slots_per_day)
        return _minutes(self.days[day], self.starts[place], self.zone)

    def slots_for(self, minutes: int) -> int:
        """Return how many slots a session of that length takes."""
        return max(1, -(-minutes // self.slot))

    def allowed_starts(self, length: int) -> list[int]:
        """Return at which slots of a day a session of so many slots may begin: no pause lies within."""
        return [
            place
            for place in range(len(self.starts) - length + 1)
            if self.starts[place + length - 1] - self.starts[place] == (length - 1) * self.slot
        ]

    def touched(self, start: int, end: int) -> Iterator[int]:
        """Yield the slots that share time with a stretch."""
        place = ZoneInfo(self.zone)
        first = datetime.fromtimestamp(start * 60, place).date()
        last = datetime.fromtimestamp((end - 1) * 60, place).date()
        for number, day in enumerate(self.days):
            if first <= day <= last:
                for offset, begin in enumerate(self.starts):
                    begins = _minutes(day, begin, self.zone)
                    if begins < end and start < begins + self.slot:
                        yield number * self.slots_per_day + offset

    def slot_at(self, start: int) -> int | None:
        """Return the slot that begins at the instant; None if none does."""
        local = datetime.fromtimestamp(start * 60, ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        if local.date() not in self.days or minute not in self.starts:
            return None
        return self.days.index(local.date()) * self.slots_per_day + self.starts.index(minute)


def grid_of(situation: Situation) -> Grid:
    """Return the slots of a situation."""
    days = teaching_days(
        date.fromisoformat(situation.first),
        date.fromisoformat(situation.last),
        situation.weekdays,
        situation.closed,
    )
    slot = slot_length((meeting.minutes for meeting in situation.meetings), situation.hours, len(days))
    starts = tuple(
        begin for opens, closes in situation.hours for begin in range(opens, closes - slot + 1, slot)
    )
    return Grid(situation.zone, days, slot, starts)


@lru_cache(maxsize=65536)
def _minutes(day: date, minute: int, zone: str) -> int:
    local = datetime.combine(day, time(), ZoneInfo(zone)) + timedelta(minutes=minute)
    return int(local.timestamp()) // 60


def local_day(minutes: int, zone: str) -> date:
    """Return the day on which an instant lies at the place."""
    return datetime.fromtimestamp(minutes * 60, ZoneInfo(zone)).date()


def minute_of_day(minutes: int, zone: str) -> int:
    """Return what the clock of the place shows, in minutes after midnight."""
    local = datetime.fromtimestamp(minutes * 60, ZoneInfo(zone))
    return local.hour * 60 + local.minute


def to_instant(minutes: int) -> datetime:
    """Return minutes since 1970 as an instant."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def to_minutes(instant: datetime) -> int:
    """Return an instant in minutes since 1970."""
    return int(instant.timestamp()) // 60
