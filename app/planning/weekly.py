"""The hours a week that were agreed with lecturers.

The optimiser knows rules of a day, not of a week. So its plan is looked through: where a lecturer would teach more in a
week than was agreed, some sessions of that week are kept, the others let go, and in all its other hours the lecturer
is told to be away. Then the optimiser goes on from there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.kernel.db import JsonValue
from app.planning.grid import local_day, to_minutes
from app.planning.types import Away, Meeting, Person, Place, Situation
from app.scheduling.slots import days_as_period

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FullWeek:
    """A lecturer's week that has as many hours as were agreed."""

    person: Person
    monday: date
    kept: tuple[Place, ...]
    """What stays of that week."""
    let_go: tuple[Place, ...]
    """What was too much."""


def full_weeks(
    situation: Situation, places: Sequence[Place], before: Sequence[Place] | None = None
) -> list[FullWeek]:
    """Return the weeks in which lecturers would teach more than was agreed.

    With ``before`` only those that have become longer by it; what has not moved since is kept first.
    """
    limits = {person.id: person for person in situation.persons if person.weekly_hours}
    meetings = {meeting.key: meeting for meeting in situation.meetings}
    standing = _standing(situation, limits)
    earlier = _minutes(_by_week(situation, meetings, limits, before or ()), meetings)
    stayed = set(before or ())
    found = []
    for (number, monday), own in _by_week(situation, meetings, limits, places).items():
        room = (limits[number].weekly_hours or 0) * 60 - standing[number, monday]
        taken = sum(meetings[place.key].minutes for place in own)
        if taken <= room or (before is not None and taken <= earlier[number, monday]):
            continue
        kept = _kept(own, meetings, room, stayed)
        let_go = tuple(place for place in own if place not in kept)
        if let_go:
            found.append(FullWeek(limits[number], monday, kept, let_go))
    return found


def told_of(situation: Situation, full: Iterable[FullWeek]) -> Situation:
    """Return the situation in which these lecturers are away in all hours of those weeks but those that are kept."""
    minutes = {meeting.key: meeting.minutes for meeting in situation.meetings}
    away = [
        Away(week.person.id, None, begin, end)
        for week in full
        for begin, end in _rest_of(week, minutes, situation.zone)
    ]
    return replace(situation, away=(*situation.away, *away))


def without(places: Iterable[Place], full: Collection[FullWeek]) -> list[Place]:
    """Return the places without those that were too much for somebody."""
    let_go = {place for week in full for place in week.let_go}
    return [place for place in places if place not in let_go]


def say_full_weeks(answers: Iterable[JsonValue], full: Collection[FullWeek]) -> list[JsonValue]:
    """Return the answers in which a lecturer who is away because a week is full is told of as that."""
    weeks = {(week.person.full_name, week.monday): week.person.weekly_hours for week in full}
    return [_said(answer, weeks) for answer in answers]


def _said(answer: Any, weeks: Mapping[tuple[str, date], int | None]) -> JsonValue:
    reasons: list[Any] = []
    for reason in answer["reasons"]:
        hours = weeks.get((reason["group"] or "", _monday(reason["day"])))
        if reason["kind"] == "group away" and hours:
            reason = {
                **reason,
                "kind": "week full",
                "day": _monday(reason["day"]).isoformat(),
                "hours": hours,
            }
        if reason not in reasons:
            reasons.append(reason)
    helps: list[Any] = []
    for one in answer["helps"]:
        if one["remedy"] == "free group" and (one["group"] or "", _monday(one["day"])) in weeks:
            one = {**one, "remedy": "more hours", "day": None}
        if one not in helps:
            helps.append(one)
    return {**answer, "reasons": reasons, "helps": helps}


def _monday(day: str | None) -> date:
    found = date.fromisoformat(day) if day else date.min
    return found - timedelta(days=found.weekday())


def _by_week(
    situation: Situation,
    meetings: Mapping[str, Meeting],
    limits: Collection[int],
    places: Iterable[Place],
) -> dict[tuple[int, date], list[Place]]:
    weeks: dict[tuple[int, date], list[Place]] = defaultdict(list)
    for place in places:
        meeting = meetings.get(place.key)
        day = local_day(place.start, situation.zone)
        for number in meeting.lecturer_ids if meeting else ():
            if number in limits:
                weeks[number, day - timedelta(days=day.weekday())].append(place)
    return weeks


def _minutes(
    weeks: Mapping[tuple[int, date], Iterable[Place]], meetings: Mapping[str, Meeting]
) -> dict[tuple[int, date], int]:
    minutes: dict[tuple[int, date], int] = defaultdict(int)
    for week, places in weeks.items():
        minutes[week] = sum(meetings[place.key].minutes for place in places)
    return minutes


def _standing(situation: Situation, limits: Collection[int]) -> dict[tuple[int, date], int]:
    """The minutes that lecturers teach in sessions that stay where they are."""
    minutes: dict[tuple[int, date], int] = defaultdict(int)
    for booking in situation.bookings:
        day = local_day(booking.start, situation.zone)
        for number in set(booking.person_ids) & set(limits):
            minutes[number, day - timedelta(days=day.weekday())] += booking.end - booking.start
    return minutes


def _kept(
    own: Iterable[Place], meetings: Mapping[str, Meeting], room: int, stayed: Collection[Place]
) -> tuple[Place, ...]:
    """As many hours as fit: what has stayed first, then the longest."""
    kept: list[Place] = []
    for place in sorted(own, key=lambda one: (one not in stayed, -meetings[one.key].minutes, one.start)):
        if meetings[place.key].minutes <= room or (place in stayed and room > 0):
            kept.append(place)
            room -= meetings[place.key].minutes
    return tuple(kept)


def _rest_of(week: FullWeek, minutes: Mapping[str, int], zone: str) -> Iterable[tuple[int, int]]:
    """The stretches of the week between what is kept."""
    period = days_as_period(week.monday, week.monday + WEEK - timedelta(days=1), zone)
    begin = to_minutes(period.start)
    for place in sorted(week.kept, key=lambda one: one.start):
        if begin < place.start:
            yield begin, place.start
        begin = max(begin, place.start + minutes[place.key])
    if begin < to_minutes(period.end):
        yield begin, to_minutes(period.end)
