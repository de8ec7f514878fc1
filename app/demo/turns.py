"""The turn of a course, from the plan to the closing: written, approved, measured, explained and answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.demo.causes import GAPS, STRENGTHS
from app.demo.lessons import instant
from app.demo.staff import Staff
from app.improvement.commands import (
    add_action,
    add_finding,
    add_indicator,
    add_objective,
    change_indicator,
    conclude_cycle,
    decide_finding,
    mark_action_done,
    measure_cycle,
    record_deviation,
    take_cycle,
    take_over_action,
    verify_action,
)
from app.improvement.measures import verdict
from app.improvement.queries import get_action, get_cycle_of_course, indicator_facts
from app.improvement.types import (
    ActionState,
    CycleState,
    Decision,
    Direction,
    FindingKind,
    IndicatorSource,
    KirkpatrickLevel,
    Verdict,
)
from app.improvement.words import ActionWords, FindingWords, IndicatorPlan
from app.kernel.transaction import unit_of_work

if TYPE_CHECKING:
    from app.improvement.models import Action, Cycle, Indicator

_OBJECTIVES = (
    ("Học viên thấy nội dung hữu ích cho công việc của mình.", KirkpatrickLevel.REACTION),
    (
        "Học viên thiết kế và giảng thử được một bài theo phương pháp tích cực.",
        KirkpatrickLevel.LEARNING,
    ),
    (
        "Sau ba tháng, học viên dùng ít nhất hai phương pháp tích cực trong bài giảng của mình.",
        KirkpatrickLevel.BEHAVIOUR,
    ),
)
_FIRST_TURN = "Khóa đầu tiên: chưa có số liệu để so sánh."


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    source: IndicatorSource
    item: str
    objective: int
    target: float
    minimum_n: int


_MEASURES = (
    _Measure("Hữu ích cho công việc (điểm 1-5)", IndicatorSource.EVALUATION_MEAN, "usefulness", 0, 4.1, 5),
    _Measure("Tự tin áp dụng (điểm 1-5)", IndicatorSource.EVALUATION_MEAN, "application", 2, 4.0, 5),
    _Measure("Giờ học bằng phương pháp tích cực", IndicatorSource.ACTIVE_METHOD_SHARE, "", 1, 60, 5),
    _Measure("Tỷ lệ trả lời đánh giá", IndicatorSource.RESPONSE_RATE, "", 0, 85, 5),
    _Measure("Tỷ lệ chuyên cần", IndicatorSource.ATTENDANCE, "", 1, 95, 30),
)
_SHARES_KEPT = "Chưa đổi tiêu chuẩn: cần thêm một vòng để khẳng định."


def write_plan(course_id: int, staff: Staff, at: datetime, *, raise_by: float = 0) -> None:
    """Write objectives and indicators where the turn before proposes none; answer its open actions.

    ``raise_by`` (points of the scale) lets the targets of the means rise, and with them the share of active hours.
    """
    with unit_of_work():
        cycle = get_cycle_of_course(course_id)
        for action in cycle.previous_cycle.actions if cycle.previous_cycle else ():
            if action.state is ActionState.OPEN:
                take_over_action(
                    action=action, expected_version=action.version, cycle=cycle, actor=staff.manager, at=at
                )
        if not cycle.indicators:
            _write_first_plan(cycle, staff, at)
        elif raise_by:
            for indicator in cycle.indicators:
                _raise_target(indicator, raise_by, staff, at)


def _write_first_plan(cycle: Cycle, staff: Staff, at: datetime) -> None:
    objectives = [
        add_objective(cycle=cycle, text=text, level=level, actor=staff.manager, at=at)
        for text, level in _OBJECTIVES
    ]
    for measure in _MEASURES:
        plan = IndicatorPlan(
            name=measure.name,
            source=measure.source,
            direction=Direction.AT_LEAST,
            objective_id=objectives[measure.objective].id,
            source_key=measure.item,
            baseline_none_because=_FIRST_TURN,
            target=measure.target,
            minimum_n=measure.minimum_n,
        )
        add_indicator(cycle=cycle, plan=plan, actor=staff.manager, at=at)


def _raise_target(indicator: Indicator, points: float, staff: Staff, at: datetime) -> None:
    step = {
        IndicatorSource.EVALUATION_MEAN: points,
        IndicatorSource.ACTIVE_METHOD_SHARE: 50 * points,
    }.get(indicator.source)
    if step is None:
        return
    plan = IndicatorPlan(
        name=indicator.name,
        source=indicator.source,
        direction=indicator.direction,
        objective_id=indicator.objective_id,
        source_key=indicator.source_key or "",
        baseline=indicator.baseline,
        baseline_none_because=indicator.baseline_none_because or "",
        target=round((indicator.target or 0) + step, 2),
        minimum_n=indicator.minimum_n,
    )
    change_indicator(
        indicator=indicator, expected_version=indicator.version, plan=plan, actor=staff.manager, at=at
    )


def take(course_id: int, to: CycleState, staff: Staff, at: datetime) -> None:
    """Take the turn to its next state; plans are approved by the quality officer, the rest is the manager's."""
    actor = staff.quality if to is CycleState.APPROVED else staff.manager
    with unit_of_work():
        cycle = get_cycle_of_course(course_id)
        take_cycle(cycle=cycle, to=to, expected_version=cycle.version, actor=actor, at=at)


