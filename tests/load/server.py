"""How long the web server takes to its first page, and what memory all of its processes have together."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import URL

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
VISITS = 40


@dataclass(frozen=True, slots=True)
class Served:
    """Seconds to the first page of a started server, on the clock and of processor time, and megabytes at the end."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    processes: int


def measure_server(database: URL, secret: str, addresses: Sequence[tuple[str, str]]) -> Served:
    """Start gunicorn as it is deployed, ask for the addresses (each with its cookie), and look at its memory.

    It is started twice, and the second time counts: what is deployed was compiled before, by its installation or by
    its first start.
    """
    _start_and_ask(database, secret, ())
    return _start_and_ask(database, secret, addresses)


def _start_and_ask(database: URL, secret: str, addresses: Sequence[tuple[str, str]]) -> Served:
    port = _free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": database.render_as_string(hide_password=False),
        "RONDO_MODE": "test",
        "RONDO_SECRET_KEY": secret,
        "RONDO_BASE_URL": f"http://localhost:{port}",
        "RONDO_HOSTS": "localhost",
    }
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    words = [
        sys.executable, "-m", "gunicorn", "-c", "python:app.hosting.webserver", "-b", f"127.0.0.1:{port}",
    ]  # fmt: skip
    begun = time.perf_counter()
    server = subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        seconds = time.perf_counter() - begun
        spent = sum(map(_seconds_used, _family(server.pid)))
        for _ in range(VISITS):
            for address, cookie in addresses:
                _visit(port, address, cookie)
        processes = _family(server.pid)
        return Served(seconds, spent, sum(map(_proportional_kilobytes, processes)) / 1024, len(processes))
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_SECONDS)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            _visit(port, "/sign-in", "")
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("The web server did not start.")


def _visit(port: int, address: str, cookie: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(
            "GET", address, headers={"Host": "localhost", "Cookie": cookie, "Accept-Encoding": "br"}
        )
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
    finally:
        connection.close()


def _family(process: int) -> list[int]:
    children = (Path("/proc") / str(process) / "task" / str(process) / "children").read_text().split()
    return [process, *(number for child in children for number in _family(int(child)))]


def _seconds_used(process: int) -> float:
    words = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK")


def _proportional_kilobytes(process: int) -> int:
    """What the process holds, shared pages counted by their part: the sum over processes is what they need."""
    for line in (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError(f"Process {process} does not say what memory it has.")
