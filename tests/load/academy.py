"""Makes up an academy's year from a seed: schools, their courses, and the lecturers whom the schools share.

The year is planted: the generator plans it first and then hides the plan behind what it leaves open, so that there is
a timetable without any broken rule, though nobody is told which. A lecturer who is shared is in one school a day; the
days on which he can come at all, the weeks of each stage of a course, rooms and absences are what makes it tight.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from app.scheduling.optimiser.problem import UNPLACED, DayProfile, Flags, Plan, Problem, Weights
from app.scheduling.optimiser.regions import Seat, Sharing

SCHOOLS, COURSES, SESSIONS, SHARED = 63, 1_200, 60_000, 300
WEEKS, WEEKDAYS, SLOTS = 43, 5, 4
DAYS = WEEKS * WEEKDAYS
TERMS = 3
MEETINGS = 5
STAGES = (0, 0, 0, 1, 1, 1, 1, 2, 2, 2)
"""The stage of each module of a course."""
OWN_LECTURERS = 10
LATE = 20
"""Days by which a module may go on after its course should be over."""
AT_HOME, COMES = 0.6, 0.35
"""The part of half-days on which a school's own lecturers can teach, and of days on which one from outside can."""
SHARED_MODULES = 0.45
"""The part of modules that lecturers from outside teach."""
HALF_DAYS = 0.12
"""The part of sessions that take half a day."""
ROOMS = (120, 70)
CITY = 4
"""Schools that lie so near that a lecturer can go from one to the next within a day."""
HOLIDAYS = (0, 85, 86, *range(100, 110), 163, 164)
"""Days without teaching: New Year, Tết, and the days of spring."""
COHORT = DayProfile(isolated=1, window=2, fewest=1, most=3, load=1, limit=4)
LECTURER = DayProfile(window=1, day=1, limit=3)


@dataclass(frozen=True, slots=True)
class Planted:
    """An academy's year, and a plan of each school that breaks no rule."""

    sharing: Sharing
    problems: tuple[Problem, ...]
    plans: tuple[Plan, ...]


@dataclass(slots=True)
class _Teacher:
    """Who may teach a module: when he can come, and what is planted of him."""

    can: Flags
    busy: Flags
    load: np.ndarray


