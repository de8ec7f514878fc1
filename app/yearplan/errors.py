"""What the planning of a year refuses."""

from app.kernel.errors import NotFound


class YearNotFound(NotFound):
    """There is no such planning of a year."""
