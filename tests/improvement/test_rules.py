from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attendance.types import RegisterState
from app.evaluation.types import WaveState
from app.improvement.rules import STEPS, carry_over, check_step, next_states, phase_of, targets_are_locked
from app.improvement.types import (
    ActionFacts,
    ActionState,
    CauseCategory,
    CycleFacts,
    CycleState,
    Decision,
    Direction,
    FindingFacts,
    FindingKind,
    IndicatorFacts,
    IndicatorSource,
    KirkpatrickLevel,
    Phase,
    SessionFacts,
    Step,
    SubjectKind,
    Violation,
)
from app.scheduling.types import SessionState

AUTHOR, APPROVER, OWNER = 1, 2, 3
NOW = datetime(2026, 3, 20, 1, tzinfo=UTC)
STEP = Step(actor_id=APPROVER, now=NOW)

MEAN = IndicatorFacts(
    id=11,
    name="Usefulness",
    source=IndicatorSource.EVALUATION_MEAN,
    direction=Direction.AT_LEAST,
    baseline=4.0,
    target=4.5,
    minimum_n=5,
    actual=4.2,
    actual_n=26,
    actual_low=4.0,
    actual_high=4.4,
)
ACTIVE = IndicatorFacts(
    id=12,
    name="Active hours",
    source=IndicatorSource.ACTIVE_METHOD_SHARE,
    direction=Direction.AT_LEAST,
    baseline_none_because="First course of its kind",
    target=0.5,
    minimum_n=1,
    actual=0.6,
    actual_n=30,
)
GAP = FindingFacts(
    id=21,
    text="Too theoretical",
    kind=FindingKind.GAP,
    indicator_id=11,
    evidence="Item 3 of the end evaluation",
    cause_category=CauseCategory.METHOD,
    decision=Decision.ADJUST,
)
STRENGTH = FindingFacts(id=22, text="Field survey", kind=FindingKind.STRENGTH, decision=Decision.STANDARDISE)
ACTION = ActionFacts(
    id=31, title="Add a case study", owner_id=OWNER, due_on=date(2026, 6, 1), indicator_id=11
)
HELD = SessionFacts(id=41, title="Debate", state=SessionState.HELD, register=RegisterState.COMPLETE)
CANCELLED = SessionFacts(id=42, title="Panel", state=SessionState.CANCELLED, state_reason="Flood")

WHOLE = CycleFacts(
    state=CycleState.DRAFTED,
    first_day=date(2026, 3, 2),
    time_zone="Asia/Ho_Chi_Minh",
    author_id=AUTHOR,
    objective_levels=(KirkpatrickLevel.REACTION, KirkpatrickLevel.LEARNING),
    indicators=(MEAN, ACTIVE),
    previous_actions=(
        ActionFacts(id=51, title="Done before", state=ActionState.DONE),
        ActionFacts(id=52, title="Taken over", state=ActionState.TAKEN_OVER),
        ActionFacts(id=53, title="Waived", state=ActionState.WAIVED, waived_because="No budget"),
    ),
    timetable_is_released=True,
    trainees=26,
    sessions=(HELD, CANCELLED),
    end_wave=WaveState.CLOSED,
    findings=(GAP, STRENGTH),
    actions=(ACTION,),
    standard_changed="Handbook 3.2",
    trainee_summary="You said too theoretical; we added a case study.",
    has_next_turn=True,
    measured_in_next_turn=frozenset({11}),
    transfer_wave=WaveState.CLOSED,
)
FORWARD = [
    CycleState.DRAFTED,
    CycleState.APPROVED,
    CycleState.RUNNING,
    CycleState.CHECKING,
    CycleState.ACTING,
    CycleState.CLOSED,
    CycleState.VERIFIED,
]


def before(to: CycleState) -> CycleState:
    return FORWARD[FORWARD.index(to) - 1]


def violations(to: CycleState, step: Step = STEP, **changes: Any) -> tuple[Violation, ...]:
    return check_step(replace(WHOLE, state=before(to), **changes), to, step)


def codes(to: CycleState, step: Step = STEP, **changes: Any) -> list[str]:
    return [violation.code for violation in violations(to, step, **changes)]


def with_mean(**changes: Any) -> dict[str, Any]:
    return {"indicators": (replace(MEAN, **changes), ACTIVE)}


def with_gap(**changes: Any) -> dict[str, Any]:
    return {"findings": (replace(GAP, **changes), STRENGTH)}


def with_action(**changes: Any) -> dict[str, Any]:
    return {"actions": (replace(ACTION, **changes),)}


def with_held(**changes: Any) -> dict[str, Any]:
    return {"sessions": (replace(HELD, **changes), CANCELLED)}


@pytest.mark.parametrize("to", FORWARD[1:])
def test_a_whole_cycle_takes_each_step(to: CycleState) -> None:
    assert violations(to) == ()


