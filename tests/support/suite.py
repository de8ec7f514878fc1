"""`rondo.py test` and `rondo.py check`: everything that must hold, cheapest first.

Lint, types and import contracts run side by side; only when all hold do the tests start, and the
browser journeys last. The exit code is that of the first thing that failed, and the last line is
its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = "tests/journeys"
PROCESSES = "2"

STATIC = {
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "import contracts": ["lint-imports"],
}


def main(words: list[str]) -> int:
    """Check everything, for `test` with the browser journeys; further words go to pytest."""
    environ = _environment()
    if failed := _static_checks(environ):
        return failed
    further = words[1:]
    # Tests that share something costly stay together in one process.
    shared = ["-n", PROCESSES, "--dist", "loadgroup"]
    failed = _pytest([f"--ignore={JOURNEYS}", *shared, *further], environ)
    if failed or words[0] != "test" or not (ROOT / JOURNEYS).is_dir():
        return failed
    return _pytest([JOURNEYS, *further], environ)


def _static_checks(environ: dict[str, str]) -> int:
    """Run the checks that start nothing; show the words of those that fail."""
    started = time.monotonic()
    running = {
        name: subprocess.Popen(
            [_program(command[0]), *command[1:]],
            cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for name, command in STATIC.items()
    }  # fmt: skip
    failed = 0
    for name, process in running.items():
        told, _ = process.communicate()
        verdict = "failed" if process.returncode else "holds"
        _say(f"{name:<18}{verdict}  ({time.monotonic() - started:.1f} s)")
        if process.returncode:
            _say(told)
            failed = failed or process.returncode
    return failed


def _pytest(words: list[str], environ: dict[str, str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, env=environ, check=False
    ).returncode


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _environment() -> dict[str, str]:
    """Return an environment in which the installation somebody configured here plays no part."""
    ours = ("RONDO_", "FLASK_", "DATABASE_URL", "PG", "PYTEST_ADDOPTS")
    kept = "RONDO_PG_BIN"  # it says with which PostgreSQL to test
    return {name: value for name, value in os.environ.items() if name == kept or not name.startswith(ours)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
