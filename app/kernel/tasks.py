"""Work that is done later, by the worker: what a task is, and how a business transaction asks for one.

A job is a row written in the same transaction as the facts it is about: it exists exactly when
they do. It may run twice (a killed worker's job is given to the next), so a task must bear that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.kernel.db import JsonValue, session

QUEUEING_LOCK_INDEX = "procrastinate_jobs_queueing_lock_idx_v1"


@dataclass(frozen=True, slots=True)
class Task:
    """A function the worker may be asked to run, under the name that jobs carry."""

    name: str
    function: Callable[..., None]
    retries: int = 5
    # False for a task that opens several units of work itself, one for each thing it finishes.
    in_one_unit: bool = True


def defer(
    task_name: str,
    args: Mapping[str, JsonValue],
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    priority: int = 0,
) -> None:
    """Ask for a task once the current transaction is committed; nothing remains of it otherwise.

    Jobs of one `lock` run one after another. With a `queueing_lock` nothing is added while such a
    job waits already; that one may start before this transaction ends, so use it only for tasks
    that the schedule calls anyway. Of the jobs that wait, those of the highest `priority` come first.
    """
    job = text(
        "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', :task, CAST(:priority AS integer), :lock,"
        " :queueing_lock, CAST(:args AS jsonb), NULL)::procrastinate_job_to_defer_v1])"
    )
    values = {
        "task": task_name,
        "priority": priority,
        "lock": lock,
        "queueing_lock": queueing_lock,
        "args": json.dumps(dict(args)),
    }
    if queueing_lock is None:
        session.execute(job, values)
        return
    try:
        with session.begin_nested():
            session.execute(job, values)
    except IntegrityError as error:
        refusal = error.orig
        if not isinstance(refusal, UniqueViolation) or refusal.diag.constraint_name != QUEUEING_LOCK_INDEX:
            raise
