"""What the guards ask about, gathered in a bounded number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.attendance.models import AttendanceRegister
from app.enrolment.models import Enrolment
from app.enrolment.rules import takes_a_seat
from app.enrolment.types import EnrolmentState
from app.evaluation.models import Wave
from app.evaluation.types import WaveState
from app.improvement.models import Action, Cycle, Finding, Indicator
from app.improvement.rules import TRANSFER_AFTER_DAYS
from app.improvement.types import (
    ActionFacts,
    CycleFacts,
    CycleState,
    FindingFacts,
    IndicatorFacts,
    SessionFacts,
)
from app.kernel.db import session
from app.scheduling.models import CourseSession, TimetableRelease


def gather_facts(cycle: Cycle) -> CycleFacts:
    """Return all that the guards of the cycle ask about."""
    found = _circumstances(cycle)
    return CycleFacts(
        state=cycle.state,
        first_day=cycle.course.starts_on,
        time_zone=cycle.course.time_zone,
        author_id=cycle.author_id,
        objective_levels=tuple(objective.level for objective in cycle.objectives),
        indicators=tuple(indicator_facts(indicator) for indicator in cycle.indicators),
        previous_actions=tuple(action_facts(action) for action in _previous_actions(cycle)),
        timetable_is_released=found.is_released,
        trainees=found.trainees,
        sessions=_sessions(cycle.course_id),
        end_wave=found.end_wave,
        findings=tuple(finding_facts(finding) for finding in cycle.findings),
        actions=tuple(action_facts(action) for action in cycle.actions),
        standard_changed=cycle.standard_changed,
        standard_none_because=cycle.standard_none_because,
        trainee_summary=cycle.trainee_summary,
        has_next_turn=found.has_next_turn,
        measured_in_next_turn=found.measured_again,
        transfer_wave=found.transfer_wave,
    )


def list_open_previous_actions(course_id: int) -> Sequence[ActionFacts]:
    """Return the open actions of the turn before that of the course."""
    own = aliased(Cycle)
    actions = session.scalars(
        select(Action)
        .join(own, own.previous_cycle_id == Action.cycle_id)
        .where(own.course_id == course_id, own.state != CycleState.CANCELLED)
        .order_by(Action.id)
    )
    return [action_facts(action) for action in actions]


def find_cycle_id(course_id: int) -> int | None:
    """Return the number of the course's cycle."""
    return session.scalar(select(Cycle.id).where(Cycle.course_id == course_id))


def indicator_facts(indicator: Indicator) -> IndicatorFacts:
    """Return the indicator as the guards see it."""
    return IndicatorFacts(
        id=indicator.id,
        name=indicator.name,
        source=indicator.source,
        direction=indicator.direction,
        baseline=indicator.baseline,
        baseline_none_because=indicator.baseline_none_because,
        target=indicator.target,
        minimum_n=indicator.minimum_n,
        actual=indicator.actual,
        actual_n=indicator.actual_n,
        actual_low=indicator.actual_low,
        actual_high=indicator.actual_high,
        not_measurable_because=indicator.not_measurable_because,
    )


def finding_facts(finding: Finding) -> FindingFacts:
    """Return the finding as the guards see it."""
    return FindingFacts(
        id=finding.id,
        text=finding.text,
        kind=finding.kind,
        indicator_id=finding.indicator_id,
        evidence=finding.evidence,
        cause_category=finding.cause_category,
        whys=tuple(finding.whys),
        decision=finding.decision,
        decision_reason=finding.decision_reason,
    )


def action_facts(action: Action) -> ActionFacts:
    """Return the action as the guards see it."""
    return ActionFacts(
        id=action.id,
        title=action.title,
        state=action.state,
        owner_id=action.owner_id,
        due_on=action.due_on,
        indicator_id=action.indicator_id,
        waived_because=action.waived_because,
    )


def _previous_actions(cycle: Cycle) -> Iterable[Action]:
    return cycle.previous_cycle.actions if cycle.previous_cycle else ()


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """What other features know of the course, and the turn that follows."""

    is_released: bool
    trainees: int
    has_next_turn: bool
    measured_again: frozenset[int]
    end_wave: WaveState | None
    transfer_wave: WaveState | None


def _circumstances(cycle: Cycle) -> _Circumstances:
    """Ask all that in one statement."""
    seated = [state for state in EnrolmentState if takes_a_seat(state)]
    following, again = aliased(Cycle), aliased(Indicator)
    is_following = (following.previous_cycle_id == cycle.id) & (following.state != CycleState.CANCELLED)
    answered = or_(again.actual_n.is_not(None), again.not_measurable_because.is_not(None))
    waves = select(func.array_agg(cast(Wave.state, Text))).where(Wave.course_id == cycle.course_id)
    border = transfer_begins(cycle.course.ends_on, cycle.course.time_zone)
    released, trainees, has_next, measured, end_waves, transfer_waves = session.execute(
        select(
            exists().where(TimetableRelease.course_id == cycle.course_id),
            select(func.count())
            .where(Enrolment.course_id == cycle.course_id, Enrolment.state.in_(seated))
            .scalar_subquery(),
            exists().where(is_following),
            select(func.array_agg(again.previous_indicator_id))
            .join(following, following.id == again.cycle_id)
            .where(is_following, again.previous_indicator_id.is_not(None), answered)
            .scalar_subquery(),
            waves.where(Wave.opens_at < border).scalar_subquery(),
            waves.where(Wave.opens_at >= border).scalar_subquery(),
        )
    ).one()
    return _Circumstances(
        is_released=released,
        trainees=trainees,
        has_next_turn=has_next,
        measured_again=frozenset(measured or ()),
        end_wave=_least_far(end_waves),
        transfer_wave=_least_far(transfer_waves),
    )


def _sessions(course_id: int) -> tuple[SessionFacts, ...]:
    rows = session.execute(
        select(
            CourseSession.id,
            CourseSession.title,
            CourseSession.state,
            func.coalesce(CourseSession.state_reason, ""),
            AttendanceRegister.state,
            func.coalesce(AttendanceRegister.reason, ""),
        )
        .outerjoin(AttendanceRegister, AttendanceRegister.course_session_id == CourseSession.id)
        .where(CourseSession.course_id == course_id)
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    )
    return tuple(SessionFacts(*row) for row in rows)


def transfer_begins(last_day: date, time_zone: str) -> datetime:
    """Return from when on a wave asks about the transfer, no longer about the course's end."""
    midnight = datetime.combine(last_day, datetime.min.time(), ZoneInfo(time_zone))
    return midnight + timedelta(days=TRANSFER_AFTER_DAYS)


def _least_far(states: Sequence[str] | None) -> WaveState | None:
    """Return the state of the wave that is least far; None without any."""
    return min(map(WaveState, states or ()), key=list(WaveState).index, default=None)
