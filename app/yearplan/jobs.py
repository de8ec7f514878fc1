"""What the planning of a year leaves to the workers: a school of a round, and what lies between two rounds.

Both bear being run again after any death: what was not handed in is nowhere, and what was handed in is not done again.
"""

from app.kernel.clock import now
from app.kernel.transaction import unit_of_work
from app.scheduling.optimiser.packing import pack_plan, unpack, unpack_plan, unpack_problem
from app.scheduling.optimiser.regions import within
from app.scheduling.optimiser.search import improve
from app.yearplan import commands
from app.yearplan.reconciling import next_round
from app.yearplan.types import PartResult, PartTask


def plan_school(part_id: int, round_number: int) -> None:
    """Plan a school with what was allotted to it."""
    with unit_of_work():
        task = commands.take_up_part(part_id=part_id, round_number=round_number, at=now())
    if task is None:
        return
    result = _plan(task)
    with unit_of_work():
        commands.hand_in_part(task=task, result=result)


def reconcile(run_id: int, round_number: int) -> None:
    """Share lecturers' days out, at first and after each round."""
    with unit_of_work():
        task = commands.take_up_year(run_id=run_id, round_number=round_number, at=now())
    if task is None:
        return
    coming = next_round(task)
    with unit_of_work():
        commands.begin_round(task=task, coming=coming, at=now())


def _plan(task: PartTask) -> PartResult:
    told = unpack(task.allotted)
    problem = within(unpack_problem(task.problem), told["groups"].tolist(), told["allotted"])
    outcome = improve(
        problem,
        seconds=task.effort.seconds,
        seed=task.effort.seed + task.round_number,
        start=unpack_plan(task.plan) if task.plan is not None else None,
    )
    costs = outcome.cost.parts
    return PartResult(pack_plan(outcome.plan), outcome.cost.unplaced, costs, outcome.seconds)
