"""What every test may ask for: a database of its own, rolled back after it; the application; a page client."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.factory import create_app
from app.hosting.postgres import DatabaseUrls
from app.kernel import transaction
from app.kernel.db import session
from config import Mode, Settings
from tests.support.at_once import committed_database
from tests.support.pages import PageClient
from tests.support.postgres import database_for_worker
from tests.support.queries import QueryCounter

# Compiled code of the searches stays beside the sources, for all tests together; see app/jobs/compiled.py.
os.environ.setdefault("NUMBA_CACHE_DIR", "")

# The same examples in every run, so that a failure is of the change at hand; "--hypothesis-profile explore" looks
# for new ones.
hypothesis_settings.register_profile("same", deadline=None, max_examples=60, derandomize=True, database=None)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=400, print_blob=True)
hypothesis_settings.load_profile("same")


@pytest.fixture(scope="session")
def database_urls(worker_id: str) -> Iterator[DatabaseUrls]:
    """The addresses of this worker's own database, built by the migrations."""
    with database_for_worker(worker_id) as urls:
        yield urls


@pytest.fixture(scope="session")
def engine(database_urls: DatabaseUrls) -> Iterator[Engine]:
    """An engine on this worker's database, in the application's own role."""
    engine = create_engine(
        database_urls.app_url, poolclass=NullPool, connect_args={"options": "-c timezone=UTC"}
    )
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def settings(database_urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test application: cheap password hashes, files in a temporary directory."""
    return replace(
        Settings(
            secret_key="only for tests, never anywhere else",
            database_url=database_urls.app_url,
            base_url="http://localhost",
            hosts=("localhost",),
            mode=Mode.TEST,
        ),
        var_directory=tmp_path_factory.mktemp("var"),
        default_locale="en",
        argon2_time_cost=1,
        argon2_memory_kib=8,
        argon2_parallelism=1,
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The application, made once per worker."""
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose outer transaction is rolled back, whatever the test commits inside."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def db(connection: Connection) -> Iterator[Session]:
    """The session that the code under test uses too; its commits end in savepoints."""
    transaction.abandon()
    bind = session.session_factory.kw.get("bind")
    session.configure(bind=connection, join_transaction_mode="create_savepoint")
    yield session()
    transaction.abandon()
    session.configure(bind=bind, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def committed(app: Flask, worker_id: str) -> Iterator[None]:
    """A database of the test's own for those who act at the same moment; ``db`` is not to be asked for beside it."""
    with committed_database(f"{worker_id}_at_once"):
        yield


@pytest.fixture
def client(app: Flask, db: Session) -> PageClient:
    """A browser that inspects every page it is given."""
    return PageClient(app)


@pytest.fixture
def queries(connection: Connection) -> QueryCounter:
    """Counts the statements sent to the database."""
    return QueryCounter(connection)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this test process; ``master`` when there is only one."""
    workers = getattr(request.config, "workerinput", None)
    return str(workers["workerid"]) if workers else "master"
