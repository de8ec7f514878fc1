"""Judges a solution of the competition ITC-2007 straight from its lines, knowing nothing of our own problem.

It holds ``itc2007.to_problem`` and ``checker`` to what the competition's papers say (named in ``itc2007``): whoever
reads this counting need not trust the rest.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from app.scheduling.optimiser.itc2007 import Course, Formulation, Instance, Lecture
from app.scheduling.optimiser.problem import Cost


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard rule that the solution breaks, in words, and the lines of the file that do."""

    rule: str
    told: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a solution, and what it costs by the formulation. The cost counts the readable lines."""

    broken: tuple[Broken, ...]
    cost: Cost


_Read = tuple[int, Lecture]


@dataclass(frozen=True, slots=True)
class _Index:
    """What is looked up for each line or each two of them; ``curricula`` holds the places of a course's curricula."""

    rooms: frozenset[str]
    teacher: dict[str, str]
    curricula: dict[str, set[int]]

    @classmethod
    def of(cls, instance: Instance) -> "_Index":
        teacher = {course.name: course.teacher for course in instance.courses}
        curricula: dict[str, set[int]] = defaultdict(set)
        for place, curriculum in enumerate(instance.curricula):
            for name in curriculum.courses:
                curricula[name].add(place)
        return cls(frozenset(room.name for room in instance.rooms), teacher, curricula)


def judge(instance: Instance, solution: str, formulation: Formulation) -> Verdict:
    """Judge the text of a solution file."""
    index = _Index.of(instance)
    broken: list[Broken] = []
    read: list[_Read] = []
    for number, line in enumerate(solution.splitlines(), 1):
        if line.strip():
            lecture = _lecture(instance, index, number, line, broken)
            if lecture is not None:
                read.append((number, lecture))
    broken.extend(_miscounted(instance, read))
    broken.extend(_unavailable(instance, read))
    broken.extend(_at_once(instance, index, read))
    return Verdict(tuple(broken), _cost(instance, [lecture for _, lecture in read], formulation))


def _lecture(
    instance: Instance, index: _Index, number: int, line: str, broken: list[Broken]
) -> Lecture | None:
    words = line.split()
    if len(words) != 4 or not all(word.isascii() and word.isdecimal() for word in words[2:]):
        broken.append(
            Broken("line", f"expected course, room, day and period, found “{line.strip()}”", (number,))
        )
        return None
    lecture = Lecture(words[0], words[1], int(words[2]), int(words[3]))
    wrong = []
    if lecture.course not in index.teacher:
        wrong.append(f"there is no course “{lecture.course}”")
    if lecture.room not in index.rooms:
        wrong.append(f"there is no room “{lecture.room}”")
    if lecture.day >= instance.days or lecture.period >= instance.periods:
        wrong.append(f"day {lecture.day}, period {lecture.period} lies outside of the week")
    broken.extend(Broken("name", told, (number,)) for told in wrong)
    return None if wrong else lecture


def _miscounted(instance: Instance, read: list[_Read]) -> Iterator[Broken]:
    lines: dict[str, list[int]] = defaultdict(list)
    for number, lecture in read:
        lines[lecture.course].append(number)
    for course in instance.courses:
        found = lines[course.name]
        if len(found) != course.lectures:
            told = f"course {course.name} has {len(found)} lectures instead of {course.lectures}"
            yield Broken("lectures", told, tuple(found))


def _unavailable(instance: Instance, read: list[_Read]) -> Iterator[Broken]:
    for number, lecture in read:
        if (lecture.course, lecture.day, lecture.period) in instance.unavailable:
            told = f"course {lecture.course} cannot be held on day {lecture.day} in period {lecture.period}"
            yield Broken("availability", told, (number,))


def _at_once(instance: Instance, index: _Index, read: list[_Read]) -> Iterator[Broken]:
    """Pairs of lectures that take place at the same time and must not."""
    by_time: dict[tuple[int, int], list[_Read]] = defaultdict(list)
    for number, lecture in read:
        by_time[lecture.day, lecture.period].append((number, lecture))
    for (day, period), there in sorted(by_time.items()):
        when = f"on day {day} in period {period}"
        for (line, one), (other_line, other) in combinations(there, 2):
            if one.room == other.room:
                yield Broken("room", f"room {one.room} is taken twice {when}", (line, other_line))
            if told := _clash(instance, index, one.course, other.course):
                yield Broken("conflict", f"{told} {when}", (line, other_line))


def _clash(instance: Instance, index: _Index, one: str, other: str) -> str:
    """Why two courses cannot be held at once; empty when they can."""
    if one == other:
        return f"course {one} is held twice"
    if index.teacher[one] == index.teacher[other]:
        return f"courses {one} and {other} have the same teacher {index.teacher[one]}"
    if shared := index.curricula[one] & index.curricula[other]:
        return f"courses {one} and {other} share the curriculum {instance.curricula[min(shared)].name}"
    return ""


def _cost(instance: Instance, lectures: list[Lecture], formulation: Formulation) -> Cost:
    by_course: dict[str, list[Lecture]] = defaultdict(list)
    for lecture in lectures:
        by_course[lecture.course].append(lecture)
    missing = sum(max(0, course.lectures - len(by_course[course.name])) for course in instance.courses)
    days = sum(_days_missing(course, by_course[course.name]) for course in instance.courses)
    overflow = _overflow(instance, lectures)
    if formulation is Formulation.UD2:
        rooms = sum(len({lecture.room for lecture in those}) - 1 for those in by_course.values() if those)
        alone = sum(_isolated(day) for _, day in _curriculum_days(instance, by_course))
        return Cost(
            unplaced=missing,
            capacity=overflow,
            working_days=5 * days,
            isolated=2 * alone,
            room_stability=rooms,
        )
    building = {room.name: room.building for room in instance.rooms}
    alone = windows = travel = load = 0
    for _, day in _curriculum_days(instance, by_course):
        periods = {lecture.period for lecture in day}
        alone += _isolated(day)
        windows += max(periods) - min(periods) + 1 - len(periods)
        travel += sum(
            abs(one.period - other.period) == 1 and building[one.room] != building[other.room]
            for one, other in combinations(day, 2)
        )
        load += max(0, instance.fewest_a_day - len(periods)) + max(0, len(periods) - instance.most_a_day)
    return Cost(
        unplaced=missing,
        capacity=overflow,
        working_days=5 * days,
        isolated=alone,
        windows=2 * windows,
        travel=2 * travel,
        daily_load=2 * load,
    )


def _overflow(instance: Instance, lectures: list[Lecture]) -> int:
    capacity = {room.name: room.capacity for room in instance.rooms}
    students = {course.name: course.students for course in instance.courses}
    return sum(max(0, students[lecture.course] - capacity[lecture.room]) for lecture in lectures)


def _days_missing(course: Course, lectures: list[Lecture]) -> int:
    return max(0, course.working_days - len({lecture.day for lecture in lectures}))


def _curriculum_days(
    instance: Instance, by_course: dict[str, list[Lecture]]
) -> Iterator[tuple[str, list[Lecture]]]:
    """The lectures of each curriculum on each day on which it has any."""
    for curriculum in instance.curricula:
        by_day: dict[int, list[Lecture]] = defaultdict(list)
        for name in curriculum.courses:
            for lecture in by_course[name]:
                by_day[lecture.day].append(lecture)
        for day in by_day.values():
            yield curriculum.name, day


def _isolated(day: list[Lecture]) -> int:
    periods = {lecture.period for lecture in day}
    return sum(1 for period in periods if period - 1 not in periods and period + 1 not in periods)
