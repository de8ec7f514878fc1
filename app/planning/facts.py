"""What a proposal costs, as facts that can be put into words: counted from where the sessions are, not from prices."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.curriculum.types import TeachingMethod
from app.planning.grid import local_day, minute_of_day
from app.planning.shortage import shortages
from app.planning.types import Booking, CourseFact, Fact, FactKind, Meeting, Place, Situation

IN_A_ROW = 3
NOON = 12 * 60
_MOST_OF_A_KIND = 3
_ORDER = list(FactKind)


@dataclass(frozen=True, slots=True)
class _Stay:
    """A session where it is, proposed or standing."""

    course_id: int
    method: str
    start: int
    end: int
    room_id: int | None
    lecturer_ids: tuple[int, ...]


def facts_of(situation: Situation, places: Sequence[Place]) -> list[Fact]:
    """Return what there is to say of the proposal, the heaviest first; at most three of a kind, the worst of it."""
    found = sorted(
        _all(situation, places), key=lambda fact: (_ORDER.index(fact.kind), -fact.number, fact.name)
    )
    by_kind: dict[FactKind, list[Fact]] = defaultdict(list)
    for fact in found:
        by_kind[fact.kind].append(fact)
    kept = [fact for facts in by_kind.values() for fact in facts[:_MOST_OF_A_KIND]]
    return kept or [Fact(FactKind.NOTHING)]


def _all(situation: Situation, places: Sequence[Place]) -> Iterator[Fact]:
    meetings = {meeting.key: meeting for meeting in situation.meetings}
    if len(places) < len(meetings):
        yield Fact(FactKind.UNPLACED, number=len(meetings) - len(places), total=len(meetings))
        yield from shortages(situation)
    stays = [_stay(meetings[place.key], place) for place in places]
    around = [_standing(booking) for booking in situation.bookings]
    yield from _rooms(situation, stays)
    yield from _lecturers(situation, [*stays, *around])
    yield from _hours(situation, [*stays, *around])
    yield from _lecturer_days(situation, stays)
    yield from _trainees(situation, [*stays, *around])
    yield from _lectures(situation, stays)
    moved = sum(meetings[p.key].start not in (None, p.start) for p in places)
    if moved:
        yield Fact(FactKind.MOVED, number=moved)


def _stay(meeting: Meeting, place: Place) -> _Stay:
    return _Stay(
        meeting.course_id,
        meeting.method,
        place.start,
        place.start + meeting.minutes,
        place.room_id,
        meeting.lecturer_ids,
    )


def _standing(booking: Booking) -> _Stay:
    return _Stay(
        booking.course_id, booking.method, booking.start, booking.end, booking.room_id, booking.person_ids
    )


def _rooms(situation: Situation, stays: Iterable[_Stay]) -> Iterator[Fact]:
    rooms = {room.id: room for room in situation.rooms}
    courses = {course.id: course for course in situation.courses}
    overfull: dict[tuple[int, int], int] = defaultdict(int)
    used: dict[int, set[int]] = defaultdict(set)
    for stay in stays:
        if stay.room_id is not None:
            used[stay.course_id].add(stay.room_id)
            overfull[stay.course_id, stay.room_id] += 1
    for (course_id, room_id), sessions in overfull.items():
        missing = courses[course_id].size - rooms[room_id].capacity
        if missing > 0:
            yield Fact(
                FactKind.OVERFULL, rooms[room_id].name, missing, sessions, total=courses[course_id].size
            )
    for course_id, numbers in used.items():
        if len(numbers) > 1:
            yield Fact(FactKind.MANY_ROOMS, courses[course_id].code, len(numbers))


def _lecturers(situation: Situation, stays: Sequence[_Stay]) -> Iterator[Fact]:
    names = {person.id: person.full_name for person in situation.persons}
    by_person: dict[int, list[_Stay]] = defaultdict(list)
    for stay in stays:
        for number in stay.lecturer_ids:
            if number in names:
                by_person[number].append(stay)
    for number, own in by_person.items():
        days = _by_day(own, situation.zone)
        first, length = _longest_row(sorted(days))
        if length >= IN_A_ROW:
            yield Fact(FactKind.DAYS_IN_A_ROW, names[number], length, day=first.isoformat())
        gaps = _gaps(situation, days)
        if gaps:
            day, minutes = max(gaps, key=lambda gap: gap[1])
            yield Fact(
                FactKind.LECTURER_WAITS,
                names[number],
                sum(gap[1] for gap in gaps),
                len(gaps),
                day.isoformat(),
                minutes,
            )


def _lecturer_days(situation: Situation, stays: Sequence[_Stay]) -> Iterator[Fact]:
    names = {person.id for person in situation.persons}
    days = {
        (n, local_day(stay.start, situation.zone)) for stay in stays for n in stay.lecturer_ids if n in names
    }
    if days:
        yield Fact(FactKind.LECTURER_DAYS, number=len(days), total=len({number for number, _day in days}))


def _hours(situation: Situation, stays: Sequence[_Stay]) -> Iterator[Fact]:
    """The weeks in which a lecturer would teach more than was agreed; hours outside of the run's days are not seen."""
    minutes: dict[tuple[int, date], int] = defaultdict(int)
    for stay in stays:
        day = local_day(stay.start, situation.zone)
        for number in stay.lecturer_ids:
            minutes[number, day - timedelta(days=day.weekday())] += stay.end - stay.start
    for person in situation.persons:
        over = {
            monday: taught
            for (number, monday), taught in minutes.items()
            if number == person.id and person.weekly_hours and taught > person.weekly_hours * 60
        }
        if over and person.weekly_hours:
            worst = max(over, key=lambda monday: over[monday])
            yield Fact(
                FactKind.OVER_HOURS,
                person.full_name,
                -(-over[worst] // 60),
                person.weekly_hours,
                worst.isoformat(),
            )


def _trainees(situation: Situation, stays: Sequence[_Stay]) -> Iterator[Fact]:
    campuses = {room.id: room.campus_id for room in situation.rooms}
    for course in situation.courses:
        days = _by_day((stay for stay in stays if stay.course_id == course.id), situation.zone)
        gaps = _gaps(situation, days)
        if gaps:
            day, minutes = max(gaps, key=lambda gap: gap[1])
            yield Fact(FactKind.TRAINEES_WAIT, course.code, len(gaps), minutes, day.isoformat())
        changes = [day for day, own in days.items() if _changes_campus(own, campuses)]
        if changes:
            yield Fact(FactKind.CAMPUS_CHANGE, course.code, len(changes), day=min(changes).isoformat())
        yield from _long_days(situation, course, days)


def _long_days(situation: Situation, course: CourseFact, days: Mapping[date, list[_Stay]]) -> Iterator[Fact]:
    full = sum(end - begin for begin, end in situation.hours)
    long = {day: sum(s.end - s.start for s in own) for day, own in days.items()}
    worst = [day for day, minutes in long.items() if minutes >= full]
    if worst:
        yield Fact(FactKind.LONG_DAY, course.code, len(worst), long[min(worst)], min(worst).isoformat())


def _lectures(situation: Situation, stays: Sequence[_Stay]) -> Iterator[Fact]:
    lectures = [stay for stay in stays if stay.method == TeachingMethod.LECTURE.value]
    late = sum(minute_of_day(stay.start, situation.zone) >= NOON for stay in lectures)
    if late:
        yield Fact(FactKind.AFTERNOON_LECTURES, number=late, total=len(lectures))


def _by_day(stays: Iterable[_Stay], zone: str) -> dict[date, list[_Stay]]:
    days: dict[date, list[_Stay]] = defaultdict(list)
    for stay in sorted(stays, key=lambda one: one.start):
        days[local_day(stay.start, zone)].append(stay)
    return days


def _longest_row(days: Sequence[date]) -> tuple[date, int]:
    """The first day and the length of the longest row of days next to each other."""
    best, first, length = (date.min, 0), date.min, 0
    for day in days:
        follows = length and day == first + timedelta(days=length)
        first, length = (first, length + 1) if follows else (day, 1)
        if length > best[1]:
            best = (first, length)
    return best


def _gaps(situation: Situation, days: Mapping[date, Sequence[_Stay]]) -> list[tuple[date, int]]:
    """The waits between two sessions of a day in minutes of teaching time, so without the pause at noon."""
    found = []
    for day, own in days.items():
        for before, after in itertools.pairwise(own):
            minutes = _taught_between(situation, before.end, after.start)
            if minutes >= 30:
                found.append((day, minutes))
    return found


def _taught_between(situation: Situation, start: int, end: int) -> int:
    begin, until = minute_of_day(start, situation.zone), minute_of_day(end, situation.zone)
    return sum(max(0, min(until, closes) - max(begin, opens)) for opens, closes in situation.hours)


def _changes_campus(stays: Iterable[_Stay], campuses: Mapping[int, int]) -> bool:
    return len({campuses[s.room_id] for s in stays if s.room_id is not None and s.room_id in campuses}) > 1
