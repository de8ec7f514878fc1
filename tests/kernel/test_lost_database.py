"""A database that goes away amid a unit of work takes with it what was not committed, and nothing else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from app.hosting.postgres import DatabaseUrls
from app.kernel import transaction
from app.kernel.db import session


@pytest.fixture
def pooled(database_urls: DatabaseUrls) -> Iterator[Engine]:
    """Give the session an engine with a pool, as it has when it serves."""
    engine = create_engine(database_urls.app_url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    transaction.abandon()
    bind = session.session_factory.kw.get("bind")
    session.configure(bind=engine)
    yield engine
    transaction.abandon()
    session.configure(bind=bind)
    engine.dispose()


def test_a_unit_of_work_ends_quietly_when_its_connection_is_gone(pooled: Engine, engine: Engine) -> None:
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    transaction.abandon()

    assert session.scalar(text("SELECT pg_backend_pid()")) != pid
    transaction.abandon()
    assert pooled.pool.checkedout() == 0  # type: ignore[attr-defined]  # a pool of this kind counts
