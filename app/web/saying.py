"""What the domain refuses, in the reader's words: translated, with dates and hours as the reader writes them."""

from flask_babel import gettext

from app.kernel.errors import DomainError
from app.kernel.periods import PlacedPeriod
from app.web.filters import write_period


def say(error: DomainError) -> str:
    """Return the error's message in the reader's language."""
    shown = {name: _written(value) for name, value in error.parameters.items()}
    return str(gettext(error.message, **shown))


def _written(value: object) -> object:
    return write_period(value, value.zone) if isinstance(value, PlacedPeriod) else value
