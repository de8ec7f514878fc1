"""Puts every event on the trail, as the last thing before the commit of what happened."""

from app.audit.commands import keep
from app.kernel.events import Event
from app.kernel.transaction import before_commit, happened_so_far


def write_trail(_event: Event) -> None:
    """Let what happens in this unit of work be written; if that fails, it is undone."""
    before_commit(_write)


def _write() -> None:
    keep(events=happened_so_far())
