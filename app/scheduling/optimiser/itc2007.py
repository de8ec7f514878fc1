"""Curriculum-based course timetabling in the formats ``.ctt`` and ``.ectt`` of the competition ITC-2007.

The format: Di Gaspero, McCollum, Schaerf, "The second international timetabling competition (ITC-2007):
curriculum-based course timetabling (track 3)", 2007; its extension and the formulations: Bonutti, De Cesco,
Di Gaspero, Schaerf, "Benchmarking curriculum-based course timetabling", Annals of Operations Research 194, 2012.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.scheduling.optimiser.problem import DayProfile, Plan, Problem, Weights


class Formulation(StrEnum):
    """Which wishes count, and how much."""

    UD2 = "ud2"
    UD5 = "ud5"


class UnreadableInstance(ValueError):
    """The file is no instance, no solution, or too much for the search; the message names the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course; each of its lectures takes one period."""

    name: str
    teacher: str
    lectures: int
    working_days: int
    students: int


@dataclass(frozen=True, slots=True)
class Room:
    """A room; ``.ctt`` knows no buildings, so all are in building 0."""

    name: str
    capacity: int
    building: int


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Courses with students in common."""

    name: str
    courses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One file. ``unavailable`` holds course, day and period of the day."""

    name: str
    days: int
    periods: int
    fewest_a_day: int
    most_a_day: int
    courses: tuple[Course, ...]
    rooms: tuple[Room, ...]
    curricula: tuple[Curriculum, ...]
    unavailable: frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Lecture:
    """One line of a solution."""

    course: str
    room: str
    day: int
    period: int


_SECTIONS = ("COURSES", "ROOMS", "CURRICULA", "UNAVAILABILITY_CONSTRAINTS", "ROOM_CONSTRAINTS")
_ANNOUNCED = {
    "COURSES": ("Courses",),
    "ROOMS": ("Rooms",),
    "CURRICULA": ("Curricula",),
    "UNAVAILABILITY_CONSTRAINTS": ("UnavailabilityConstraints", "Constraints"),
}
"""Where the header of ``.ectt`` or ``.ctt`` says how many lines a section has."""
_MOST_PERIODS = 60
"""A day of the search is one word of 64 bits (``Problem.check``)."""
_LARGEST = 2**31 - 1
"""What an array of the search holds."""
_ENDS = ("END.", "END")
_Line = tuple[int, list[str]]


def read_instance(text: str) -> Instance:
    """Read a ``.ctt`` or ``.ectt`` file. Raises ``UnreadableInstance``."""
    header, sections = _split(text)
    courses = tuple(_course(line) for line in sections["COURSES"])
    rooms = tuple(_room(line) for line in sections["ROOMS"])
    days, periods = _header_number(header, "Days"), _header_number(header, "Periods_per_day")
    known = {course.name for course in courses}
    _distinct("course", [course.name for course in courses])
    _distinct("room", [room.name for room in rooms])
    fewest, most = _daily_lectures(header, periods)
    instance = Instance(
        name=" ".join(header.get("Name", (0, ["unnamed"]))[1]),
        days=days,
        periods=periods,
        fewest_a_day=fewest,
        most_a_day=most,
        courses=courses,
        rooms=rooms,
        curricula=tuple(_curriculum(line, known) for line in sections["CURRICULA"]),
        unavailable=frozenset(
            _unavailable(line, known, days, periods) for line in sections["UNAVAILABILITY_CONSTRAINTS"]
        ),
    )
    _as_announced(header, instance)
    return instance


def read_solution(text: str) -> list[Lecture]:
    """Read a solution: course, room, day and period a line. Raises ``UnreadableInstance``."""
    return [
        _lecture((number, line.split())) for number, line in enumerate(text.splitlines(), 1) if line.strip()
    ]


def write_solution(instance: Instance, plan: Plan) -> str:
    """Write a plan of ``to_problem(instance, …)`` as the competition wants it, without what has no place."""
    lines = []
    for course, start, room in zip(_course_of_each_lecture(instance), plan.starts, plan.rooms, strict=True):
        if start >= 0:
            day, period = divmod(int(start), instance.periods)
            lines.append(f"{course.name} {instance.rooms[int(room)].name} {day} {period}\n")
    return "".join(lines)


def to_problem(instance: Instance, formulation: Formulation) -> Problem:
    """State the instance as a problem: a session a lecture, a group a curriculum and a teacher, a campus a building.

    A course that shares no curriculum and no teacher with another one still must not meet itself; so every course
    has its teacher as a group.

    Raises ``UnreadableInstance`` when its days are too long.
    """
    if instance.periods > _MOST_PERIODS:
        raise UnreadableInstance(
            f"Periods_per_day is {instance.periods}: the search takes days of at most {_MOST_PERIODS} periods. "
            "Make two days of one, or periods longer."
        )
    lectures = _course_of_each_lecture(instance)
    place = {course.name: number for number, course in enumerate(instance.courses)}
    slots, rooms = instance.days * instance.periods, len(instance.rooms)
    starts = np.ones((len(instance.courses), slots), np.bool_)
    for name, day, period in instance.unavailable:
        starts[place[name], day * instance.periods + period] = False
    courses = np.array([place[course.name] for course in lectures], np.int32)
    teachers = {
        name: n for n, name in enumerate(dict.fromkeys(course.teacher for course in instance.courses))
    }
    groups_of = {
        course.name: [len(instance.curricula) + teachers[course.teacher]] for course in instance.courses
    }
    for number, curriculum in enumerate(instance.curricula):
        for name in curriculum.courses:
            groups_of[name].append(number)
    group_count = len(instance.curricula) + len(teachers)
    buildings = {b: n for n, b in enumerate(dict.fromkeys(room.building for room in instance.rooms))}
    problem = Problem(
        days=instance.days,
        slots_per_day=instance.periods,
        lengths=np.ones(len(lectures), np.int32),
        courses=courses,
        sizes=np.array([course.students for course in lectures], np.int32),
        starts=starts[courses] if len(courses) else np.ones((0, slots), np.bool_),
        start_penalties=np.zeros((len(lectures), slots), np.int32),
        room_options=np.ones((len(lectures), rooms), np.bool_),
        room_penalties=np.zeros((len(lectures), rooms), np.int32),
        groups=tuple(tuple(sorted(groups_of[course.name])) for course in lectures),
        group_profiles=np.array([0] * len(instance.curricula) + [1] * len(teachers), np.int32),
        profiles=(_curriculum_profile(instance, formulation), DayProfile()),
        group_busy=np.zeros((group_count, slots), np.bool_),
        capacities=np.array([room.capacity for room in instance.rooms], np.int32),
        campuses=np.array([buildings[room.building] for room in instance.rooms], np.int32),
        room_busy=np.zeros((rooms, slots), np.bool_),
        shared=np.zeros(rooms, np.bool_),
        travel_slots=np.zeros((len(buildings), len(buildings)), np.int32),
        working_days=np.array([course.working_days for course in instance.courses], np.int32),
        weights=_weights(formulation),
    )
    problem.check()
    return problem


def _curriculum_profile(instance: Instance, formulation: Formulation) -> DayProfile:
    if formulation is Formulation.UD2:
        return DayProfile(isolated=2)
    return DayProfile(
        isolated=1, window=2, load=2, fewest=instance.fewest_a_day, most=instance.most_a_day, travel=2
    )


def _weights(formulation: Formulation) -> Weights:
    stability = 1 if formulation is Formulation.UD2 else 0
    return Weights(capacity=1, working_days=5, room_stability=stability)


def _course_of_each_lecture(instance: Instance) -> list[Course]:
    return [course for course in instance.courses for _ in range(course.lectures)]


def _split(text: str) -> tuple[dict[str, _Line], dict[str, list[_Line]]]:
    header: dict[str, _Line] = {}
    sections: dict[str, list[_Line]] = {name: [] for name in _SECTIONS}
    section = ""
    lines = list(_lines(text))
    ended = bool(lines) and lines[-1][1] in _ENDS
    for number, line in lines[:-1] if ended else lines:
        word = line.rstrip(":").rstrip()
        if line.endswith(":") and word in sections:
            section = word
        elif section:
            sections[section].append((number, line.split()))
        else:
            key, colon, value = line.partition(":")
            if not colon:
                raise UnreadableInstance(
                    f"Line {number}: expected “Key: value” or a section, found “{line}”."
                )
            header[key.strip()] = (number, value.split())
    if not ended:
        _refuse_unless_whole(header, sections)
    return header, sections


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with something in them, up to the one that says that it is the last."""
    for number, line in enumerate(text.splitlines(), 1):
        if stripped := line.strip():
            yield number, stripped
        if stripped in _ENDS:
            return


