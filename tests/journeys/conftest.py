"""A whole Rondo for the stories: web server, worker and database of their own, and a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.hosting.postgres import DatabaseUrls
from app.kernel import transaction
from app.kernel.db import connect, session
from tests.support.browser import find_browser
from tests.support.postgres import database_for_worker

ROOT = Path(__file__).resolve().parents[2]
WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 375, "height": 740}
START_WITHIN = 180
# How long a page may take is measured by the benchmarks; a story waits for as long as a busy machine needs.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Rondo:
    """A running installation."""

    base_url: str
    urls: DatabaseUrls
    var: Path

    def mails(self) -> list[str]:
        """Return the mails sent so far, oldest first, as their raw text."""
        return [path.read_text(encoding="utf-8") for path in sorted((self.var / "mail").glob("*.eml"))]


@pytest.fixture(scope="session")
def rondo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rondo]:
    """Serve Rondo from an empty, migrated database."""
    var = tmp_path_factory.mktemp("var")
    with database_for_worker("journeys") as urls:
        port = _free_port()
        environ = {
            **os.environ,
            "DATABASE_URL": urls.app_url,
            "RONDO_OWNER_DATABASE_URL": urls.owner_url,
            "RONDO_MODE": "test",
            "RONDO_SECRET_KEY": "only for tests, never anywhere else",
            "RONDO_BASE_URL": f"http://127.0.0.1:{port}",
            "RONDO_HOSTS": "127.0.0.1",
            "RONDO_VAR_DIRECTORY": str(var),
            "RONDO_DEFAULT_LOCALE": "en",
            "RONDO_ARGON2_MEMORY_KIB": "64",
            "RONDO_ARGON2_TIME_COST": "1",
            "PYTHONPATH": str(ROOT),
        }
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:app.hosting.webserver",
            "-b",
            f"127.0.0.1:{port}",
        ]
        worker = [sys.executable, "-m", "flask", "--app", "app.factory", "worker"]
        log = (var / "log").open("wb")
        started = [subprocess.Popen(c, cwd=ROOT, env=environ, stdout=log, stderr=log) for c in (web, worker)]
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", var / "log")
            yield Rondo(f"http://127.0.0.1:{port}", urls, var)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)
            log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    found = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.executable, args=list(found.arguments))
        yield browser
        browser.close()


@pytest.fixture
def stored(rondo: Rondo) -> Iterator[None]:
    """Let the factories write into the running installation; committed when the test commits."""
    engine = connect(rondo.urls.app_url)
    yield
    transaction.abandon()
    session.remove()
    engine.dispose()


@pytest.fixture
def open_page(browser: Browser, rondo: Rondo) -> Iterator[Callable[..., Page]]:
    """Open a window of one's own: ``open_page(phone=True, dark=True, locale="vi")``."""
    contexts = []

    def open_window(
        *, phone: bool = False, dark: bool = False, locale: str = "en", scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=rondo.base_url,
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]  # a mapping of two numbers
            color_scheme="dark" if dark else "light",
            locale=locale,
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"Rondo did not start:\n{log.read_text(errors='replace')[-4000:]}")