# Name, what is otherwise than in a whole cycle, and the codes of what is then missing.
Case = tuple[str, dict[str, Any], list[str]]
APPROVED_TABLE: list[Case] = [
    ("reaction_only", {"objective_levels": (KirkpatrickLevel.REACTION,)}, ["no_objective_beyond_reaction"]),
    ("no_objective", {"objective_levels": ()}, ["no_objective_beyond_reaction"]),
    ("objective_of_behaviour", {"objective_levels": (KirkpatrickLevel.BEHAVIOUR,)}, []),
    ("objective_of_results", {"objective_levels": (KirkpatrickLevel.RESULTS,)}, []),
    ("no_indicator", {"indicators": ()}, ["no_indicator"]),
    ("no_source", with_mean(source=None), ["no_source"]),
    ("no_direction", with_mean(direction=None), ["no_direction"]),
    ("no_target", with_mean(target=None), ["no_target"]),
    ("target_of_zero", with_mean(target=0.0), []),
    ("no_minimum_n", with_mean(minimum_n=None), ["no_minimum_n"]),
    ("minimum_n_of_zero", with_mean(minimum_n=0), ["no_minimum_n"]),
    ("no_baseline", with_mean(baseline=None), ["no_baseline"]),
    ("baseline_of_zero", with_mean(baseline=0.0), []),
    ("no_baseline_because", with_mean(baseline=None, baseline_none_because="First turn"), []),
    ("previous_action_open", {"previous_actions": (ACTION,)}, ["previous_action_open"]),
    (
        "previous_action_waived_without_reason",
        {"previous_actions": (replace(ACTION, state=ActionState.WAIVED),)},
        ["previous_action_open"],
    ),
    ("previous_action_verified", {"previous_actions": (replace(ACTION, state=ActionState.VERIFIED),)}, []),
    ("approver_is_author", {"author_id": APPROVER}, ["approver_is_author"]),
    ("author_unknown", {"author_id": None}, []),
]
RUNNING_TABLE: list[Case] = [
    ("timetable_is_a_draft", {"timetable_is_released": False}, ["timetable_not_released"]),
    ("nobody_on_the_roll", {"trainees": 0}, ["no_roll"]),
    ("first_day_tomorrow", {"first_day": date(2026, 3, 21)}, ["not_begun"]),
    ("first_day_today", {"first_day": date(2026, 3, 20)}, []),
]
CHECKING_TABLE: list[Case] = [
    ("session_still_planned", with_held(state=SessionState.PLANNED), ["session_unsettled"]),
    (
        "cancelled_without_reason",
        {"sessions": (replace(CANCELLED, state_reason=""),)},
        ["cancelled_without_reason"],
    ),
    ("attendance_missing", with_held(register=None), ["no_attendance"]),
    ("attendance_incomplete", with_held(register=RegisterState.INCOMPLETE), ["attendance_incomplete"]),
    (
        "attendance_incomplete_with_reason",
        with_held(register=RegisterState.INCOMPLETE, register_reason="List lost"),
        [],
    ),
    ("no_end_wave", {"end_wave": None}, ["no_end_wave"]),
    ("end_wave_open", {"end_wave": WaveState.OPEN}, ["end_wave_not_closed"]),
    ("end_wave_planned", {"end_wave": WaveState.PLANNED}, ["end_wave_not_closed"]),
]
ACTING_TABLE: list[Case] = [
    ("not_measured", with_mean(actual=None, actual_n=None), ["not_measured"]),
    ("not_measurable_because", with_mean(actual=None, not_measurable_because="Forms lost"), []),
    ("too_few_cases", {**with_mean(actual=None, actual_n=4), "findings": ()}, []),
    ("no_interval", with_mean(actual_low=None), ["no_interval"]),
    ("counted_wholly_needs_no_interval", {"indicators": (ACTIVE,)}, []),
    ("missed_without_finding", {"findings": (STRENGTH,)}, ["missed_without_finding"]),
    ("missed_with_a_strength", with_gap(kind=FindingKind.STRENGTH), ["missed_without_finding"]),
    ("missed_with_a_finding_about_another", with_gap(indicator_id=12), ["missed_without_finding"]),
    ("met_needs_no_finding", {**with_mean(actual=4.5), "findings": ()}, []),
    ("no_cause", with_gap(cause_category=None), ["no_cause"]),
    ("blank_whys", with_gap(cause_category=None, whys=("", " ")), ["no_cause"]),
    ("whys_are_a_cause", with_gap(cause_category=None, whys=("Lectures only", "No cases")), []),
    ("no_evidence", with_gap(evidence=" "), ["no_evidence"]),
    ("neither_cause_nor_evidence", with_gap(cause_category=None, evidence=""), ["no_cause", "no_evidence"]),
]
CLOSED_TABLE: list[Case] = [
    ("gap_undecided", with_gap(decision=None), ["no_decision"]),
    ("strength_undecided", {"findings": (GAP, replace(STRENGTH, decision=None))}, ["no_decision"]),
    ("accepted_without_reason", with_gap(decision=Decision.ACCEPT), ["accepted_without_reason"]),
    ("accepted_with_reason", with_gap(decision=Decision.ACCEPT, decision_reason="Law changes soon"), []),
    ("abandoned", with_gap(decision=Decision.ABANDON), []),
    ("action_without_owner", with_action(owner_id=None), ["no_owner"]),
    ("action_without_due_date", with_action(due_on=None), ["no_due_date"]),
    ("action_without_indicator", with_action(indicator_id=None), ["no_effect_indicator"]),
    ("waived_action_needs_no_owner", with_action(owner_id=None, state=ActionState.WAIVED), []),
    ("no_standard", {"standard_changed": " "}, ["no_standard"]),
    ("no_standard_because", {"standard_changed": "", "standard_none_because": "Tried once only"}, []),
    ("no_summary", {"trainee_summary": ""}, ["no_summary"]),
    ("gap_added_late_without_cause", with_gap(cause_category=None), ["no_cause"]),
    ("missed_target_without_finding", {"findings": ()}, ["missed_without_finding"]),
]
VERIFIED_TABLE: list[Case] = [
    ("no_next_turn", {"has_next_turn": False}, ["no_next_turn"]),
    ("not_measured_again", {"measured_in_next_turn": frozenset({12})}, ["not_measured_again"]),
    ("without_action_all_are_awaited", {"actions": ()}, ["not_measured_again"]),
    ("without_action_all_measured", {"actions": (), "measured_in_next_turn": frozenset({11, 12})}, []),
    ("no_transfer_wave", {"transfer_wave": None}, ["transfer_wave_not_closed"]),
    ("transfer_wave_open", {"transfer_wave": WaveState.OPEN}, ["transfer_wave_not_closed"]),
]
TABLE = [
    pytest.param(to, changes, expected, id=f"{to}-{name}")
    for to, rows in [
        (CycleState.APPROVED, APPROVED_TABLE),
        (CycleState.RUNNING, RUNNING_TABLE),
        (CycleState.CHECKING, CHECKING_TABLE),
        (CycleState.ACTING, ACTING_TABLE),
        (CycleState.CLOSED, CLOSED_TABLE),
        (CycleState.VERIFIED, VERIFIED_TABLE),
    ]
    for name, changes, expected in rows
]


