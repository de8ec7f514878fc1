"""Acts at the same moment, each in a unit of work of its own, on committed data."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from flask import Flask

from app.kernel.db import connect, session
from app.kernel.errors import DomainError
from app.kernel.transaction import abandon, unit_of_work
from tests.support.postgres import database_for_worker

AT_ONCE = 6


@contextmanager
def committed_database(name: str) -> Iterator[None]:
    """Let the session work on a database of its own, in which commits last and several connections meet."""
    before = session.session_factory.kw.get("bind")
    session.remove()
    with database_for_worker(name) as urls:
        engine = connect(urls.app_url, pool_size=AT_ONCE)
        try:
            yield
        finally:
            session.remove()
            engine.dispose()
            session.configure(bind=before)


def keep() -> None:
    """Commit what a test has laid out, and begin anew."""
    session.commit()
    abandon()


def all_at_once(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run the acts at the same moment; count how they ended: done, or by the name of what refused them."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            with app.app_context(), unit_of_work():
                act()
        except DomainError as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))
