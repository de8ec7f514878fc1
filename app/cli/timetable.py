"""`rondo.py timetable`: the optimiser by itself, on the instances of the competition ITC-2007; needs no database."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.scheduling.optimiser.itc2007 import (
    Formulation,
    Instance,
    UnreadableInstance,
    read_instance,
    to_problem,
    write_solution,
)
from app.scheduling.optimiser.itc2007_checker import Broken, Verdict, judge
from app.scheduling.optimiser.problem import Cost
from app.scheduling.optimiser.search import Progress, compile_search, improve

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_formulation = click.option(
    "--formulation",
    type=click.Choice([each.value for each in Formulation]),
    default=Formulation.UD2.value,
    show_default=True,
    help="Which wishes count, and how much.",
)


@click.group("timetable")
def timetable() -> None:
    """Solve and check timetables of the competition ITC-2007 (.ctt, .ectt). No database is needed."""


@timetable.command("check")
@click.argument("file", type=_FILE)
@click.argument("solution", type=_FILE)
@_formulation
@click.option("--json", "as_json", is_flag=True, help="One line of JSON instead of words.")
def check(file: Path, solution: Path, formulation: str, as_json: bool) -> None:
    """Say which hard rules SOLUTION breaks and what it costs; ends with 1 if it breaks any."""
    verdict = judge(_read(file)[0], _text(solution)[0], Formulation(formulation))
    if as_json:
        click.echo(json.dumps(_as_json(verdict), ensure_ascii=False))
    else:
        _tell(verdict)
    if verdict.broken:
        sys.exit(1)


@timetable.command("solve")
@click.argument("file", type=_FILE)
@_formulation
@click.option("--seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--by-work",
    is_flag=True,
    help="Do the work of so many seconds however long it takes here: with one thread, a seed gives the same "
    "timetable on any machine.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the solution goes.",
)
def solve(
    file: Path, formulation: str, seconds: float, threads: int, seed: int, by_work: bool, output: Path
) -> None:
    """Search for a good timetable; tell each better one as a line of JSON and write the best.

    Ctrl-C and SIGTERM stop the search, and the best so far is written. Ends with 1 if some lecture has no place.
    """
    (instance, encoding), wishes = _read(file), Formulation(formulation)
    target, is_device = _target(output)
    try:
        problem = to_problem(instance, wishes)
    except UnreadableInstance as error:
        raise click.ClickException(f"{file}: {error}") from error
    # Whoever wants an end of this, which may take a minute, has nothing to lose yet.
    compile_search()
    with _signals() as received:
        found = improve(
            problem,
            seconds=seconds,
            threads=threads,
            seed=seed,
            by_work=by_work,
            report=_report,
            goes_on=lambda: not received,
        )
        solution = write_solution(instance, found.plan)
        if not is_device:
            with _told_of(target):
                _replace(target, solution.encode(encoding))
        # What is written is judged from its lines, not believed.
        verdict = judge(instance, solution, wishes)
        final = _curve(found.seconds, verdict.cost) | {"final": True, "valid": not verdict.broken}
        _say(final | {"moves": found.moves})
    if is_device:
        # Whoever reads it may keep us waiting; signals shall end that.
        with _told_of(target):
            target.write_bytes(solution.encode(encoding))
    if verdict.broken:
        sys.exit(1)


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Only note the signals that would end the command; it then ends by itself, with nothing lost."""
    received: list[int] = []
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Under nohup, and in the background of a script, some are ignored: that is as it was wanted.
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, lambda number, _frame: received.append(number))
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _report(progress: Progress) -> bool:
    _say(_curve(progress.seconds, progress.cost))
    return True


def _curve(seconds: float, cost: Cost) -> dict[str, object]:
    parts = {name: value for name, value in cost.parts.items() if value}
    return {
        "seconds": round(seconds, 3), "cost": cost.total, "unplaced": cost.unplaced, "parts": parts,
    }  # fmt: skip


def _as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "valid": not verdict.broken,
        "cost": verdict.cost.total,
        "unplaced": verdict.cost.unplaced,
        "parts": verdict.cost.parts,
        "broken": [
            {"rule": each.rule, "told": each.told, "lines": list(each.lines)} for each in verdict.broken
        ],
    }


def _tell(verdict: Verdict) -> None:
    for each in verdict.broken:
        click.echo(f"{_lines(each)}{each.told}")
    if verdict.broken:
        click.echo(f"broken rules      {len(verdict.broken):6}")
    for name, value in verdict.cost.parts.items():
        if value:
            click.echo(f"{name.replace('_', ' '):18}{value:6}")
    click.echo(f"{'cost':18}{verdict.cost.total:6}")


def _lines(broken: Broken) -> str:
    if not broken.lines:
        return ""
    return f"line{'s' if len(broken.lines) > 1 else ''} {', '.join(map(str, broken.lines))}: "


def _read(file: Path) -> tuple[Instance, str]:
    """The instance, and the encoding in which others know its names."""
    text, encoding = _text(file)
    try:
        return read_instance(text), encoding
    except UnreadableInstance as error:
        raise click.ClickException(f"{file}: {error}") from error


def _text(file: Path) -> tuple[str, str]:
    """The text of a file and its encoding."""
    content = file.read_bytes()
    if b"\0" in content:
        raise click.ClickException(f"{file} is no plain text: save it as UTF-8.")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        # All but names is ASCII, and names only have to differ.
        return content.decode("latin-1"), "latin-1"


def _say(told: dict[str, object]) -> None:
    try:
        # click flushes, so that whoever reads along sees each line at once.
        click.echo(json.dumps(told))
    except OSError:
        # Nobody reads along any more, as after `| head`. The solution is still wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _target(output: Path) -> tuple[Path, bool]:
    """Follow links to what is to be written, and find out before the search whether it can be.

    True if it is a device, a pipe or the like, which must not be replaced by a file.
    """
    with _told_of(output):
        if output.exists() and not output.is_file():
            if not os.access(output, os.W_OK):
                raise click.ClickException(f"{output} cannot be written to.")
            return output, True
        target = Path(os.path.realpath(output))
        if not target.parent.is_dir():
            raise click.ClickException(f"There is no directory {target.parent} to write into.")
    with _told_of(target.parent):
        # Has no name, so nothing is left behind however this ends.
        tempfile.TemporaryFile(dir=target.parent).close()
    return target, False


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Tell with the path what the system refuses."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written to: {error.strerror}.") from error


def _replace(target: Path, content: bytes) -> None:
    """Write the whole file or none of it."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".solution-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # As an ordinary file would be, not as a secret of the one who made it.
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    timetable(prog_name="rondo.py timetable")
