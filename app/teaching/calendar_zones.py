"""A time zone as a calendar program wants it described (RFC 5545, VTIMEZONE): the changes of its clock, one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

_NOTHING = timedelta(0)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)

place_of = cache(ZoneInfo)


@lru_cache(maxsize=256)
def zone_lines(zone: str, first: int, last: int) -> tuple[str, ...]:
    """Return the definition of a zone for these years; one is built per zone and process."""
    place = place_of(zone)
    begun, ended = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    observed: dict[tuple[str, ...], list[str]] = {}
    for at in (begun, *_changes(place, begun, ended)):
        after = at.astimezone(place)
        before = after if at is begun else (at - _SECOND).astimezone(place)
        # The standard counts a change by the clock that it ends.
        shown = at if at is begun else at + _offset(before)
        kind = "DAYLIGHT" if after.dst() else "STANDARD"
        described = (kind, str(after.tzname()), _written(_offset(before)), _written(_offset(after)))
        observed.setdefault(described, []).append(f"{shown:%Y%m%dT%H%M%S}")
    parts = (line for described, times in observed.items() for line in _observance(*described, times=times))
    return ("BEGIN:VTIMEZONE", f"TZID:{zone}", *parts, "END:VTIMEZONE")


def _changes(place: ZoneInfo, begun: datetime, ended: datetime) -> Iterator[datetime]:
    """Give each instant at which the clock of the place is set: days that begin and end otherwise are halved."""
    day = begun
    while day < ended:
        if _state(place, day) != _state(place, day + _DAY):
            low, high = day, day + _DAY
            while high - low > _SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if _state(place, middle) == _state(place, low) else (low, middle)
            yield high
        day += _DAY


def _state(place: ZoneInfo, at: datetime) -> tuple[timedelta, str | None]:
    local = at.astimezone(place)
    return _offset(local), local.tzname()


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or _NOTHING


def _written(offset: timedelta) -> str:
    seconds = abs(int(offset.total_seconds()))
    sign = "-" if offset < _NOTHING else "+"
    rest = f"{seconds % 60:02}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02}{seconds // 60 % 60:02}{rest}"


def _observance(kind: str, name: str, before: str, after: str, *, times: list[str]) -> Iterator[str]:
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{times[0]}"
    if times[1:]:
        yield f"RDATE:{','.join(times[1:])}"
    yield f"TZNAME:{name}"
    yield f"TZOFFSETFROM:{before}"
    yield f"TZOFFSETTO:{after}"
    yield f"END:{kind}"
