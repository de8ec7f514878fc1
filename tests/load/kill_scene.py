"""A whole Rondo with a database of its own, as `rondo.py run` starts it, and how its programs are killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.accounts.passwords import Passwords
from app.evaluation.types import WaveState
from app.hosting.children import die_with_parent
from app.hosting.local import ROOT
from app.hosting.postgres import DatabaseUrls, PostgresServer
from app.kernel import transaction
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import connect, session
from app.organisations.types import OrganisationKind
from tests.factories.accounts import make_account, make_grant
from tests.factories.evaluation import SECRET, link_of, make_invitation, make_wave
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session

# As the kernel knows the programs that the supervisor looks after.
WEB, WORKER, DATABASE = "rondo-web", "rondo-worker", "postgres"
PROGRAMS = (WEB, WORKER, DATABASE)
EMAIL, PASSWORD = "manager@example.org", "a long sentence that only tests know"
HOME = "HV"
START_WITHIN = 180.0


class Installation:
    """A Rondo that was started in an empty directory."""

    def __init__(self, directory: Path) -> None:
        self.port = _free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._var = directory / "var"
        self._told = directory / "told.log"
        self._leaving: list[int] = []
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("RONDO_", "DATABASE", "FLASK_"))}
        kept = {name: os.environ[name] for name in ("RONDO_PG_BIN",) if name in os.environ}
        # The factories make links and keys with this secret.
        ours = {"RONDO_SECRET_KEY": SECRET, "RONDO_DEFAULT_LOCALE": "en", "PYTHONPATH": str(ROOT)}
        with self._told.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.hosting", "run", "--port", str(self.port)],
                cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
                env=environ | kept | ours | {"RONDO_VAR_DIRECTORY": str(self._var)},
            )  # fmt: skip

    @property
    def urls(self) -> DatabaseUrls:
        """The addresses of its database."""
        return PostgresServer(self._var / "postgres").urls

    @property
    def words(self) -> str:
        """What it said so far."""
        return self._told.read_text(errors="replace")

    def is_running(self) -> bool:
        """Whether the supervisor itself is there."""
        return self._process.poll() is None

    def is_ready(self) -> bool:
        """Whether it says that it can serve."""
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def programs(self) -> dict[str, int]:
        """The programs that live now, by name."""
        found = {}
        for pid in _children(self._process.pid):
            with suppress(OSError):
                name = (Path("/proc") / str(pid) / "comm").read_text().strip()
                if name in PROGRAMS and _is_alive(pid):
                    found[name] = pid
        return found

    def kill(self, program: str, *, head_alone: bool) -> int:
        """Kill a program without any warning; return how many processes were killed.

        With ``head_alone`` the processes that it started have to find out by themselves.
        """
        head = self.programs()[program]
        self._leaving = [head, *_children(head)]
        killed = self._leaving[:1] if head_alone else self._leaving
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_is_alive(pid) for pid in killed):
            time.sleep(0.005)
        return len(killed)

    def wait_until_whole(self, patience: float = START_WITHIN) -> float:
        """Wait until what was killed is gone wholly, all programs are there, and it serves; return the seconds."""
        began = time.monotonic()
        while not (self._is_whole() and self.is_ready()):
            if not self.is_running() or time.monotonic() - began > patience:
                raise AssertionError(f"Rondo does not serve again:\n{self.words[-3000:]}")
            time.sleep(0.02)
        return time.monotonic() - began

    def _is_whole(self) -> bool:
        return set(self.programs()) == set(PROGRAMS) and not any(map(_is_alive, self._leaving))

    def stop(self) -> None:
        """Stop it in order, or at least stop it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def installation(directory: Path) -> Iterator[Installation]:
    """Give a Rondo that serves, its factories connected, and stop it afterwards."""
    rondo = Installation(directory)
    try:
        rondo.wait_until_whole()
        engine = connect(rondo.urls.app_url)
        try:
            yield rondo
        finally:
            transaction.abandon()
            engine.dispose()
    finally:
        rondo.stop()


@dataclass(frozen=True)
class Scene:
    """What is there before anything is killed: one course for each list, and links to answer by."""

    course_ids: Sequence[int]
    asked_course_id: int
    wave_id: int
    links: Sequence[str]


def fill(courses: int, seats: int, invitations: int) -> Scene:
    """Store an academy with empty courses and one open wave with its invitations."""
    academy = make_organisation(kind=OrganisationKind.HEADQUARTERS, code=HOME, name="Học viện")
    manager = make_person(full_name="Trần Thử", email=EMAIL, organisation=academy)
    passwords = Passwords(time_cost=1, memory_kib=64, parallelism=1)
    make_account(manager, password_hash=passwords.hash(PASSWORD), locale="en")
    make_grant(manager, Role.TRAINING_MANAGER, academy)
    asked = make_course(academy, capacity=invitations)
    course_ids = []
    for week in range(1, courses + 1):
        course = make_course(academy, version=asked.curriculum_version, capacity=seats)
        make_session(course, starts_at=FIRST_MORNING + timedelta(weeks=week))
        course_ids.append(course.id)
    wave = make_wave(asked, state=WaveState.OPEN, closes_at=now() + timedelta(days=2))
    invited = [make_invitation(wave, make_person(organisation=academy)) for _ in range(invitations)]
    scene = Scene(course_ids, asked.id, wave.id, [link_of(invitation) for invitation in invited])
    session.commit()
    transaction.abandon()
    return scene


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
