"""How gunicorn serves Rondo, here and in production: `gunicorn -c python:app.hosting.webserver`.

Options on gunicorn's command line win over these.
"""

from __future__ import annotations

from typing import Protocol

from flask import Flask

from app.hosting.access_log import DiscreetLogger
from app.hosting.connection import show_of

wsgi_app = "app.factory:create_app()"
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60
graceful_timeout = 15
keepalive = 5
loglevel = "warning"
# No log of requests is kept; who asks for one with --access-logfile gets it without the answers to evaluations.
logger_class = DiscreetLogger
# The control socket has one fixed path per user, which two installations would share.
control_socket_disable = True
# Loaded once, before the processes part: settings are refused once, and memory is shared.
preload_app = True


class LoadedApplication(Protocol):
    """What gunicorn made of `wsgi_app`."""

    def wsgi(self) -> Flask: ...


class MasterProcess(Protocol):
    """The process that holds the socket and starts the others."""

    app: LoadedApplication


def on_starting(server: MasterProcess) -> None:
    """Refuse to serve from a database that would lose work."""
    settings = server.app.wsgi().config["SETTINGS"]
    with show_of(settings.database_url) as show:
        settings.refuse_unsafe_database(show)
