"""Runs jobs on the application's own database, with the application around each of them.

A job whose worker was killed is given to another one; a job that keeps killing workers is set
aside as failed after five attempts, so that it cannot stop the queue.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import wraps

import click
import procrastinate
from flask import Flask, current_app
from flask.cli import with_appcontext
from procrastinate.jobs import Status
from sqlalchemy.engine import make_url

from app.hosting.connection import show_of
from app.jobs.compiled import compile_beforehand, keep_compiled
from app.jobs.schedule import SCHEDULE, Periodic
from app.jobs.tasks import TASKS
from app.kernel.tasks import Task
from app.kernel.transaction import unit_of_work

HEARTBEAT_SECONDS = 5.0
SILENT_SECONDS = 20.0
MOST_ATTEMPTS = 5
FINISHING_SECONDS = 20.0
AT_ONCE = 2

logger = logging.getLogger(__name__)


def queue_of(
    flask_app: Flask, database_url: str, tasks: Iterable[Task], schedule: Iterable[Periodic] = SCHEDULE
) -> procrastinate.App:
    """Return the job queue of one application: its tasks, its schedule and the recovery of lost jobs."""
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(
        conninfo=url, min_size=1, max_size=4, kwargs={"prepare_threshold": None}
    )
    queue = procrastinate.App(connector=connector)
    crons = {entry.task_name: entry.cron for entry in schedule}
    for task in tasks:
        _register(queue, flask_app, task, crons.pop(task.name, None))
    if crons:
        raise LookupError(f"The schedule names tasks that do not exist: {', '.join(crons)}")
    _register_recovery(queue)
    return queue


def _register(queue: procrastinate.App, flask_app: Flask, task: Task, cron: str | None) -> None:
    # To the library no retries means endless ones.
    retry = (
        procrastinate.RetryStrategy(max_attempts=task.retries, exponential_wait=3) if task.retries else False
    )
    body = _with_application(flask_app, task)
    if cron is None:
        queue.task(name=task.name, retry=retry)(body)
        return

    def by_the_clock(timestamp: int = 0) -> None:
        """Drop the tick's time: a scheduled task looks at what is due, whenever it runs."""
        body()

    registered = queue.task(name=task.name, retry=retry, queueing_lock=task.name)(by_the_clock)
    queue.periodic(cron=cron, queueing_lock=task.name)(registered)


def _with_application(flask_app: Flask, task: Task) -> Callable[..., None]:
    @wraps(task.function)
    def run(**args: object) -> None:
        with flask_app.app_context():
            if not task.in_one_unit:
                task.function(**args)
                return
            with unit_of_work():
                task.function(**args)

    return run


def _register_recovery(queue: procrastinate.App) -> None:
    async def recover_lost_jobs(timestamp: int) -> None:
        """Give the jobs of workers that fell silent to somebody else."""
        manager = queue.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
            if job.attempts + 1 >= MOST_ATTEMPTS:
                logger.error("Job %s (%s) keeps losing its worker and is set aside", job.id, job.task_name)
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            else:
                logger.warning("Job %s (%s) lost its worker and is run again", job.id, job.task_name)
                await manager.retry_job(job)

    task = queue.task(name="recover_lost_jobs")(recover_lost_jobs)
    queue.periodic(cron="* * * * * */15", queueing_lock="recover_lost_jobs")(task)


def run_worker(queue: procrastinate.App, *, wait: bool = True, at_once: int = AT_ONCE) -> None:
    """Run jobs, so many at once, until told to stop (or, without `wait`, until none is left)."""
    with queue.open():
        queue.run_worker(
            wait=wait,
            concurrency=at_once,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            shutdown_graceful_timeout=FINISHING_SECONDS,
            delete_jobs="successful",
        )


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what waits, then stop.")
@click.option(
    "--at-once", type=click.IntRange(1, 64), default=AT_ONCE, help="How many jobs at the same time."
)
@with_appcontext
def worker(once: bool, at_once: int) -> None:
    """Run background jobs until stopped."""
    flask_app = current_app._get_current_object()  # type: ignore[attr-defined]  # a documented way
    settings = flask_app.config["SETTINGS"]
    with show_of(settings.database_url) as show:
        settings.refuse_unsafe_database(show)
    place = keep_compiled(settings.var_directory)
    beside = compile_beforehand(place) if place is not None and not once else None
    run_worker(queue_of(flask_app, settings.database_url, TASKS), wait=not once, at_once=at_once)
    if beside is not None:
        beside.kill()
        beside.wait()
