"""Asks an application for pages in its own process and measures what they cost, the database's share included."""

import io
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

import brotli
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, event, text
from werkzeug.test import EnvironBuilder, run_wsgi_app

BROWSER = [
    ("Accept-Encoding", "gzip, br"),
    ("Accept-Language", "vi"),
    ("User-Agent", "Mozilla/5.0 (measured)"),
]
REFERENCES = re.compile(
    r'<(?:link[^>]*?rel="(?:stylesheet|icon|preload|modulepreload)"[^>]*?href|script[^>]*?src|img[^>]*?src)="([^"]+)"'
)
SECRET = bytes.fromhex("ab" * 32)
WARMING = 3

Ask = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    body: bytes
    is_brotli: bool
    location: str

    @property
    def text(self) -> str:
        """The page as it reads."""
        return (brotli.decompress(self.body) if self.is_brotli else self.body).decode()


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request costs: processor time of process and database, and how long it takes, in milliseconds."""

    cpu: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A page beside its floor, asked for in turn."""

    product: Cost
    floor: Cost

    @property
    def ratio(self) -> float:
        """Processor time as a multiple of the floor's."""
        return self.product.cpu / self.floor.cpu


class Browser:
    """Asks an application in this process, as somebody who is signed in or as nobody."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self._app = app
        self.cookie = ""
        kept: dict[str, object] = {"csrf": SECRET.hex()}
        if token is not None:
            kept.update(_user_id=token, _fresh=True)
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        if signer is not None:
            self.cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(kept)}"

    def get(self, address: str) -> Ask:
        """Return what asks for the page; the request is put together once, so that only its answer is measured."""
        environ = self._environ(address, "GET")
        return lambda: self._run({**environ, "wsgi.input": io.BytesIO()})

    def post(self, address: str, form: Mapping[str, str]) -> Answered:
        """Send a form of ours."""
        body = urlencode({**form, "csrf_token": urlsafe_b64encode(bytes(32) + SECRET).decode()}).encode()
        environ = self._environ(address, "POST")
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        environ["CONTENT_LENGTH"] = str(len(body))
        return self._run({**environ, "wsgi.input": io.BytesIO(body)})

    def _environ(self, address: str, method: str) -> dict[str, Any]:
        path, _, query = address.partition("?")
        environ = EnvironBuilder(
            path, "http://localhost", query, method=method, headers=[*BROWSER, ("Cookie", self.cookie)]
        ).get_environ()
        return {**environ, "REMOTE_ADDR": "127.0.0.1"}

    def _run(self, environ: dict[str, Any]) -> Answered:
        parts, status, headers = run_wsgi_app(self._app.wsgi_app, environ, buffered=True)
        body, code = b"".join(parts), int(status.split()[0])
        if code >= 400:
            raise RuntimeError(f"{environ['PATH_INFO']}: {status}\n{body[:400]!r}")
        return Answered(code, body, headers.get("Content-Encoding") == "br", headers.get("Location", ""))


class Meter:
    """Reads what this process and its database connections have used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def compare(self, product: Ask, floor: Ask, *, rounds: int = 5, each: int = 8) -> Compared:
        """Ask for both in turn, round by round, so that a busy machine is as busy for the one as for the other."""
        for _ in range(WARMING):
            product()
            floor()
        costs: tuple[list[Cost], list[Cost]] = ([], [])
        for _ in range(rounds):
            for kept, wanted in zip(costs, (product, floor), strict=True):
                kept.append(self._cost(wanted, each))
        return Compared(_middle(costs[0]), _middle(costs[1]))

    def spent(self) -> int:
        """Return the nanoseconds of processor time used so far, that of the database's present connections included."""
        return time.process_time_ns() + _used(self._backends())

    def _cost(self, wanted: Ask, times: int) -> Cost:
        backends = self._backends()
        before, taken = time.process_time_ns() + _used(backends), []
        for _ in range(times):
            begun = time.perf_counter()
            wanted()
            taken.append(1000 * (time.perf_counter() - begun))
        spent = time.process_time_ns() + _used(backends) - before
        return Cost(spent / times / 1e6, median(taken), quantiles(taken, n=20)[-1])

    def _backends(self) -> Sequence[int]:
        """The database's processes that serve us; they were all begun while warming."""
        with self._engine.connect() as connection:
            return connection.scalars(
                text(
                    "SELECT pid FROM pg_stat_activity"
                    " WHERE datname = current_database() AND backend_type = 'client backend'"
                )
            ).all()


def _used(processes: Sequence[int]) -> int:
    """Return the nanoseconds that the processes were on a processor."""
    total = 0
    for process in processes:
        try:
            total += int((Path("/proc") / str(process) / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue
    return total


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.p50 for cost in costs),
        median(cost.p95 for cost in costs),
    )


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that are sent inside."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def cold_load(page: Answered, browser: Browser) -> tuple[int, int]:
    """Return how many requests a browser makes that has nothing of the site yet, and how many bytes it gets."""
    wanted = sorted(set(REFERENCES.findall(page.text)))
    return 1 + len(wanted), len(page.body) + sum(len(browser.get(address)().body) for address in wanted)
