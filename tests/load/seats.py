"""60 people for 30 seats at once, over and over: nobody may get a seat that is not there.

``python -m tests.load.seats [ROUNDS]`` runs 200 rounds on a database of its own, and then a control: the same
storm with the lock skipped and the trigger dropped, in which the same check must find courses that are over.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Connection, create_engine, text

from app import registry
from app.enrolment import commands
from app.enrolment.errors import LastSeatTaken, NoSeatLeft
from app.hosting.postgres import DatabaseUrls
from app.kernel import transaction
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.db import connect, session
from app.kernel.errors import DomainError
from app.kernel.transaction import explain_constraints, unit_of_work
from app.people.queries import get_person
from app.scheduling.queries import get_course
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.support.postgres import database_for_worker

ROUNDS, CALLS, SEATS, WRITERS = 200, 60, 30, 15
CONTROL_ROUNDS = 20

Enrol = Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Storm:
    """What came of a number of rounds. ``over`` are the courses with more places than seats."""

    rounds: int
    over: int
    short: int
    answers: Counter[str]
    seconds: float


def storm(
    urls: DatabaseUrls,
    enrol: Enrol,
    *,
    rounds: int,
    calls: int = CALLS,
    seats: int = SEATS,
    writers: int = WRITERS,
) -> Storm:
    """Let ``calls`` people ask for the seats of a course at once, in ``rounds`` courses."""
    engine = connect(urls.app_url, pool_size=writers)
    try:
        course_ids, person_ids = _prepare(rounds, calls, seats)
        began = time.perf_counter()
        answers: Counter[str] = Counter()
        with ThreadPoolExecutor(writers) as pool:
            for course_id in course_ids:
                answers.update(_round(pool, enrol, course_id, person_ids, writers))
        seconds = time.perf_counter() - began
        with engine.connect() as connection:
            over, short = _uneven(connection, course_ids, seats)
        return Storm(rounds, over, short, answers, seconds)
    finally:
        session.remove()
        engine.dispose()


def by_command(course_id: int, person_id: int) -> str:
    """Enrol as the pages do; return what was answered."""
    try:
        with unit_of_work():
            commands.enrol(
                course=get_course(course_id),
                person=get_person(person_id),
                home_organisation=None,
                actor=SYSTEM,
                at=now(),
            )
    except (NoSeatLeft, LastSeatTaken):
        return "full"
    except DomainError as refusal:
        return type(refusal).__name__
    except Exception as error:  # a storm counts what went wrong instead of stopping at the first
        return f"error: {type(error).__name__}"
    return "enrolled"


def by_counting_first(course_id: int, person_id: int) -> str:
    """Count, then insert, without any lock: what the control does wrong."""
    try:
        with unit_of_work():
            taken = session.scalar(
                text("SELECT count(*) FROM enrolment WHERE course_id = :course"), {"course": course_id}
            )
            capacity = session.scalar(
                text("SELECT capacity FROM course WHERE id = :course"), {"course": course_id}
            )
            if (taken or 0) >= (capacity or 0):
                return "full"
            session.execute(
                text(
                    "INSERT INTO enrolment (course_id, person_id, state, changed_at)"
                    " VALUES (:course, :person, 'confirmed', now())"
                ),
                {"course": course_id, "person": person_id},
            )
    except Exception as error:  # a storm counts what went wrong instead of stopping at the first
        return f"error: {type(error).__name__}"
    return "enrolled"


def drop_trigger(urls: DatabaseUrls) -> None:
    """Take away what the database itself refuses; for the control only."""
    engine = create_engine(urls.owner_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER seats_on_insert ON enrolment"))
    engine.dispose()


def _prepare(rounds: int, calls: int, seats: int) -> tuple[list[int], list[int]]:
    for refusals in registry.REFUSALS:
        explain_constraints(refusals)
    academy = make_organisation()
    person_ids = [make_person(organisation=academy).id for _ in range(calls)]
    courses = [make_course(academy, capacity=seats) for _ in range(rounds)]
    for number, course in enumerate(courses):
        # A week apart, so that the same people may be in all of them.
        make_session(course, starts_at=FIRST_MORNING + timedelta(weeks=number))
    course_ids = [course.id for course in courses]
    session.commit()
    transaction.abandon()
    return course_ids, person_ids


def _round(
    pool: ThreadPoolExecutor, enrol: Enrol, course_id: int, person_ids: Sequence[int], writers: int
) -> list[str]:
    start = Barrier(writers)

    def ask(mine: Sequence[int]) -> list[str]:
        start.wait()
        return [enrol(course_id, person_id) for person_id in mine]

    shares = [person_ids[number::writers] for number in range(writers)]
    return [answer for answers in pool.map(ask, shares) for answer in answers]


def _uneven(connection: Connection, course_ids: Sequence[int], seats: int) -> tuple[int, int]:
    """Count the courses with more places than seats, and those with fewer, though there were more people."""
    counts = connection.execute(
        text(
            "SELECT course.id, count(enrolment.id) FROM course LEFT JOIN enrolment ON course_id = course.id"
            " AND state = 'confirmed' WHERE course.id = ANY(:courses) GROUP BY course.id"
        ),
        {"courses": list(course_ids)},
    ).all()
    return sum(n > seats for _, n in counts), sum(n < seats for _, n in counts)


def _report(title: str, found: Storm) -> None:
    answers = ", ".join(f"{count} {answer}" for answer, count in sorted(found.answers.items()))
    sys.stdout.write(
        f"{title}: {found.rounds} rounds of {CALLS} for {SEATS} seats in {found.seconds:.0f} s; "
        f"{found.over} over, {found.short} not filled; {answers}\n"
    )
    sys.stdout.flush()


def main(rounds: int = ROUNDS) -> int:
    """Run both storms; fail when a seat was given twice or the control could not show it."""
    with database_for_worker("seats") as urls:
        found = storm(urls, by_command, rounds=rounds)
        _report("Enrolment", found)
    with database_for_worker("seats_control") as urls:
        drop_trigger(urls)
        control = storm(urls, by_counting_first, rounds=CONTROL_ROUNDS)
        _report("Control without lock and trigger", control)
    wrong = [answer for answer in found.answers if answer not in ("enrolled", "full")]
    return 1 if found.over or found.short or wrong or not control.over else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
