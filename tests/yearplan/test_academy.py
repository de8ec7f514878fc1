"""A small academy's year, planned as jobs: nothing broken in the union, whatever happens to a worker on the way."""

import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import text

from app.hosting.local import ROOT
from app.jobs.tasks import TASKS
from app.jobs.worker import queue_of, run_worker
from app.kernel.db import session
from app.kernel.transaction import unit_of_work
from app.scheduling.optimiser.checker import Rule, Violation, find_violations
from app.scheduling.optimiser.packing import unpack_plan
from app.scheduling.optimiser.regions import Seat, unite, unite_plans
from app.scheduling.optimiser.search import compile_search
from app.yearplan import queries
from app.yearplan.reconciling import pack_sharing, unpack_sharing
from app.yearplan.types import Effort, YearState
from tests.load.academy import COURSES, SCHOOLS, SESSIONS, SHARED, Planted, make_academy
from tests.load.academy_year import stored

# As long as a school takes to be placed; the search for something better is measured elsewhere.
EFFORT = Effort(seconds=2.0, rounds=4, seed=1)
KILLED_WORKER = """
import os, signal, sys
import app.tables
from flask import Flask
from app.jobs.tasks import TASKS
from app.jobs.worker import queue_of, run_worker
from app.kernel.db import connect
from app.yearplan import jobs

connect(sys.argv[1])
jobs.improve = lambda *words, **named: os.kill(os.getpid(), signal.SIGKILL)
for _ in range(9):
    run_worker(queue_of(Flask("worker"), sys.argv[1], TASKS, schedule=()), wait=False)
"""


@pytest.fixture(scope="module")
def planted() -> Planted:
    """Four schools with the lecturers whom they share."""
    academy = make_academy(schools=4)
    compile_search()
    return academy


def violations(planted: Planted, run_id: int) -> list[Violation]:
    with unit_of_work():
        plans = [unpack_plan(plan or b"") for plan in queries.list_plans(run_id)]
    whole = unite(planted.sharing, planted.problems)
    return find_violations(whole, unite_plans(planted.problems, plans))


def attempts(run_id: int) -> int:
    with unit_of_work():
        return queries.get_progress(run_id).attempts


def work(url: str) -> None:
    """Do what waits, and what was asked for meanwhile, until nothing waits."""
    while jobs_left("todo"):
        run_worker(queue_of(Flask("worker"), url, TASKS, schedule=()), wait=False, at_once=1)


def jobs_left(*states: str) -> int:
    with unit_of_work():
        count = text("SELECT count(*) FROM procrastinate_jobs WHERE status::text = ANY(:states)")
        return int(session.scalar(count, {"states": list(states)}) or 0)


def test_a_made_up_academy_has_the_size_that_is_promised() -> None:
    academy = make_academy(schools=2)
    sessions = sum(problem.session_count for problem in academy.problems)
    courses = sum(problem.course_count for problem in academy.problems)

    assert courses == round(COURSES * 2 / SCHOOLS)
    assert sessions == courses * SESSIONS // COURSES
    assert len({seat.person for seat in academy.sharing.seats}) == round(SHARED * 2 / SCHOOLS)


def test_a_made_up_academy_can_be_planned(planted: Planted) -> None:
    whole = unite(planted.sharing, planted.problems)

    assert find_violations(whole, unite_plans(planted.problems, planted.plans)) == []


def test_the_same_seed_makes_up_the_same_academy(planted: Planted) -> None:
    again, other = make_academy(schools=4), make_academy(2, schools=4)

    assert [plan.starts.tolist() for plan in again.plans] == [plan.starts.tolist() for plan in planted.plans]
    assert [plan.starts.tolist() for plan in other.plans] != [plan.starts.tolist() for plan in planted.plans]


def test_lecturers_are_shared_by_schools_far_and_near(planted: Planted) -> None:
    schools: dict[int, set[int]] = {}
    for seat in planted.sharing.seats:
        schools.setdefault(seat.person, set()).add(seat.region)

    assert all(len(those) > 1 for those in schools.values())


def test_who_is_shared_can_be_stored(planted: Planted) -> None:
    again = unpack_sharing(pack_sharing(planted.sharing))

    assert isinstance(again.seats[0], Seat)
    assert (again.seats, again.travel.tolist()) == (planted.sharing.seats, planted.sharing.travel.tolist())


def test_a_killed_worker_loses_and_doubles_nothing(planted: Planted) -> None:
    with stored(planted, EFFORT, "yearplan") as (run_id, url):
        killed = subprocess.run([sys.executable, "-c", KILLED_WORKER, url], cwd=ROOT, check=False)
        assert killed.returncode == -9
        assert attempts(run_id) >= 1

        with unit_of_work():
            session.execute(
                text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
            )
            session.commit()
        queue = queue_of(Flask("worker"), url, TASKS, schedule=())
        with queue.open():
            queue.configure_task("recover_lost_jobs").defer(timestamp=0)
        work(url)

        with unit_of_work():
            progress = queries.get_progress(run_id)
        assert progress.waiting == jobs_left("todo", "doing", "failed") == 0
        # How much is placed in two seconds depends on the machine; that no rule is broken does not.
        assert progress.state is (YearState.INCOMPLETE if progress.unplaced else YearState.DONE)
        assert [found.rule for found in violations(planted, run_id)] == [Rule.UNPLACED] * progress.unplaced