def _refuse_unless_whole(header: dict[str, _Line], sections: dict[str, list[_Line]]) -> None:
    """Take a file without its last line only where the header tells that no other line is missing."""
    for section, keys in _ANNOUNCED.items():
        count = len(sections[section])
        if not any(_numbers(header[key], (0,)) == [count] for key in keys if key in header):
            raise UnreadableInstance(
                f"The file ends without the line “END.”, and its header does not announce the {count} lines of "
                f"{section}: it is no instance, or not the whole of one. If it is whole, add “END.”."
            )


def _numbers(line: _Line, places: Iterable[int]) -> list[int]:
    number, words = line
    found = []
    for place in places:
        try:
            value = int(words[place])
        except IndexError:
            raise UnreadableInstance(
                f"Line {number}: only {len(words)} values in “{' '.join(words)}”."
            ) from None
        except ValueError:
            raise UnreadableInstance(f"Line {number}: “{words[place]}” is no whole number.") from None
        if value < 0:
            raise UnreadableInstance(f"Line {number}: {value} is below 0.")
        if value > _LARGEST:
            raise UnreadableInstance(f"Line {number}: {value} is too large; write at most {_LARGEST}.")
        found.append(value)
    return found


def _header_number(header: dict[str, _Line], key: str) -> int:
    if key not in header:
        raise UnreadableInstance(f"The header lacks the line “{key}: …”.")
    (value,) = _numbers(header[key], (0,))
    if value < 1:
        raise UnreadableInstance(f"Line {header[key][0]}: {key} must be at least 1.")
    return value


