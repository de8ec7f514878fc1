"""What cannot fit by its hours alone: rooms, lecturers and courses that are asked for more than they have.

A count proves it in one sentence, where the search could only name all that stands in the way of a single session.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.curriculum.types import TeachingMethod
from app.planning.grid import Grid, grid_of
from app.planning.types import WITHOUT_ROOM, Fact, FactKind, Situation

SHORT = frozenset({FactKind.ROOMS_SHORT, FactKind.LECTURER_SHORT, FactKind.COURSE_SHORT})
_Busy = dict[int, set[int]]


def shortages(situation: Situation) -> Iterator[Fact]:
    """Yield for whom more minutes are asked (``number``) than there are (``other``), however well they are used."""
    grid = grid_of(situation)
    rooms, persons, courses = _busy(situation, grid)
    yield from _rooms(situation, grid, rooms)
    yield from _lecturers(situation, grid, persons)
    yield from _courses(situation, grid, courses)


def _busy(situation: Situation, grid: Grid) -> tuple[_Busy, _Busy, _Busy]:
    """The slots in which rooms, persons and courses are taken already."""
    rooms, persons, courses = (defaultdict[int, set[int]](set) for _ in range(3))
    for booking in situation.bookings:
        touched = set(grid.touched(booking.start, booking.end))
        courses[booking.course_id] |= touched
        if booking.room_id is not None:
            rooms[booking.room_id] |= touched
        for number in booking.person_ids:
            persons[number] |= touched
    for away in situation.away:
        touched = set(grid.touched(away.start, away.end))
        if away.person_id is not None:
            persons[away.person_id] |= touched
        if away.room_id is not None:
            rooms[away.room_id] |= touched
    return rooms, persons, courses


def _rooms(situation: Situation, grid: Grid, busy: _Busy) -> Iterator[Fact]:
    needed = sum(
        meeting.minutes
        for meeting in situation.meetings
        if not meeting.online and TeachingMethod(meeting.method) not in WITHOUT_ROOM
    )
    slots = len(grid.days) * grid.slots_per_day
    free = sum(slots - len(busy.get(room.id, ())) for room in situation.rooms) * grid.slot
    if needed > free:
        yield Fact(FactKind.ROOMS_SHORT, number=needed, other=free, total=len(situation.rooms))


def _lecturers(situation: Situation, grid: Grid, busy: _Busy) -> Iterator[Fact]:
    needed: dict[int, int] = defaultdict(int)
    for meeting in situation.meetings:
        for number in meeting.lecturer_ids:
            needed[number] += meeting.minutes
    for person in situation.persons:
        free = _free(situation, grid, range(len(grid.days)), busy.get(person.id, set()))
        if needed[person.id] > free:
            yield Fact(FactKind.LECTURER_SHORT, person.full_name, needed[person.id], free)


def _courses(situation: Situation, grid: Grid, busy: _Busy) -> Iterator[Fact]:
    numbers = {day.isoformat(): number for number, day in enumerate(grid.days)}
    for course in situation.courses:
        needed = sum(meeting.minutes for meeting in situation.meetings if meeting.course_id == course.id)
        own = [number for day, number in numbers.items() if course.first <= day <= course.last]
        free = _free(situation, grid, own, busy.get(course.id, set()))
        if needed > free:
            yield Fact(FactKind.COURSE_SHORT, course.code, needed, free, total=len(own))


def _free(situation: Situation, grid: Grid, days: Iterable[int], busy: set[int]) -> int:
    """How many minutes there are at most: what is free of each day, and never more than a day may have."""
    most = situation.hours_a_day * 60
    free = 0
    for day in days:
        first = day * grid.slots_per_day
        open_slots = sum(slot not in busy for slot in range(first, first + grid.slots_per_day))
        free += min(most, open_slots * grid.slot)
    return free
