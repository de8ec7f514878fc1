"""Planning a year in rounds: each school by whoever comes, and one reconciliation when all of a round are done.

Every step is one short transaction; the searching lies between them and holds nothing. A step that comes twice,
because its worker was killed or only thought dead, finds the round handed in and leaves it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.kernel.db import session
from app.kernel.tasks import defer
from app.kernel.transaction import flush
from app.yearplan.errors import YearNotFound
from app.yearplan.models import YearPart, YearRun
from app.yearplan.types import (
    Effort,
    Grudge,
    NewPart,
    NextRound,
    PartPlan,
    PartResult,
    PartTask,
    YearState,
    YearTask,
)

# Below the number of times that the queue tries: the last failure is put on record while somebody still can.
_MOST_ATTEMPTS = 4
# Letters and imports do not wait until a year is planned.
_BEHIND_OTHERS = -10


def begin_year(*, organisation_id: int, sharing: bytes, parts: Sequence[NewPart], effort: Effort) -> YearRun:
    """Keep a year that is to be planned, and ask the workers for it."""
    run = YearRun(
        organisation_id=organisation_id,
        state=YearState.RUNNING,
        seconds=effort.seconds,
        rounds=effort.rounds,
        seed=effort.seed,
        sharing=sharing,
    )
    run.parts = [
        YearPart(number=number, organisation_id=part.organisation_id, problem=part.problem)
        for number, part in enumerate(parts)
    ]
    session.add(run)
    flush()
    _ask_to_reconcile(run)
    return run


def take_up_part(*, part_id: int, round_number: int, at: datetime) -> PartTask | None:
    """Return what is to be planned; ``None`` where that was done already, or the year is over.

    A part that is taken up again and again fails the year, while somebody can still say so.
    """
    run = _lock_run_of(part_id)
    part = session.get_one(
        YearPart,
        part_id,
        options=[undefer(YearPart.problem), undefer(YearPart.allotted), undefer(YearPart.plan)],
    )
    if run.state is not YearState.RUNNING or part.planned_round >= round_number or part.allotted is None:
        return None
    if part.attempts >= _MOST_ATTEMPTS:
        run.state, run.finished_at = YearState.FAILED, at
        return None
    part.attempts += 1
    return PartTask(part.id, round_number, part.problem, part.allotted, part.plan, _effort_of(run))


def hand_in_part(*, task: PartTask, result: PartResult) -> None:
    """Keep what was found. Who hands in the last part of a round asks for the reconciliation."""
    # The run is locked first and by everybody, so that exactly one of those who hand in sees that nothing is left.
    run = _lock_run_of(task.part_id)
    part = session.get_one(YearPart, task.part_id, populate_existing=True)
    if run.state is not YearState.RUNNING or part.planned_round >= task.round_number:
        return
    part.plan, part.unplaced = result.plan, result.unplaced
    part.costs = {**result.costs, "total": sum(result.costs.values())}
    part.spent += result.seconds
    part.planned_round = task.round_number
    flush()
    waiting = select(func.count()).where(
        YearPart.run_id == run.id, YearPart.wanted_round > YearPart.planned_round
    )
    if session.scalar(waiting) == 0:
        _ask_to_reconcile(run)


def take_up_year(*, run_id: int, round_number: int, at: datetime) -> YearTask | None:
    """Return a year whose round is over; ``None`` where the next one has begun already, or the year is over.

    What lies between two rounds fails the year as a part does, when it is taken up again and again.
    """
    run = _lock_run(run_id)
    if run.state is not YearState.RUNNING or run.round_number != round_number:
        return None
    if run.attempts >= _MOST_ATTEMPTS:
        run.state, run.finished_at = YearState.FAILED, at
        return None
    run.attempts += 1
    found = session.execute(
        select(YearPart.id, YearPart.problem, YearPart.plan)
        .where(YearPart.run_id == run_id)
        .order_by(YearPart.number)
    )
    return YearTask(
        run_id,
        round_number,
        run.sharing,
        run.demands,
        tuple(Grudge(*row) for row in run.grudges),
        tuple(PartPlan(*row) for row in found),
        _effort_of(run),
    )


def begin_round(*, task: YearTask, coming: NextRound, at: datetime) -> None:
    """Begin the next round, or end the year: when every session has its place, or the rounds are over."""
    run = _lock_run(task.run_id)
    if run.state is not YearState.RUNNING or run.round_number != task.round_number:
        return
    run.demands, run.grudges = coming.demands, [list(row) for row in coming.grudges]
    if not coming.allotted or run.round_number >= run.rounds:
        run.state = YearState.INCOMPLETE if coming.unplaced else YearState.DONE
        run.finished_at = at
        return
    run.round_number += 1
    run.attempts = 0
    for part in session.scalars(
        select(YearPart).where(YearPart.id.in_(coming.allotted)).order_by(YearPart.number)
    ):
        part.allotted, part.wanted_round, part.attempts = coming.allotted[part.id], run.round_number, 0
        defer(
            "yearplan.plan_school",
            {"part_id": part.id, "round_number": run.round_number},
            priority=_BEHIND_OTHERS,
        )


def _ask_to_reconcile(run: YearRun) -> None:
    defer("yearplan.reconcile", {"run_id": run.id, "round_number": run.round_number}, priority=_BEHIND_OTHERS)


def _lock_run(run_id: int) -> YearRun:
    run = session.get(YearRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise YearNotFound()
    return run


def _lock_run_of(part_id: int) -> YearRun:
    run_id = session.scalar(select(YearPart.run_id).where(YearPart.id == part_id))
    if run_id is None:
        raise YearNotFound()
    return _lock_run(run_id)


def _effort_of(run: YearRun) -> Effort:
    return Effort(run.seconds, run.rounds, run.seed)
