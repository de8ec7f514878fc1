"""The life of a cycle: one table of steps with their guards. Nothing else decides about its state.

A guard returns every violation at once; an empty answer opens the way.
"""

from collections.abc import Iterable, Mapping

from app.improvement import guards
from app.improvement.types import ActionFacts, ActionState, CycleFacts, CycleState, Phase, Step, Violation
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
