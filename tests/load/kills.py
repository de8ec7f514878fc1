"""`kill -9` of web server, worker and database, over and over, while people answer and import lists.

``python -m tests.load.kills [--rounds 20]`` starts a whole Rondo in a temporary directory, as `rondo.py run` does,
and kills one of its programs in each round, in turn, at a random moment of an import and amid answers. What was
acknowledged must be there exactly once at the end, and nothing may be there by half. The same check must find each
of the damages that are done to the end state on purpose, and undone again.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from tests.load.kill_checks import Expected, Findings, check_closed_wave, check_imports, check_open_wave
from tests.load.kill_clients import Answers, ListImport, Unknown, Visitor, answer_all
from tests.load.kill_damages import DAMAGES, DAMAGES_TO_RESULTS, overlooked
from tests.load.kill_scene import HOME, PROGRAMS, Installation, Scene, fill, installation

ROUNDS, ROWS, ANSWERS_A_ROUND, CLIENTS = 20, 1000, 60, 4
# Of each list so many people stand on the list before it, too.
SHARED = 20
READY_WITHIN = 10.0
# So long it may take until the worker begins an import: a lost one, for which the others wait, is found in that time.
STRIKE_WITHIN = 45.0
LONGEST_MOMENT = 0.6
SHORTEST_UPLOAD = 0.3
# A lost job is found after half a minute, one list after the other is imported, and some are struck more than once.
FINISH_WITHIN = 400.0

_ATTEMPTS = text("SELECT coalesce(sum(attempts), 0) FROM trainee_import")


@dataclass(frozen=True)
class Strike:
    """What is killed and when: while an import runs, else while its list is uploaded.

    With ``head_alone`` only the first process of the program is.
    """

    program: str
    head_alone: bool = False
    amid_import: bool = True


@dataclass
class Round:
    """One kill, and what was going on."""

    number: int
    program: str
    moment: float
    processes: int
    ready_after: float
    unknown: int


@dataclass
class Outcome:
    """All that is told at the end."""

    rounds: list[Round] = field(default_factory=list)
    acknowledged: int = 0
    asked_again: int = 0
    imports: int = 0
    struck: int = 0
    findings: Findings = field(default_factory=Findings)
    refused: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """The longest time in seconds until it served again."""
        return max((one.ready_after for one in self.rounds), default=0.0)

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled, half or late, and the check itself can see."""
        trouble = self.findings or self.refused or self.missed
        return not trouble and self.slowest <= READY_WITHIN


def strikes_in_turn(rounds: int) -> list[Strike]:
    """Every program in turn, each second time its head alone; each fourth strike falls into an upload."""
    return [
        Strike(
            PROGRAMS[number % len(PROGRAMS)],
            head_alone=number // len(PROGRAMS) % 2 == 1,
            amid_import=number % 4 != 3,
        )
        for number in range(rounds)
    ]


def kill_over_and_over(directory: Path, strikes: Sequence[Strike], *, rows: int = ROWS) -> Outcome:
    """Strike once in each round, then check, damage what is there, and check again."""
    with installation(directory) as rondo:
        scene = fill(len(strikes), rows, len(strikes) * ANSWERS_A_ROUND)
        lists = [_list_of(course_id, number, rows) for number, course_id in enumerate(scene.course_ids)]
        outcome, told = Outcome(imports=len(lists)), Answers()
        with _people(rondo, told) as (links, importers):
            importing = []
            for number, (strike, trainee_list) in enumerate(zip(strikes, lists, strict=True)):
                importing.append(importers.submit(trainee_list.bring_in, rondo.base_url, FINISH_WITHIN))
                _await_moment(rondo, strike)
                for link in scene.links[number * ANSWERS_A_ROUND : (number + 1) * ANSWERS_A_ROUND]:
                    links.put(link)
                outcome.rounds.append(_strike(rondo, number + 1, strike, told, lists))
                links.join()
        for work in importing:
            work.result()  # what went wrong in its thread is told here
        _judge(rondo, scene, lists, told, outcome)
        return outcome


@contextmanager
def _people(rondo: Installation, told: Answers) -> Iterator[tuple["Queue[str]", ThreadPoolExecutor]]:
    """Let people answer as long as there are links, and give those who import; all have finished afterwards."""
    links: Queue[str] = Queue()
    leave = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as answering, ThreadPoolExecutor(ROUNDS) as importers:
        at_work = [answering.submit(answer_all, rondo.base_url, links, told, leave) for _ in range(CLIENTS)]
        try:
            yield links, importers
        finally:
            importers.shutdown()
            leave.set()
        for work in at_work:
            work.result()


