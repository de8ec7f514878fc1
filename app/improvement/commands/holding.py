"""Holding a cycle while a part of it is written, so that no step is taken in between."""

from app.improvement import rules
from app.improvement.errors import PartNotOpen, PlanLocked
from app.improvement.models import Cycle
from app.improvement.types import Part
from app.kernel.db import session


def hold(cycle: Cycle) -> None:
    """Lock the cycle until the unit of work ends, and read where it stands now."""
    session.refresh(cycle, ["state", "version"], with_for_update=True)


def hold_for(cycle: Cycle, part: Part) -> None:
    """Lock the cycle to write a part of it; raises PlanLocked or PartNotOpen when its phase is another."""
    hold(cycle)
    if not rules.may_write(part, cycle.state):
        raise PlanLocked() if part is Part.PLAN else PartNotOpen()
