"""`rondo.py evaluation recompute`: beside the figures of files, those of the installation."""

import click
from flask.cli import with_appcontext

from app.cli.evaluation import evaluation
from app.evaluation.jobs import compute_figures


@evaluation.command("recompute")
@click.option("--all", "again", is_flag=True, help="Everything anew, also what is up to date.")
@with_appcontext
def recompute(again: bool) -> None:
    """Compute the figures of closed evaluations that are missing, or of methods replaced since."""
    done = compute_figures(again=again)
    if not (done.waves or done.years or done.curricula):
        click.echo("All figures are up to date. With --all they are computed anew.")
        return
    click.echo(
        f"Computed: {done.waves} evaluations, {done.years} years of organisations, "
        f"{done.curricula} curricula over time."
    )


__all__ = ["evaluation"]
