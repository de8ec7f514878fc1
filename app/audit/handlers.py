"""Puts every event on the trail, as the last thing before the commit of what happened; exports, before they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.audit.commands import keep, keep_reading
from app.kernel.events import Event
from app.kernel.transaction import before_commit, happened_so_far

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def write_trail(_event: Event) -> None:
    """Let what happens in this unit of work be written; if that fails, it is undone."""
    before_commit(_write)


def _write() -> None:
    keep(events=happened_so_far())


def write_reading(own: Session, event: Event) -> None:
    """Write what a request that only reads takes out of the house, apart from any unit of work."""
    keep_reading(own=own, event=event)
