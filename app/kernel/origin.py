"""What asked for the present work: the number of the request, for the trail. Jobs and commands have none."""

from contextvars import ContextVar

_request: ContextVar[str | None] = ContextVar("request", default=None)


def asked_for_by(request_id: str | None) -> None:
    """Note the request that is being answered; each request notes its own."""
    _request.set(request_id)


def request_id() -> str | None:
    """Return the number of the request that is being answered."""
    return _request.get()
