"""Situations and proposals as JSON, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.planning.types import (
    Away,
    Booking,
    Closed,
    CourseFact,
    Fact,
    FactKind,
    Level,
    Meeting,
    Person,
    Place,
    Reached,
    RoomFact,
    Situation,
    TeachingTimes,
    Wish,
)

_LISTS: Mapping[str, Any] = {
    "closed": Closed,
    "rooms": RoomFact,
    "courses": CourseFact,
    "meetings": Meeting,
    "bookings": Booking,
    "persons": Person,
    "away": Away,
}
_SINGLE = (
    "zone",
    "first",
    "last",
    "weekdays",
    "hours",
    "session_minutes",
    "hours_a_day",
    "travel_minutes",
    "in_order",
    "earliest",
)


def write_situation(situation: Situation) -> dict[str, Any]:
    """Return the situation as JSON holds it."""
    return {name: getattr(situation, name) for name in (*_SINGLE, *_LISTS)}


def read_situation(stored: Mapping[str, Any]) -> Situation:
    """Return the situation that was written."""
    single: dict[str, Any] = {name: _frozen(stored[name]) for name in _SINGLE}
    lists: dict[str, Any] = {
        name: tuple(kind(*map(_frozen, row)) for row in stored[name]) for name, kind in _LISTS.items()
    }
    return Situation(**single, **lists)


def write_times(times: TeachingTimes) -> dict[str, Any]:
    """Return teaching times as JSON holds them."""
    return {
        "levels": write_levels(times.levels),
        "weekdays": times.weekdays,
        "hours": times.hours,
        "session_minutes": times.session_minutes,
        "hours_a_day": times.hours_a_day,
        "travel_minutes": times.travel_minutes,
        "in_order": times.in_order,
        "closed": times.closed,
    }


def read_times(stored: Mapping[str, Any]) -> TeachingTimes:
    """Return the teaching times that were written."""
    values = {name: _frozen(value) for name, value in stored.items() if name not in ("levels", "closed")}
    return TeachingTimes(
        levels=read_levels(stored["levels"]), closed=tuple(Closed(*row) for row in stored["closed"]), **values
    )


def write_levels(levels: Mapping[Wish, Level]) -> dict[str, int]:
    """Return weights as JSON holds them."""
    return {wish.value: int(level) for wish, level in levels.items()}


def read_levels(stored: Mapping[str, Any]) -> dict[Wish, Level]:
    """Return the weights that were written; a wish that was not known then does not matter."""
    return {wish: Level(int(stored.get(wish.value, 0))) for wish in Wish}


def read_places(stored: Iterable[Any]) -> list[Place]:
    """Return the places that were written."""
    return [Place(*row) for row in stored]


def read_facts(stored: Iterable[Any]) -> list[Fact]:
    """Return the facts that were written."""
    return [Fact(FactKind(kind), *rest) for kind, *rest in stored]


def read_curve(stored: Iterable[Any]) -> list[Reached]:
    """Return the curve that was written."""
    return [Reached(*row) for row in stored]


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
