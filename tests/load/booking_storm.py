"""Many connections book few rooms and lecturers at once: `python -m tests.load.booking_storm`.

Prints how many attempts were taken and refused, and what must be nought: overlaps, deadlocks, errors. The control runs
the same storm without constraints and check, and the same count must find overlaps there.
"""

import random
import sys
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import quantiles
from unittest.mock import patch

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from app.curriculum.types import TeachingMethod
from app.kernel.access import Actor, Role
from app.kernel.db import connect, session
from app.kernel.errors import StaleVersion
from app.kernel.transaction import explain_constraints, unit_of_work
from app.organisations.queries import get_room
from app.scheduling import commands, errors, queries
from app.scheduling.commands import bookings, engagements, moves
from app.scheduling.errors import Busy, SessionIsOver
from app.scheduling.types import EngagementKind
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course
from tests.support.postgres import database_for_worker

DAYS, HALF_HOURS = 10, 20
AT = FIRST_MORNING - timedelta(days=30)
DEADLOCK = "40P01"

OVERLAPS = text("""
    SELECT
      (SELECT count(*) FROM course_session a JOIN course_session b
         ON a.room_id = b.room_id AND a.id < b.id AND a.during && b.during
       WHERE a.state <> 'cancelled' AND b.state <> 'cancelled' AND NOT EXISTS (
         SELECT FROM allowed_clash c WHERE c.room_id = a.room_id
           AND a.id IN (c.course_session_id, c.other_session_id)
           AND b.id IN (c.course_session_id, c.other_session_id)))
      +
      (SELECT count(*) FROM engagement a JOIN engagement b
         ON a.person_id = b.person_id AND a.id < b.id AND a.during && b.during
       WHERE NOT EXISTS (
         SELECT FROM allowed_clash c WHERE c.person_id = a.person_id
           AND a.course_session_id IN (c.course_session_id, c.other_session_id)
           AND b.course_session_id IN (c.course_session_id, c.other_session_id)))
""")


@dataclass(frozen=True)
class Ground:
    """What is fought for."""

    course_ids: tuple[int, ...]
    room_ids: tuple[int, ...]
    person_ids: tuple[int, ...]
    actor: Actor


@dataclass
class Report:
    """What came of a storm."""

    outcomes: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    overlaps: int = 0
    deadlocks: int = 0
    took: float = 0.0

    def __str__(self) -> str:
        p95 = quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.outcomes.items()))
        return (
            f"{sum(self.outcomes.values())} attempts in {self.took:.1f} s: {kinds}\n"
            f"overlaps {self.overlaps}, deadlocks {self.deadlocks}, errors {len(self.unexpected)}, "
            f"p95 {p95 * 1000:.0f} ms, longest {max(self.seconds, default=0) * 1000:.0f} ms"
        )


@contextmanager
def ground(
    name: str, *, workers: int, rooms: int = 5, persons: int = 20
) -> Iterator[tuple[Ground, Engine, str]]:
    """Give a database of its own with courses, rooms and lecturers, reached by the session of the application."""
    before = session.session_factory.kw.get("bind")
    with database_for_worker(name) as urls:
        engine = connect(urls.app_url, pool_size=workers)
        explain_constraints(errors.CONSTRAINTS)
        try:
            yield _settled(rooms, persons), engine, urls.owner_url
        finally:
            session.remove()
            engine.dispose()
            session.configure(bind=before)


def _settled(rooms: int, persons: int) -> Ground:
    academy = make_organisation()
    campus = make_campus(academy)
    settled = Ground(
        course_ids=tuple(make_course(make_organisation(academy)).id for _ in range(8)),
        room_ids=tuple(make_room(campus).id for _ in range(rooms)),
        person_ids=tuple(make_person(organisation=academy).id for _ in range(persons)),
        actor=make_actor(Role.TRAINING_MANAGER, academy),
    )
    session.commit()
    session.remove()
    return settled


