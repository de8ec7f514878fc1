"""The life of an action, which goes on after its cycle was closed."""

from collections.abc import Mapping

from app.improvement.types import ActionFacts, ActionState, SubjectKind, Violation
from app.kernel.text import N_

_S = ActionState
_STEPS: Mapping[ActionState, frozenset[ActionState]] = {
    _S.OPEN: frozenset({_S.DONE, _S.WAIVED, _S.TAKEN_OVER}),
    _S.DONE: frozenset({_S.VERIFIED, _S.OPEN}),
    _S.VERIFIED: frozenset({_S.OPEN}),
    _S.WAIVED: frozenset({_S.OPEN}),
    # It comes back when the turn that took it over is cancelled.
    _S.TAKEN_OVER: frozenset({_S.OPEN}),
}


def check_action_step(
    action: ActionFacts, to: ActionState, *, actor_id: int | None, evidence: str = "", reason: str = ""
) -> tuple[Violation, ...]:
    """Every reason against changing the action so."""
    if to not in _STEPS[action.state]:
        message = N_("An action cannot go from “%(here)s” to “%(there)s”.")
        return (_violation("no_such_step", message, action, here=action.state.label, there=to.label),)
    violations: list[Violation] = []
    if to is ActionState.DONE and not evidence.strip():
        violations.append(_violation("no_evidence", N_("Say what shows that “%(title)s” is done."), action))
    if to in (ActionState.WAIVED, ActionState.OPEN) and not reason.strip():
        violations.append(_violation("no_reason", N_("A reason is needed; it stays on record."), action))
    if to is ActionState.VERIFIED and (actor_id is None or actor_id == action.owner_id):
        message = N_("“%(title)s” is verified by somebody other than its owner.")
        violations.append(_violation("verifier_is_owner", message, action))
    return tuple(violations)


def _violation(code: str, message: str, action: ActionFacts, **parameters: object) -> Violation:
    return Violation(code, message, {"title": action.title, **parameters}, SubjectKind.ACTION, action.id)
