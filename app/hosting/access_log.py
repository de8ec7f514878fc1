"""A log of requests that tells nothing of who answers an evaluation, and when.

Rondo keeps no log of requests by itself. Where somebody asks gunicorn for one, these addresses stay out of it, and out
of what is written when a connection breaks: the personal link, or a session's account, beside an hour would put a
person to an answer (ADR 0011). docs/deploy.md says the same to nginx.
"""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from gunicorn.glogging import Logger

_PRIVATE = re.compile(r"/+(answer|my/+evaluations)(/|$)")
_LEFT_OUT = "-"


def is_private(address: str) -> bool:
    """Tell whether the address, whole or only its path, leads to where somebody answers."""
    try:
        path = urlsplit(address).path if "://" in address else address.partition("?")[0]
    except ValueError:
        return True
    return _PRIVATE.match(unquote(path)) is not None


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn's own logger, but for the private addresses."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Write a request's line unless it is private."""
        if not is_private(environ.get("PATH_INFO") or environ.get("RAW_URI") or ""):
            super().access(resp, req, environ, request_time)

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Return what a line is made of; the page from which a private one's parts were asked for is left out."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        if is_private(environ.get("HTTP_REFERER", "")):
            found["f"] = found["{referer}i"] = _LEFT_OUT
        return found

    def exception(self, msg: str, *args: Any, **options: Any) -> None:
        """Write what went wrong outside of the application, without a private address."""
        super().exception(msg, *(_LEFT_OUT if is_private(str(arg)) else arg for arg in args), **options)
