"""The tables go up and down, are what the code maps, and give the application no more than it needs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from app.hosting.database import (
    check_drift,
    clear_empty_tables,
    downgrade,
    is_current,
    is_empty,
    revision_of,
    role_of,
    upgrade,
)
from app.hosting.errors import HostingError
from app.hosting.postgres import DatabaseUrls
from tests.support.postgres import empty_database


@pytest.fixture
def fresh() -> Iterator[DatabaseUrls]:
    with empty_database("tables") as urls:
        yield urls


@pytest.fixture(scope="module")
def migrated() -> Iterator[DatabaseUrls]:
    with empty_database("migrated") as urls:
        upgrade(urls.owner_url, role_of(urls.app_url))
        yield urls


def tables_of(url: str) -> set[str]:
    engine = create_engine(url, poolclass=NullPool)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def execute(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_the_migrations_go_up_down_and_up_again(fresh: DatabaseUrls) -> None:
    role = role_of(fresh.app_url)
    upgrade(fresh.owner_url, role)
    first = tables_of(fresh.owner_url)

    downgrade(fresh.owner_url, "base")
    between = tables_of(fresh.owner_url)
    upgrade(fresh.owner_url, role)

    assert between == {"alembic_version"}
    assert tables_of(fresh.owner_url) == first


def test_the_tables_are_what_the_code_maps(migrated: DatabaseUrls) -> None:
    check_drift(migrated.owner_url)


def test_a_difference_is_found(fresh: DatabaseUrls) -> None:
    upgrade(fresh.owner_url, role_of(fresh.app_url))
    execute(fresh.owner_url, "ALTER TABLE organisation ADD COLUMN forgotten text")

    with pytest.raises(HostingError, match="differ"):
        check_drift(fresh.owner_url)


def test_an_upgrade_can_be_repeated(fresh: DatabaseUrls) -> None:
    assert not is_current(fresh.owner_url)
    for _ in range(2):
        upgrade(fresh.owner_url, role_of(fresh.app_url))

    assert is_current(fresh.owner_url)


def test_two_upgrades_at_once_wait_for_each_other(fresh: DatabaseUrls) -> None:
    def once(_: int) -> None:
        upgrade(fresh.owner_url, role_of(fresh.app_url))

    # Alembic keeps its context per process, so the second upgrade is only a lock holder's wait here.
    engine = create_engine(fresh.owner_url, poolclass=NullPool)
    with engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(text("SELECT pg_advisory_lock(7214003991)"))
        started = pool.submit(once, 0)
        with pytest.raises(TimeoutError):
            started.result(timeout=0.5)
        holder.execute(text("SELECT pg_advisory_unlock(7214003991)"))
        started.result(timeout=120)
    engine.dispose()

    assert is_current(fresh.owner_url)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = ''",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE alembic_version SET version_num = ''",
        "CREATE TABLE mine ()",
        "ALTER TABLE organisation ADD COLUMN mine text",
        "DROP TABLE organisation",
        "TRUNCATE organisation CASCADE",
    ],
)
def test_the_application_role_is_refused(migrated: DatabaseUrls, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        execute(migrated.app_url, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM audit_event",
        "DELETE FROM organisation",
        "UPDATE procrastinate_jobs SET priority = 1",
    ],
)
def test_the_application_role_may_work(migrated: DatabaseUrls, statement: str) -> None:
    execute(migrated.app_url, statement)


def test_an_unused_database_is_empty_and_can_be_cleared(fresh: DatabaseUrls) -> None:
    upgrade(fresh.owner_url, role_of(fresh.app_url))
    assert is_empty(fresh.owner_url)

    clear_empty_tables(fresh.owner_url, role_of(fresh.app_url))

    assert (tables_of(fresh.owner_url), revision_of(fresh.owner_url)) == (set(), None)


def test_a_used_database_is_never_cleared(fresh: DatabaseUrls) -> None:
    upgrade(fresh.owner_url, role_of(fresh.app_url))
    execute(
        fresh.owner_url,
        "INSERT INTO organisation (kind, code, name, time_zone, version)"
        " VALUES ('headquarters', 'HQ', 'Headquarters', 'Asia/Ho_Chi_Minh', 1)",
    )

    with pytest.raises(HostingError, match="holds data already"):
        clear_empty_tables(fresh.owner_url, role_of(fresh.app_url))

    assert "organisation" in tables_of(fresh.owner_url)


def test_an_address_without_a_role_is_refused() -> None:
    with pytest.raises(HostingError, match="names no role"):
        role_of("postgresql+psycopg:///training")