@dataclass(slots=True)
class _School:
    """What is planted of a school, session by session."""

    teachers: list[_Teacher]
    rooms: Flags
    lengths: list[int] = field(default_factory=list)
    courses: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    open: list[Flags] = field(default_factory=list)
    groups: list[tuple[int, ...]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    order: list[tuple[int, int]] = field(default_factory=list)
    away: list[Flags] = field(default_factory=list)


def make_academy(seed: int = 1, *, schools: int = SCHOOLS) -> Planted:
    """Return the year of so many schools; each has as much to plan as one of all ``SCHOOLS``."""
    dice = np.random.default_rng([seed, schools])
    lecturers = max(2, round(SHARED * schools / SCHOOLS))
    courses = _shares(round(COURSES * schools / SCHOOLS), schools)
    homes = [_homes(dice, schools, number) for number in range(lecturers)]
    days = [_days_of(dice, home) for home in homes]
    problems, plans = [], []
    seats: list[Seat] = []
    for school in range(schools):
        visitors = [number for number, home in enumerate(homes) if school in home]
        planted = _plant(dice, courses[school], [days[number] == school for number in visitors])
        first = courses[school] + OWN_LECTURERS
        seats += [
            Seat(number, school, first + place, LECTURER.limit) for place, number in enumerate(visitors)
        ]
        away = [_never(days[number]) for number in visitors]
        problems.append(_problem(dice, planted, courses[school], away))
        plans.append(Plan(np.array(planted.starts, np.int32), np.array(planted.places, np.int32)))
    travel = _travel(schools)
    return Planted(Sharing(DAYS, SLOTS, tuple(seats), travel), tuple(problems), tuple(plans))


def _shares(whole: int, parts: int) -> list[int]:
    return [whole // parts + (number < whole % parts) for number in range(parts)]


def _travel(schools: int) -> np.ndarray:
    """The slots between two schools: one within a city, else so many that a day has only one school."""
    city = np.arange(schools) // CITY
    travel = np.where(city[:, None] == city[None, :], 1, SLOTS)
    np.fill_diagonal(travel, 0)
    return travel.astype(np.int32)


def _homes(dice: np.random.Generator, schools: int, number: int) -> tuple[int, ...]:
    """The two to four schools at which a lecturer teaches; the first ones go round, so that no school is left out."""
    count = min(schools, int(dice.integers(2, 5)))
    first = number % schools
    others = dice.permutation(np.delete(np.arange(schools), first))[: count - 1]
    return (first, *(int(other) for other in others))


def _days_of(dice: np.random.Generator, home: tuple[int, ...]) -> np.ndarray:
    """[day] the school at which a lecturer is planted to be; ``UNPLACED`` where he cannot come at all."""
    days = np.full(DAYS, UNPLACED)
    for week in range(WEEKS):
        can = dice.random(WEEKDAYS) < COMES
        # Some weeks he stays at one school, in others he travels.
        schools = dice.choice(home, WEEKDAYS) if dice.random() < 0.4 else np.full(WEEKDAYS, dice.choice(home))
        days[week * WEEKDAYS : (week + 1) * WEEKDAYS] = np.where(can, schools, UNPLACED)
    days[list(HOLIDAYS)] = UNPLACED
    return days


def _never(days: np.ndarray) -> Flags:
    return np.repeat(days == UNPLACED, SLOTS)


def _teaching(first: int, last: int) -> Flags:
    """[T] the slots of the teaching days from first to last."""
    days = np.zeros(DAYS, np.bool_)
    days[max(first, 0) : min(last, DAYS)] = True
    days[list(HOLIDAYS)] = False
    return np.repeat(days, SLOTS)


def _plant(dice: np.random.Generator, courses: int, visits: list[Flags]) -> _School:
    """Plan a school's year; ``visits`` are the days on which each lecturer from outside is there."""
    own = [np.repeat(dice.random(DAYS * 2) < AT_HOME, SLOTS // 2) for _ in range(OWN_LECTURERS)]
    can = [*own, *(np.repeat(there, SLOTS) for there in visits)]
    teachers = [_Teacher(flags, np.zeros(DAYS * SLOTS, np.bool_), np.zeros(DAYS, int)) for flags in can]
    rooms = np.zeros((len(ROOMS), DAYS * SLOTS), np.bool_)
    rooms[1] = np.repeat(dice.random(DAYS) < 0.04, SLOTS)
    school = _School(teachers, rooms)
    for course in range(courses):
        first = course % TERMS * DAYS // TERMS + int(dice.integers(0, 8))
        _plant_course(dice, school, course, first, first + int(dice.integers(66, 73)), courses)
    return school


def _plant_course(
    dice: np.random.Generator, school: _School, course: int, first: int, last: int, courses: int
) -> None:
    size = int(dice.integers(71, 115) if course // TERMS % 3 == 0 else dice.integers(30, 70))
    cohort = _Teacher(_teaching(first, last + LATE), np.zeros(DAYS * SLOTS, np.bool_), np.zeros(DAYS, int))
    trip = first + int(dice.integers(20, 50))
    cohort.can &= ~_teaching(trip, trip + 4)
    school.away.append(_teaching(trip, trip + 4))
    weeks = (last - first) // 3
    earlier: dict[int, tuple[list[int], int]] = {}
    for module, stage in enumerate(STAGES):
        # The stages overlap; the second module of the last two stages follows one of the stage before.
        begin, end = first + stage * weeks - 4, first + (stage + 1) * weeks + 6
        # Where nobody has time in these weeks, the module may be later, and at last in any order.
        trials = [(begin, min(end, last)), (begin, last), (begin, last + LATE), (first, last + LATE)]
        leader = {4: 1, 8: 5}.get(module)
        earlier[module] = next(
            planted
            for number, days in enumerate(trials)
            if (
                planted := _plant_module(
                    dice, school, cohort, (course, size, courses), _teaching(*days),
                    leader if number < len(trials) - 1 else None, earlier,
                )
            )
        )  # fmt: skip


def _plant_module(
    dice: np.random.Generator,
    school: _School,
    cohort: _Teacher,
    facts: tuple[int, int, int],
    window: Flags,
    leader: int | None,
    earlier: dict[int, tuple[list[int], int]],
) -> tuple[list[int], int] | None:
    """Plan the sessions of a module with the first lecturer who has time for all. Returns them and when they end."""
    course, size, courses = facts
    after = earlier[leader][1] if leader is not None else 0
    lengths = np.where(dice.random(MEETINGS) < HALF_DAYS, 2, 1).tolist()
    for teacher in _candidates(dice, len(school.teachers)):
        found = _seats_for(dice, school, cohort, school.teachers[teacher], lengths, size, window, after)
        if found is None:
            continue
        begin = len(school.starts)
        for length, (start, room) in zip(lengths, found, strict=True):
            school.lengths.append(length)
            school.starts.append(start)
            school.places.append(room)
            school.groups.append((course, courses + teacher))
            school.courses.append(course)
            school.sizes.append(size)
            school.open.append(window)
        members = list(range(begin, len(school.starts)))
        if leader is not None:
            school.order += [(one, other) for one in earlier[leader][0] for other in members]
        return members, max(start + length for length, (start, _) in zip(lengths, found, strict=True))
    return None


def _candidates(dice: np.random.Generator, teachers: int) -> Iterator[int]:
    """Everybody by chance, those from outside first in a part of the modules and last in the others."""
    own, outside = dice.permutation(OWN_LECTURERS), OWN_LECTURERS + dice.permutation(teachers - OWN_LECTURERS)
    ordered = [outside, own] if dice.random() < SHARED_MODULES else [own, outside]
    yield from (int(teacher) for teacher in np.concatenate(ordered))


def _seats_for(
    dice: np.random.Generator,
    school: _School,
    cohort: _Teacher,
    teacher: _Teacher,
    lengths: list[int],
    size: int,
    window: Flags,
    after: int,
) -> list[tuple[int, int]] | None:
    """Places for all sessions of a module, taken; or ``None`` and nothing taken."""
    rooms = [room for room, seats in enumerate(ROOMS) if seats >= size]
    taken: list[tuple[int, int, int]] = []
    for length in lengths:
        free = cohort.can & teacher.can & window & ~cohort.busy & ~teacher.busy
        free &= np.repeat((cohort.load + length <= 3) & (teacher.load + length <= LECTURER.limit), SLOTS)
        free[:after] = False
        for room in rooms[::-1]:
            here = np.flatnonzero(_starts(free & ~school.rooms[room], length))
            if len(here):
                # Early in its weeks, so that what has to follow finds room.
                start = int(here[int(len(here) * dice.random() ** 1.5)])
                taken.append((start, room, length))
                _take(school, (cohort, teacher), taken[-1], True)
                break
        else:
            for place in taken:
                _take(school, (cohort, teacher), place, False)
            return None
    return [(start, room) for start, room, _ in taken]


def _starts(free: Flags, length: int) -> Flags:
    """Where a session may start: one of half a day at the beginning of a half."""
    if length == 1:
        return free
    both = np.zeros_like(free)
    both[:-1] = free[:-1] & free[1:]
    both[1::2] = False
    return both


def _take(school: _School, people: tuple[_Teacher, ...], place: tuple[int, int, int], taken: bool) -> None:
    start, room, length = place
    school.rooms[room, start : start + length] = taken
    for person in people:
        person.busy[start : start + length] = taken
        person.load[start // SLOTS] += length if taken else -length


def _problem(dice: np.random.Generator, school: _School, courses: int, visitors_away: list[Flags]) -> Problem:
    """What a school is told: everything but where the sessions were planted."""
    count, slots = len(school.starts), DAYS * SLOTS
    lengths = np.array(school.lengths, np.int32)
    sizes = np.array(school.sizes, np.int32)
    own = [~teacher.can for teacher in school.teachers[:OWN_LECTURERS]]
    halves = np.tile(np.arange(SLOTS) % 2 == 0, DAYS)
    starts = np.array(school.open) & np.where(lengths[:, None] == 2, halves[None, :], True)
    capacities = np.array(ROOMS, np.int32)
    used = np.zeros((len(ROOMS), slots), np.bool_)
    for start, room, length in zip(school.starts, school.places, school.lengths, strict=True):
        used[room, start : start + length] = True
    late = np.tile((np.arange(SLOTS) == SLOTS - 1).astype(np.int32), DAYS)
    return Problem(
        days=DAYS,
        slots_per_day=SLOTS,
        lengths=lengths,
        courses=np.array(school.courses, np.int32),
        sizes=sizes,
        starts=starts,
        start_penalties=np.broadcast_to(late, (count, slots)).copy(),
        room_options=capacities[None, :] >= sizes[:, None],
        room_penalties=np.zeros((count, len(ROOMS)), np.int32),
        groups=tuple(school.groups),
        group_profiles=np.array([0] * courses + [1] * (len(own) + len(visitors_away)), np.int32),
        profiles=(COHORT, LECTURER),
        group_busy=np.array([*school.away, *own, *visitors_away], np.bool_),
        capacities=capacities,
        campuses=np.zeros(len(ROOMS), np.int32),
        room_busy=school.rooms & ~used,
        shared=np.zeros(len(ROOMS), np.bool_),
        travel_slots=np.zeros((1, 1), np.int32),
        working_days=np.zeros(courses, np.int32),
        precedence=tuple(school.order),
        weights=Weights(capacity=1, room_stability=1),
    )
