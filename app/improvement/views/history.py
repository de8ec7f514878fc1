"""The way of a cycle so far: who took which step, in which role, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

if TYPE_CHECKING:
    from app.improvement.models import Cycle, CycleTransition, Indicator
    from app.people.models import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as the timeline shows it."""

    at: datetime
    who: str
    role: str | None
    text: str


def history_of(cycle: Cycle) -> list[Entry]:
    """The steps and amendments of the cycle, the latest first."""
    drafted = Entry(cycle.created_at, _name(cycle.author), None, _("Drafted with the course"))
    amended = [
        _amendment(indicator, number)
        for indicator in cycle.indicators
        for number in range(len(indicator.amendments))
    ]
    steps = [_step(transition) for transition in cycle.transitions]
    return sorted([drafted, *steps, *amended], key=lambda entry: entry.at, reverse=True)


def _step(transition: CycleTransition) -> Entry:
    text = _(
        "%(here)s → %(there)s",
        here=_(transition.from_state.label),
        there=_(transition.to_state.label),
    )
    if transition.reason:
        text = _("%(step)s: %(reason)s", step=text, reason=transition.reason)
    role = _(transition.role.label) if transition.role else None
    return Entry(transition.at, _name(transition.by), role, text)


def _amendment(indicator: Indicator, number: int) -> Entry:
    amendment = indicator.amendments[number]
    text = _("Target of “%(name)s” amended: %(reason)s", name=indicator.name, reason=amendment.reason)
    return Entry(amendment.amended_at, _name(amendment.amended_by), None, text)


def _name(person: Person | None) -> str:
    return person.full_name if person else "Rondo"