def note_deviation(course_id: int, text: str, session_id: int | None, staff: Staff, at: datetime) -> None:
    """Note what went otherwise than planned."""
    with unit_of_work():
        record_deviation(
            cycle=get_cycle_of_course(course_id),
            noticed_on=at.date(),
            text=text,
            course_session_id=session_id,
            actor=staff.manager,
            at=at,
        )


def measure(course_id: int, staff: Staff, at: datetime) -> list[int]:
    """Read the figures of all indicators; return the numbers of those that missed their target."""
    with unit_of_work():
        cycle = get_cycle_of_course(course_id)
        measure_cycle(cycle=cycle, actor=staff.manager, at=at)
        return [one.id for one in cycle.indicators if verdict(indicator_facts(one)) is Verdict.MISSED]


def explain(
    course_id: int,
    staff: Staff,
    at: datetime,
    *,
    variant: int = 0,
    unclear: frozenset[int] = frozenset(),
) -> None:
    """Record a gap with its cause for each missed target, and one strength; of ``unclear`` ones nobody knows why."""
    with unit_of_work():
        cycle = get_cycle_of_course(course_id)
        for indicator in cycle.indicators:
            if verdict(indicator_facts(indicator)) is Verdict.MISSED:
                words = _gap(indicator, variant)
                if indicator.id in unclear:
                    words = replace(words, cause_category=None, cause="", whys=())
                add_finding(cycle=cycle, words=words, actor=staff.quality, at=at)
        best = _best(cycle)
        if best is not None:
            words = FindingWords(
                kind=FindingKind.STRENGTH,
                text=STRENGTHS[_key(best)][0],
                indicator_id=best.id,
                evidence=_evidence(best),
            )
            add_finding(cycle=cycle, words=words, actor=staff.quality, at=at)


def _gap(indicator: Indicator, variant: int) -> FindingWords:
    variants = GAPS[_key(indicator)]
    gap = variants[variant % len(variants)]
    return FindingWords(
        kind=FindingKind.GAP,
        text=gap.text,
        indicator_id=indicator.id,
        evidence=_evidence(indicator),
        cause_category=gap.category,
        cause=gap.cause,
        whys=gap.whys,
    )


