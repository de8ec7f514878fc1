"""A job exists exactly when its transaction does, and outlives the worker that was to do it."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from app.hosting.database import role_of, upgrade
from app.hosting.local import ROOT
from app.jobs.schedule import Periodic
from app.jobs.worker import queue_of, run_worker
from app.kernel.db import connect, session
from app.kernel.tasks import Task, defer
from app.kernel.transaction import unit_of_work
from tests.support.postgres import empty_database

JOBS = (
    "SELECT task_name, args, lock, status::text FROM procrastinate_jobs"
    " WHERE task_name <> 'recover_lost_jobs' ORDER BY id"
)


@pytest.fixture
def url() -> Iterator[str]:
    """A database of its own, because the worker sees only what is committed; its session is ours."""
    kept = session.session_factory.kw.get("bind")
    with empty_database("jobs") as urls:
        upgrade(urls.owner_url, role_of(urls.app_url))
        engine = connect(urls.app_url)
        yield urls.app_url
        session.remove()
        engine.dispose()
    session.configure(bind=kept)


def jobs() -> list[tuple[object, ...]]:
    with unit_of_work():
        return [tuple(row) for row in session.execute(text(JOBS))]


def work(url: str, *tasks: Task) -> None:
    run_worker(queue_of(Flask("worker"), url, tasks, schedule=()), wait=False)


class RefusalError(Exception):
    """What a test raises on purpose."""


def test_a_job_is_committed_with_its_transaction(url: str) -> None:
    with unit_of_work():
        defer("send", {"mail": 7, "to": "Đặng"}, lock="mail")

    assert jobs() == [("send", {"mail": 7, "to": "Đặng"}, "mail", "todo")]


def test_a_job_goes_with_its_transaction(url: str) -> None:
    with pytest.raises(RefusalError), unit_of_work():
        defer("send", {"mail": 7})
        raise RefusalError

    assert jobs() == []


def test_a_second_waiting_job_of_one_queueing_lock_is_not_added(url: str) -> None:
    with unit_of_work():
        defer("deliver", {}, queueing_lock="deliver")
        defer("deliver", {}, queueing_lock="deliver")
        defer("other", {})

    assert [job[0] for job in jobs()] == ["deliver", "other"]


def test_the_worker_does_what_was_asked_inside_the_application(url: str) -> None:
    seen: list[object] = []

    def send(mail: int) -> None:
        seen.append((mail, current_app.name))

    with unit_of_work():
        defer("send", {"mail": 7})
    work(url, Task("send", send))

    assert (seen, jobs()) == ([(7, "worker")], [])


def test_a_task_is_one_unit_of_work(url: str) -> None:
    def write_and_fail() -> None:
        defer("half", {})
        raise RefusalError

    with unit_of_work():
        defer("fail", {})
    work(url, Task("fail", write_and_fail, retries=0))

    assert jobs() == [("fail", {}, None, "failed")]


def test_a_failed_job_waits_for_its_next_attempt(url: str) -> None:
    def fail() -> None:
        raise RefusalError

    with unit_of_work():
        defer("fail", {})
    work(url, Task("fail", fail, retries=3))

    with unit_of_work():
        row = session.execute(
            text("SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs")
        )
        assert tuple(row.one()) == ("todo", 1, True)


def test_a_schedule_of_an_unknown_task_is_refused(url: str) -> None:
    with pytest.raises(LookupError, match="missing"):
        queue_of(Flask("worker"), url, (), schedule=(Periodic("* * * * *", "missing"),))


def test_a_scheduled_task_can_also_be_asked_for(url: str) -> None:
    seen: list[str] = []
    task = Task("deliver", lambda: seen.append("done"))
    with unit_of_work():
        defer("deliver", {})

    queue = queue_of(Flask("worker"), url, (task,), schedule=(Periodic("0 0 1 1 *", "deliver"),))
    run_worker(queue, wait=False)

    assert seen == ["done"]


KILLED_WORKER = """
import os, signal, sys
from flask import Flask
from app.jobs.worker import queue_of, run_worker
from app.kernel.db import connect
from app.kernel.tasks import Task

connect(sys.argv[1])
die = Task("twice", lambda: os.kill(os.getpid(), signal.SIGKILL))
run_worker(queue_of(Flask("worker"), sys.argv[1], (die,), schedule=()), wait=False)
"""


def test_the_job_of_a_killed_worker_is_done_by_the_next(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    with unit_of_work():
        defer("twice", {})
    killed = subprocess.run([sys.executable, "-c", KILLED_WORKER, url], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert [job[3] for job in jobs()] == ["doing"]

    monkeypatch.setattr("app.jobs.worker.SILENT_SECONDS", 0.2)
    time.sleep(0.3)
    queue = queue_of(Flask("worker"), url, (Task("twice", lambda: seen.append("done")),), schedule=())
    with queue.open():
        queue.configure_task("recover_lost_jobs").defer(timestamp=0)
    for _ in range(2):
        run_worker(queue, wait=False)

    assert seen == ["done"]
