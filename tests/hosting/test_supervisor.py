"""`run`: everything comes up together, survives what is killed, and goes in order."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.hosting.errors import HostingError
from app.hosting.local import ROOT, web_environment
from app.hosting.supervisor import listen
from config import Mode, Settings


def test_a_busy_port_that_was_asked_for_is_an_error_with_a_remedy() -> None:
    with listen("127.0.0.1", free_port()) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(HostingError, match=f"Port {port} is in use.*--port {port + 1}"):
            listen("127.0.0.1", port)


def test_a_busy_default_port_gives_way_to_the_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with listen("127.0.0.1", free_port()) as busy:
        port = busy.getsockname()[1]
        monkeypatch.setattr("app.hosting.supervisor.FIRST_PORT", port)
        with listen("127.0.0.1", None) as listener:
            taken = listener.getsockname()[1]

    assert taken > port
    assert capsys.readouterr().out == f"Port {port} is in use; Rondo takes {taken}.\n"


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(HostingError, match=r"The address 192\.0\.2\.1, port 8123, cannot be opened"):
        listen("192.0.2.1", 8123)


def test_an_unconfigured_machine_gets_safe_settings_and_keeps_its_secret(tmp_path: Path) -> None:
    environ = {"RONDO_VAR_DIRECTORY": str(tmp_path / "var")}
    first = web_environment(environ, host="127.0.0.1", port=8000)
    settings = Settings.from_environment({**first, "DATABASE_URL": "postgresql+psycopg:///x"})

    assert (settings.mode, settings.base_url) == (Mode.DEVELOPMENT, "http://127.0.0.1:8000")
    assert settings.hosts == ("127.0.0.1", "localhost", "::1")
    assert len(settings.secret_key) == 64
    assert web_environment(environ, host="127.0.0.1", port=8000) == first
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


@pytest.mark.parametrize("given", [{"DATABASE_URL": "postgresql:///x"}, {"RONDO_MODE": "production"}])
def test_a_configured_machine_is_told_what_it_lacks(tmp_path: Path, given: dict[str, str]) -> None:
    environ = {"RONDO_VAR_DIRECTORY": str(tmp_path), **given}

    assert "RONDO_SECRET_KEY" not in web_environment(environ, host="127.0.0.1", port=8000)


def test_what_the_operator_set_wins(tmp_path: Path) -> None:
    environ = {
        "RONDO_VAR_DIRECTORY": str(tmp_path),
        "RONDO_BASE_URL": "http://10.0.0.7",
        "RONDO_HOSTS": "10.0.0.7",
    }
    complete = web_environment(environ, host="0.0.0.0", port=80)

    assert (complete["RONDO_BASE_URL"], complete["RONDO_HOSTS"]) == ("http://10.0.0.7", "10.0.0.7")


class Running:
    """A whole installation in a directory of its own."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.port = free_port()
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("RONDO_", "DATABASE"))
        }
        environ |= {"RONDO_VAR_DIRECTORY": str(directory), **settings}
        self.told = directory.with_suffix(".log")
        with self.told.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.hosting", "run", "--port", str(self.port)],
                cwd=ROOT, env=environ, stdout=log, stderr=log,
            )  # fmt: skip

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def wait_for(self, status: int, path: str = "/readyz") -> None:
        deadline = time.monotonic() + 120
        while (found := self.status(path)) != status:
            assert time.monotonic() < deadline, (found, self.told.read_text())
            assert self.process.poll() is None, self.told.read_text()
            time.sleep(0.1)

    def processes(self) -> dict[str, int]:
        """Return the three programs by the name the kernel knows them by, once they are all there."""
        deadline = time.monotonic() + 120
        while set(found := self.children()) != {"rondo-web", "rondo-worker", "postgres"}:
            assert time.monotonic() < deadline, (found, self.told.read_text())
            time.sleep(0.1)
        return found

    def children(self) -> dict[str, int]:
        mine = Path("/proc") / str(self.process.pid) / "task" / str(self.process.pid) / "children"
        named = {}
        for pid in mine.read_text().split():
            with contextlib.suppress(FileNotFoundError):  # it went while we looked
                named[(Path("/proc") / pid / "comm").read_text().strip()] = int(pid)
        named.pop("rondo-welcome", None)  # it comes and goes
        return named


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    installation = Running(tmp_path / "var")
    yield installation
    installation.process.kill()
    installation.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
def test_everything_survives_what_is_killed_and_stops_in_order(running: Running) -> None:
    running.wait_for(200)
    first = running.processes()

    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    assert all(is_gone(pid) for pid in first.values())
    running.wait_for(200)
    again = running.processes()
    assert not set(again.values()) & set(first.values())

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=120) == 0
    assert all(is_gone(pid) for pid in again.values())
    assert running.status("/healthz") == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_nothing_outlives_a_killed_supervisor(running: Running) -> None:
    running.wait_for(200)
    children = running.processes()

    running.process.kill()
    running.process.wait()

    assert all(is_gone(pid) for pid in children.values())


def test_unsafe_settings_end_the_start_with_one_list(tmp_path: Path) -> None:
    unsafe = Running(tmp_path / "var", RONDO_MODE="production", RONDO_BASE_URL="http://training.example.org")

    assert unsafe.process.wait(timeout=120) == 1
    told = unsafe.told.read_text()
    assert told.count("RONDO_SECRET_KEY is missing") == 1
    assert told.count("RONDO_BASE_URL must begin with https://") == 1
    assert "Traceback" not in told
