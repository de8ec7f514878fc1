"""A made-up week in which every room is full in every period: 180 courses of three lectures, 18 rooms, 30 periods.

    python -m tests.load.full_week > full.ctt

A timetable is drawn first, and teachers, curricula and absences are drawn so that it breaks no rule: there is one.
It is written in the competition's format, the same for the same seed.
"""

import random
import sys
from collections.abc import Iterator

ROOMS, DAYS, PERIODS = 18, 5, 6
LECTURES, CURRICULA, MEMBERS, ABSENCES = 3, 120, 4, 8


def write_full_week(seed: int = 1) -> str:
    """Return the instance as text."""
    return "\n".join(_lines(random.Random(seed))) + "\n"


def _lines(chance: random.Random) -> Iterator[str]:
    times = _drawn_timetable(chance)
    teachers = _never_at_once(chance, times, 2)
    curricula = [_curriculum(chance, times) for _ in range(CURRICULA)]
    absences = [
        (course, period)
        for course, held in enumerate(times)
        for period in chance.sample([p for p in range(DAYS * PERIODS) if p not in held], ABSENCES)
    ]
    yield "Name: full"
    yield f"Courses: {len(times)}"
    yield f"Rooms: {ROOMS}"
    yield f"Days: {DAYS}"
    yield f"Periods_per_day: {PERIODS}"
    yield f"Curricula: {CURRICULA}"
    yield f"Constraints: {len(absences)}"
    yield from ("", "COURSES:")
    for teacher, courses in enumerate(teachers):
        for course in courses:
            yield f"c{course:03d} t{teacher:03d} {LECTURES} 2 {chance.choice((20, 30, 50, 80))}"
    yield from ("", "ROOMS:")
    yield from (f"r{room:02d} {(100, 60, 40)[room % 3]}" for room in range(ROOMS))
    yield from ("", "CURRICULA:")
    for number, members in enumerate(curricula):
        yield f"q{number:03d} {len(members)} {' '.join(f'c{course:03d}' for course in members)}"
    yield from ("", "UNAVAILABILITY_CONSTRAINTS:")
    yield from (f"c{course:03d} {period // PERIODS} {period % PERIODS}" for course, period in absences)
    yield from ("", "END.")


def _drawn_timetable(chance: random.Random) -> list[set[int]]:
    """The periods of each course: each period has as many lectures as there are rooms."""
    left = dict.fromkeys(range(DAYS * PERIODS), ROOMS)
    times = []
    while any(left.values()):
        # The fullest first, so that the last courses find periods that differ.
        order = sorted(left, key=lambda period: (-left[period], chance.random()))
        held = set(order[:LECTURES])
        for period in held:
            left[period] -= 1
        times.append(held)
    return times


def _never_at_once(chance: random.Random, times: list[set[int]], most: int) -> list[list[int]]:
    """All courses, in sets of at most so many that are never held at the same time."""
    sets: list[list[int]] = []
    for course in chance.sample(range(len(times)), len(times)):
        free = (
            one for one in sets if len(one) < most and not any(times[course] & times[other] for other in one)
        )
        home = next(free, None)
        if home is None:
            sets.append([course])
        else:
            home.append(course)
    return sets


def _curriculum(chance: random.Random, times: list[set[int]]) -> list[int]:
    members: list[int] = []
    for course in chance.sample(range(len(times)), len(times)):
        if len(members) < MEMBERS and not any(times[course] & times[other] for other in members):
            members.append(course)
    return members


if __name__ == "__main__":
    sys.stdout.write(write_full_week())
