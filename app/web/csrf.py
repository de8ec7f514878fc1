"""Protection of every change against requests that another site made the browser send.

The session holds a random secret; each page carries it under a fresh random mask, so that compressing pages does
not give it away (BREACH). The browser's own statement of where a request comes from is checked as well.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hmac import compare_digest

from flask import Flask, request, session

from app.kernel.errors import DomainError
from app.kernel.text import N_

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_LENGTH = 32
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignRequest(DomainError):
    """A change was asked for without the token of a page of ours."""

    message = N_(
        "This page was open for too long or was sent from elsewhere. Nothing was changed. "
        "Go back, reload the page and send it again."
    )


def register(app: Flask) -> None:
    """Check every request that changes something, whatever its route."""
    app.before_request(_check)
    app.jinja_env.globals["csrf_token"] = csrf_token


def csrf_token() -> str:
    """Return the session's secret under a fresh mask."""
    secret = _secret()
    mask = secrets.token_bytes(_LENGTH)
    return urlsafe_b64encode(mask + _xor(mask, secret)).decode()


def _secret() -> bytes:
    if "csrf" not in session:
        session["csrf"] = secrets.token_hex(_LENGTH)
    return bytes.fromhex(session["csrf"])


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _check() -> None:
    if request.method in _SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignRequest()
    if not _is_ours(request.headers.get(HEADER) or request.form.get(FIELD, "")):
        raise ForeignRequest()


def _is_ours(token: str) -> bool:
    try:
        masked = urlsafe_b64decode(token.encode())
    except (Error, ValueError):
        return False
    if len(masked) != 2 * _LENGTH or "csrf" not in session:
        return False
    return compare_digest(_xor(masked[:_LENGTH], masked[_LENGTH:]), _secret())
