"""Cycles on the database: every step with what its guard asks for, and without one thing of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.attendance.models import AttendanceRegister
from app.attendance.types import RegisterState
from app.enrolment.models import Enrolment, EnrolmentStep
from app.evaluation.models import Wave
from app.improvement import commands
from app.improvement.errors import (
    IncompleteAction,
    IntervalBackwards,
    MinimumTooSmall,
    NoFigureYet,
    PartNotOpen,
    PlanLocked,
    StepRefused,
)
from app.improvement.models import Action, Cycle, CycleTransition
from app.improvement.types import (
    CycleState,
    Direction,
    FindingKind,
    IndicatorSource,
    KirkpatrickLevel,
)
from app.improvement.words import ActionWords, FindingWords, IndicatorPlan
from app.kernel.access import Role
from app.kernel.db import session
from app.kernel.errors import StaleVersion
from app.scheduling.models import CourseSession, TimetableRelease
from app.scheduling.types import SessionState
from tests.factories.accounts import make_actor
from tests.factories.evaluation import make_closed_wave, sheets_of
from tests.factories.improvement import (
    make_action,
    make_cycle,
    make_cycle_before,
    make_finding,
    make_indicator,
    make_objective,
)
from tests.factories.scheduling import FIRST_MORNING

NOW = datetime(2026, 8, 20, 3, tzinfo=UTC)
S = CycleState
ROLES = {S.APPROVED: Role.QUALITY_OFFICER, S.VERIFIED: Role.QUALITY_OFFICER}
FORWARD = [S.APPROVED, S.RUNNING, S.CHECKING, S.ACTING, S.CLOSED, S.VERIFIED]

pytestmark = pytest.mark.usefixtures("db")


def take(cycle: Cycle, to: CycleState, *, at: datetime = NOW, reason: str = "") -> Cycle:
    actor = make_actor(ROLES.get(to, Role.TRAINING_MANAGER), cycle.course.organisation)
    return commands.take_cycle(
        cycle=cycle, to=to, expected_version=cycle.version, reason=reason, actor=actor, at=at
    )


def codes(cycle: Cycle, to: CycleState, *, at: datetime = NOW, reason: str = "") -> list[str]:
    with pytest.raises(StepRefused) as refusal:
        take(cycle, to, at=at, reason=reason)
    return [violation.code for violation in refusal.value.violations]


@pytest.mark.parametrize("to", FORWARD)
def test_a_cycle_with_all_that_is_asked_for_goes_on(to: CycleState) -> None:
    cycle = make_cycle_before(to)
    here = cycle.state

    take(cycle, to)

    step = session.scalars(select(CycleTransition).where(CycleTransition.cycle_id == cycle.id)).one()
    assert (cycle.state, step.from_state, step.to_state) == (to, here, to)
    assert step.role is ROLES.get(to, Role.TRAINING_MANAGER)


def _without_objective(cycle: Cycle) -> None:
    cycle.objectives[0].level = KirkpatrickLevel.REACTION


def _without_target(cycle: Cycle) -> None:
    cycle.indicators[0].target = None


def _with_open_action_before(cycle: Cycle) -> None:
    cycle.previous_cycle = make_cycle(state=S.CLOSED)
    make_action(cycle.previous_cycle)


def _without_release(cycle: Cycle) -> None:
    for release in session.scalars(select(TimetableRelease)):
        session.delete(release)


def _without_roll(cycle: Cycle) -> None:
    session.query(EnrolmentStep).delete()
    session.query(Enrolment).delete()


def _with_session_nobody_spoke_of(cycle: Cycle) -> None:
    session.execute(update(CourseSession).values(state=SessionState.PLANNED))


def _without_register(cycle: Cycle) -> None:
    session.query(AttendanceRegister).delete()


def _with_register_still_open(cycle: Cycle) -> None:
    session.execute(update(AttendanceRegister).values(state=RegisterState.OPEN, closed_at=None))


def _without_end_wave(cycle: Cycle) -> None:
    session.execute(
        update(Wave).values(
            opens_at=FIRST_MORNING + timedelta(days=200), closes_at=FIRST_MORNING + timedelta(days=210)
        )
    )


def _unmeasured(cycle: Cycle) -> None:
    cycle.indicators[0].actual_n = cycle.indicators[0].actual = None


def _missed(cycle: Cycle) -> None:
    cycle.indicators[0].actual, cycle.indicators[0].actual_low = 4.0, 3.9


def _gap_without_cause(cycle: Cycle) -> None:
    make_finding(cycle, cause_category=None)


def _undecided(cycle: Cycle) -> None:
    cycle.findings[0].decision = None


def _without_owner(cycle: Cycle) -> None:
    cycle.actions[0].owner_id = None


def _without_standard(cycle: Cycle) -> None:
    cycle.standard_changed = ""


def _without_summary(cycle: Cycle) -> None:
    cycle.trainee_summary = ""


def _without_next_turn(cycle: Cycle) -> None:
    session.execute(update(Cycle).where(Cycle.previous_cycle_id == cycle.id).values(previous_cycle_id=None))


def _without_transfer_wave(cycle: Cycle) -> None:
    session.execute(
        update(Wave)
        .where(Wave.opens_at > FIRST_MORNING + timedelta(days=100))
        .values(opens_at=FIRST_MORNING + timedelta(days=10), closes_at=FIRST_MORNING + timedelta(days=20))
    )


@pytest.mark.parametrize(
    ("to", "spoil", "expected"),
    [
        (S.APPROVED, _without_objective, ["no_objective_beyond_reaction"]),
        (S.APPROVED, _without_target, ["no_target"]),
        (S.APPROVED, _with_open_action_before, ["previous_action_open"]),
        (S.RUNNING, _without_release, ["timetable_not_released"]),
        (S.RUNNING, _without_roll, ["no_roll"]),
        (S.CHECKING, _with_session_nobody_spoke_of, ["session_unsettled"]),
        (S.CHECKING, _without_register, ["no_attendance"]),
        (S.CHECKING, _with_register_still_open, ["no_attendance"]),
        (S.CHECKING, _without_end_wave, ["no_end_wave"]),
        (S.ACTING, _unmeasured, ["not_measured"]),
        (S.ACTING, _missed, ["missed_without_finding"]),
        (S.ACTING, _gap_without_cause, ["no_cause"]),
        (S.CLOSED, _undecided, ["no_decision"]),
        (S.CLOSED, _without_owner, ["no_owner"]),
        (S.CLOSED, _without_standard, ["no_standard"]),
        (S.CLOSED, _without_summary, ["no_summary"]),
        (S.VERIFIED, _without_next_turn, ["no_next_turn"]),
        (S.VERIFIED, _without_transfer_wave, ["transfer_wave_not_closed"]),
    ],
)
def test_a_cycle_that_lacks_one_thing_stays(
    to: CycleState, spoil: Callable[[Cycle], None], expected: list[str]
) -> None:
    cycle = make_cycle_before(to)
    here = cycle.state
    spoil(cycle)
    session.flush()
    session.expire_all()

    assert codes(cycle, to) == expected
    assert cycle.state is here
    assert session.scalar(select(CycleTransition.id)) is None


def test_a_cycle_does_not_run_before_its_first_day_at_the_place() -> None:
    cycle = make_cycle_before(S.RUNNING)
    assert codes(cycle, S.RUNNING, at=datetime(2026, 8, 2, 16, 59, tzinfo=UTC)) == ["not_begun"]
    assert take(cycle, S.RUNNING, at=datetime(2026, 8, 2, 17, 0, tzinfo=UTC)).state is S.RUNNING


def test_the_author_cannot_approve_even_with_the_right_to() -> None:
    cycle = make_cycle_before(S.APPROVED)
    author = make_actor(Role.QUALITY_OFFICER, cycle.course.organisation)
    cycle.author_id = author.person_id
    session.flush()

    with pytest.raises(StepRefused) as refusal:
        commands.take_cycle(cycle=cycle, to=S.APPROVED, expected_version=cycle.version, actor=author, at=NOW)

    assert [violation.code for violation in refusal.value.violations] == ["approver_is_author"]


def test_whoever_wrote_the_plan_last_is_its_author() -> None:
    cycle = make_cycle_before(S.APPROVED)
    other = make_actor(Role.TRAINING_MANAGER, cycle.course.organisation)

    commands.add_objective(cycle=cycle, text="More", level=KirkpatrickLevel.RESULTS, actor=other, at=NOW)

    assert cycle.author_id == other.person_id


def test_a_plan_that_changed_since_it_was_read_is_not_approved() -> None:
    cycle = make_cycle_before(S.APPROVED)
    read = cycle.version
    manager = make_actor(Role.TRAINING_MANAGER, cycle.course.organisation)
    commands.add_objective(cycle=cycle, text="More", level=KirkpatrickLevel.RESULTS, actor=manager, at=NOW)

    with pytest.raises(StaleVersion):
        commands.take_cycle(
            cycle=cycle,
            to=S.APPROVED,
            expected_version=read,
            actor=make_actor(Role.QUALITY_OFFICER, cycle.course.organisation),
            at=NOW,
        )


@pytest.mark.parametrize("here", [S.DRAFTED, S.APPROVED, S.RUNNING, S.CHECKING, S.ACTING])
def test_a_cycle_is_cancelled_with_a_reason_only(here: CycleState) -> None:
    cycle = make_cycle(state=here)
    assert codes(cycle, S.CANCELLED, reason=" ") == ["no_reason"]
    take(cycle, S.CANCELLED, reason="Flood")
    assert (cycle.state, cycle_steps(cycle)) == (S.CANCELLED, [(here, S.CANCELLED, "Flood")])


@pytest.mark.parametrize("here", [S.CLOSED, S.VERIFIED])
def test_a_closed_cycle_is_reopened_with_a_reason_only(here: CycleState) -> None:
    cycle = make_cycle(state=here)
    assert codes(cycle, S.ACTING) == ["no_reason"]
    take(cycle, S.ACTING, reason="A finding was forgotten")
    assert cycle_steps(cycle) == [(here, S.ACTING, "A finding was forgotten")]


def cycle_steps(cycle: Cycle) -> list[tuple[CycleState, CycleState, str | None]]:
    found = session.scalars(select(CycleTransition).where(CycleTransition.cycle_id == cycle.id))
    return [(step.from_state, step.to_state, step.reason) for step in found]


def test_a_locked_target_changes_by_an_amendment_that_keeps_the_old_one() -> None:
    cycle = make_cycle_before(S.RUNNING)
    indicator = cycle.indicators[0]
    manager = make_actor(Role.TRAINING_MANAGER, cycle.course.organisation)
    plan = IndicatorPlan("Usefulness", IndicatorSource.MANUAL, Direction.AT_LEAST, target=3.0)
    with pytest.raises(PlanLocked):
        commands.change_indicator(
            indicator=indicator, expected_version=indicator.version, plan=plan, actor=manager, at=NOW
        )

    commands.amend_target(
        indicator=indicator,
        expected_version=indicator.version,
        target=4.0,
        reason="Two lecturers fell ill",
        actor=manager,
        at=NOW,
    )

    kept = [(one.old_target, one.new_target, one.reason) for one in indicator.amendments]
    assert (indicator.target, kept) == (4.0, [(4.2, 4.0, "Two lecturers fell ill")])


def test_a_mean_needs_as_many_answers_as_evaluation_shows() -> None:
    cycle = make_cycle()
    plan = IndicatorPlan(
        "Usefulness",
        IndicatorSource.EVALUATION_MEAN,
        Direction.AT_LEAST,
        source_key="usefulness",
        minimum_n=4,
    )
    with pytest.raises(MinimumTooSmall):
        commands.add_indicator(
            cycle=cycle,
            plan=plan,
            actor=make_actor(Role.TRAINING_MANAGER, cycle.course.organisation),
            at=NOW,
        )


def test_indicators_are_read_from_where_their_figures_are_kept() -> None:
    cycle = make_cycle_before(S.ACTING)
    cycle.indicators[0].actual = cycle.indicators[0].actual_n = None
    for source in (
        IndicatorSource.RESPONSE_RATE,
        IndicatorSource.ATTENDANCE,
        IndicatorSource.ACTIVE_METHOD_SHARE,
        IndicatorSource.MANUAL,
    ):
        make_indicator(cycle, source=source)

    counted = commands.measure_cycle(
        cycle=cycle, actor=make_actor(Role.TRAINING_MANAGER, cycle.course.organisation), at=NOW
    )

    mean, response, attendance, active, manual = cycle.indicators
    assert counted == (4, 0)
    assert (mean.actual, mean.actual_n) == (4.5, 6)
    assert (response.actual, response.actual_n) == (100, 6)
    assert response.actual_low == pytest.approx(60.97, abs=0.01)
    assert (attendance.actual, attendance.actual_n) == (100, 1)
    assert (active.actual, active.actual_n, active.actual_low) == (0, 1, None)
    assert manual.actual is None


def test_too_few_answers_are_insufficient_data_and_no_figure_is_shown() -> None:
    cycle = make_cycle(state=S.CHECKING)
    indicator = make_indicator(cycle, source=IndicatorSource.EVALUATION_MEAN, source_key="usefulness")
    make_closed_wave(cycle.course, sheets_of(5, 5, 5, 5))

    commands.measure_indicator(
        indicator=indicator, actor=make_actor(Role.TRAINING_MANAGER, cycle.course.organisation), at=NOW
    )

    assert (indicator.actual, indicator.actual_n) == (None, 4)


def test_a_source_that_holds_nothing_says_so() -> None:
    cycle = make_cycle(state=S.CHECKING)
    indicator = make_indicator(cycle, source=IndicatorSource.ATTENDANCE)
    with pytest.raises(NoFigureYet):
        commands.measure_indicator(
            indicator=indicator, actor=make_actor(Role.TRAINING_MANAGER, cycle.course.organisation), at=NOW
        )


@pytest.mark.parametrize(("low", "high"), [(4.0, None), (None, 4.0), (4.3, 4.5), (4.0, 4.1)])
def test_an_interval_that_does_not_hold_its_figure_is_refused(low: float | None, high: float | None) -> None:
    cycle = make_cycle(state=S.CHECKING)
    indicator = make_indicator(cycle)
    with pytest.raises(IntervalBackwards):
        commands.enter_measurement(
            indicator=indicator,
            expected_version=indicator.version,
            value=4.2,
            n=12,
            low=low,
            high=high,
            actor=make_actor(Role.TRAINING_MANAGER, cycle.course.organisation),
            at=NOW,
        )


def test_a_closed_cycle_takes_no_more_findings() -> None:
    cycle = make_cycle(state=S.CLOSED)
    with pytest.raises(PartNotOpen):
        commands.add_finding(
            cycle=cycle,
            words=FindingWords(FindingKind.GAP, "Too late"),
            actor=make_actor(Role.QUALITY_OFFICER, cycle.course.organisation),
            at=NOW,
        )


def test_an_action_of_a_closed_cycle_keeps_its_owner_date_and_indicator() -> None:
    cycle = make_cycle(state=S.CLOSED)
    indicator = make_indicator(cycle)
    action: Action = make_action(cycle)
    manager = make_actor(Role.TRAINING_MANAGER, cycle.course.organisation)
    whole = ActionWords("Later", action.owner_id, date(2027, 6, 1), indicator.id)

    with pytest.raises(IncompleteAction):
        commands.change_action(
            action=action, expected_version=action.version, words=ActionWords("Later"), actor=manager, at=NOW
        )
    commands.change_action(action=action, expected_version=action.version, words=whole, actor=manager, at=NOW)

    assert action.due_on == date(2027, 6, 1)


def test_removing_an_objective_keeps_its_indicators() -> None:
    cycle = make_cycle()
    objective = make_objective(cycle)
    indicator = make_indicator(cycle, objective=objective)

    commands.remove_objective(
        objective=objective, actor=make_actor(Role.TRAINING_MANAGER, cycle.course.organisation), at=NOW
    )

    session.refresh(indicator)
    assert (cycle.objectives, indicator.objective_id) == ([], None)


def test_the_database_itself_refuses_an_approver_who_is_the_author(db: Session) -> None:
    cycle = make_cycle()
    cycle.approved_by_id = cycle.author_id
    with pytest.raises(Exception, match="ck_cycle_approver_is_not_author"):
        db.flush()