def _await_moment(rondo: Installation, strike: Strike) -> None:
    """Wait until the worker begins an import, or a moment only."""
    engine = create_engine(rondo.urls.app_url, poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        before = connection.scalar(_ATTEMPTS) or 0
        end = time.monotonic() + (STRIKE_WITHIN if strike.amid_import else SHORTEST_UPLOAD)
        # A list that is started once more counts its attempts from nothing.
        while (found := connection.scalar(_ATTEMPTS) or 0) <= before and time.monotonic() < end:
            before = found
            time.sleep(0.02)


def _strike(
    rondo: Installation, number: int, strike: Strike, told: Answers, lists: Sequence[ListImport]
) -> Round:
    moment = random.uniform(0, LONGEST_MOMENT)
    time.sleep(moment)
    before = told.unknown + sum(one.unknown for one in lists)
    processes = rondo.kill(strike.program, head_alone=strike.head_alone)
    ready = rondo.wait_until_whole()
    unknown = told.unknown + sum(one.unknown for one in lists) - before
    struck = Round(number, strike.program, moment, processes, ready, unknown)
    _report(struck)
    return struck


def _list_of(course_id: int, number: int, rows: int) -> ListImport:
    first = number * (rows - SHARED)
    people = "\n".join(
        f"Lê Thị Thử {n};{1 + n % 28:02d}/03/1985;HV{n:06d};{HOME};Giảng viên"
        for n in range(first, first + rows)
    )
    return ListImport(course_id, f"Họ và tên;Ngày sinh;Mã số;Đơn vị;Chức vụ\n{people}\n")


def _codes_of(trainee_list: ListImport) -> list[str]:
    return [line.split(";")[2] for line in trainee_list.content.splitlines()[1:]]


def _judge(
    rondo: Installation, scene: Scene, lists: Sequence[ListImport], told: Answers, outcome: Outcome
) -> None:
    """Check the end state, then damaged ones, then the closed wave."""
    outcome.acknowledged, outcome.asked_again = len(told.acknowledged), told.found_done
    outcome.refused = told.refused + [trainee_list.trouble for trainee_list in lists if trainee_list.trouble]
    expected = Expected(
        scene.wave_id,
        list(told.acknowledged),
        {trainee_list.course_id: _codes_of(trainee_list) for trainee_list in lists},
        frozenset(one.course_id for one in lists if one.acknowledged_start),
        frozenset(one.course_id for one in lists if one.acknowledged_done),
    )
    marks = list(told.acknowledged.values())
    engine = create_engine(rondo.urls.owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        outcome.struck = (
            connection.scalar(text("SELECT count(*) FROM trainee_import WHERE attempts > 1")) or 0
        )
        outcome.findings = _check(connection, expected)
        outcome.missed = overlooked(connection, DAMAGES, lambda: _check(connection, expected))
        connection.rollback()
        _close_wave(rondo, scene)
        check_closed_wave(connection, scene.wave_id, marks, outcome.findings)
        outcome.missed += overlooked(
            connection, DAMAGES_TO_RESULTS, lambda: _check_results(connection, scene.wave_id, marks)
        )


def _check(connection: Connection, expected: Expected) -> Findings:
    findings = Findings()
    check_open_wave(connection, expected, findings)
    check_imports(connection, expected, findings)
    return findings


def _check_results(connection: Connection, wave_id: int, marks: Sequence[str]) -> Findings:
    findings = Findings()
    check_closed_wave(connection, wave_id, marks, findings)
    return findings


def _close_wave(rondo: Installation, scene: Scene) -> None:
    visitor = Visitor(rondo.base_url)
    visitor.sign_in()
    page = visitor.get(f"/courses/{scene.asked_course_id}/evaluation")
    reply = visitor.post(f"/evaluation/waves/{scene.wave_id}/close", page, {})
    if reply.status != 302:
        raise Unknown(f"The wave could not be closed: {reply.status}")


def _report(one: Round) -> None:
    _say(
        f"{one.number:>5}  {one.program.removeprefix('rondo-'):<9}{one.processes:>9}{one.moment:>9.2f} s"
        f"{one.ready_after:>9.2f} s{one.unknown:>9}"
    )


def _conclude(outcome: Outcome) -> None:
    found, damages = outcome.findings, len(DAMAGES) + len(DAMAGES_TO_RESULTS)
    _say(
        f"{len(outcome.rounds)} kills; {outcome.acknowledged} answers acknowledged, {outcome.asked_again} of them "
        f"only when asked again; {outcome.imports} imports, {outcome.struck} struck while they ran; "
        f"{len(found.lost)} lost, {len(found.doubled)} doubled, {len(found.half)} half, {len(found.stuck)} stuck; "
        f"ready again after at most {outcome.slowest:.1f} s; "
        f"control: {damages - len(outcome.missed)} of {damages} damages found"
    )
    for trouble in (str(found), *outcome.refused, *(f"not found: {damage}" for damage in outcome.missed)):
        if trouble:
            _say(trouble)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    """Run it in a directory that goes afterwards; fail when anything was lost, doubled, half, stuck or late."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.kills")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args(words)
    _say("round  killed   processes   moment      ready  unknown")
    with tempfile.TemporaryDirectory(prefix="rondo-kills-") as directory:
        outcome = kill_over_and_over(Path(directory), strikes_in_turn(chosen.rounds))
    _conclude(outcome)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
