#!/usr/bin/env python3
"""Runs, tests and looks after Rondo. `python3 rondo.py help` lists what it can do.

Needs nothing but Python 3.11 to 3.14 with venv and pip: it makes an environment beside itself
(`.venv`), fills it with the pinned requirements and hands over to the code inside.
"""

# This file must be readable by older interpreters, if only to say that they are too old.
from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NoReturn  # noqa: UP035 -- older interpreters, see above

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
UNFINISHED = ENVIRONMENT / ".rondo-unfinished"
VENV = ("-m", "venv")
OLDEST, NEWEST = (3, 11), (3, 14)

HELP = """\
python3 rondo.py WORD

  run [--demo] [--host HOST] [--port PORT]
                 start Rondo here, with its own database under var/;
                 --demo fills an empty one with a training academy to try
  test           everything that must hold: lint, types, contracts, migrations,
                 translations, unit, database, page and browser tests
  check          the same without the browser stories, for daily work
  backup FILE    write all data into one file, also while Rondo runs
  restore FILE   read such a file into an empty database
  evaluation statistics FILE
                 compute the figures of a CSV of answers, tests or ratings
  evaluation recompute [--all]
                 compute the stored figures that are missing or outdated
  timetable solve FILE, timetable check FILE SOLUTION
                 timetables of the competition ITC-2007
  help           this page

Any other word goes to Flask's command line: `python3 rondo.py routes`,
`python3 rondo.py --help`. With DATABASE_URL and RONDO_... variables set, all of
it works on that installation (docs/deploy.md).
"""

# Commands that work on files alone, but for one: neither application nor database is started for them.
ON_FILES = {"evaluation": "app.cli.evaluation", "timetable": "app.cli.timetable"}


class SetupError(Exception):
    """Something the reader has to mend; the message says what and how."""


def main(words: list[str]) -> int:
    """Do what the first word says and return the exit code."""
    use_fitting_interpreter(words)
    word = words[0] if words else "help"
    if word in ("help", "-h"):
        print(HELP, end="")
        return 0
    for_tests = word in ("test", "check")
    with alone():
        prepare("test" if for_tests else "run")
    if for_tests:
        return hand_over("tests.support.suite", words)
    if word in ("run", "backup", "restore"):
        return hand_over("app.hosting", words)
    if word in ON_FILES and words[1:2] != ["recompute"]:
        # Threads of the linear algebra cost more than they bring to tables of this size.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        return hand_over(ON_FILES[word], words[1:])
    return hand_over("app.hosting", ["flask", *words])


def use_fitting_interpreter(words: list[str]) -> None:
    """Go on with a Python that Rondo runs on, when this one is too old or too new."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    if "RONDO_INTERPRETER" not in os.environ:
        for minor in (13, 12, 11, 14):
            found = shutil.which(f"python3.{minor}")
            if found and succeeds([found, "-c", "import venv"]):
                os.environ["RONDO_INTERPRETER"] = found
                os.execv(found, [found, str(ROOT / "rondo.py"), *words])
    version = ".".join(map(str, sys.version_info[:2]))
    raise SetupError(
        f"Rondo needs Python 3.11 to 3.14; this is {version}, and no other was found on the PATH."
    )


@contextmanager
def alone() -> Iterator[None]:
    """Keep two starts from building one environment at the same time."""
    directory = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def prepare(kind: str) -> None:
    """Make and fill the environment, unless it already holds what `requirements/KIND.txt` asks for."""
    kinds = ("run", "test") if kind == "run" else ("test",)
    if not UNFINISHED.exists() and any(is_filled(name) for name in kinds):
        return
    refuse_read_only_tree()
    print("Preparing the environment (once, about half a minute) ...", file=sys.stderr, flush=True)
    if UNFINISHED.exists() or not succeeds([str(PYTHON), "-m", "pip", "--version"]):
        make_environment()
    UNFINISHED.touch()
    install(ROOT / "requirements" / f"{kind}.txt")
    stamp(kind).write_text(fingerprint(kind))
    UNFINISHED.unlink()


def stamp(kind: str) -> Path:
    return ENVIRONMENT / f".rondo-{kind}"


def is_filled(kind: str) -> bool:
    try:
        return stamp(kind).read_text() == fingerprint(kind) and PYTHON.exists()
    except OSError:
        return False


def fingerprint(kind: str) -> str:
    """Return what the environment is made from: the pinned packages and the Python they are for."""
    try:
        python = (ENVIRONMENT / "pyvenv.cfg").read_bytes()
    except OSError:
        python = b""
    locked = (ROOT / "requirements" / f"{kind}.txt").read_bytes()
    return hashlib.sha256(locked + python).hexdigest()


def refuse_read_only_tree() -> None:
    place = ENVIRONMENT if ENVIRONMENT.exists() else ROOT
    if not os.access(place, os.W_OK | os.X_OK):
        raise SetupError(
            f"{place} cannot be written to by this user, so the environment cannot be made there.\n"
            "Clone Rondo into a directory of your own, or start it as the user it belongs to."
        )


def make_environment() -> None:
    """Make an empty environment; what a killed attempt left behind goes first."""
    if ENVIRONMENT.is_symlink() or (ENVIRONMENT.exists() and not ENVIRONMENT.is_dir()):
        raise SetupError(f"{ENVIRONMENT} is not a directory. Move it away and start again.")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    ENVIRONMENT.mkdir()
    UNFINISHED.touch()
    command = [sys.executable, *VENV, str(ENVIRONMENT)]
    made = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        told = made.stdout.decode(errors="replace").strip()
        raise SetupError(
            f"{told}\nPython's venv module is missing or broken. On Debian: apt install python3-venv"
        )


def install(requirements: Path) -> None:
    """Install pinned packages, with uv because it is quicker, with pip where uv cannot be had."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "--quiet"]
    uv = [str(ENVIRONMENT / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), "--require-hashes"]
    if succeeds([*pip, "-r", str(ROOT / "requirements" / "uv.txt")]) and succeeds(
        [*uv, "-r", str(requirements)]
    ):
        return
    if subprocess.run([*pip, "-r", str(requirements)], check=False).returncode:
        raise SetupError(
            "The packages could not be installed; pip's reason is above. Starting again goes on."
        )


def succeeds(command: list[str]) -> bool:
    """Run a command without a word; return whether it did its work."""
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def hand_over(module: str, words: list[str]) -> NoReturn:
    """Go on as the environment's Python; whoever started us sees one process."""
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ.pop("RONDO_INTERPRETER", None)
    # Kept from writing down what it compiles, Python does it again at each start, for more than half of the time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "-m", module, *words])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as trouble:
        sys.exit(f"rondo: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