def _daily_lectures(header: dict[str, _Line], periods: int) -> tuple[int, int]:
    if "Min_Max_Daily_Lectures" not in header:
        return 0, periods
    fewest, most = _numbers(header["Min_Max_Daily_Lectures"], (0, 1))
    return fewest, most


def _course(line: _Line) -> Course:
    lectures, days, students = _numbers(line, (2, 3, 4))
    return Course(line[1][0], line[1][1], lectures, days, students)


def _room(line: _Line) -> Room:
    (capacity,) = _numbers(line, (1,))
    building = _numbers(line, (2,))[0] if len(line[1]) > 2 else 0
    return Room(line[1][0], capacity, building)


def _curriculum(line: _Line, known: set[str]) -> Curriculum:
    number, words = line
    (count,) = _numbers(line, (1,))
    if len(words) != count + 2:
        raise UnreadableInstance(
            f"Line {number}: {words[0]} announces {count} courses and names {len(words) - 2}."
        )
    for name in words[2:]:
        _known(name, known, number)
    return Curriculum(words[0], tuple(dict.fromkeys(words[2:])))


def _unavailable(line: _Line, known: set[str], days: int, periods: int) -> tuple[str, int, int]:
    day, period = _numbers(line, (1, 2))
    _known(line[1][0], known, line[0])
    if day >= days or period >= periods:
        raise UnreadableInstance(f"Line {line[0]}: day {day}, period {period} lies outside of the week.")
    return line[1][0], day, period


def _known(name: str, known: set[str], number: int) -> None:
    if name not in known:
        raise UnreadableInstance(f"Line {number}: there is no course “{name}”.")


def _distinct(kind: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UnreadableInstance(f"The {kind} “{twice[0]}” is there twice.")


def _lecture(line: _Line) -> Lecture:
    number, words = line
    if len(words) != 4:
        raise UnreadableInstance(
            f"Line {number}: expected course, room, day and period, found {len(words)} values."
        )
    day, period = _numbers(line, (2, 3))
    return Lecture(words[0], words[1], day, period)


def _as_announced(header: dict[str, _Line], instance: Instance) -> None:
    found = {
        "Courses": len(instance.courses),
        "Rooms": len(instance.rooms),
        "Curricula": len(instance.curricula),
    }
    for key, count in found.items():
        if key in header and _numbers(header[key], (0,)) != [count]:
            raise UnreadableInstance(
                f"Line {header[key][0]}: {key} announces {header[key][1][0]}, the file has {count}."
            )
