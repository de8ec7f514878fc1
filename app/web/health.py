"""Whether the process lives, and whether it can serve: for supervisors and proxies, without details."""

from flask import Flask, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.db import session
from app.web.access import Public
from app.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("health", __name__)


def register(app: Flask) -> None:
    """Add the two addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz", access=Public("says only that the process lives"))
def alive() -> Response:
    """Answer without touching the database."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz", access=Public("says only whether the database answers"))
def ready() -> Response:
    """Answer 200 when the database answers, else 503."""
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("the database does not answer\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
