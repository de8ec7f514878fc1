"""Solves one instance in a process of its own: ``python -m tests.scheduling.optimiser.solving FILE``.

It prints the peak of its memory, how many functions it had to compile, and a mark of its plan, as a line of JSON.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from numba.core.dispatcher import Dispatcher

from app.scheduling.optimiser import clock, search
from app.scheduling.optimiser.itc2007 import Formulation, read_instance, to_problem


def main() -> None:
    """Solve the file with so much work on so many threads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--work-a-second", type=int, default=clock.WORK_A_SECOND)
    chosen = parser.parse_args()
    clock.WORK_A_SECOND = chosen.work_a_second
    problem = to_problem(read_instance(chosen.file.read_text()), Formulation.UD2)
    outcome = search.improve(problem, seconds=chosen.seconds, threads=chosen.threads, seed=chosen.seed)
    plan = outcome.plan.starts.tobytes() + outcome.plan.rooms.tobytes()
    said = {
        "plan": hashlib.sha256(plan).hexdigest(),
        "unplaced": outcome.cost.unplaced,
        "cost": outcome.cost.total,
        "compiled": _compiled(),
        "functions": compiled_functions(),
        "megabytes": _peak(),
        "seconds": round(outcome.seconds, 1),
    }
    sys.stdout.write(json.dumps(said) + "\n")


def _peak() -> int:
    """The most memory this program ever had; what getrusage tells may be that of who started it."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def compiled_functions() -> list[str]:
    """Return what this process has used of the compiled code, each function with its types."""
    return sorted(f"{one.__name__}{signature}" for one in _functions() for signature in one.signatures)


def _compiled() -> int:
    """How many functions were not found in the cache."""
    return sum(sum(one.stats.cache_misses.values()) for one in _functions())


def _functions() -> Iterable[Any]:
    modules = [module for name, module in sys.modules.items() if name.startswith("app.scheduling.optimiser")]
    found = {
        id(one): one for module in modules for one in vars(module).values() if isinstance(one, Dispatcher)
    }
    return found.values()


if __name__ == "__main__":
    main()
