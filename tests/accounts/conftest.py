"""What the tests of the accounts share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.accounts.models import Account
from app.accounts.passwords import Passwords
from app.hosting.postgres import DatabaseUrls
from app.kernel import transaction
from app.kernel.db import session

PASSWORD = "bốn con trâu trắng qua sông"


@pytest.fixture
def passwords(app: Flask) -> Passwords:
    """The hasher of the test application."""
    hasher: Passwords = app.extensions["passwords"]
    return hasher


@pytest.fixture
def give_password(passwords: Passwords) -> Callable[[Account], Account]:
    """Gives an account the password that all made-up people have."""

    def give(account: Account) -> Account:
        account.password_hash = passwords.hash(PASSWORD)
        session.flush()
        return account

    return give


@pytest.fixture
def committed(app: Flask, database_urls: DatabaseUrls) -> Iterator[None]:
    """Let the test commit for real, each thread on its own connection; every table is empty before and after."""
    _empty_every_table(database_urls.owner_url)
    session.configure(bind=app.extensions["engine"])
    yield
    _empty_every_table(database_urls.owner_url)


def _empty_every_table(owner_url: str) -> None:
    transaction.abandon()
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        tables = connection.scalars(
            text(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename NOT IN ('alembic_version', 'audit_event')"
            )
        ).all()
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text(f"TRUNCATE {', '.join(tables)}, audit_event CASCADE"))
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER USER"))
    engine.dispose()


@pytest.fixture
def mailbox(app: Flask) -> Path:
    """Where the test application writes mails."""
    directory: Path = app.config["SETTINGS"].var_directory / "mail"
    return directory
