"""A made-up week as large as the largest universities have: 850 courses, 176 rooms, 3,700 curricula.

    python -m tests.load.large_week > large.ctt

It is written in the competition's format, the same for the same seed.
"""

import random
import sys
from collections.abc import Iterator

COURSES, ROOMS, CURRICULA = 850, 176, 3_700
DAYS, PERIODS = 5, 6
# So many courses are what the trainees of a year choose from.
YEAR = 8


def write_large_week(seed: int = 1) -> str:
    """Return the instance as text."""
    return "\n".join(_lines(random.Random(seed))) + "\n"


def _lines(chance: random.Random) -> Iterator[str]:
    unavailable = [(course, day) for course in range(0, COURSES, 4) for day in chance.sample(range(DAYS), 1)]
    yield "Name: large"
    yield f"Courses: {COURSES}"
    yield f"Rooms: {ROOMS}"
    yield f"Days: {DAYS}"
    yield f"Periods_per_day: {PERIODS}"
    yield f"Curricula: {CURRICULA}"
    yield f"Constraints: {len(unavailable) * PERIODS}"
    yield ""
    yield "COURSES:"
    for course in range(COURSES):
        # A teacher has two courses; a course has one to four lectures.
        lectures = chance.choice((1, 2, 2, 3, 3, 4))
        students = chance.choice((12, 20, 30, 45, 70, 110, 180))
        yield f"c{course:04d} t{course // 2:04d} {lectures} {min(lectures, 3)} {students}"
    yield ""
    yield "ROOMS:"
    for room in range(ROOMS):
        yield f"r{room:03d} {(200, 120, 80, 50, 50, 32, 32, 24)[room % 8]}"
    yield ""
    yield "CURRICULA:"
    for number in range(CURRICULA):
        members = _curriculum(chance, number % (COURSES // YEAR))
        yield f"q{number:04d} {len(members)} {' '.join(f'c{course:04d}' for course in members)}"
    yield ""
    yield "UNAVAILABILITY_CONSTRAINTS:"
    for course, day in unavailable:
        for period in range(PERIODS):
            yield f"c{course:04d} {day} {period}"
    yield ""
    yield "END."


def _curriculum(chance: random.Random, year: int) -> list[int]:
    """Three courses of a year, and now and then one of another one."""
    members = chance.sample(range(year * YEAR, (year + 1) * YEAR), 3)
    if chance.random() < 0.1:
        other = chance.randrange(COURSES)
        members += [other] if other not in members else []
    return members


if __name__ == "__main__":
    sys.stdout.write(write_large_week())
