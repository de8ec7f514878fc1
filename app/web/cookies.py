"""The session cookie: host-bound and for TLS only, unless the site is served on loopback by plain HTTP."""

from flask import Flask


def register(app: Flask, *, secure: bool) -> None:
    """Set what the browser may do with the cookie."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-rondo" if secure else "rondo",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
