"""The words of the command line, and where each of them stands. One is loaded when it is called."""

from collections.abc import Mapping

import click
from flask.cli import AppGroup

from app.kernel.named import Named

COMMANDS: Mapping[str, Named] = {
    "accounts": Named("app.cli.accounts:account_commands"),
    "database": Named("app.cli.database:database_commands"),
    "demo": Named("app.cli.demo:demo"),
    "evaluation": Named("app.cli.recompute:evaluation"),
    "messages": Named("app.cli.messages:messages"),
    "timetable": Named("app.cli.timetable:timetable"),
    "welcome": Named("app.cli.welcome:welcome"),
    "worker": Named("app.jobs.worker:worker"),
}


class CommandLine(AppGroup):
    """The application's part of Flask's command line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, without loading any."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of this name, or return None."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = COMMANDS[cmd_name].load()
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name].place} is no command.")
        return command
