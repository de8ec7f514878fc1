"""The life of a cycle: one table of steps with their guards. Nothing else decides about its state.

A guard returns every violation at once; an empty answer opens the way.
"""

from collections.abc import Iterable, Mapping

from app.improvement import guards
from app.improvement.types import (
    ActionFacts,
    ActionState,
    CycleFacts,
    CycleState,
    Part,
    Phase,
    Step,
    Violation,
)
from app.kernel.text import N_

_S = CycleState
STEPS: Mapping[tuple[CycleState, CycleState], guards.Guard] = {
    (_S.DRAFTED, _S.APPROVED): guards.guard_approved,
    (_S.APPROVED, _S.RUNNING): guards.guard_running,
    (_S.RUNNING, _S.CHECKING): guards.guard_checking,
    (_S.CHECKING, _S.ACTING): guards.guard_acting,
    (_S.ACTING, _S.CLOSED): guards.guard_closed,
    (_S.CLOSED, _S.VERIFIED): guards.guard_verified,
    (_S.DRAFTED, _S.CANCELLED): guards.guard_with_reason,
    (_S.APPROVED, _S.CANCELLED): guards.guard_with_reason,
    (_S.RUNNING, _S.CANCELLED): guards.guard_with_reason,
    (_S.CHECKING, _S.CANCELLED): guards.guard_with_reason,
    (_S.ACTING, _S.CANCELLED): guards.guard_with_reason,
    (_S.CLOSED, _S.ACTING): guards.guard_with_reason,
    (_S.VERIFIED, _S.ACTING): guards.guard_with_reason,
}

# The turn in its course; each is followed by the next.
WAY: tuple[CycleState, ...] = (
    _S.DRAFTED,
    _S.APPROVED,
    _S.RUNNING,
    _S.CHECKING,
    _S.ACTING,
    _S.CLOSED,
    _S.VERIFIED,
)
# A cycle is late when its course has been over for so long and it is not closed.
LATE_AFTER_DAYS = 90
# A wave that opens so long after the course asks what was transferred to work, not how the course was.
TRANSFER_AFTER_DAYS = 60
_BEFORE_CLOSING = frozenset(WAY[:5])
_WRITABLE: Mapping[Part, frozenset[CycleState]] = {
    Part.PLAN: frozenset({_S.DRAFTED}),
    Part.AMENDMENTS: _BEFORE_CLOSING - {_S.DRAFTED},
    Part.DEVIATIONS: frozenset({_S.APPROVED, _S.RUNNING, _S.CHECKING}),
    Part.MEASUREMENTS: frozenset({_S.RUNNING, _S.CHECKING, _S.ACTING}),
    Part.FINDINGS: frozenset({_S.CHECKING, _S.ACTING}),
    Part.DECISIONS: frozenset({_S.CHECKING, _S.ACTING}),
    Part.NEW_ACTIONS: frozenset({_S.CHECKING, _S.ACTING}),
    # Actions live on after their cycle was closed.
    Part.ACTIONS: frozenset(WAY),
    Part.CONCLUSION: frozenset({_S.CHECKING, _S.ACTING}),
}


def check_step(facts: CycleFacts, to: CycleState, step: Step) -> tuple[Violation, ...]:
    """Every reason against taking the cycle to the state; nothing when the way is open."""
    guard = STEPS.get((facts.state, to))
    if guard is None:
        message = N_("A cycle cannot go from “%(here)s” to “%(there)s”.")
        return (Violation("no_such_step", message, {"here": facts.state.label, "there": to.label}),)
    return tuple(guard(facts, step))


def next_states(state: CycleState) -> tuple[CycleState, ...]:
    """The states that a cycle can be taken to, the way forward first."""
    return tuple(there for here, there in STEPS if here is state)


def next_state(state: CycleState) -> CycleState | None:
    """The state that the way forward leads to; none at its end and for a cancelled cycle."""
    if state not in WAY[:-1]:
        return None
    return WAY[WAY.index(state) + 1]


def may_write(part: Part, state: CycleState) -> bool:
    """Whether the part may be written while the cycle is in the state."""
    return state in _WRITABLE[part]


def phase_of(state: CycleState) -> Phase | None:
    """The part of the ring that a state belongs to; none for a cancelled cycle."""
    match state:
        case CycleState.DRAFTED | CycleState.APPROVED:
            return Phase.PLAN
        case CycleState.RUNNING:
            return Phase.DO
        case CycleState.CHECKING:
            return Phase.CHECK
        case CycleState.ACTING | CycleState.CLOSED | CycleState.VERIFIED:
            return Phase.ACT
        case CycleState.CANCELLED:
            return None


def targets_are_locked(state: CycleState) -> bool:
    """Whether a target changes by a dated amendment only."""
    return state is not CycleState.DRAFTED


def carry_over(actions: Iterable[ActionFacts]) -> tuple[ActionFacts, ...]:
    """The actions that the next turn takes over: those still open."""
    return tuple(action for action in actions if action.state is ActionState.OPEN)
