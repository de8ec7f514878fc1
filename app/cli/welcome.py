"""`flask welcome`: where Rondo is, and how to get in the first time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.accounts.commands.first_run import make_first_run_link
from app.accounts.queries import find_account_by_email
from app.demo.unfinished import WHAT_TO_DO, is_unfinished
from app.kernel.clock import now
from app.kernel.transaction import unit_of_work
from config import Settings

DEMO_SIGN_INS = "demo-sign-ins.json"


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One way into the demonstration: the role's name, an address and a password that everybody may know."""

    role: str
    email: str
    password: str


@click.command("welcome")
@with_appcontext
def welcome() -> None:
    """Print the address and, on a new or demonstration database, how to sign in."""
    settings: Settings = current_app.config["SETTINGS"]
    with unit_of_work():
        token = make_first_run_link(at=now())
    sign_ins = [] if token else _usable(read_sign_ins(settings.var_directory / DEMO_SIGN_INS))
    click.echo(f"\nRondo is at {settings.base_url}\n")
    if is_unfinished(settings.var_directory):
        click.echo(f"{WHAT_TO_DO}\n")
    if token:
        click.echo(
            "Nobody has an account yet. Open this link once to set Rondo up; it is good for three days:"
        )
        click.echo(f"\n  {settings.base_url}/first-run/{token}\n")
    if sign_ins:
        _print_sign_ins(sign_ins)


def read_sign_ins(path: Path) -> list[DemoSignIn]:
    """Return what the demonstration wrote: a JSON list of objects with role, email and password."""
    if not path.exists():
        return []
    return [
        DemoSignIn(str(entry["role"]), str(entry["email"]), str(entry["password"]))
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def _usable(sign_ins: list[DemoSignIn]) -> list[DemoSignIn]:
    """The file may be older than the database: only accounts that exist are shown."""
    with unit_of_work():
        return [sign_in for sign_in in sign_ins if find_account_by_email(sign_in.email) is not None]


def _print_sign_ins(sign_ins: list[DemoSignIn]) -> None:
    click.echo("The demonstration knows these people; what you try is seen by nobody else:\n")
    widths = [max(len(getattr(s, name)) for s in sign_ins) for name in ("role", "email")]
    for sign_in in sign_ins:
        click.echo(f"  {sign_in.role:<{widths[0]}}  {sign_in.email:<{widths[1]}}  {sign_in.password}")
    click.echo("")
