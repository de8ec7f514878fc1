"""What the lists and the pages of the improvement show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.improvement.rules import phase_of
from app.improvement.types import ActionState, CycleState, Effect, Phase, Verdict


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle in a list, with what of it waits for somebody."""

    id: int
    course_id: int
    code: str
    title: str
    titles: Mapping[str, str]
    organisation_name: str
    organisation_names: Mapping[str, str]
    starts_on: date
    ends_on: date
    state: CycleState
    gaps_without_cause: int
    open_actions: int
    overdue_actions: int
    unverified_actions: int
    is_late: bool

    @property
    def phase(self) -> Phase | None:
        """The part of the ring it stands in."""
        return phase_of(self.state)

    @property
    def ring(self) -> str | None:
        """What the ring shows: the phase, or that the turn is closed."""
        return ring_of(self.state)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action in a list."""

    id: int
    title: str
    course_id: int
    course_code: str
    course_title: str
    course_titles: Mapping[str, str]
    owner_name: str | None
    due_on: date | None
    is_overdue: bool
    indicator_name: str | None
    state: ActionState
    evidence: str
    waived_because: str | None


class Choice(NamedTuple):
    """Something to choose in a form."""

    id: int
    text: str


class ItemChoice(NamedTuple):
    """An evaluation item whose mean may feed an indicator."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class EffectShown:
    """What an indicator shows of an action of the previous turn: the figures of both turns, and what they say."""

    action_id: int
    title: str
    state: ActionState
    indicator_name: str
    unit: str
    digits: int
    before: float | None
    before_n: int | None
    after: float | None
    after_n: int | None
    effect: Effect

    @property
    def difference(self) -> float | None:
        """From the one turn to the next."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class IndicatorShown:
    """How an indicator is drawn: its verdict, the ends of its scale, and how exact its figures are."""

    verdict: Verdict
    minimum: float
    maximum: float
    digits: int


@dataclass(frozen=True, slots=True)
class SessionCount:
    """How many sessions were held of those that were not cancelled."""

    held: int
    live: int
    cancelled: int


def ring_of(state: CycleState) -> str | None:
    """What the ring shows of a state."""
    if state in (CycleState.CLOSED, CycleState.VERIFIED):
        return "closed"
    phase = phase_of(state)
    return phase.value if phase else None
