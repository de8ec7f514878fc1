"""What the search for timetables reaches on the instances of the competition ITC-2007, beside published values.

    python -m tests.load.timetable --seconds 60 --threads 1 --seeds 5 comp02 comp05

Every plan is judged from the lines of its solution by the checker that shares no code with the search. Without names all
fourteen instances are solved. ``--by-work`` gives the search the work of so many seconds on the machine that its
repeatability is promised for, however long that takes here: for machines that are busy with other things. With
``--first-seed 3 --seeds 1`` a long measurement is made in parts; with ``--solutions DIR`` others can judge what it found.
``first`` is when the first timetable stood that places everything and breaks no rule. ``full`` and ``large`` are names too,
of a week in which every room is full in every period, and of one of 850 courses, 176 rooms and 3,700 curricula.
"""

import argparse
import math
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from app.scheduling.optimiser.itc2007 import Formulation, read_instance, to_problem, write_solution
from app.scheduling.optimiser.itc2007_checker import judge
from app.scheduling.optimiser.search import Progress, improve
from tests.load.full_week import write_full_week
from tests.load.large_week import write_large_week

INSTANCES = Path(__file__).parent / "itc2007"

# Best known: Ceschia, Di Gaspero, Schaerf, EJOR 308 (2023), table 13. Winner: Müller's best of the organisers' ten runs.
PUBLISHED = {
    "comp01": (5, 5), "comp02": (24, 51), "comp03": (62, 84), "comp04": (35, 37), "comp05": (284, 330),
    "comp06": (27, 48), "comp07": (6, 20), "comp08": (37, 41), "comp09": (96, 109), "comp10": (4, 16),
    "comp11": (0, 0), "comp12": (294, 333), "comp13": (59, 66), "comp14": (51, 59),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What one seed reached on one instance; ``valid`` if no hard rule is broken."""

    cost: int
    valid: bool
    first: float
    seconds: float
    processor: float


def solve(name: str, seed: int, chosen: argparse.Namespace) -> Result:
    """Solve one instance with one seed as chosen, keep what comes out where that is wanted, and judge it."""
    formulation, seconds, threads = Formulation(chosen.formulation), chosen.seconds, chosen.threads
    instance = read_instance(_text_of(name))
    complete: list[float] = []

    def report(progress: Progress) -> bool:
        if not progress.cost.unplaced and not complete:
            complete.append(progress.seconds)
        return True

    began, used = time.monotonic(), time.process_time()
    problem = to_problem(instance, formulation)
    outcome = improve(
        problem, seconds=seconds, threads=threads, seed=seed, by_work=chosen.by_work, report=report
    )
    spent, processor = time.monotonic() - began, time.process_time() - used
    lines = write_solution(instance, outcome.plan)
    if chosen.solutions:
        (chosen.solutions / f"{name}-{formulation}-{seconds:g}s-{threads}t-seed{seed}.sol").write_text(lines)
    verdict = judge(instance, lines, formulation)
    return Result(verdict.cost.total, not verdict.broken, min(complete, default=math.inf), spent, processor)


def _text_of(name: str) -> str:
    if name == "full":
        return write_full_week()
    return write_large_week() if name == "large" else (INSTANCES / f"{name}.ectt").read_text()


def main() -> None:
    """Solve, print a line an instance, and end with the totals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=list(PUBLISHED))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--formulation", choices=[each.value for each in Formulation], default="ud2")
    parser.add_argument("--by-work", action="store_true")
    parser.add_argument("--solutions", type=Path, metavar="DIR")
    chosen = parser.parse_args()
    if chosen.solutions:
        chosen.solutions.mkdir(parents=True, exist_ok=True)
    total = best_total = known_total = winner_total = 0.0
    print(
        f"{'instance':<10}{'mean':>8}{'best':>6}{'known':>7}{'winner':>8}{'first':>7}{'seconds':>9}{'processor':>11}  costs"
    )
    for name in chosen.names:
        seeds = range(chosen.first_seed, chosen.first_seed + chosen.seeds)
        runs = [solve(name, seed, chosen) for seed in seeds]
        costs = [run.cost for run in runs]
        known, winner = PUBLISHED.get(name, (0, 0)) if chosen.formulation == "ud2" else (0, 0)
        broken = "" if all(run.valid for run in runs) else "  A HARD RULE IS BROKEN"
        print(
            f"{name:<10}{statistics.mean(costs):>8.1f}{min(costs):>6}{known:>7}{winner:>8}"
            f"{max(run.first for run in runs):>7.2f}{statistics.mean(run.seconds for run in runs):>9.1f}"
            f"{statistics.mean(run.processor for run in runs):>11.1f}  {costs}{broken}",
            flush=True,
        )
        total, best_total = total + statistics.mean(costs), best_total + min(costs)
        known_total, winner_total = known_total + known, winner_total + winner
    print(f"{'total':<10}{total:>8.1f}{best_total:>6.0f}{known_total:>7.0f}{winner_total:>8.0f}")


if __name__ == "__main__":
    main()
