"""How a timetable is mended when a lecturer cannot come for a day: 40 seeded cases on four instances of ITC-2007.

The timetables are made by the search first (UD2); then for each case a lecture is drawn, its lecturer stays away on
that lecture's day, and the plan with the fewest moves, then the fewest groups touched, then the lowest cost is looked
for. Ends with 1 when the fewest moves are not proven for some case or the 95th percentile is above 3 s.

``python -m tests.load.repair [--seconds 20] [--threads 2] [--cases 10] [--limit 2.6]``
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.scheduling.optimiser.checker import find_violations
from app.scheduling.optimiser.disruption import GroupAway, strike
from app.scheduling.optimiser.itc2007 import Formulation, read_instance, to_problem
from app.scheduling.optimiser.problem import Plan, Problem
from app.scheduling.optimiser.repair import Limits, Repair, repair
from app.scheduling.optimiser.search import improve

INSTANCES = ("comp02", "comp05", "comp12", "comp14")
FOLDER = Path(__file__).parent / "itc2007"
TARGET = 3.0


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what was asked and how it went."""

    instance: str
    seed: int
    struck: int
    moves: int
    people: int
    rise: int
    proven: bool
    best: bool
    seconds: float


def main() -> int:
    """Mend all cases, print them and the percentiles."""
    asked = _asked()
    cases: list[Case] = []
    for name in INSTANCES:
        problem = to_problem(read_instance((FOLDER / f"{name}.ectt").read_text("utf-8")), Formulation.UD2)
        found = improve(problem, seconds=asked.seconds, seed=1)
        print(f"{name}: a plan of cost {found.cost.total} in {found.seconds:.0f} s", flush=True)
        for seed in range(asked.cases):
            cases.append(_mend(name, problem, found.plan, found.cost.total, seed, asked))
            print(_line(cases[-1]), flush=True)
    return _conclude(cases)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each instance's timetable")
    parser.add_argument("--limit", type=float, default=2.6, help="seconds for each repair")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cases", type=int, default=10, help="of each instance")
    return parser.parse_args()


def _mend(name: str, problem: Problem, plan: Plan, cost: int, seed: int, asked: argparse.Namespace) -> Case:
    random = np.random.default_rng(seed)
    lecture = int(random.integers(problem.session_count))
    # The last of a lecture's groups is its lecturer.
    lecturer = max(problem.groups[lecture])
    day = int(plan.starts[lecture]) // problem.slots_per_day
    slots = tuple(range(day * problem.slots_per_day, (day + 1) * problem.slots_per_day))
    after = strike(problem, plan, GroupAway(lecturer, slots))
    struck = len({violation.sessions for violation in find_violations(after, plan)})
    found = repair(after, plan, limits=Limits(seconds=asked.limit, threads=asked.threads))
    if not isinstance(found, Repair):
        return Case(name, seed, struck, -1, -1, -1, found.proven, found.proven, found.seconds)
    assert find_violations(after, found.plan) == []
    rise = found.cost.total - cost
    return Case(
        name, seed, struck, len(found.moves), found.people, rise, found.proven, found.best, found.seconds
    )


def _line(case: Case) -> str:
    told = "no plan" if case.moves < 0 else f"{case.moves} moves, {case.people:2} groups, cost {case.rise:+4}"
    proof = "proven" if case.proven and case.best else "fewest moves proven" if case.proven else "NOT PROVEN"
    return f"  {case.instance} {case.seed:2}: {case.struck} lectures struck, {told}, {proof}, {case.seconds:5.2f} s"


def _conclude(cases: list[Case]) -> int:
    seconds = np.array([case.seconds for case in cases])
    p50, p95 = np.percentile(seconds, [50, 95])
    proven = sum(case.proven for case in cases)
    print(
        f"{len(cases)} cases, {proven} with fewest moves proven, {sum(case.best for case in cases)} with fewest "
        f"groups and lowest cost proven too; p50 {p50:.2f} s, p95 {p95:.2f} s, worst {seconds.max():.2f} s"
    )
    return 0 if proven == len(cases) and p95 <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
