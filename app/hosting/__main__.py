"""The words of `rondo.py` that need the environment: run, backup, restore, and Flask's own."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from app.hosting.backup import backup, restore
from app.hosting.catalogues import compile_catalogues
from app.hosting.database import is_current, role_of, upgrade
from app.hosting.errors import HostingError
from app.hosting.local import APPLICATION, ROOT, app_url, owner_url, web_environment, with_database
from app.hosting.supervisor import FIRST_PORT, RunOptions, run


def main(words: list[str]) -> int:
    """Do what the words say; a HostingError becomes one plain message."""
    try:
        return _flask(words[1:]) if words[:1] == ["flask"] else _own_word(words)
    except HostingError as error:
        print(f"rondo: {error}", file=sys.stderr)
        return 1


def _own_word(words: list[str]) -> int:
    chosen = _parser().parse_args(words)
    match chosen.word:
        case "run":
            return run(RunOptions(demo=chosen.demo, host=chosen.host, port=chosen.port))
        case "backup":
            return _backup(chosen.file.absolute())
        case _:
            return _restore(chosen.file.absolute())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rondo.py")
    words = parser.add_subparsers(dest="word", required=True)
    run_word = words.add_parser("run", help="start Rondo here")
    run_word.add_argument("--demo", action="store_true", help="fill an empty database with the demonstration")
    run_word.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    run_word.add_argument("--port", type=_port, help=f"port to listen on (the first free from {FIRST_PORT})")
    for word, told in (
        ("backup", "write all data into a file"),
        ("restore", "read them into an empty database"),
    ):
        words.add_parser(word, help=told).add_argument("file", type=Path)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _backup(target: Path) -> int:
    with with_database(os.environ) as (environ, _):
        manifest = backup(owner_url(environ), target)
    print(f"{target}: {manifest.dump_bytes} bytes, as of {manifest.made_at}. Keep it to yourself.")
    return 0


def _restore(source: Path) -> int:
    with with_database(os.environ) as (environ, _):
        manifest = restore(owner_url(environ), app_url(environ), source)
    print(f"Restored what was saved on {manifest.made_at} by Rondo {manifest.rondo}.")
    return 0


def _flask(words: list[str]) -> int:
    """Run one of Flask's commands with a database under it, and pass its exit code on."""
    compile_catalogues(ROOT / "app" / "translations")
    with with_database(web_environment(os.environ, host="127.0.0.1", port=FIRST_PORT)) as (environ, server):
        # The tables of our own database follow the code; another one is upgraded when its operator says so.
        if server is not None and not is_current(owner_url(environ)):
            upgrade(owner_url(environ), role_of(app_url(environ)))
        # Ctrl-C is for the command; we wait for it to end and then stop the database.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        command = [sys.executable, "-m", "flask", "--app", APPLICATION, *words]
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
