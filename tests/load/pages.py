"""What the main pages cost, beside a bare page over the same rows: `python -m tests.load.pages`.

Fills a database of its own (see ``tests.load.fill`` and ``tests.load.scenes``) and prints for each page: statements,
with those of a nearly empty organisation behind them; processor time of application and database, and the same as a
multiple of the floor's in the same run; how long it takes; and what a browser fetches that has nothing of the site yet.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Engine, create_engine, select

from app.accounts.models import Account
from app.accounts.passwords import Passwords
from app.factory import create_app
from app.hosting.database import upgrade
from app.hosting.postgres import APP_ROLE
from app.kernel.db import session
from app.kernel.events import take_recorded
from app.organisations.models import Organisation
from config import Mode, Settings
from tests.factories.organisations import make_organisation
from tests.load.fill import fill
from tests.load.floor import make_floor
from tests.load.imports import measure_import
from tests.load.main_pages import PAGES, Measured
from tests.load.measuring import Ask, Browser, Compared, Meter, cold_load, counted
from tests.load.scenes import LARGE, SMALL, Scene, set_scene
from tests.load.server import measure_server
from tests.support.postgres import empty_database

SECRET = "only for measuring, never anywhere else"
PASSWORD = "bốn con vịt bơi ngược dòng"
LINKS = 200
MOST_STATEMENTS, MOST_BYTES, MOST_REQUESTS = 12, 100_000, 10
HEADINGS = (
    "page",
    "statements",
    "small",
    "CPU ms",
    "ratio",
    "target",
    "p50 ms",
    "p95 ms",
    "KB cold",
    "requests",
)
LINE = "{:<40} {:>10} {:>5} {:>7} {:>6} {:>6} {:>7} {:>7} {:>7} {:>8}  {}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report. What was not looked at is none."""

    name: str
    compared: Compared
    target: float | None
    statements: int | None = None
    small: int | None = None
    cold_bytes: int | None = None
    requests: int | None = None

    @property
    def missed(self) -> list[str]:
        """Which targets the page misses."""
        found = []
        if self.target is not None and self.compared.ratio > self.target:
            found.append("ratio")
        if self.statements is not None and self.statements > MOST_STATEMENTS:
            found.append("statements")
        if self.statements is not None and self.small is not None and self.statements > self.small:
            found.append("statements grow")
        if (self.cold_bytes or 0) > MOST_BYTES or (self.requests or 0) > MOST_REQUESTS:
            found.append("cold load")
        return found


@dataclass(frozen=True, slots=True)
class Ground:
    """What is measured: the application, its floor, and the two scenes."""

    app: Flask
    floor: Flask
    engine: Engine
    meter: Meter
    large: Scene
    small: Scene


@contextmanager
def ground() -> Iterator[Ground]:
    """Fill a database of one's own and put the applications upon it."""
    with empty_database("pages") as urls:
        upgrade(urls.owner_url, APP_ROLE)
        owner, begun = create_engine(urls.owner_url), time.perf_counter()
        fill(owner)
        owner.dispose()
        print(f"filled in {time.perf_counter() - begun:.0f} s")
        with ground_on(urls.app_url) as found:
            yield found


@contextmanager
def ground_on(app_url: str) -> Iterator[Ground]:
    """Put the applications and the scenes upon a database that is filled already."""
    settings = Settings(
        secret_key=SECRET,
        database_url=app_url,
        base_url="http://localhost",
        hosts=("localhost",),
        mode=Mode.TEST,
    )
    app, beside = create_app(settings), create_engine(app_url, pool_pre_ping=True)
    with app.app_context():
        head = session.scalars(select(Organisation).order_by(Organisation.id)).first()
        assert head is not None
        large = set_scene(LARGE, head, SECRET, links=LINKS)
        small = set_scene(SMALL, make_organisation(code="SMALL"), SECRET, links=LINKS)
        take_recorded()
        session.commit()
        session.remove()
    engine: Engine = app.extensions["engine"]
    try:
        yield Ground(app, make_floor(beside), engine, Meter(beside), large, small)
    finally:
        engine.dispose()
        beside.dispose()


def measure_pages(on: Ground, pages: Sequence[Measured]) -> Iterator[Line]:
    """Measure each page beside its floor."""
    for page in pages:
        browser = Browser(on.app, page.asked_by(on.large))
        product = browser.get(page.address(on.large))
        floor = Browser(on.floor).get(page.floor(on.large))
        small = Browser(on.app, page.asked_by(on.small)).get(page.address(on.small))
        requests, size = cold_load(product(), browser)
        yield Line(
            page.name,
            on.meter.compare(product, floor),
            page.target,
            _statements(on.engine, product),
            _statements(on.engine, small),
            size,
            requests,
        )


