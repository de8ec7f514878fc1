"""How much a request may carry: a form that was typed is small, and files have a limit of their own."""

from flask import Flask, abort, current_app, request

# All modules of the largest curriculum, percent-encoded, are about as much.
LARGEST_TYPED = 2 * 1024 * 1024
_MULTIPART = "multipart/form-data"
_TYPED = "application/x-www-form-urlencoded"


def register(app: Flask) -> None:
    """Refuse what is larger before any of it is taken apart."""
    app.before_request(_limit)


def _limit() -> None:
    if request.mimetype == _MULTIPART:
        return
    request.max_content_length = min(LARGEST_TYPED, current_app.config["MAX_CONTENT_LENGTH"])
    # The library takes such a body apart whole: millions of empty fields in it would fill the memory.
    if request.mimetype == _TYPED and request.get_data().count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
        abort(413)
