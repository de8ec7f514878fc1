"""The numbers in addresses: only those that a row can have lead anywhere."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """The number of a thing; a longer one than any row has is an address of nothing, not a question to the database."""

    regex = "[0-9]{1,18}"


def register(app: Flask) -> None:
    """Read every ``<int:...>`` of an address so."""
    app.url_map.converters["int"] = RowNumber