def decide(
    course_id: int, staff: Staff, owners: tuple[int, ...], at: datetime, due_on: date, *, variant: int = 0
) -> None:
    """Decide about every finding: gaps are answered by an action each, the strength becomes the standard."""
    with unit_of_work():
        cycle = get_cycle_of_course(course_id)
        for place, finding in enumerate(cycle.findings):
            is_gap = finding.kind is FindingKind.GAP
            decide_finding(
                finding=finding,
                expected_version=finding.version,
                decision=Decision.ADJUST if is_gap else Decision.STANDARDISE,
                reason="",
                actor=staff.manager,
                at=at,
            )
            if is_gap and finding.indicator is not None:
                variants = GAPS[_key(finding.indicator)]
                words = ActionWords(
                    title=variants[variant % len(variants)].action,
                    owner_id=owners[place % len(owners)],
                    due_on=due_on + timedelta(days=7 * place),
                    indicator_id=finding.indicator_id,
                    finding_id=finding.id,
                )
                add_action(cycle=cycle, words=words, actor=staff.manager, at=at)


def conclude(course_id: int, staff: Staff, at: datetime) -> None:
    """Write which standard changed and what the trainees are told."""
    with unit_of_work():
        cycle = get_cycle_of_course(course_id)
        strength = next((f for f in cycle.findings if f.kind is FindingKind.STRENGTH and f.indicator), None)
        gaps = [finding.text.lower() for finding in cycle.findings if finding.kind is FindingKind.GAP]
        answers = [action.title.lower() for action in cycle.actions]
        said = "; ".join(gaps) or "khóa học đạt các chỉ tiêu"
        did = "; ".join(answers) or "giữ nguyên cách làm và đưa vào sổ tay"
        standard = STRENGTHS[_key(strength.indicator)][1] if strength and strength.indicator else ""
        conclude_cycle(
            cycle=cycle,
            expected_version=cycle.version,
            standard_changed=standard,
            standard_none_because="" if standard else _SHARES_KEPT,
            trainee_summary=f"Anh/chị đã nói: {said}. Chúng tôi làm: {did}.",
            actor=staff.manager,
            at=at,
        )


def finish_actions(
    course_id: int, staff: Staff, on: date, *, leave: int = 0, taken_over: bool = False
) -> None:
    """Let the open actions of the turn be done and verified; the last ``leave`` of them stay open.

    With ``taken_over`` only those that came from the turn before.
    """
    with unit_of_work():
        actions = [
            one
            for one in get_cycle_of_course(course_id).actions
            if one.state is ActionState.OPEN and (not taken_over or one.taken_over_from_id is not None)
        ]
        for number in [action.id for action in actions[: max(0, len(actions) - leave)]]:
            finish(number, staff, on)


def finish(action_id: int, staff: Staff, on: date, *, verified: bool = True) -> None:
    """Report an action done with what shows it, and let the quality officer verify it days later."""
    action = get_action(action_id)
    mark_action_done(
        action=action,
        expected_version=action.version,
        evidence=_proof(action),
        actor=staff.manager,
        at=instant(on, 15),
    )
    if verified:
        verify_action(
            action=action,
            expected_version=action.version,
            actor=staff.quality,
            at=instant(on + timedelta(days=5), 10),
        )


def _proof(action: Action) -> str:
    known = {gap.action: gap.done for gaps in GAPS.values() for gap in gaps}
    return known.get(action.title, "Biên bản nghiệm thu kèm theo.")


def _key(indicator: Indicator) -> str:
    return indicator.source_key or indicator.source.value


def _evidence(indicator: Indicator) -> str:
    facts = indicator_facts(indicator)
    figures = f"{facts.actual or 0:.2f}".replace(".", ",")
    target = f"{facts.target:g}".replace(".", ",")
    return f"Chỉ tiêu {target}, đạt {figures} (n = {facts.actual_n})."


def _best(cycle: Cycle) -> Indicator | None:
    met = [one for one in cycle.indicators if verdict(indicator_facts(one)) is Verdict.MET]
    return max(met, key=lambda one: (one.actual or 0) / (one.target or 1), default=None)
