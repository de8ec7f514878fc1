"""Pages go over the wire compressed. Their only secret, the CSRF token, is masked anew in each of them."""

import gzip

import brotli
from flask import Flask, Response, request

SMALLEST = 1_000
_TEXT = frozenset({"text/html", "text/calendar", "text/csv", "application/json", "text/plain"})


def register(app: Flask) -> None:
    """Compress what is text, whole and large enough, in the way that the browser takes."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in _TEXT or response.is_streamed or response.direct_passthrough:
        return response
    if "Content-Encoding" in response.headers or response.status_code in (204, 304):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    # Low levels: half of the gain for a tenth of the time.
    if request.accept_encodings.quality("br"):
        response.set_data(brotli.compress(body, mode=brotli.MODE_TEXT, quality=4, lgwin=18))
        response.headers["Content-Encoding"] = "br"
    elif request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