def rage(over: Ground, engine: Engine, *, workers: int, attempts: int, seed: int = 1) -> Report:
    """Let the workers, each with a connection of its own, make so many attempts in all, and count what came of it."""
    report, booked = Report(), list[int]()
    start = threading.Barrier(workers)

    def work(number: int) -> None:
        # Chosen by a seed, so that a storm can be told again; nothing secret hangs on it.
        dice = random.Random(seed * 1000 + number)
        start.wait()
        for _ in range(number, attempts, workers):
            began = time.perf_counter()
            outcome = _attempt(over, dice, booked, report)
            report.seconds.append(time.perf_counter() - began)
            report.outcomes[outcome] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.took = time.perf_counter() - began
    with engine.connect() as connection:
        report.overlaps = connection.execute(OVERLAPS).scalar_one()
    return report


def _attempt(over: Ground, dice: random.Random, booked: list[int], report: Report) -> str:
    try:
        with unit_of_work():
            moving = bool(booked) and dice.random() < 0.25
            made = None if moving else _book(over, dice)
            if moving:
                _move(over, dice, dice.choice(booked))
        if made is None:
            return "moved"
        booked.append(made)
    except Busy:
        return "refused"
    except (StaleVersion, SessionIsOver):
        return "stale"
    except Exception as error:
        if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == DEADLOCK:
            report.deadlocks += 1
        report.unexpected.append(repr(error)[:1500])
        return "error"
    return "booked"


def _book(over: Ground, dice: random.Random) -> int:
    starts_at = _some_time(dice)
    course_session = commands.schedule_session(
        course=queries.get_course(dice.choice(over.course_ids)),
        module=None,
        title="Storm",
        titles={},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30 * dice.randint(2, 6)),
        room=get_room(dice.choice(over.room_ids)),
        online_url=None,
        method=TeachingMethod.LECTURE,
        materials=[],
        # Now and then a clash is allowed: it must hold for the named pair and for no third session.
        room_clash_reason="Shared hall" if dice.random() < 0.02 else None,
        actor=over.actor,
        at=AT,
    )
    for person_id in sorted(dice.sample(over.person_ids, 2)):
        commands.engage_person(
            course_session=course_session,
            person_id=person_id,
            kind=EngagementKind.LECTURER,
            actor=over.actor,
            at=AT,
        )
    return course_session.id


def _move(over: Ground, dice: random.Random, session_id: int) -> None:
    course_session = queries.get_session(session_id)
    starts_at = _some_time(dice)
    commands.move_session(
        course_session=course_session,
        expected_version=course_session.version,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        room=get_room(dice.choice(over.room_ids)),
        room_clash_reason=None,
        actor=over.actor,
        at=AT,
    )


def _some_time(dice: random.Random) -> datetime:
    return FIRST_MORNING + timedelta(days=dice.randrange(DAYS), minutes=30 * dice.randrange(HALF_HOURS))


@contextmanager
def unguarded(owner_url: str) -> Iterator[None]:
    """Take the constraints and the check away: what the control runs on."""
    owner = create_engine(owner_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE course_session DROP CONSTRAINT room_twice"))
        connection.execute(text("ALTER TABLE engagement DROP CONSTRAINT person_twice"))
    owner.dispose()
    with (
        patch.object(bookings, "find_room_clashes", return_value=[]),
        patch.object(engagements, "find_person_clashes", return_value=[]),
        patch.object(moves, "find_person_clashes", return_value=[]),
    ):
        yield


def main(arguments: list[str]) -> int:
    """Run the storm and its control; 1 if something is not as it must be."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--attempts", type=int, default=10_000)
    chosen = parser.parse_args(arguments)
    with ground("storm", workers=chosen.workers) as (over, engine, _owner_url):
        report = rage(over, engine, workers=chosen.workers, attempts=chosen.attempts)
    _tell(f"Booking storm, {chosen.workers} connections", report)
    with ground("storm_control", workers=chosen.workers) as (over, engine, owner_url), unguarded(owner_url):
        control = rage(over, engine, workers=chosen.workers, attempts=chosen.attempts // 10)
    _tell("Control without constraints and check", control)
    sound = not (report.overlaps or report.deadlocks or report.unexpected) and control.overlaps > 0
    return 0 if sound else 1


def _tell(title: str, report: Report) -> None:
    sys.stdout.write("\n".join([title, str(report), *report.unexpected[:5], ""]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
