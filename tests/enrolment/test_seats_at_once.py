"""Many people ask for the last seats at once, on a committed database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.hosting.postgres import DatabaseUrls
from app.kernel.db import session
from tests.load.seats import by_command, by_counting_first, drop_trigger, storm
from tests.support.postgres import database_for_worker


@pytest.fixture
def urls(worker_id: str) -> Iterator[DatabaseUrls]:
    """A database of its own, because threads see only what is committed."""
    bind = session.session_factory.kw.get("bind")
    with database_for_worker(f"seats_{worker_id}") as urls:
        yield urls
    session.remove()
    session.configure(bind=bind)


def test_no_seat_is_given_twice(urls: DatabaseUrls, engine: Engine) -> None:
    found = storm(urls, by_command, rounds=3, calls=12, seats=5, writers=6)

    assert (found.over, found.short) == (0, 0)
    assert found.answers == {"enrolled": 15, "full": 21}


def test_the_same_check_finds_seats_given_twice(urls: DatabaseUrls, engine: Engine) -> None:
    drop_trigger(urls)

    found = storm(urls, by_counting_first, rounds=10, calls=12, seats=5, writers=6)

    assert found.over > 0