def _statements(engine: Engine, wanted: Ask) -> int:
    wanted()
    with counted(engine) as sent:
        wanted()
    return len(sent)


def measure_answering(on: Ground) -> Iterator[Line]:
    """Measure the survey's form and its answer together: beside the floor, and with 2,000 answers beside none."""
    sheet = {f"q{number}": str(1 + number % 5) for number in range(1, 21)}
    floor = Browser(on.floor)
    wave = on.large.closed_wave_id

    def answering(links: Iterator[str]) -> Ask:
        browser = Browser(on.app)

        def act() -> None:
            address = next(links)
            browser.get(address)()
            browser.post(address, sheet)

        return act

    def bare() -> None:
        floor.get(f"/answer/{wave}")()
        floor.post(f"/answer/{wave}", sheet)

    among, alone = iter(on.large.links_of_answered), iter(on.large.links_of_empty)
    compared = on.meter.compare(answering(among), bare)
    page = Browser(on.app).get(next(among))
    requests, size = cold_load(page(), Browser(on.app))
    with counted(on.engine) as sent:
        page()
    form = len(sent)
    small = _statements(on.engine, Browser(on.app).get(on.small.links_of_answered[0]))
    yield Line("Survey form and answer", compared, 4, form, small, size, requests)
    with counted(on.engine) as sent:
        Browser(on.app).post(next(among), sheet)
    yield Line(
        "with 2,000 answers beside an empty survey",
        on.meter.compare(answering(among), answering(alone)),
        1.2,
        len(sent),
    )


def measure_sign_in(on: Ground) -> Iterator[Line]:
    """Measure signing in beside the password's hash alone."""
    passwords: Passwords = on.app.extensions["passwords"]
    kept = passwords.hash(PASSWORD)
    with on.app.app_context():
        account = session.get_one(Account, _account_of(on.large.manager_email))
        account.password_hash = kept
        session.commit()
        session.remove()
    form = {"email": on.large.manager_email, "password": PASSWORD}
    browser = Browser(on.app)

    def sign_in() -> None:
        if browser.post("/sign-in", form).status != 302:
            raise RuntimeError("Nobody was signed in.")

    def hash_alone() -> None:
        passwords.matches(PASSWORD, kept)

    page = browser.get("/sign-in")
    requests, size = cold_load(page(), browser)
    compared = on.meter.compare(sign_in, hash_alone)
    yield Line("Sign-in", compared, 1.3, _statements(on.engine, sign_in), None, size, requests)


def _account_of(email: str) -> int:
    return session.scalars(select(Account.id).where(Account.email == email)).one()


def write(line: Line) -> str:
    """Return the line as it is printed."""
    cost = line.compared.product
    return LINE.format(
        line.name,
        _or_dash(line.statements),
        _or_dash(line.small),
        f"{cost.cpu:.1f}",
        f"{line.compared.ratio:.2f}",
        _or_dash(line.target),
        f"{cost.p50:.1f}",
        f"{cost.p95:.1f}",
        "–" if line.cold_bytes is None else f"{line.cold_bytes / 1000:.1f}",
        _or_dash(line.requests),
        "missed: " + ", ".join(line.missed) if line.missed else "",
    ).rstrip()


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)


def main(only: str = "") -> int:
    """Measure and print; fails when a target of a page is missed."""
    with ground() as on:
        missed = report(on, only)
        if not only:
            report_further(on)
    return missed


def report(on: Ground, only: str = "") -> int:
    """Print every line as soon as it is known; return how the program ends."""
    print(LINE.format(*HEADINGS, "").rstrip())
    missed = 0
    parts = (measure_pages(on, [page for page in PAGES if only in page.name]),)
    further = () if only else (measure_answering(on), measure_sign_in(on))
    for part in (*parts, *further):
        for line in part:
            print(write(line), flush=True)
            missed += bool(line.missed)
    return 1 if missed else 0


def report_further(on: Ground) -> None:
    """Print what imports, the start and the memory of the web server cost."""
    for rows, sessions in ((2_000, 0), (5_000, 0), (2_000, 20)):
        done = measure_import(on.app, on.meter, rows, sessions=sessions)
        print(
            f"import of {rows} new people into {sessions} sessions: checked in {done.check_seconds:.1f} s"
            f" ({done.check_statements} statements), done in {done.run_seconds:.1f} s"
            f" ({done.run_statements}); processor {done.cpu_seconds:.1f} s",
            flush=True,
        )
    asked = [(page.address(on.large), Browser(on.app, page.asked_by(on.large)).cookie) for page in PAGES]
    served = measure_server(on.engine.url, SECRET, asked)
    print(
        f"web server: first page after {served.seconds:.1f} s (processor {served.cpu_seconds:.1f} s);"
        f" {served.processes} processes with {served.megabytes:.0f} MB together"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
