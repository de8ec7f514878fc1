"""The settings and directories of an installation that nobody configured.

What the operator set in the environment always wins. Without DATABASE_URL and RONDO_MODE this is
somebody's own machine: a generated secret, plain HTTP on the loopback address, an own database.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.hosting.errors import HostingError
from app.hosting.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
# What Flask's command line is told to load.
APPLICATION = "app.factory"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def var_directory(environ: Mapping[str, str]) -> Path:
    """Return where this installation keeps what it writes, made private when it is missing."""
    directory = Path(environ.get("RONDO_VAR_DIRECTORY", "").strip() or ROOT / "var").absolute()
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(directory, os.W_OK | os.X_OK)
    except PermissionError:
        writable = False
    if not writable:
        raise HostingError(
            f"{directory} cannot be written to by this user. Start Rondo as the user it belongs to, "
            "or set RONDO_VAR_DIRECTORY to a directory of your own."
        )
    return directory


def web_environment(environ: Mapping[str, str], *, host: str, port: int) -> dict[str, str]:
    """Return the environment of the web server and worker: the operator's, completed where it may be."""
    complete = dict(environ)
    directory = var_directory(environ)
    complete["RONDO_VAR_DIRECTORY"] = str(directory)
    complete.setdefault("PYTHONPATH", str(ROOT))
    if not is_development(environ):
        return complete
    complete.setdefault("RONDO_MODE", "development")
    if not complete.get("RONDO_SECRET_KEY"):
        complete["RONDO_SECRET_KEY"] = _generated_secret(directory / "secret")
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    complete.setdefault("RONDO_BASE_URL", f"http://{_bracketed(shown)}:{port}")
    names = dict.fromkeys(
        (shown, *LOOPBACK_NAMES, *(() if host in LOOPBACK_NAMES else (socket.gethostname(),)))
    )
    complete.setdefault("RONDO_HOSTS", ",".join(name.lower() for name in names))
    return complete


def is_development(environ: Mapping[str, str]) -> bool:
    """Return whether nobody said that this is more than somebody's own machine."""
    mode = environ.get("RONDO_MODE", "").strip()
    return mode == "development" or (not mode and not environ.get("DATABASE_URL", "").strip())


@contextmanager
def with_database(
    environ: Mapping[str, str], *, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[tuple[dict[str, str], PostgresServer | None]]:
    """Give an environment with a database: the operator's, or the embedded one, started for it.

    `meanwhile` is called while a started one gets ready.
    """
    if environ.get("DATABASE_URL", "").strip():
        yield dict(environ), None
        return
    place = var_directory(environ) / "postgres"
    with PostgresServer(place, environ=environ, meanwhile=meanwhile) as server:
        urls = server.urls
        yield {**environ, "DATABASE_URL": urls.app_url, "RONDO_OWNER_DATABASE_URL": urls.owner_url}, server


def owner_url(environ: Mapping[str, str]) -> str:
    """Return the address under which tables may be changed."""
    return _with_driver(environ.get("RONDO_OWNER_DATABASE_URL", "").strip() or app_url(environ))


def app_url(environ: Mapping[str, str]) -> str:
    """Return the address the application itself uses."""
    return _with_driver(environ["DATABASE_URL"].strip())


def _with_driver(url: str) -> str:
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _generated_secret(path: Path) -> str:
    """Return the secret of this installation, made once; cookies stay valid over a restart."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    return path.read_text().strip()
