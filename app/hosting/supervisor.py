"""`rondo.py run`: database, web server and worker of one machine, started and stopped in order."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType

from app.demo.unfinished import WHAT_TO_DO, is_unfinished
from app.hosting.catalogues import compile_catalogues
from app.hosting.children import Child
from app.hosting.database import is_current, is_empty, role_of, upgrade
from app.hosting.errors import HostingError
from app.hosting.local import (
    APPLICATION,
    ROOT,
    app_url,
    owner_url,
    var_directory,
    web_environment,
    with_database,
)
from app.hosting.postgres import PostgresServer
from app.kernel.named import Named

# Loaded once, while the database gets ready: our children are forked and find it there.
load_application = Named(f"{APPLICATION}:create_app").load

FIRST_PORT = 8000
FIRST_ANSWER_SECONDS = 60.0
# The socket is ours and open, so a try at a web server that died would wait for ever.
ONE_TRY_SECONDS = 0.5
STOPPING_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line of `run` said."""

    demo: bool = False
    host: str = "127.0.0.1"
    port: int | None = None


def run(options: RunOptions, environ: Mapping[str, str] = os.environ) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit code."""
    stopping = _stop_on_signals()
    with listen(options.host, options.port) as listener:
        port = listener.getsockname()[1]
        compile_catalogues(ROOT / "app" / "translations")
        settings = web_environment(environ, host=options.host, port=port)
        with with_database(settings, meanwhile=load_application) as (complete, server):
            if not is_current(owner_url(complete)):
                upgrade(owner_url(complete), role_of(app_url(complete)))
            return _serve(complete, server, listener, stopping, demo=options.demo)


def _serve(
    environ: Mapping[str, str],
    server: PostgresServer | None,
    listener: socket.socket,
    stopping: threading.Event,
    *,
    demo: bool,
) -> int:
    load_application()  # for the operator's own database, too
    web, worker = _web(environ, listener), _worker(environ)
    children = (web, worker)
    try:
        web.start()
        if _wait_for_first_answer(web, listener, environ, stopping):
            # Only now: the first page comes sooner, and what cannot start says so once.
            if demo:
                _fill_with_demonstration(environ, stopping)
            worker.start()
            _flask("welcome", environ, stopping)
            _watch(children, server, stopping)
    finally:
        if sys.stdout.isatty():
            print("\nStopping ...", flush=True)
        for child in children:
            child.stop(STOPPING_SECONDS)
    return 0


def _watch(children: tuple[Child, ...], server: PostgresServer | None, stopping: threading.Event) -> None:
    """Keep everything running until told to stop; give up loudly when something will not run."""
    while not stopping.wait(0.5):
        if server is not None and server.has_died():
            _say("The database server ended unexpectedly and is started again; nothing saved is lost.")
            server.start()
        for child in children:
            if not child.look_after(_say):
                raise HostingError(
                    f"The {child.name} ends again and again; its own words are above. "
                    "Everything was stopped; nothing saved is lost."
                )


def listen(host: str, port: int | None) -> socket.socket:
    """Open the web server's socket here, so that it stays open while the web server is restarted."""
    wanted = port or FIRST_PORT
    last = wanted if port else wanted + 20
    for candidate in range(wanted, last + 1):
        try:
            listener = socket.create_server((host, candidate), family=_family(host), backlog=512)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and candidate < last:
                continue
            raise HostingError(_why_not_listening(host, candidate, error)) from error
        if candidate != wanted:
            _say(f"Port {wanted} is in use; Rondo takes {candidate}.")
        return listener
    raise AssertionError("the loop returns or raises")


def _why_not_listening(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Stop that, or choose another: --port {port + 1}"
    if error.errno == errno.EACCES:
        return f"This user may not open port {port}. Choose one above 1023: --port 8000"
    return f"The address {host}, port {port}, cannot be opened: {error.strerror or error}"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _web(environ: Mapping[str, str], listener: socket.socket) -> Child:
    words = ["gunicorn", "--config", "python:app.hosting.webserver", "--bind", f"fd://{listener.fileno()}"]
    return Child("web server", words, environ=environ, directory=ROOT)


def _worker(environ: Mapping[str, str]) -> Child:
    # Without us its database goes too, and it would wait for that; a killed worker's jobs are run again.
    words = ["flask", "--app", APPLICATION, "worker"]
    return Child("worker", words, environ=environ, directory=ROOT, with_parent=signal.SIGKILL)


def _fill_with_demonstration(environ: Mapping[str, str], stopping: threading.Event) -> None:
    if not is_empty(owner_url(environ)):
        if is_unfinished(var_directory(environ)):
            raise HostingError(WHAT_TO_DO)
        return
    _say("Filling the database with the demonstration academy ...")
    if _flask("demo", environ, stopping) != 0 and not stopping.is_set():
        raise HostingError("The demonstration could not be entered; the reason is above.")


def _flask(word: str, environ: Mapping[str, str], stopping: threading.Event) -> int:
    """Run one of Flask's commands to its end, or to ours."""
    command = Child(word, ["flask", "--app", APPLICATION, word], environ=environ, directory=ROOT)
    command.start()
    while command.is_running:
        if stopping.wait(0.02):
            command.stop(STOPPING_SECONDS)
    return command.exit_code or 0


def _wait_for_first_answer(
    web: Child, listener: socket.socket, environ: Mapping[str, str], stopping: threading.Event
) -> bool:
    """Return True once the web server answers, False when told to stop before."""
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    host = environ.get("RONDO_HOSTS", "localhost").partition(",")[0]
    while not stopping.wait(0.05):
        if not web.is_running:
            raise HostingError("The web server did not start; its own words are above.")
        if answers(listener, host):
            return True
        if time.monotonic() > deadline:
            raise HostingError(f"The web server did not answer within {FIRST_ANSWER_SECONDS:.0f} seconds.")
    return False


def answers(listener: socket.socket, name: str) -> bool:
    """Return whether the web server behind a socket says it is well."""
    host, port = listener.getsockname()[:2]
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(reached, port, timeout=ONE_TRY_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping


def _say(text: str) -> None:
    print(text, flush=True)
