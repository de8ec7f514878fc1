"""The only table from errors to answers."""

import logging

from flask import Flask, g
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from app.kernel import transaction
from app.kernel.errors import Conflict, Denied, DomainError, NotFound, RuleBroken
from app.web.csrf import ForeignRequest
from app.web.render import render
from app.web.saying import say
from app.web.session import forget_reader

logger = logging.getLogger(__name__)

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Denied, 403),
    (Conflict, 409),
    (RuleBroken, 422),
    (ForeignRequest, 400),
    (DomainError, 422),
)
_PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def register(app: Flask) -> None:
    """Answer every error with a page in plain words."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: DomainError) -> int:
    """Return the HTTP status of the error's family."""
    return next(status for family, status in STATUS if isinstance(error, family))


def _page(status: int, message: str = "") -> ResponseReturnValue:
    transaction.undo()
    page = status if status in _PAGES else (400 if status < 500 else 500)
    return render(f"errors/{page}.html", message=message), status


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return _page(status_of(error), say(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    answer = _page(error.code)
    return (*answer, error.get_headers()) if error.code == 405 and isinstance(answer, tuple) else answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    logger.exception("unexpected error, request %s", g.get("request_id"), exc_info=error)
    return _page(500)


def _database_away(error: OperationalError | InterfaceError) -> ResponseReturnValue:
    logger.error("the database does not answer, request %s: %s", g.get("request_id"), error.orig)
    transaction.abandon()
    # The page must not ask the database who is reading it.
    forget_reader()
    return render("errors/503.html", message=""), 503, {"Retry-After": "5"}
