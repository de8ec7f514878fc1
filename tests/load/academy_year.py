"""Plans an academy's year by real workers: ``python -m tests.load.academy_year --workers 2 [--schools 63]``.

It makes up the year (``tests.load.academy``), keeps it in an embedded PostgreSQL of its own, starts so many workers as
an installation does, each for one job at a time, and waits. Then it unites the schools' plans to the one problem that
they are and lets the optimiser's checker, which knows nothing of schools, rounds or workers, look for broken rules.

With ``--kill`` so many workers are killed without a warning, each in the middle of a school, and others are started in
their place: nothing may be lost or done twice. Ends with 1 where a rule is broken or a session has no place.
"""

import os
import random
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from app.hosting.children import die_with_parent
from app.hosting.local import APPLICATION, ROOT
from app.kernel import transaction
from app.kernel.db import connect, session
from app.kernel.transaction import unit_of_work
from app.organisations.types import OrganisationKind
from app.scheduling.optimiser.checker import Violation, find_violations
from app.scheduling.optimiser.packing import pack_problem, unpack_plan
from app.scheduling.optimiser.problem import Plan
from app.scheduling.optimiser.regions import unite, unite_plans
from app.scheduling.optimiser.search import compile_search
from app.yearplan import commands, queries
from app.yearplan.reconciling import pack_sharing
from app.yearplan.types import Effort, NewPart, Progress, YearState
from tests.factories.organisations import make_organisation
from tests.load.academy import SCHOOLS, Planted, make_academy
from tests.support.postgres import database_for_worker

SECONDS, ROUNDS = 13.0, 12
LOOK_EVERY = 0.5
JOBS = text(
    "SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name LIKE 'yearplan.%' GROUP BY status"
)
BUSY = text(
    "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'yearplan.plan_school' AND status = 'doing'"
)


@dataclass(slots=True)
class Outcome:
    """What is told at the end."""

    progress: Progress
    seconds: float
    violations: list[Violation] = field(default_factory=list)
    megabytes: list[int] = field(default_factory=list)
    killed: int = 0
    failed_jobs: int = 0
    planted: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything has its place, no rule is broken and no job was lost."""
        return self.progress.state is YearState.DONE and not self.violations and not self.failed_jobs


class Workers:
    """Worker processes, as they are deployed, and the most memory each of them ever had."""

    def __init__(self, url: str, log: Path) -> None:
        self._log = log.open("ab")
        self._environ = {
            **os.environ,
            "DATABASE_URL": url,
            "RONDO_MODE": "test",
            "RONDO_SECRET_KEY": "only for measuring, never anywhere else",
            "RONDO_BASE_URL": "http://localhost",
            "RONDO_HOSTS": "localhost",
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self.kilobytes: dict[int, int] = {}

    def start(self) -> None:
        """Start one more."""
        words = [sys.executable, "-m", "flask", "--app", APPLICATION, "worker", "--at-once", "1"]
        self._processes.append(
            subprocess.Popen(
                words, cwd=ROOT, env=self._environ, stdout=self._log, stderr=self._log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        )  # fmt: skip

    def look(self) -> None:
        """Note the memory of those that live; a worker that went by itself is a failure."""
        for process in self._processes:
            if process.poll() is not None:
                raise RuntimeError(f"A worker ended with {process.returncode}.")
            status = (Path("/proc") / str(process.pid) / "status").read_text()
            peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
            self.kilobytes[process.pid] = int(peak.split()[1])

    def kill_one(self) -> None:
        """Kill the oldest one without a warning."""
        process = self._processes.pop(0)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Ask all to go; whoever does not is made to."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()
        self._log.close()


@contextmanager
def stored(planted: Planted, effort: Effort, name: str = "academy_year") -> Iterator[tuple[int, str]]:
    """Keep the year in a database of its own; give the run and the database's address."""
    kept = session.session_factory.kw.get("bind")
    with database_for_worker(name) as urls:
        engine = connect(urls.app_url)
        try:
            yield _store(planted, effort), urls.app_url
        finally:
            transaction.abandon()
            engine.dispose()
            session.configure(bind=kept)


