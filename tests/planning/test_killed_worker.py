"""A worker is killed amid a search: the next one goes on from where it was, and the timetable is as before."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.hosting.local import ROOT
from app.jobs.tasks import TASKS
from app.jobs.worker import queue_of, run_worker
from app.kernel.db import session
from app.kernel.transaction import abandon, unit_of_work
from tests.factories.scheduling import make_session
from tests.planning.scene import ASKED, make_scene
from tests.support.at_once import committed_database, keep

PATIENCE = 300.0
SECONDS = 9

WORKER = """
import sys
from flask import Flask
from app.jobs.tasks import TASKS
from app.jobs.worker import queue_of, run_worker
from app.kernel.db import connect

connect(sys.argv[1])
run_worker(queue_of(Flask("worker"), sys.argv[1], TASKS, schedule=()))
"""
# All that taking a proposal would change.
TIMETABLE = """
SELECT 'session', id, version, state::text, during::text, room_id FROM course_session
UNION ALL SELECT 'person', course_session_id, person_id, kind::text, during::text, 0 FROM engagement
UNION ALL SELECT 'lecturer', course_session_id, lecturer_id, state::text, '', 0 FROM assignment
ORDER BY 1, 2, 3
"""
RUN = "SELECT state::text, attempts, spent, jsonb_array_length(curve) AS points FROM planning_run"
PROPOSALS = """
SELECT number, unplaced, taken_at, jsonb_array_length(places) AS places FROM planning_proposal ORDER BY number
"""


@pytest.fixture
def database() -> Iterator[None]:
    """A database of its own, because the worker sees only what is committed."""
    with committed_database("killed"):
        yield


@pytest.mark.usefixtures("database")
def test_the_search_of_a_killed_worker_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene(hours=(6, 6))
    make_session(scene.course, starts_at=ASKED.replace(month=3, day=5), room=scene.rooms[0])
    scene.ask(seconds=SECONDS)
    url = session.connection().engine.url.render_as_string(hide_password=False)
    keep()
    before = read(TIMETABLE)
    assert before

    killed = subprocess.Popen([sys.executable, "-c", WORKER, url], cwd=ROOT)
    try:
        wait_until(lambda: read(RUN)[0].points > 0, killed)
    finally:
        killed.kill()
        killed.wait()

    (left,), found = read(RUN), read(PROPOSALS)
    assert (left.state, left.attempts) == ("running", 1)
    assert read(TIMETABLE) == before

    work_again(url, monkeypatch)

    (run,), proposals = read(RUN), read(PROPOSALS)
    assert (run.state, run.attempts) == ("done", 2)
    # The time that was spent is not spent again.
    assert left.spent < run.spent
    assert run.points > left.points
    assert [one.number for one in proposals] == list(range(1, len(proposals) + 1))
    assert proposals[: len(found)] == found
    assert proposals
    assert all((one.unplaced, one.taken_at, one.places) == (0, None, 4) for one in proposals)
    assert read(TIMETABLE) == before
    assert read("SELECT id FROM procrastinate_jobs WHERE task_name = 'planning.search'") == []


def read(statement: str) -> list[Any]:
    """Return what everybody can see by now."""
    with unit_of_work():
        return list(session.execute(text(statement)))


def wait_until(is_so: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Wait for it, as long as the process lives."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert process.poll() is None, "The worker ended by itself."
        assert time.monotonic() < end
        time.sleep(0.1)


def work_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another worker find the lost job, and do it."""
    abandon()
    monkeypatch.setattr("app.jobs.worker.SILENT_SECONDS", 0.2)
    time.sleep(0.3)
    queue = queue_of(Flask("worker"), url, TASKS, schedule=())
    with queue.open():
        queue.configure_task("recover_lost_jobs").defer(timestamp=0)
    for _ in range(2):
        run_worker(queue, wait=False)
