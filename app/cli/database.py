"""`flask database`: bring the tables to this release, and look whether they are."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.hosting import database as tables
from app.hosting.errors import HostingError

database_commands = AppGroup("database", help="Upgrade and check the tables.")


@database_commands.command("upgrade")
@click.option("--revision", default="head", show_default=True, help="Stop at this migration.")
def upgrade(revision: str) -> None:
    """Bring the tables to this release and give the application role its rights."""
    settings = current_app.config["SETTINGS"]
    tables.upgrade(settings.owner_database_url, tables.role_of(settings.database_url), revision=revision)
    click.echo("The database is up to date.")


@database_commands.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to an earlier migration. Data of later tables are lost."""
    click.confirm(f"Go back to {revision} and lose what later tables hold?", abort=True)
    tables.downgrade(current_app.config["SETTINGS"].owner_database_url, revision)


@database_commands.command("check")
def check() -> None:
    """Fail when the tables differ from what this release expects."""
    try:
        tables.check_drift(current_app.config["SETTINGS"].owner_database_url)
    except HostingError as error:
        raise click.ClickException(str(error)) from error
    click.echo("The tables are as this release expects them.")
