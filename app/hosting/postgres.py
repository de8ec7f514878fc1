"""Rondo's own PostgreSQL server: one data directory, reached over a private Unix socket.

Safe to stop at any moment: whatever was committed is on disk. A second process that wants the
same data directory joins the running server; only the process that started it stops it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from app.hosting.binaries import Account, Binaries, binaries_for, find_binaries, server_account
from app.hosting.children import die_with_parent
from app.hosting.errors import HostingError

SUPERUSER = "postgres"
OWNER_ROLE = "rondo_owner"
APP_ROLE = "rondo_app"
DATABASE = "rondo"
SOCKET_NAME = ".s.PGSQL.5432"
# The kernel allows 107 bytes (103 on macOS) for the whole path of a socket.
LONGEST_SOCKET_PATH = 100
PATIENCE_SECONDS = 60.0

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ALWAYS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_statement": "none",
    # A statement in the log may carry somebody's data.
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One database as its two roles see it: the owner changes tables, the application rows."""

    owner_url: str
    app_url: str


class PostgresServer:
    """A server on `directory`; use as a context manager, or `start` and `stop` it."""

    def __init__(
        self,
        directory: Path,
        *,
        durable: bool = True,
        environ: Mapping[str, str] = os.environ,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        """`meanwhile` is called after a server was started and before it is waited for."""
        self._directory = directory.absolute()
        self._data = self._directory / "data"
        self._durable = durable
        self._environ = environ
        self._meanwhile = meanwhile
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The server process, when this object started it."""
        return self._process

    def has_died(self) -> bool:
        """Return whether a server that this object started is gone without having been told to stop."""
        return self._process is not None and self._process.poll() is not None

    @property
    def urls(self) -> DatabaseUrls:
        return self.urls_of(DATABASE)

    def urls_of(self, database: str) -> DatabaseUrls:
        """Return the addresses of one database of this server for SQLAlchemy."""
        host = quote(str(self._socket_directory), safe="")
        return DatabaseUrls(
            owner_url=f"postgresql+psycopg://{OWNER_ROLE}@/{database}?host={host}",
            app_url=f"postgresql+psycopg://{APP_ROLE}@/{database}?host={host}",
        )

    def administer(self, database: str = "postgres") -> psycopg.Connection:
        """Open a superuser connection; the caller closes it."""
        return psycopg.connect(
            host=str(self._socket_directory), port=5432, user=SUPERUSER, dbname=database,
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def start(self) -> DatabaseUrls:
        """Make the data directory when it is missing, start the server or join the running one."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self._directory / "start.lock"):
            if not self.is_running():
                self._end_orphans()
                self._launch()
                self._prepare_database()
        return self.urls

    def stop(self) -> None:
        """Stop the server if this object started it, letting it write everything down."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # a "fast" shutdown: ends connections, keeps data
        process.wait(timeout=PATIENCE_SECONDS)
        if not self._socket_directory.is_relative_to(self._directory):
            shutil.rmtree(self._socket_directory.parent, ignore_errors=True)

    # -- where things are ------------------------------------------------------------------

    @property
    def _socket_directory(self) -> Path:
        near = self._directory / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return near
        name = hashlib.sha256(os.fsencode(self._directory)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"rondo-{os.geteuid()}-{name}" / "s"

    # -- joining ---------------------------------------------------------------------------

    def is_running(self) -> bool:
        """Return whether a server already serves this directory; clear away what a killed one left."""
        pid_file = self._data / "postmaster.pid"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (pid := _first_number(pid_file)) is not None:
            if not self._is_our_server(pid):
                # Another program may have been given the number of a server that was killed.
                pid_file.unlink(missing_ok=True)
                return False
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise HostingError(
                    f"A database server (process {pid}) holds {self._data} but does not answer. "
                    f"Nothing was lost. End that process (kill {pid}) and start Rondo again."
                )
            time.sleep(0.1)
        return False

    def _is_our_server(self, pid: int) -> bool:
        proc = Path("/proc") / str(pid)
        if Path("/proc/self").exists():
            try:
                return (proc / "cwd").samefile(self._data)
            except OSError:
                return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _answers(self) -> bool:
        try:
            self.administer().close()
        except psycopg.OperationalError:
            return False
        return True

    # -- starting --------------------------------------------------------------------------

    def _end_orphans(self) -> None:
        """End what a killed server left: nobody is served by it, and no new server starts beside it.

        A process that computes would notice only at its end. Elsewhere than on Linux it has to be waited for.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and (
            left := [p for p in _database_processes() if self._is_our_server(p)]
        ):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _launch(self) -> None:
        self._refuse_other_version(binaries := find_binaries(self._environ))
        account = server_account(self._data)
        binaries = binaries_for(account, binaries)
        if not self._data.exists():
            self._initialise(binaries, account)
        self._refuse_foreign_data(account)
        self._write_access_rules(account)
        self._prepare_socket_directory(account)
        log_file = self._directory / "server.log"
        with log_file.open("ab") as log, _reachable(self._data, self._socket_directory) as way:
            data, socket = way.names
            settings = {**ALWAYS, **(DURABLE if self._durable else FORGETFUL)}
            settings["unix_socket_directories"] = f'"{socket}"'
            options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            self._process = subprocess.Popen(
                [binaries.program("postgres"), "-D", data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_environment(),
                pass_fds=way.descriptors, start_new_session=True,
                user=account.drop_to_user, group=account.drop_to_group, extra_groups=account.drop_to_groups,
                preexec_fn=die_with_parent(signal.SIGINT),  # safe: the starter has one thread
            )  # fmt: skip
        self._meanwhile()
        self._wait_until_ready(self._process, log_file)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], log_file: Path) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                self._process = None
                last = log_file.read_text(errors="replace").splitlines()[-5:]
                raise HostingError("The database server did not start. Its last words:\n" + "\n".join(last))
            time.sleep(0.03)

    def _refuse_other_version(self, binaries: Binaries) -> None:
        held = _first_number(self._data / "PG_VERSION")
        if held is not None and held != binaries.major:
            raise HostingError(
                f"The data in {self._data} were written by PostgreSQL {held}; found here is PostgreSQL "
                f"{binaries.major}. Nothing was touched.\nEither set RONDO_PG_BIN to the programs of "
                f"PostgreSQL {held}, or make a backup with the release of Rondo that brought it "
                f"(rondo.py backup FILE), move {self._directory} away and restore the backup "
                "(rondo.py restore FILE)."
            )

    def _refuse_foreign_data(self, account: Account) -> None:
        if self._data.stat().st_uid != account.uid:
            raise HostingError(
                f"{self._data} belongs to another user than {account.name!r}. "
                "Start Rondo as the user who started it first."
            )

    def _initialise(self, binaries: Binaries, account: Account) -> None:
        """Make the data directory under another name, so that a killed attempt leaves none."""
        fresh = self._directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        _private_directory(fresh, account)
        locale = ["--locale=C"]
        if binaries.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        sync = [] if self._durable else ["--no-sync"]
        with _reachable(fresh) as way:
            made = subprocess.run(
                [binaries.program("initdb"), "-D", *way.names, f"--username={SUPERUSER}", "--encoding=UTF8",
                 "--auth=peer", "--no-instructions", *locale, *sync],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                cwd="/", env=_environment(), pass_fds=way.descriptors,
                user=account.drop_to_user, group=account.drop_to_group, extra_groups=account.drop_to_groups,
            )  # fmt: skip
        if made.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise HostingError(f"The database could not be made:\n{made.stderr.strip()}")
        fresh.rename(self._data)

    def _write_access_rules(self, account: Account) -> None:
        """Let in the operating system account of this process and no other."""
        user = server_account(Path("/nonexistent")).name if account.is_ours else "root"
        roles = (SUPERUSER, OWNER_ROLE, APP_ROLE)
        ident = "".join(f'rondo "{user}" {role}\n' for role in roles)
        for name, text in (("pg_hba.conf", "local all all peer map=rondo\n"), ("pg_ident.conf", ident)):
            path = self._data / name
            path.write_text(text)
            os.chown(path, account.uid, account.gid)

    def _prepare_socket_directory(self, account: Account) -> None:
        directory = self._socket_directory
        if not directory.is_relative_to(self._directory):
            claim_directory(directory.parent)
        shutil.rmtree(directory, ignore_errors=True)
        _private_directory(directory, account)

    def _prepare_database(self) -> None:
        """Make the two roles and the database where they are missing."""
        with self.administer() as connection:
            known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in (OWNER_ROLE, APP_ROLE):
                if role not in known:
                    connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                is None
            ):
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE} TEMPLATE template0")
                connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
                connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class _Way:
    """Names by which the server reaches its directories, and what must be handed down for them."""

    names: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


@contextmanager
def _reachable(*directories: Path) -> Iterator[_Way]:
    """Let the server reach directories below a parent it may not enter.

    An open directory is handed down and named through /proc: the tree may then lie in root's
    private home, and nobody's permissions have to be loosened.
    """
    if os.geteuid() != 0:
        yield _Way(tuple(map(str, directories)))
        return
    opened = tuple(os.open(directory, os.O_RDONLY | os.O_DIRECTORY) for directory in directories)
    try:
        yield _Way(tuple(f"/proc/self/fd/{descriptor}" for descriptor in opened), opened)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _database_processes() -> list[int]:
    """Return every process of any PostgreSQL server, as far as the kernel tells."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it went while we looked
            if (entry / "comm").read_text().strip() == "postgres":
                found.append(int(entry.name))
    return found


def _environment() -> dict[str, str]:
    """Return an environment in which nothing the operator set for other servers has a say."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _private_directory(directory: Path, account: Account) -> None:
    directory.mkdir(mode=0o700)
    os.chown(directory, account.uid, account.gid)


def claim_directory(directory: Path) -> None:
    """Make a directory in a place others can write to, and refuse one that somebody else made."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if directory.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise HostingError(f"{directory} was made by somebody else. Remove it and start again.")


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
