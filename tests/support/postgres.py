"""One PostgreSQL server per test run, one migrated template, one cloned database per worker.

The embedded server lies in a private temporary directory with its durability switched off. A
small keeper process holds it and takes it down when the test run is gone, however it went.
With TEST_DATABASE_URL the server is somebody else's: the address of a role that may make
databases and roles.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Protocol

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import URL, make_url

from app.hosting.database import upgrade
from app.hosting.postgres import APP_ROLE, OWNER_ROLE, DatabaseUrls, PostgresServer, claim_directory

TEMPLATE = "rondo_template"
TEST_ROLE = "rondo_test_app"
ROOT = Path(__file__).resolve().parents[2]


class Server(Protocol):
    """A PostgreSQL server on which databases are made and dropped."""

    owner_role: str
    app_role: str
    lock: Path

    def urls_of(self, database: str) -> DatabaseUrls: ...

    def administer(self) -> psycopg.Connection: ...


@contextmanager
def database_for_worker(worker_id: str = "master") -> Iterator[DatabaseUrls]:
    """Give one test process an empty, migrated database of its own, and drop it afterwards."""
    server = _server()
    name = f"rondo_{worker_id}_{os.getpid()}"
    if isinstance(server, _External):
        # No template is left behind on a server that is not ours.
        with _created(server, name, "template0") as urls:
            upgrade(urls.owner_url, server.app_role)
            yield urls
        return
    with _locked(server.lock):
        _build_template(server)
    with _created(server, name, TEMPLATE) as urls:
        yield urls


@contextmanager
def empty_database(name: str = "empty") -> Iterator[DatabaseUrls]:
    """Give a test a database without any table: for migrations, backups and first starts."""
    server = _server()
    with _created(server, f"rondo_{name}_{os.getpid()}", "template0") as urls:
        yield urls


def _build_template(server: Server) -> None:
    """Run the migrations once per test run; the caller holds the lock."""
    with server.administer() as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        building = f"{TEMPLATE}_building"
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(building)))
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                Identifier(building), Identifier(server.owner_role)
            )
        )
        upgrade(server.urls_of(building).owner_url, server.app_role)
        # Renamed only when it is whole: a failed migration leaves no half template behind.
        connection.execute(
            SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(building), Identifier(TEMPLATE))
        )


@contextmanager
def _created(server: Server, name: str, template: str) -> Iterator[DatabaseUrls]:
    # Two copies of one template at once block each other's connection check.
    with _locked(server.lock), server.administer() as connection:
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                Identifier(name), Identifier(server.owner_role), Identifier(template)
            )
        )
    try:
        yield server.urls_of(name)
    finally:
        with server.administer() as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _server() -> Server:
    given = os.environ.get("TEST_DATABASE_URL", "").strip()
    return _External(make_url(given)) if given else _Embedded()


class _Embedded:
    """The server of this test run, started by whichever process needs it first."""

    owner_role = OWNER_ROLE
    app_role = APP_ROLE

    def __init__(self) -> None:
        self._directory = Path(tempfile.gettempdir()) / f"rondo-tests-{os.geteuid()}-{_run_process()}"
        claim_directory(self._directory)
        self.lock = self._directory / "lock"
        self._postgres = PostgresServer(self._directory / "postgres", durable=False)
        with _locked(self.lock):
            if not self._postgres.is_running():
                self._start_keeper()

    def urls_of(self, database: str) -> DatabaseUrls:
        return self._postgres.urls_of(database)

    def administer(self) -> psycopg.Connection:
        return self._postgres.administer()

    def _start_keeper(self) -> None:
        told = self._directory / "keeper.log"
        with open(told, "wb") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.support.postgres", str(self._directory), str(_run_process())],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        while not (self._directory / "ready").exists():
            if keeper.poll() is not None:
                raise RuntimeError(f"The test database did not start:\n{told.read_text()}")
            time.sleep(0.02)
        # It outlives us on purpose; nobody waits for it.
        keeper.returncode = 0


class _External:
    """Somebody's server: the given role owns the databases, a second one is made for the rows."""

    app_role = TEST_ROLE

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.owner_role = url.username or ""
        self.lock = Path(tempfile.gettempdir()) / f"rondo-tests-{os.geteuid()}.lock"
        with _locked(self.lock), self.administer() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [TEST_ROLE]).fetchone():
                connection.execute(
                    SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(TEST_ROLE), TEST_ROLE)
                )

    def urls_of(self, database: str) -> DatabaseUrls:
        owner = self._url.set(database=database)
        app = owner.set(username=TEST_ROLE, password=TEST_ROLE)
        return DatabaseUrls(
            owner.render_as_string(hide_password=False), app.render_as_string(hide_password=False)
        )

    def administer(self) -> psycopg.Connection:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)


def _run_process() -> int:
    """Return the process whose end is the end of the test run: pytest, or the head of its workers."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def keep(directory: Path, run_process: int) -> None:
    """Hold the server until the test run is gone, then remove every trace of it."""
    try:
        with PostgresServer(directory / "postgres", durable=False):
            (directory / "ready").touch()
            while _is_alive(run_process):
                time.sleep(0.25)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError):
        # A run that ended but was not waited for yet still has a number.
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    keep(Path(sys.argv[1]), int(sys.argv[2]))
