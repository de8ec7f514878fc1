"""The page of a cycle: its own rows, those of its neighbours in the chain, and what the guards say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from app.improvement.figures import drawn, effect_between
from app.improvement.models import (
    Action,
    Cycle,
    CycleTransition,
    Deviation,
    Indicator,
    IndicatorAmendment,
)
from app.improvement.queries.facts import gather_facts, indicator_facts
from app.improvement.read_models import EffectShown, IndicatorShown, SessionCount
from app.improvement.types import ActionState, CycleFacts, CycleState
from app.kernel.db import session
from app.scheduling.models import Course, CourseSession
from app.scheduling.types import SessionState


@dataclass(frozen=True, slots=True)
class CycleReport:
    """All that the page of a cycle shows."""

    cycle: Cycle
    facts: CycleFacts
    sessions: SessionCount
    shown: Mapping[int, IndicatorShown]
    previous_actions: Sequence[Action]
    effects: Sequence[EffectShown]
    next_course: Course | None

    @property
    def previous_course(self) -> Course | None:
        """The course of the turn before."""
        return self.cycle.previous_cycle.course if self.cycle.previous_cycle else None


def get_report(cycle: Cycle) -> CycleReport:
    """Return what the page of the cycle shows, in as many statements whatever it holds."""
    neighbours = _load_indicators(cycle)
    previous_actions = _load_actions(cycle)
    _load_people(cycle)
    facts = gather_facts(cycle)
    return CycleReport(
        cycle=cycle,
        facts=facts,
        sessions=_count_sessions(facts),
        shown={
            indicator.id: drawn(indicator_facts(indicator), indicator.unit) for indicator in cycle.indicators
        },
        previous_actions=previous_actions,
        effects=_effects(cycle, previous_actions, neighbours),
        next_course=_find_next_course(cycle),
    )


def _load_indicators(cycle: Cycle) -> Mapping[int, Indicator]:
    """Fill the cycle's indicators with their amendments; return those of the turn before by number."""
    numbers = [number for number in (cycle.id, cycle.previous_cycle_id) if number is not None]
    found = session.scalars(
        select(Indicator)
        .where(Indicator.cycle_id.in_(numbers))
        .options(joinedload(Indicator.amendments).joinedload(IndicatorAmendment.amended_by))
        .order_by(Indicator.id)
    ).unique()
    own: list[Indicator] = []
    before: dict[int, Indicator] = {}
    for indicator in found:
        if indicator.cycle_id == cycle.id:
            own.append(indicator)
        else:
            before[indicator.id] = indicator
    set_committed_value(cycle, "indicators", own)
    return before


def _load_actions(cycle: Cycle) -> Sequence[Action]:
    """Fill the actions of the cycle and of the turn before with their owners; return the latter."""
    numbers = [number for number in (cycle.id, cycle.previous_cycle_id) if number is not None]
    found = session.scalars(
        select(Action)
        .where(Action.cycle_id.in_(numbers))
        .options(joinedload(Action.owner), joinedload(Action.verified_by))
        .order_by(Action.id)
    ).all()
    set_committed_value(cycle, "actions", [action for action in found if action.cycle_id == cycle.id])
    before = [action for action in found if action.cycle_id != cycle.id]
    if cycle.previous_cycle is not None:
        set_committed_value(cycle.previous_cycle, "actions", before)
    return before


def _load_people(cycle: Cycle) -> None:
    """Fill who recorded the deviations, and where; who took the steps."""
    deviations = session.scalars(
        select(Deviation)
        .where(Deviation.cycle_id == cycle.id)
        .options(
            joinedload(Deviation.recorded_by),
            joinedload(Deviation.course_session).options(lazyload(CourseSession.course)),
        )
        .order_by(Deviation.noticed_on, Deviation.id)
    ).all()
    set_committed_value(cycle, "deviations", deviations)
    steps = session.scalars(
        select(CycleTransition)
        .where(CycleTransition.cycle_id == cycle.id)
        .options(joinedload(CycleTransition.by))
        .order_by(CycleTransition.id)
    ).all()
    set_committed_value(cycle, "transitions", steps)


def _count_sessions(facts: CycleFacts) -> SessionCount:
    states = [found.state for found in facts.sessions]
    cancelled = states.count(SessionState.CANCELLED)
    return SessionCount(states.count(SessionState.HELD), len(states) - cancelled, cancelled)


def _effects(
    cycle: Cycle, actions: Sequence[Action], before: Mapping[int, Indicator]
) -> Sequence[EffectShown]:
    """Return what this turn's figures show of the actions of the turn before."""
    after = {indicator.previous_indicator_id: indicator for indicator in cycle.indicators}
    return [
        _effect(action, indicator, after.get(indicator.id))
        for action in actions
        if action.state is not ActionState.WAIVED and (indicator := before.get(action.indicator_id or 0))
    ]


def _effect(action: Action, before: Indicator, after: Indicator | None) -> EffectShown:
    facts_before = indicator_facts(before)
    facts_after = indicator_facts(after) if after is not None else None
    return EffectShown(
        action_id=action.id,
        title=action.title,
        state=action.state,
        indicator_name=before.name,
        unit=before.unit,
        digits=drawn(facts_before, before.unit).digits,
        before=before.actual,
        before_n=before.actual_n,
        after=after.actual if after is not None else None,
        after_n=after.actual_n if after is not None else None,
        effect=effect_between(facts_before, facts_after),
    )


def _find_next_course(cycle: Cycle) -> Course | None:
    following = aliased(Cycle)
    return session.scalar(
        select(Course)
        .join(following, following.course_id == Course.id)
        .where(following.previous_cycle_id == cycle.id, following.state != CycleState.CANCELLED)
        .order_by(following.id)
        .limit(1)
    )
