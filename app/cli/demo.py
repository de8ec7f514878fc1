"""`flask demo`: fill an empty database with the demonstration academy."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import with_appcontext

from app.demo.build import build_demonstration
from app.hosting.database import is_empty
from app.kernel.clock import now


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Enter the demonstration academy; only into an empty database."""
    settings = current_app.config["SETTINGS"]
    if not is_empty(settings.owner_database_url):
        raise click.ClickException(
            "The database holds data already, and the demonstration is only entered into an empty one. "
            "Nothing was changed. For a demonstration beside it, set RONDO_VAR_DIRECTORY to a directory of its own."
        )
    begun = time.monotonic()

    def say(what: str) -> None:
        click.echo(f"{time.monotonic() - begun:5.1f} s  {what}")

    built = build_demonstration(
        passwords=current_app.extensions["passwords"],
        secret=settings.secret_key,
        var_directory=settings.var_directory,
        at=now(),
        say=say,
    )
    click.echo(f"The sign-ins are in {built.file}.")
