"""Acting: decisions, the conclusion, and the life of actions."""

from datetime import datetime

from app.improvement import events
from app.improvement.action_rules import check_action_step
from app.improvement.commands.holding import hold, hold_for
from app.improvement.errors import ActionRefused, IncompleteAction, NotOfPreviousTurn
from app.improvement.models import Action, Cycle, Finding
from app.improvement.queries import action_facts
from app.improvement.types import ActionState, CycleState, Decision, Part
from app.improvement.words import ActionWords
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import Event, record
from app.kernel.transaction import check_version, flush


def decide_finding(
    *,
    finding: Finding,
    expected_version: int,
    decision: Decision,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Finding:
    """Decide what becomes of a finding."""
    check_version(finding, expected_version)
    hold_for(finding.cycle, Part.DECISIONS)
    finding.decision, finding.decision_reason = decision, reason
    record(
        events.FindingDecided(
            actor=actor,
            at=at,
            organisation_id=finding.organisation_id,
            subject_id=finding.id,
            reason=reason or None,
            decision=decision,
        )
    )
    flush()
    return finding


def conclude_cycle(
    *,
    cycle: Cycle,
    expected_version: int,
    standard_changed: str,
    standard_none_because: str,
    trainee_summary: str,
    actor: Actor,
    at: datetime,
) -> Cycle:
    """Write which standard changed, or why none, and what the trainees are told."""
    check_version(cycle, expected_version)
    hold_for(cycle, Part.CONCLUSION)
    cycle.standard_changed, cycle.trainee_summary = standard_changed, trainee_summary
    cycle.standard_none_because = "" if standard_changed else standard_none_because
    record(
        events.CycleConcluded(actor=actor, at=at, organisation_id=cycle.organisation_id, subject_id=cycle.id)
    )
    flush()
    return cycle


def add_action(*, cycle: Cycle, words: ActionWords, actor: Actor, at: datetime) -> Action:
    """Agree an action in answer to what was found."""
    hold_for(cycle, Part.NEW_ACTIONS)
    action = Action(cycle=cycle, state=ActionState.OPEN, created_at=at)
    _describe(action, words)
    session.add(action)
    # The trail names the action by the number that the database gives.
    flush()
    _record(events.ActionAdded, action, actor, at)
    return action


def change_action(
    *, action: Action, expected_version: int, words: ActionWords, actor: Actor, at: datetime
) -> Action:
    """Change an action; raises IncompleteAction when it would lose what the closing of its cycle rested on."""
    check_version(action, expected_version)
    hold_for(action.cycle, Part.ACTIONS)
    is_over = action.cycle.state in (CycleState.CLOSED, CycleState.VERIFIED)
    if is_over and None in (words.owner_id, words.due_on, words.indicator_id):
        raise IncompleteAction()
    _describe(action, words)
    _record(events.ActionChanged, action, actor, at)
    flush()
    return action


def mark_action_done(
    *, action: Action, expected_version: int, evidence: str, actor: Actor, at: datetime
) -> Action:
    """Report an action done, with what shows it."""
    _step(action, ActionState.DONE, expected_version, actor, evidence=evidence)
    action.evidence, action.done_at = evidence, at
    _record(events.ActionDone, action, actor, at)
    flush()
    return action


def verify_action(*, action: Action, expected_version: int, actor: Actor, at: datetime) -> Action:
    """Confirm that an action was done; raises ActionRefused for its own owner."""
    _step(action, ActionState.VERIFIED, expected_version, actor)
    action.verified_at, action.verified_by_id = at, actor.person_id
    _record(events.ActionVerified, action, actor, at)
    flush()
    return action


def waive_action(*, action: Action, expected_version: int, reason: str, actor: Actor, at: datetime) -> Action:
    """Give an action up; the reason stays on record."""
    _step(action, ActionState.WAIVED, expected_version, actor, reason=reason)
    action.waived_because = reason
    _record(events.ActionWaived, action, actor, at, reason)
    flush()
    return action


def reopen_action(
    *, action: Action, expected_version: int, reason: str, actor: Actor, at: datetime
) -> Action:
    """Open an action again: waived too soon, or done without effect."""
    _step(action, ActionState.OPEN, expected_version, actor, reason=reason)
    action.waived_because = action.done_at = action.verified_at = action.verified_by_id = None
    _record(events.ActionReopened, action, actor, at, reason)
    flush()
    return action


def take_over_action(
    *, action: Action, expected_version: int, cycle: Cycle, actor: Actor, at: datetime
) -> Action:
    """Take an open action of the turn before into this one; both stay chained."""
    hold(cycle)
    if action.cycle_id != cycle.previous_cycle_id or cycle.state is CycleState.CANCELLED:
        raise NotOfPreviousTurn()
    _step(action, ActionState.TAKEN_OVER, expected_version, actor)
    after = {indicator.previous_indicator_id: indicator for indicator in cycle.indicators}
    successor = Action(
        cycle=cycle,
        state=ActionState.OPEN,
        title=action.title,
        owner_id=action.owner_id,
        due_on=action.due_on,
        indicator=after.get(action.indicator_id) if action.indicator_id else None,
        taken_over_from=action,
        created_at=at,
    )
    session.add(successor)
    # The trail names the successor by the number that the database gives.
    flush()
    record(
        events.ActionTakenOver(
            actor=actor,
            at=at,
            organisation_id=action.organisation_id,
            subject_id=action.id,
            successor_id=successor.id,
        )
    )
    return successor


def _step(
    action: Action,
    to: ActionState,
    expected_version: int,
    actor: Actor,
    *,
    evidence: str = "",
    reason: str = "",
) -> None:
    """Change the state of an action by its table; raises ActionRefused with every violation."""
    check_version(action, expected_version)
    violations = check_action_step(
        action_facts(action), to, actor_id=actor.person_id, evidence=evidence, reason=reason
    )
    if violations:
        raise ActionRefused(violations)
    action.state = to


def _describe(action: Action, words: ActionWords) -> None:
    action.title, action.owner_id, action.due_on = words.title, words.owner_id, words.due_on
    action.indicator_id, action.finding_id = words.indicator_id, words.finding_id


def _record(
    event_type: type[Event], action: Action, actor: Actor, at: datetime, reason: str | None = None
) -> None:
    record(
        event_type(
            actor=actor,
            at=at,
            organisation_id=action.organisation_id,
            subject_id=action.id,
            reason=reason,
        )
    )
