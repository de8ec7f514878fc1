"""The application's log: one JSON object a line, each with the number of its request."""

import json
import logging
import secrets
import sys
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context

from app.kernel.origin import asked_for_by


class JsonLines(logging.Formatter):
    """One record as one line of JSON; line breaks in it cannot forge another."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = g.get("request_id", "")
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def register(app: Flask) -> None:
    """Number each request and log in JSON to standard error."""
    logger = logging.getLogger("app")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    app.before_request(_number)
    app.after_request(_tell)


def _number() -> None:
    g.request_id = secrets.token_hex(6)
    asked_for_by(g.request_id)


def _tell(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
