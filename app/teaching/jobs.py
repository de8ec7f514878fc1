"""What the teaching leaves to the worker."""

from app.kernel.clock import now
from app.teaching import commands


def tell_lecturers() -> None:
    """The morning's round: write to those who were asked after their letter of the day before had left."""
    commands.tell_untold(at=now())