def _store(planted: Planted, effort: Effort) -> int:
    academy = make_organisation(kind=OrganisationKind.HEADQUARTERS)
    parts = [NewPart(make_organisation(academy).id, pack_problem(problem)) for problem in planted.problems]
    run = commands.begin_year(
        organisation_id=academy.id, sharing=pack_sharing(planted.sharing), parts=parts, effort=effort
    )
    session.commit()
    run_id = run.id
    transaction.abandon()
    return run_id


def plan_year(planted: Planted, effort: Effort, *, workers: int, kills: int = 0, log: Path) -> Outcome:
    """Let so many workers plan the year, kill some on the way, and judge what they made."""
    with stored(planted, effort) as (run_id, url):
        crew = Workers(url, log)
        begun = time.monotonic()
        try:
            for _ in range(workers):
                crew.start()
            killed = _wait(crew, run_id, kills, begun)
        finally:
            crew.stop()
        outcome = Outcome(_progress(run_id), time.monotonic() - begun, killed=killed)
        outcome.megabytes = [round(kilobytes / 1024) for kilobytes in crew.kilobytes.values()]
        _judge(planted, run_id, outcome)
        return outcome


def _wait(crew: Workers, run_id: int, kills: int, begun: float) -> int:
    killed, told = 0, Progress(YearState.RUNNING, 0, 0, 0, 0, 0, 0)
    dice = random.Random(kills)
    while (progress := _progress(run_id)).state is YearState.RUNNING:
        if (progress.round_number, progress.waiting) != (told.round_number, told.waiting):
            _tell(progress, begun)
        told = progress
        crew.look()
        if killed < kills and _is_busy():
            time.sleep(dice.uniform(0.2, 2.0))
            crew.kill_one()
            crew.start()
            killed += 1
        time.sleep(LOOK_EVERY)
    crew.look()
    return killed


def _progress(run_id: int) -> Progress:
    with unit_of_work():
        return queries.get_progress(run_id)


def _is_busy() -> bool:
    with unit_of_work():
        return bool(session.scalar(BUSY))


def _judge(planted: Planted, run_id: int, outcome: Outcome) -> None:
    with unit_of_work():
        jobs = Counter({str(state): int(count) for state, count in session.execute(JOBS)})
        found = [unpack_plan(plan) for plan in queries.list_plans(run_id) if plan is not None]
    outcome.failed_jobs = jobs["failed"]
    whole = unite(planted.sharing, planted.problems)
    outcome.violations = find_violations(whole, _united(planted, found))


def _united(planted: Planted, plans: Sequence[Plan]) -> Plan:
    return unite_plans(planted.problems, plans)


def _tell(progress: Progress, begun: float) -> None:
    done = progress.parts - progress.waiting
    print(
        f"{time.monotonic() - begun:7.1f} s  round {progress.round_number}: {done} of {progress.parts} schools,"
        f" {progress.unplaced} sessions without a place, cost {progress.cost}",
        flush=True,
    )


def _conclude(planted: Planted, outcome: Outcome) -> None:
    found = outcome.progress
    broken = Counter(violation.rule.value for violation in outcome.violations)
    sessions = sum(problem.session_count for problem in planted.problems)
    print(
        f"{sessions} sessions, {len(planted.problems)} schools: {found.state} after {found.round_number} rounds in"
        f" {outcome.seconds:.1f} s; {found.unplaced} without a place; hard violations of the union:"
        f" {dict(broken) or 0}; cost {found.cost}; memory {outcome.megabytes} MB;"
        f" {outcome.killed} workers killed, {outcome.failed_jobs} jobs failed"
    )


def main(words: Sequence[str]) -> int:
    """Plan a year and say what came of it."""
    parser = ArgumentParser(prog="python -m tests.load.academy_year", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--schools", type=int, default=SCHOOLS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each school in a round")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill", type=int, default=0, help="so many workers are killed on the way")
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="what the workers say")
    chosen = parser.parse_args(words)
    planted = make_academy(chosen.seed, schools=chosen.schools)
    compile_search()
    effort = Effort(chosen.seconds, chosen.rounds, chosen.seed)
    outcome = plan_year(planted, effort, workers=chosen.workers, kills=chosen.kill, log=chosen.log)
    _conclude(planted, outcome)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
