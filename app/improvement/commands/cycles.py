"""The cycle as a whole: drafted with the course, taken through its states."""

from collections.abc import Mapping
from datetime import datetime

from app.improvement import events, rules
from app.improvement.commands.holding import hold
from app.improvement.errors import PreviousActionsOpen, StepRefused
from app.improvement.guards import open_previous_actions
from app.improvement.measures import verdict
from app.improvement.models import Action, Cycle, CycleTransition, Indicator, Objective
from app.improvement.policies import permission_for
from app.improvement.queries import (
    find_cycle_id,
    find_previous_cycle,
    gather_facts,
    get_cycle,
    indicator_facts,
    list_open_previous_actions,
)
from app.improvement.types import ActionState, CycleState, Step, Verdict
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.scheduling.models import Course

_EVENTS: Mapping[CycleState, type[events.CycleMoved]] = {
    CycleState.APPROVED: events.CycleApproved,
    CycleState.RUNNING: events.CycleStarted,
    CycleState.CHECKING: events.CheckBegun,
    CycleState.ACTING: events.ActingBegun,
    CycleState.CLOSED: events.CycleClosed,
    CycleState.VERIFIED: events.CycleVerified,
    CycleState.CANCELLED: events.CycleCancelled,
}


def draft_cycle(*, course: Course, actor: Actor, at: datetime) -> Cycle:
    """Give a course its cycle, with the plan of the turn before as a proposal and its results as baselines."""
    previous = find_previous_cycle(course)
    cycle = Cycle(
        course=course,
        previous_cycle=previous,
        state=CycleState.DRAFTED,
        author_id=actor.person_id,
        created_at=at,
        plan_changed_at=at,
    )
    session.add(cycle)
    if previous is not None:
        _propose(cycle, previous)
    # The trail names the cycle by the number that the database gives.
    flush()
    record(
        events.CycleDrafted(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=cycle.id,
            course_id=course.id,
            previous_cycle_id=cycle.previous_cycle_id,
        )
    )
    return cycle


def _propose(cycle: Cycle, previous: Cycle) -> None:
    copies: dict[int, Objective] = {}
    for objective in previous.objectives:
        copies[objective.id] = Objective(
            position=objective.position, text=objective.text, level=objective.level
        )
        cycle.objectives.append(copies[objective.id])
    for indicator in previous.indicators:
        cycle.indicators.append(_proposal(indicator, copies.get(indicator.objective_id or 0)))


def _proposal(indicator: Indicator, objective: Objective | None) -> Indicator:
    """Return the indicator for the next turn: what was reached is where it starts from.

    Where nothing was reached that can be told, the baseline stays what it was.
    """
    is_told = verdict(indicator_facts(indicator)) in (Verdict.MET, Verdict.MISSED)
    baseline = indicator.actual if is_told else indicator.baseline
    because = indicator.not_measurable_because or indicator.baseline_none_because
    return Indicator(
        objective=objective,
        previous_indicator_id=indicator.id,
        name=indicator.name,
        unit=indicator.unit,
        source=indicator.source,
        source_key=indicator.source_key,
        direction=indicator.direction,
        baseline=baseline,
        baseline_none_because=because if baseline is None else None,
        target=indicator.target,
        minimum_n=indicator.minimum_n,
    )


def take_cycle(
    *,
    cycle: Cycle,
    to: CycleState,
    expected_version: int,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Cycle:
    """Take a cycle to another state and note who did, in which role and why.

    Raises StepRefused with every violation of the guard; StaleVersion when the plan or the state is no longer
    the one that the actor read.
    """
    hold(cycle)
    check_version(cycle, expected_version)
    session.expire(cycle, ["objectives", "indicators", "findings", "actions"])
    step = Step(actor_id=actor.person_id, now=at, reason=reason)
    if violations := rules.check_step(gather_facts(cycle), to, step):
        raise StepRefused(violations)
    _move(cycle, to, reason=reason, actor=actor, at=at)
    flush()
    return cycle


def _move(cycle: Cycle, to: CycleState, *, reason: str, actor: Actor, at: datetime) -> None:
    here = cycle.state
    grant = actor.grant_for(permission_for(here, to), cycle.organisation_id)
    session.add(
        CycleTransition(
            cycle_id=cycle.id,
            from_state=here,
            to_state=to,
            at=at,
            by_id=actor.person_id,
            role=grant.role if grant else None,
            reason=reason.strip() or None,
        )
    )
    cycle.state = to
    match to:
        case CycleState.APPROVED:
            cycle.approved_by_id, cycle.approved_at = actor.person_id, at
        case CycleState.CLOSED:
            cycle.closed_at = at
        case CycleState.CANCELLED:
            _give_back(cycle, reason=reason, actor=actor, at=at)
        case _:
            pass
    is_reopened = here in (CycleState.CLOSED, CycleState.VERIFIED) and to is CycleState.ACTING
    event_type = events.CycleReopened if is_reopened else _EVENTS[to]
    record(
        event_type(
            actor=actor,
            at=at,
            organisation_id=cycle.organisation_id,
            subject_id=cycle.id,
            reason=reason.strip() or None,
            from_state=here,
            to_state=to,
        )
    )


def _give_back(cycle: Cycle, *, reason: str, actor: Actor, at: datetime) -> None:
    """Open again what a cancelled turn had taken over and not done, where it came from."""
    for action in cycle.actions:
        origin = action.taken_over_from
        if origin is None or action.state is not ActionState.OPEN:
            continue
        origin.state = ActionState.OPEN
        action.state, action.waived_because = ActionState.WAIVED, reason
        _record_reopened(origin, reason=reason, actor=actor, at=at)


def _record_reopened(action: Action, *, reason: str, actor: Actor, at: datetime) -> None:
    record(
        events.ActionReopened(
            actor=actor,
            at=at,
            organisation_id=action.organisation_id,
            subject_id=action.id,
            reason=reason,
        )
    )


def cancel_with_course(*, course_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Cancel the cycle of a cancelled course, unless it is over already."""
    number = find_cycle_id(course_id)
    if number is None:
        return
    cycle = get_cycle(number)
    hold(cycle)
    if CycleState.CANCELLED in rules.next_states(cycle.state):
        _move(cycle, CycleState.CANCELLED, reason=reason, actor=actor, at=at)
        flush()


def require_answered_actions(*, course_id: int) -> None:
    """Refuse by PreviousActionsOpen while the turn before has actions that nobody has answered."""
    if violations := open_previous_actions(list_open_previous_actions(course_id)):
        titles = "; ".join(f"“{violation.parameters['title']}”" for violation in violations)
        raise PreviousActionsOpen(actions=titles)
