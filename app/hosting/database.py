"""Brings a database to this release's tables, and gives the application role its rights.

Run as the owner of the database. The application role may read and write rows, never tables;
of the audit log it may only add and read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from app.hosting.connection import connected
from app.hosting.errors import HostingError

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
# Any fixed number will do; it only has to be the same for every process that upgrades.
UPGRADE_LOCK = 7_214_003_991
ADD_ONLY_TABLES = ("audit_event",)
# A first row in any of these means that somebody began to use the installation.
TELLING_TABLES = ("organisation", "person", "account", "audit_event")

logger = logging.getLogger(__name__)


def upgrade(owner_url: str, app_role: str, *, revision: str = "head") -> None:
    """Bring the database to `revision` and grant the application role its rights; repeatable."""
    with _alone(owner_url) as (connection, config):
        command.upgrade(config, revision)
        grant_rights(connection, app_role)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database back to `revision` (`base` for none)."""
    with _alone(owner_url) as (_, config):
        command.downgrade(config, revision)


def check_drift(owner_url: str) -> None:
    """Raise a `HostingError` when the tables differ from what the code maps."""
    with _alone(owner_url) as (_, config):
        try:
            command.check(config)
        except CommandError as error:
            raise HostingError(f"The migrations and the models differ: {error}") from error


def role_of(url: str) -> str:
    """Return the database role named in an address."""
    role = make_url(url).username
    if not role:
        raise HostingError("The database address names no role: write postgresql+psycopg://role@host/name.")
    return role


def grant_rights(connection: Connection, app_role: str) -> None:
    """Give the application role exactly the rights it needs on everything there is."""
    role = connection.dialect.identifier_preparer.quote_identifier(app_role)
    # An installation may use a single role; the owner cannot be kept from its own tables.
    if connection.scalar(text("SELECT current_user")) == app_role:
        return
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}"))
    for table in (*ADD_ONLY_TABLES, "alembic_version"):
        if connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"public.{table}"}) is not None:
            connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON public.{table} FROM {role}"))
    if connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is not None:
        connection.execute(text(f"REVOKE INSERT ON public.alembic_version FROM {role}"))


def is_current(owner_url: str) -> bool:
    """Return whether the database is already at this release's newest migration."""
    return revision_of(owner_url) == _scripts().get_current_head()


def revision_of(owner_url: str) -> str | None:
    """Return the migration a database is at, or None when it has none of our tables."""
    with connected(owner_url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows_revision(revision: str) -> bool:
    """Return whether this release can start from a database at `revision`."""
    return any(script.revision == revision for script in _scripts().walk_revisions())


def server_version(owner_url: str) -> str:
    """Return the version of the server, as it calls itself."""
    with connected(owner_url) as connection:
        return str(connection.scalar(text("SHOW server_version")))


def is_empty(owner_url: str) -> bool:
    """Return whether nobody has entered anything: no tables at all, or none of these has a row."""
    with connected(owner_url) as connection:
        for table in TELLING_TABLES:
            if connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"public.{table}"}) is None:
                continue
            if connection.scalar(text(f"SELECT EXISTS (SELECT FROM public.{table})")):
                return False
        return True


def clear_empty_tables(owner_url: str, app_role: str) -> None:
    """Take away the tables of a database that was never used; refuse one that holds or serves anything."""
    if not is_empty(owner_url):
        raise HostingError(
            "The database holds data already and was not touched. Restore into an empty one: make another "
            "database, or stop Rondo and move var/postgres away."
        )
    with connected(owner_url) as connection:
        served = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND usename = :role AND pid <> pg_backend_pid()"
            ),
            {"role": app_role},
        )
    if served:
        raise HostingError("Rondo is running on this database. Stop it first; nothing was touched.")
    if revision_of(owner_url) is not None:
        downgrade(owner_url, "base")
    with _alone(owner_url) as (connection, _):
        connection.execute(text("DROP TABLE IF EXISTS public.alembic_version"))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


@contextmanager
def _alone(owner_url: str) -> Iterator[tuple[Connection, Config]]:
    """Open one transaction as the owner, in which no other process upgrades."""
    with connected(owner_url) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        config = Config(stdout=StringIO())  # its small talk is not for our readers
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        yield connection, config
