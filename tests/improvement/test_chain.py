"""From turn to turn: the next course's cycle, its proposal, actions taken over, effects, the release held back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.improvement import commands
from app.improvement.errors import ActionRefused, NotOfPreviousTurn, PreviousActionsOpen, StepRefused
from app.improvement.models import Action, Cycle
from app.improvement.queries import (
    find_cycle_id,
    get_cycle,
    get_cycle_of_course,
    get_report,
    list_taken_over_from,
)
from app.improvement.types import (
    ActionState,
    CauseCategory,
    CycleState,
    Decision,
    Effect,
    FindingKind,
    IndicatorSource,
)
from app.improvement.words import ActionWords, FindingWords
from app.kernel import transaction
from app.kernel.access import Actor, Role
from app.kernel.db import session
from app.scheduling.commands import cancel_course, create_course, release_timetable
from app.scheduling.models import Course
from tests.factories.accounts import make_actor
from tests.factories.improvement import (
    make_action,
    make_cycle,
    make_cycle_before,
    make_indicator,
    make_objective,
)
from tests.factories.scheduling import make_course, make_session

NOW = datetime(2026, 9, 20, 3, tzinfo=UTC)
S = CycleState

pytestmark = pytest.mark.usefixtures("app", "db")


def manager_of(cycle: Cycle) -> Actor:
    return make_actor(Role.TRAINING_MANAGER, cycle.course.organisation)


def next_course(cycle: Cycle, actor: Actor, **changes: object) -> Course:
    course = cycle.course
    made = create_course(
        **{  # type: ignore[arg-type]  # a course's values, some of them changed
            "version": course.curriculum_version,
            "organisation": course.organisation,
            "campus": None,
            "code": "NEXT",
            "title": "The next course",
            "titles": {},
            "starts_on": date(2027, 1, 4),
            "ends_on": date(2027, 1, 8),
            "capacity": 30,
            "managers": [],
            "previous_course": None,
            "actor": actor,
            "at": NOW,
            **changes,
        }
    )
    transaction.settle()
    return made


def next_cycle(cycle: Cycle, actor: Actor, **changes: object) -> Cycle:
    number = find_cycle_id(next_course(cycle, actor, **changes).id)
    assert number is not None
    return get_cycle(number)


def take(cycle: Cycle, to: CycleState, actor: Actor, reason: str = "") -> None:
    commands.take_cycle(
        cycle=cycle, to=to, expected_version=cycle.version, reason=reason, actor=actor, at=NOW
    )


def take_over(action: Action, cycle: Cycle, actor: Actor) -> Action:
    return commands.take_over_action(
        action=action, expected_version=action.version, cycle=cycle, actor=actor, at=NOW
    )


def test_a_new_course_brings_a_cycle_with_the_plan_of_the_turn_before() -> None:
    before = make_cycle(state=S.CLOSED)
    objective = make_objective(before)
    told = make_indicator(
        before, name="Told", actual=4.4, actual_n=20, actual_low=4.2, actual_high=4.6, objective=objective
    )
    too_few = make_indicator(before, name="Too few", actual=5.0, actual_n=3, baseline=3.9)
    unmeasured = make_indicator(before, name="Lost", not_measurable_because="Forms lost")
    manager = manager_of(before)

    cycle = next_cycle(before, manager)

    assert (cycle.previous_cycle_id, cycle.author_id, cycle.state) == (
        before.id,
        manager.person_id,
        S.DRAFTED,
    )
    assert [(one.text, one.level) for one in cycle.objectives] == [(objective.text, objective.level)]
    assert cycle.indicators[0].objective is cycle.objectives[0]
    proposed = [
        (one.name, one.previous_indicator_id, one.baseline, one.baseline_none_because, one.target, one.actual)
        for one in cycle.indicators
    ]
    assert proposed == [
        ("Told", told.id, 4.4, None, 4.2, None),
        ("Too few", too_few.id, 3.9, None, 4.2, None),
        ("Lost", unmeasured.id, None, "Forms lost", 4.2, None),
    ]


def test_the_turn_before_is_that_of_the_course_named_so() -> None:
    before = make_cycle(make_course(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9)))
    elsewhere = make_cycle(make_course())
    cycle = next_cycle(before, manager_of(before), previous_course=elsewhere.course)
    assert cycle.previous_cycle_id == elsewhere.id


def test_the_turn_before_is_the_latest_of_the_curriculum_that_was_not_cancelled() -> None:
    before = make_cycle(make_course(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9)))
    same: dict[str, Any] = {
        "version": before.course.curriculum_version,
        "organisation": before.course.organisation,
    }
    later = make_cycle(make_course(**same, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 6)))
    make_cycle(make_course(**same, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 8)), state=S.CANCELLED)
    make_cycle(make_course(version=before.course.curriculum_version, starts_on=date(2026, 6, 1)))

    assert next_cycle(before, manager_of(before)).previous_cycle_id == later.id


def test_the_first_course_of_a_curriculum_begins_the_line() -> None:
    other = make_cycle()
    course = make_course()
    cycle = next_cycle(make_cycle(course), manager_of(other), version=make_course().curriculum_version)
    assert (cycle.previous_cycle_id, cycle.indicators) == (None, [])


def test_a_missed_target_without_cause_holds_the_close_until_cause_and_action_and_the_next_turn_opens_with_it() -> (
    None
):
    cycle = make_cycle_before(S.CLOSED)
    indicator = cycle.indicators[0]
    indicator.actual, indicator.actual_low, indicator.actual_high = 3.9, 3.7, 4.1
    session.flush()
    manager = manager_of(cycle)
    with pytest.raises(StepRefused) as refusal:
        take(cycle, S.CLOSED, manager)
    assert [one.code for one in refusal.value.violations] == ["missed_without_finding"]

    finding = commands.add_finding(
        cycle=cycle,
        words=FindingWords(
            FindingKind.GAP, "Too theoretical", indicator.id, "31 of 40 comments", CauseCategory.METHOD
        ),
        actor=manager,
        at=NOW,
    )
    commands.decide_finding(
        finding=finding,
        expected_version=finding.version,
        decision=Decision.ADJUST,
        reason="",
        actor=manager,
        at=NOW,
    )
    words = ActionWords(
        "Add two case studies", manager.person_id, date(2026, 12, 1), indicator.id, finding.id
    )
    commands.add_action(cycle=cycle, words=words, actor=manager, at=NOW)
    take(cycle, S.CLOSED, manager)
    following = next_cycle(cycle, manager)

    report = get_report(get_cycle_of_course(following.course_id))
    assert cycle.state is S.CLOSED
    assert [(action.title, action.state) for action in report.previous_actions] == [
        ("Write the debate into the handbook", ActionState.OPEN),
        ("Add two case studies", ActionState.OPEN),
    ]


def test_an_action_taken_over_stays_chained_and_opens_the_way_to_approval() -> None:
    before = make_cycle_before(S.VERIFIED)
    manager = manager_of(before)
    cycle = next_cycle(before, manager, previous_course=before.course)
    origin = before.actions[0]
    quality = make_actor(Role.QUALITY_OFFICER, cycle.course.organisation)
    cycle.indicators[0].baseline = 4.4
    session.flush()
    with pytest.raises(StepRefused) as refusal:
        take(cycle, S.APPROVED, quality)

    taken = take_over(origin, cycle, manager)
    take(cycle, S.APPROVED, quality)

    assert [one.code for one in refusal.value.violations] == ["previous_action_open"]
    assert (origin.state, taken.state, taken.owner_id) == (
        ActionState.TAKEN_OVER,
        ActionState.OPEN,
        origin.owner_id,
    )
    assert taken.indicator_id == cycle.indicators[0].id
    assert [one.id for one in list_taken_over_from(taken)] == [origin.id, taken.id]


def test_an_action_is_taken_over_once_and_by_the_next_turn_only() -> None:
    before = make_cycle(state=S.CLOSED)
    action = make_action(before)
    manager = manager_of(before)
    cycle = next_cycle(before, manager)
    with pytest.raises(NotOfPreviousTurn):
        take_over(action, make_cycle(), manager)
    take_over(action, cycle, manager)
    with pytest.raises(ActionRefused):
        take_over(action, cycle, manager)


def test_a_cancelled_turn_gives_back_what_it_had_taken_over() -> None:
    before = make_cycle(state=S.CLOSED)
    action = make_action(before)
    manager = manager_of(before)
    cycle = next_cycle(before, manager)
    taken = take_over(action, cycle, manager)

    take(cycle, S.CANCELLED, manager, reason="Flood")

    assert (action.state, taken.state, taken.waived_because) == (
        ActionState.OPEN,
        ActionState.WAIVED,
        "Flood",
    )


def test_a_cancelled_course_cancels_its_cycle() -> None:
    before = make_cycle(state=S.CLOSED)
    manager = manager_of(before)
    cycle = next_cycle(before, manager)

    cancel_course(course=cycle.course, reason="Flood", actor=manager, at=NOW)
    transaction.settle()

    assert (cycle.state, cycle.transitions[0].reason) == (S.CANCELLED, "Flood")


def test_no_timetable_is_released_while_the_last_turn_has_unanswered_actions() -> None:
    before = make_cycle(state=S.CLOSED)
    make_action(before, title="Add a case study")
    manager = manager_of(before)
    course = next_course(before, manager)
    make_session(course, starts_at=datetime(2027, 1, 4, 1, tzinfo=UTC))
    release_timetable(course=course, name="First", note="", actor=manager, at=NOW)
    with pytest.raises(PreviousActionsOpen, match="Add a case study"):
        transaction.settle()
    transaction.undo()


@pytest.mark.parametrize("answer", ["done", "waived", "taken over"])
def test_an_answered_action_lets_the_timetable_go(answer: str) -> None:
    before = make_cycle(state=S.CLOSED)
    action = make_action(before)
    manager = manager_of(before)
    course = next_course(before, manager)
    make_session(course, starts_at=datetime(2027, 1, 4, 1, tzinfo=UTC))
    match answer:
        case "done":
            commands.mark_action_done(
                action=action, expected_version=action.version, evidence="Seen", actor=manager, at=NOW
            )
        case "waived":
            commands.waive_action(
                action=action, expected_version=action.version, reason="No budget", actor=manager, at=NOW
            )
        case _:
            take_over(action, get_cycle(find_cycle_id(course.id) or 0), manager)

    release = release_timetable(course=course, name="First", note="", actor=manager, at=NOW)
    transaction.settle()

    assert release.number == 1


@pytest.mark.parametrize(
    ("value", "low", "high", "n", "expected"),
    [
        (4.7, 4.65, 4.75, 20, Effect.EFFECTIVE),
        (4.45, 4.2, 4.7, 20, Effect.NO_EFFECT_SHOWN),
        (3.9, 3.8, 4.0, 20, Effect.WORSE),
        (4.7, 4.65, 4.75, 4, Effect.CANNOT_TELL),
        (4.7, None, None, 20, Effect.CANNOT_TELL),
    ],
)
def test_the_next_turn_shows_what_an_action_did(
    value: float, low: float | None, high: float | None, n: int, expected: Effect
) -> None:
    before = make_cycle(state=S.CLOSED)
    make_indicator(before, actual=4.4, actual_n=20, actual_low=4.3, actual_high=4.5)
    make_action(before, title="Add a case study")
    cycle = next_cycle(before, manager_of(before))
    cycle.indicators[0].actual, cycle.indicators[0].actual_n = value, n
    cycle.indicators[0].actual_low, cycle.indicators[0].actual_high = low, high
    session.flush()

    shown = get_report(get_cycle_of_course(cycle.course_id)).effects

    assert [(one.title, one.before, one.after, one.effect) for one in shown] == [
        ("Add a case study", 4.4, value, expected)
    ]


def test_hours_are_all_counted_so_a_greater_share_of_them_is_an_effect() -> None:
    before = make_cycle(state=S.CLOSED)
    make_indicator(
        before,
        source=IndicatorSource.ACTIVE_METHOD_SHARE,
        unit="%",
        actual=40,
        actual_n=12,
    )
    make_action(before)
    cycle = next_cycle(before, manager_of(before))
    cycle.indicators[0].actual, cycle.indicators[0].actual_n = 55, 12
    session.flush()
    shown = get_report(get_cycle_of_course(cycle.course_id)).effects
    assert [one.effect for one in shown] == [Effect.EFFECTIVE]


def test_an_action_is_verified_by_somebody_other_than_its_owner() -> None:
    cycle = make_cycle(state=S.CLOSED)
    owner = make_actor(Role.QUALITY_OFFICER, cycle.course.organisation)
    other = make_actor(Role.QUALITY_OFFICER, cycle.course.organisation)
    action = make_action(cycle)
    action.owner_id = owner.person_id
    session.flush()
    commands.mark_action_done(
        action=action, expected_version=action.version, evidence="Handbook 3.2", actor=owner, at=NOW
    )
    with pytest.raises(ActionRefused):
        commands.verify_action(action=action, expected_version=action.version, actor=owner, at=NOW)

    commands.verify_action(action=action, expected_version=action.version, actor=other, at=NOW)

    assert (action.state, action.verified_by_id) == (ActionState.VERIFIED, other.person_id)


def test_done_without_effect_is_reopened_and_has_to_be_answered_again() -> None:
    before = make_cycle(state=S.CLOSED)
    action = make_action(before, state=ActionState.DONE, evidence="Done")
    manager = manager_of(before)
    course = next_course(before, manager)
    commands.require_answered_actions(course_id=course.id)

    commands.reopen_action(
        action=action, expected_version=action.version, reason="No effect shown", actor=manager, at=NOW
    )

    with pytest.raises(PreviousActionsOpen):
        commands.require_answered_actions(course_id=course.id)
