"""`flask accounts`: for an operator whose administrator cannot get in and gets no mail."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.accounts.commands.links import make_reset_link
from app.kernel.clock import now
from app.kernel.transaction import unit_of_work

account_commands = AppGroup("accounts", help="Help somebody back into their account.")


@account_commands.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a link by which the owner of the account EMAIL chooses a new password within one hour."""
    with unit_of_work():
        token = make_reset_link(email=email, by="command line", at=now())
    if token is None:
        raise click.ClickException(f"No enabled account has the address {email}.")
    click.echo(f"{current_app.config['SETTINGS'].base_url}/password/{token}")
