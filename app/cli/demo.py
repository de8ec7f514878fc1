"""`flask demo`: fill an empty database with the demonstration academy."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import with_appcontext

from app.demo.build import build_demonstration
from app.demo.unfinished import WHAT_TO_DO, is_unfinished, marked
from app.hosting.database import downgrade, is_empty, role_of, upgrade
from app.kernel.clock import now
from config import Settings

NOT_EMPTY = (
    "The database holds data already, and the demonstration is only entered into an empty one. "
    "Nothing was changed. For a demonstration beside it, set RONDO_VAR_DIRECTORY to a directory of its own."
)


@click.command("demo")
@click.option("--anew", is_flag=True, help="Empty the database of an interrupted demonstration first.")
@with_appcontext
def demo(anew: bool) -> None:
    """Enter the demonstration academy; only into an empty database."""
    settings: Settings = current_app.config["SETTINGS"]
    if not is_empty(settings.owner_database_url):
        if not is_unfinished(settings.var_directory):
            raise click.ClickException(NOT_EMPTY)
        if not anew:
            raise click.ClickException(WHAT_TO_DO)
        click.echo("Emptying the database of the interrupted demonstration ...")
        downgrade(settings.owner_database_url, "base")
        upgrade(settings.owner_database_url, role_of(settings.database_url))
    begun = time.monotonic()

    def say(what: str) -> None:
        click.echo(f"{time.monotonic() - begun:5.1f} s  {what}")

    with marked(settings.var_directory):
        built = build_demonstration(
            passwords=current_app.extensions["passwords"],
            secret=settings.secret_key,
            var_directory=settings.var_directory,
            at=now(),
            say=say,
        )
    click.echo(f"The sign-ins are in {built.file}.")