@pytest.mark.parametrize(("to", "changes", "expected"), TABLE)
def test_each_guard_asks_for_its_facts(to: CycleState, changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(to, **changes) == expected


def test_a_guard_returns_every_violation_at_once() -> None:
    assert codes(CycleState.RUNNING, timetable_is_released=False, trainees=0, first_day=date(2027, 1, 1)) == [
        "timetable_not_released", "no_roll", "not_begun",
    ]  # fmt: skip


def test_the_first_day_comes_where_the_course_is() -> None:
    evening_before_in_london = Step(APPROVER, datetime(2026, 3, 1, 17, tzinfo=UTC))
    assert codes(CycleState.RUNNING, evening_before_in_london) == []
    assert codes(CycleState.RUNNING, evening_before_in_london, time_zone="Europe/London") == ["not_begun"]


def test_a_violation_leads_to_its_subject_and_its_message_fits() -> None:
    found = violations(CycleState.ACTING, findings=(replace(GAP, cause_category=None),))
    assert [(violation.subject_kind, violation.subject_id) for violation in found] == [
        (SubjectKind.FINDING, 21)
    ]
    assert found[0].message % found[0].parameters == (
        "The gap “Too theoretical” has no cause. Name its category, or ask why five times."
    )


@pytest.mark.parametrize(("to", "changes", "expected"), TABLE)
def test_every_message_fits_its_parameters(
    to: CycleState, changes: dict[str, Any], expected: list[str]
) -> None:
    texts = [violation.message % violation.parameters for violation in violations(to, **changes)]
    assert [text for text in texts if "%(" in text or not text.endswith(".")] == []
    assert len(texts) == len(expected)


@pytest.mark.parametrize("state", FORWARD[:5])
def test_a_cycle_is_cancelled_before_closing_with_a_reason(state: CycleState) -> None:
    facts = CycleFacts(state=state, first_day=date(2026, 3, 2), time_zone="UTC")
    assert [v.code for v in check_step(facts, CycleState.CANCELLED, STEP)] == ["no_reason"]
    assert check_step(facts, CycleState.CANCELLED, replace(STEP, reason="Course dropped")) == ()


@pytest.mark.parametrize("state", [CycleState.CLOSED, CycleState.VERIFIED])
def test_a_cycle_is_reopened_after_closing_with_a_reason(state: CycleState) -> None:
    facts = replace(WHOLE, state=state)
    assert [v.code for v in check_step(facts, CycleState.ACTING, replace(STEP, reason=" "))] == ["no_reason"]
    assert check_step(facts, CycleState.ACTING, replace(STEP, reason="A figure was wrong")) == ()


@pytest.mark.parametrize(
    ("here", "there"),
    [(here, there) for here in CycleState for there in CycleState if (here, there) not in STEPS],
)
def test_there_are_no_other_steps(here: CycleState, there: CycleState) -> None:
    found = check_step(replace(WHOLE, state=here), there, replace(STEP, reason="Because"))
    assert [violation.code for violation in found] == ["no_such_step"]


def test_the_way_forward_is_named_first() -> None:
    assert next_states(CycleState.DRAFTED) == (CycleState.APPROVED, CycleState.CANCELLED)
    assert next_states(CycleState.CLOSED) == (CycleState.VERIFIED, CycleState.ACTING)
    assert next_states(CycleState.CANCELLED) == ()


def test_each_state_belongs_to_a_phase() -> None:
    assert [phase_of(state) for state in FORWARD] == [
        Phase.PLAN, Phase.PLAN, Phase.DO, Phase.CHECK, Phase.ACT, Phase.ACT, Phase.ACT,
    ]  # fmt: skip
    assert phase_of(CycleState.CANCELLED) is None


def test_targets_are_locked_from_approval_on() -> None:
    assert [state for state in CycleState if not targets_are_locked(state)] == [CycleState.DRAFTED]


def test_the_next_turn_takes_over_what_is_open() -> None:
    actions = tuple(replace(ACTION, id=place, state=state) for place, state in enumerate(ActionState))
    assert [action.state for action in carry_over(actions)] == [ActionState.OPEN]


# What each state promises of the facts, written a second time and apart from the guards.
PROMISES: dict[CycleState, Callable[[CycleFacts], bool]] = {
    CycleState.APPROVED: lambda facts: bool(facts.indicators) and facts.author_id != APPROVER,
    CycleState.RUNNING: lambda facts: facts.timetable_is_released and facts.trainees > 0,
    CycleState.CHECKING: lambda facts: (
        facts.end_wave is WaveState.CLOSED
        and all(session.state is not SessionState.PLANNED for session in facts.sessions)
    ),
    CycleState.ACTING: lambda facts: all(i.actual is not None for i in facts.indicators),
    CycleState.CLOSED: lambda facts: bool(
        facts.trainee_summary and all(finding.decision for finding in facts.findings)
    ),
    CycleState.VERIFIED: lambda facts: facts.has_next_turn and facts.transfer_wave is WaveState.CLOSED,
}
ANY_FACTS = st.builds(
    replace,
    st.just(WHOLE),
    author_id=st.sampled_from([AUTHOR, APPROVER]),
    indicators=st.sampled_from([(MEAN, ACTIVE), (), (replace(MEAN, actual=None), ACTIVE)]),
    timetable_is_released=st.booleans(),
    trainees=st.integers(0, 2),
    sessions=st.sampled_from([(HELD,), (replace(HELD, state=SessionState.PLANNED),)]),
    end_wave=st.sampled_from([None, *WaveState]),
    findings=st.sampled_from([(GAP,), (replace(GAP, decision=None),), (GAP, STRENGTH)]),
    trainee_summary=st.sampled_from(["", "We heard you."]),
    has_next_turn=st.booleans(),
    transfer_wave=st.sampled_from([None, *WaveState]),
)
# Half of the attempts go forward, so that the later states are reached; None stands for the next state.
ATTEMPTS = st.lists(
    st.tuples(
        st.one_of(st.just(WHOLE), ANY_FACTS),
        st.one_of(st.none(), st.sampled_from(CycleState)),
        st.sampled_from(["", "Because"]),
    ),
    max_size=25,
)


@given(ATTEMPTS)
def test_no_way_leads_to_a_state_without_its_facts(
    attempts: list[tuple[CycleFacts, CycleState | None, str]],
) -> None:
    state, passed = CycleState.DRAFTED, {CycleState.DRAFTED}
    for facts, wanted, reason in attempts:
        to = wanted or next(iter(next_states(state)), state)
        if check_step(replace(facts, state=state), to, replace(STEP, reason=reason)):
            continue
        if to in FORWARD and FORWARD.index(to) > FORWARD.index(state):
            assert PROMISES[to](facts)
            assert set(FORWARD[: FORWARD.index(to)]) <= passed, "no state on the way is skipped"
        else:
            assert reason, "back or out only with a reason"
        state = to
        passed.add(to)
