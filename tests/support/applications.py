"""A second application beside the one of the test run."""

from flask import Flask

from app.factory import create_app
from app.kernel.db import session
from app.messaging import outside
from config import Settings


def second_app(settings: Settings) -> Flask:
    """Return a further application, leaving the session and the way of mails with the first."""
    bind = session.session_factory.kw.get("bind")
    writer, transport = outside._outside.writer, outside._outside.transport
    app = create_app(settings)
    session.remove()
    session.configure(bind=bind)
    if writer is not None and transport is not None:
        outside.connect(writer=writer, transport=transport)
    return app
