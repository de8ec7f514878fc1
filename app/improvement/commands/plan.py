"""Writing the plan: objectives, indicators, and amendments once it is approved."""

from datetime import datetime

from app.evaluation.rules import MINIMUM_FOR_SCORES
from app.improvement import events
from app.improvement.commands.holding import hold_for
from app.improvement.errors import ItemMissing, MinimumTooSmall
from app.improvement.models import Cycle, Indicator, IndicatorAmendment, Objective
from app.improvement.types import IndicatorSource, KirkpatrickLevel, Part
from app.improvement.words import IndicatorPlan
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush


def add_objective(
    *, cycle: Cycle, text: str, level: KirkpatrickLevel, actor: Actor, at: datetime
) -> Objective:
    """Add an objective to a draft; raises PlanLocked after approval."""
    _write_plan(cycle, actor, at)
    position = max((objective.position for objective in cycle.objectives), default=0) + 1
    objective = Objective(position=position, text=text, level=level)
    cycle.objectives.append(objective)
    flush()
    return objective


def change_objective(
    *,
    objective: Objective,
    expected_version: int,
    text: str,
    level: KirkpatrickLevel,
    actor: Actor,
    at: datetime,
) -> Objective:
    """Change an objective of a draft; ``expected_version`` is that of its cycle, which moves with the plan."""
    check_version(objective.cycle, expected_version)
    _write_plan(objective.cycle, actor, at)
    objective.text, objective.level = text, level
    flush()
    return objective


def remove_objective(*, objective: Objective, actor: Actor, at: datetime) -> None:
    """Remove an objective from a draft; its indicators stay."""
    _write_plan(objective.cycle, actor, at)
    for indicator in objective.cycle.indicators:
        if indicator.objective_id == objective.id:
            indicator.objective = None
    objective.cycle.objectives.remove(objective)
    flush()


def add_indicator(*, cycle: Cycle, plan: IndicatorPlan, actor: Actor, at: datetime) -> Indicator:
    """Add an indicator to a draft. Raises PlanLocked, ItemMissing or MinimumTooSmall."""
    _write_plan(cycle, actor, at)
    indicator = Indicator()
    _describe(indicator, plan)
    cycle.indicators.append(indicator)
    flush()
    return indicator


def change_indicator(
    *, indicator: Indicator, expected_version: int, plan: IndicatorPlan, actor: Actor, at: datetime
) -> Indicator:
    """Change an indicator of a draft. Raises PlanLocked, ItemMissing or MinimumTooSmall."""
    check_version(indicator, expected_version)
    _write_plan(indicator.cycle, actor, at)
    _describe(indicator, plan)
    flush()
    return indicator


def remove_indicator(*, indicator: Indicator, actor: Actor, at: datetime) -> None:
    """Remove an indicator from a draft; raises IndicatorInUse while actions point to it."""
    _write_plan(indicator.cycle, actor, at)
    indicator.cycle.indicators.remove(indicator)
    flush()


def amend_target(
    *,
    indicator: Indicator,
    expected_version: int,
    target: float,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Indicator:
    """Change a locked target; the old one stays visible beside the result, with the reason."""
    check_version(indicator, expected_version)
    hold_for(indicator.cycle, Part.AMENDMENTS)
    session.add(
        IndicatorAmendment(
            indicator_id=indicator.id,
            old_target=indicator.target,
            new_target=target,
            reason=reason,
            amended_at=at,
            amended_by_id=actor.person_id,
        )
    )
    record(
        events.TargetAmended(
            actor=actor,
            at=at,
            organisation_id=indicator.organisation_id,
            subject_id=indicator.id,
            reason=reason,
            old_target=indicator.target,
            new_target=target,
        )
    )
    indicator.target = target
    flush()
    return indicator


def _write_plan(cycle: Cycle, actor: Actor, at: datetime) -> None:
    """Hold the draft; whoever writes it last is its author, whom somebody else has to approve."""
    hold_for(cycle, Part.PLAN)
    cycle.plan_changed_at = at
    if actor.person_id is not None:
        cycle.author_id = actor.person_id
    record(events.PlanChanged(actor=actor, at=at, organisation_id=cycle.organisation_id, subject_id=cycle.id))


def _describe(indicator: Indicator, plan: IndicatorPlan) -> None:
    key = plan.source_key.strip() if plan.source is IndicatorSource.EVALUATION_MEAN else ""
    if plan.source is IndicatorSource.EVALUATION_MEAN:
        if not key:
            raise ItemMissing(field="source_key")
        if plan.minimum_n is not None and plan.minimum_n < MINIMUM_FOR_SCORES:
            raise MinimumTooSmall(field="minimum_n", minimum=MINIMUM_FOR_SCORES)
    indicator.objective_id = plan.objective_id
    indicator.name = plan.name
    indicator.unit = plan.unit if plan.source is IndicatorSource.MANUAL else plan.source.unit
    indicator.source, indicator.source_key = plan.source, key or None
    indicator.direction, indicator.target, indicator.minimum_n = plan.direction, plan.target, plan.minimum_n
    indicator.baseline = plan.baseline
    indicator.baseline_none_because = (
        None if plan.baseline is not None else plan.baseline_none_because.strip() or None
    )
