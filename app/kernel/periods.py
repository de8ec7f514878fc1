"""Half-open stretches of time and of days: the end belongs to what follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from app.kernel.errors import RuleBroken
from app.kernel.text import N_


class EndBeforeStart(RuleBroken):
    """A period that would have no length."""

    message = N_("The end must come after the start. Nothing was saved; change one of the two.")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The instants from ``start`` up to, but without, ``end``; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("A period needs instants with a time zone.")
        if self.end <= self.start:
            raise EndBeforeStart(field="end")

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def contains(self, other: "datetime | Period") -> bool:
        """Whether the instant, or the whole of the other period, lies inside."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other < self.end

    def overlaps(self, other: "Period") -> bool:
        """Whether both share an instant; periods that only touch do not."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Period") -> "Period | None":
        """What both share."""
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), min(self.end, other.end))


@dataclass(frozen=True, slots=True)
class PlacedPeriod(Period):
    """A period by the clock of a place; as text it reads alike in every language: ``2026-08-03 08:00–10:00``.

    Errors carry it, so that whoever shows one can write it as the reader does.
    """

    zone: str

    def __str__(self) -> str:
        place = ZoneInfo(self.zone)
        start, end = self.start.astimezone(place), self.end.astimezone(place)
        last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{start:%Y-%m-%d %H:%M}–{last}"


def union(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same instants as the fewest periods, in order; those that touch become one."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return tuple(merged)


def gaps(within: Period, periods: Iterable[Period]) -> tuple[Period, ...]:
    """What of ``within`` none of the periods covers, in order."""
    free: list[Period] = []
    reached = within.start
    for period in union(periods):
        if period.end <= reached:
            continue
        if period.start >= within.end:
            break
        if period.start > reached:
            free.append(Period(reached, period.start))
        reached = period.end
    if reached < within.end:
        free.append(Period(reached, within.end))
    return tuple(free)


@dataclass(frozen=True, slots=True)
class DatePeriod:
    """The days from ``start`` up to, but without, ``end``; without an end it goes on."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise EndBeforeStart(field="end")

    @classmethod
    def through(cls, first: date, last: date | None) -> Self:
        """The period as people write it, with its last day included; the last day there is means no end."""
        if last is None or last == date.max:
            return cls(first)
        return cls(first, last + timedelta(days=1))

    @property
    def last_day(self) -> date | None:
        """The last day that belongs to it; none when it goes on."""
        return None if self.end is None else self.end - timedelta(days=1)

    @property
    def days(self) -> int | None:
        """How many days it has; none when it goes on."""
        return None if self.end is None else (self.end - self.start).days

    def contains(self, day: date) -> bool:
        """Whether the day belongs to it."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "DatePeriod") -> bool:
        """Whether both share a day."""
        starts_before_other_ends = other.end is None or self.start < other.end
        other_starts_before_end = self.end is None or other.start < self.end
        return starts_before_other_ends and other_starts_before_end

    def intersection(self, other: "DatePeriod") -> "DatePeriod | None":
        """The days that both share."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return DatePeriod(max(self.start, other.start), min(ends, default=None))
