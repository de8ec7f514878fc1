"""How long a manager waits for proposals of a week of 200 sessions, from the button to the page that shows them.

    python -m tests.load.proposals [--kill]

A whole Rondo is started in an empty directory, as `rondo.py run` does. The week is that of ``week_scene``; then half of
its days are asked for, into which it cannot fit. With ``--kill`` the worker is killed amid a third search. It ends with 1
when the first proposal is later than 20 s, a search does not end, or the timetable changed by any of it.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app.kernel import transaction
from app.kernel.db import session
from tests.load.kill_clients import Visitor
from tests.load.kill_scene import PASSWORD, WORKER, Installation, installation
from tests.load.week_scene import MANAGER, SESSIONS, Week, make_week

WITHIN = 20.0
LONGEST = 300.0
LOOK_EVERY = 0.25
KILL_AFTER = 4.0
_WAIT = re.compile(r"data-progress=")
_PROPOSALS = re.compile(r'id="proposal-\d"')
_SLIDER = re.compile(
    r'<input[^>]*name="(level_\w+)"[^>]*?value="(\d)"|<input[^>]*value="(\d)"[^>]*name="(level_\w+)"'
)
_TIMETABLE = text("SELECT count(*), coalesce(sum(version), 0) FROM course_session")


class Asked:
    """One search, watched from the page as a manager does."""

    def __init__(self, visitor: Visitor, path: str, first: str, last: str) -> None:
        self._visitor = visitor
        page = visitor.get(path)
        levels = {a or d: b or c for a, b, c, d in _SLIDER.findall(page.html)}
        self._began = time.monotonic()
        reply = visitor.post(path, page, {**levels, "first": first, "last": last, "seconds": "15"})
        if reply.status != 302:
            raise AssertionError(f"The search was refused: {reply.status}\n{reply.html[-2000:]}")
        self.address = re.sub(r"^https?://[^/]+", "", reply.location)
        self.seconds: list[float] = []
        self.slowest = 0.0
        self.html = ""

    @property
    def elapsed(self) -> float:
        """Seconds since the button."""
        return time.monotonic() - self._began

    def look(self) -> bool:
        """Look at the page; return whether the search goes on."""
        began = time.monotonic()
        self.html = self._visitor.get(self.address).html
        self.slowest = max(self.slowest, time.monotonic() - began)
        found = len(_PROPOSALS.findall(self.html))
        self.seconds += [self.elapsed] * (found - len(self.seconds))
        return bool(_WAIT.search(self.html)) and self.elapsed < LONGEST

    def wait(self) -> None:
        """Look again and again until it is over."""
        while self.look():
            time.sleep(LOOK_EVERY)
        if _WAIT.search(self.html):
            raise AssertionError(f"The search did not end within {LONGEST:.0f} s.")


def measure(directory: Path, *, kill: bool) -> bool:
    """Ask for the week, for half of its days, and once more with a worker that is killed."""
    with installation(directory) as rondo:
        week = make_week(PASSWORD)
        path, days = f"/organisations/{week.organisation.id}/propose", _days(week)
        session.commit()
        transaction.abandon()
        visitor = Visitor(rondo.base_url)
        visitor.sign_in(MANAGER)
        engine = create_engine(rondo.urls.app_url, poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            before = _timetable(connection)
            good = [_ask(visitor, path, name, *span) for name, span in days.items()]
            if kill:
                _ask_and_kill(rondo, visitor, path, days["the week"])
            unchanged = _timetable(connection) == before
    _say(f"timetable {'unchanged' if unchanged else 'CHANGED'} by all of this")
    return all(good) and unchanged


def _days(week: Week) -> dict[str, tuple[str, str]]:
    return {
        "the week": (week.first.isoformat(), week.last.isoformat()),
        "half of its days": (week.teaching_days[0].isoformat(), week.teaching_days[2].isoformat()),
    }


def _ask(visitor: Visitor, path: str, name: str, first: str, last: str) -> bool:
    asked = Asked(visitor, path, first, last)
    asked.wait()
    _tell(name, asked)
    return bool(asked.seconds) and asked.seconds[0] <= WITHIN


def _ask_and_kill(rondo: Installation, visitor: Visitor, path: str, span: tuple[str, str]) -> None:
    asked = Asked(visitor, path, *span)
    while asked.look() and asked.elapsed < KILL_AFTER:
        time.sleep(LOOK_EVERY)
    killed = rondo.kill(WORKER, head_alone=False)
    rondo.wait_until_whole()
    asked.wait()
    _tell(f"worker killed after {KILL_AFTER:.0f} s ({killed} process)", asked)


def _tell(name: str, asked: Asked) -> None:
    placed = re.search(rf"(\d+) of {SESSIONS} sessions", asked.html)
    when = ", ".join(f"{one:.1f}" for one in asked.seconds)
    _say(
        f"{name}: proposals on the page after {when} s, over after {asked.elapsed:.1f} s; "
        f"{placed[1] if placed else '?'} of {SESSIONS} placed; page {len(asked.html) / 1024:.0f} KB, "
        f"slowest answer {asked.slowest * 1000:.0f} ms"
    )


def _timetable(connection: Connection) -> tuple[int, ...]:
    return tuple(connection.execute(_TIMETABLE).one())


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    """Measure in a directory that goes afterwards."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.proposals")
    parser.add_argument("--kill", action="store_true")
    chosen = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="rondo-proposals-") as directory:
        return 0 if measure(Path(directory), kill=chosen.kill) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
