"""Addresses of many things of one kind: put together once for a page, then only filled in."""

from collections.abc import Callable
from typing import Any

from flask import Flask, url_for

# A number that no other part of an address holds.
_PLACE = 918_273_645_546_372


def register(app: Flask) -> None:
    """Let templates use it."""
    app.jinja_env.globals["addresses_of"] = addresses_of


def addresses_of(endpoint: str, name: str) -> Callable[[int], str]:
    """Return what gives the address of each thing of a long list, without asking for each anew."""
    place: dict[str, Any] = {name: _PLACE}
    before, _, after = url_for(endpoint, **place).partition(str(_PLACE))
    return lambda number: f"{before}{number}{after}"
