"""What must be so before a cycle takes a step: every guard of its table, as facts in and violations out."""

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from app.attendance.types import RegisterState
from app.evaluation.types import WaveState
from app.improvement.measures import verdict
from app.improvement.types import (
    ActionFacts,
    ActionState,
    CycleFacts,
    Decision,
    FindingFacts,
    FindingKind,
    IndicatorFacts,
    IndicatorSource,
    KirkpatrickLevel,
    SessionFacts,
    Step,
    SubjectKind,
    Verdict,
    Violation,
)
from app.kernel.text import N_
from app.scheduling.types import SessionState

_BEYOND_REACTION = frozenset(
    {KirkpatrickLevel.LEARNING, KirkpatrickLevel.BEHAVIOUR, KirkpatrickLevel.RESULTS}
)
# Figures that rest on some of those who could have been counted, and so need an interval.
_SAMPLED = frozenset(
    {IndicatorSource.EVALUATION_MEAN, IndicatorSource.RESPONSE_RATE, IndicatorSource.ATTENDANCE}
)


Guard = Callable[[CycleFacts, Step], Iterable[Violation]]


def _about_indicator(code: str, message: str, indicator: IndicatorFacts) -> Violation:
    return Violation(code, message, {"name": indicator.name}, SubjectKind.INDICATOR, indicator.id)


def _about_finding(code: str, message: str, finding: FindingFacts) -> Violation:
    return Violation(code, message, {"text": finding.text}, SubjectKind.FINDING, finding.id)


def _about_action(
    code: str, message: str, action: ActionFacts, kind: SubjectKind = SubjectKind.ACTION
) -> Violation:
    return Violation(code, message, {"title": action.title}, kind, action.id)


def _about_session(code: str, message: str, session: SessionFacts) -> Violation:
    return Violation(code, message, {"title": session.title}, SubjectKind.SESSION, session.id)


def guard_approved(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """What a plan needs before it binds: an aim beyond reaction, complete indicators, no open past."""
    if not _BEYOND_REACTION.intersection(facts.objective_levels):
        yield Violation(
            "no_objective_beyond_reaction",
            N_("No objective goes beyond reaction. Add one about learning, behaviour or results."),
        )
    if not facts.indicators:
        yield Violation("no_indicator", N_("The plan has no indicator. Add one that will show the result."))
    for indicator in facts.indicators:
        yield from _plan_violations(indicator)
    yield from open_previous_actions(facts.previous_actions)
    if step.actor_id is not None and step.actor_id == facts.author_id:
        yield Violation("approver_is_author", N_("You wrote this plan. Somebody else has to approve it."))


def _plan_violations(indicator: IndicatorFacts) -> Iterable[Violation]:
    """Everything that the plan of an indicator lacks."""
    if indicator.source is None:
        yield _about_indicator(
            "no_source", N_("“%(name)s” has no source. Say where its figure comes from."), indicator
        )
    if indicator.direction is None:
        yield _about_indicator(
            "no_direction", N_("“%(name)s” has no direction. Choose “at least” or “at most”."), indicator
        )
    if indicator.target is None:
        yield _about_indicator("no_target", N_("“%(name)s” has no target. Set one."), indicator)
    if not indicator.minimum_n:
        yield _about_indicator(
            "no_minimum_n", N_("“%(name)s” has no minimum n. Say how many cases it needs."), indicator
        )
    if indicator.baseline is None and not indicator.baseline_none_because:
        yield _about_indicator(
            "no_baseline", N_("“%(name)s” has no baseline. Give one, or say why there is none."), indicator
        )


def open_previous_actions(actions: Iterable[ActionFacts]) -> tuple[Violation, ...]:
    """The actions of the previous turn that are neither done, taken over nor waived with a reason.

    They hold up the approval of the plan and the release of the next course's timetable.
    """
    message = N_(
        "“%(title)s” of the previous turn is open. Take it over, mark it done, or waive it with a reason."
    )
    return tuple(
        _about_action("previous_action_open", message, action, SubjectKind.PREVIOUS_ACTION)
        for action in actions
        if action.state is ActionState.OPEN
        or (action.state is ActionState.WAIVED and not action.waived_because)
    )


def guard_running(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """What must be there before the course may run: a released timetable, a roll, the first day."""
    if not facts.timetable_is_released:
        message = N_("The timetable is a working draft. Release it first.")
        yield Violation("timetable_not_released", message, subject_kind=SubjectKind.COURSE)
    if facts.trainees == 0:
        message = N_("The course has no trainees. Enrol them first.")
        yield Violation("no_roll", message, subject_kind=SubjectKind.COURSE)
    if step.now.astimezone(ZoneInfo(facts.time_zone)).date() < facts.first_day:
        message = N_("The course begins on %(day)s. The cycle runs from that day on.")
        yield Violation("not_begun", message, {"day": facts.first_day}, SubjectKind.COURSE)


def guard_checking(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """What must be over and recorded before checking: sessions, attendance, the end wave."""
    for session in facts.sessions:
        yield from _session_violations(session)
    if facts.end_wave is None:
        message = N_("The course has no evaluation at its end. Plan a wave first.")
        yield Violation("no_end_wave", message, subject_kind=SubjectKind.WAVE)
    elif facts.end_wave is not WaveState.CLOSED:
        message = N_("The evaluation at the end of the course is not closed.")
        yield Violation("end_wave_not_closed", message, subject_kind=SubjectKind.WAVE)


def _session_violations(session: SessionFacts) -> Iterable[Violation]:
    """Everything about a session that is not settled."""
    match session.state:
        case SessionState.PLANNED:
            message = N_("Nobody has said whether “%(title)s” was held. Mark it held, move it, or cancel it.")
            yield _about_session("session_unsettled", message, session)
        case SessionState.CANCELLED if not session.state_reason:
            message = N_("“%(title)s” was cancelled without a reason. Say why.")
            yield _about_session("cancelled_without_reason", message, session)
        case SessionState.HELD if session.register in (None, RegisterState.OPEN):
            message = N_("Attendance of “%(title)s” is not recorded. Fill in the register.")
            yield _about_session("no_attendance", message, session)
        case SessionState.HELD if (
            session.register is RegisterState.INCOMPLETE and not session.register_reason
        ):
            message = N_("Attendance of “%(title)s” is incomplete without a reason. Complete it, or say why.")
            yield _about_session("attendance_incomplete", message, session)


def guard_acting(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """What checking must have answered: every figure, every missed target, every cause."""
    explained = {finding.indicator_id for finding in facts.findings if finding.kind is FindingKind.GAP}
    for indicator in facts.indicators:
        yield from _measurement_violations(indicator, has_gap=indicator.id in explained)
    for finding in facts.findings:
        if finding.kind is FindingKind.GAP:
            yield from _cause_violations(finding)


def _measurement_violations(indicator: IndicatorFacts, *, has_gap: bool) -> Iterable[Violation]:
    """What is missing about the result of an indicator."""
    result = verdict(indicator)
    if result is Verdict.NOT_MEASURED:
        message = N_("“%(name)s” is not measured. Measure it, or say why it cannot be measured.")
        yield _about_indicator("not_measured", message, indicator)
    has_interval = indicator.actual_low is not None and indicator.actual_high is not None
    if result in (Verdict.MET, Verdict.MISSED) and indicator.source in _SAMPLED and not has_interval:
        message = N_("“%(name)s” is measured without its uncertainty. Measure it again.")
        yield _about_indicator("no_interval", message, indicator)
    if result is Verdict.MISSED and not has_gap:
        message = N_("“%(name)s” missed its target and no finding says so. Record the gap and its cause.")
        yield _about_indicator("missed_without_finding", message, indicator)


def _cause_violations(finding: FindingFacts) -> Iterable[Violation]:
    """What is missing to understand a gap."""
    if finding.cause_category is None and not any(why.strip() for why in finding.whys):
        message = N_("The gap “%(text)s” has no cause. Name its category, or ask why five times.")
        yield _about_finding("no_cause", message, finding)
    if not finding.evidence.strip():
        message = N_("The gap “%(text)s” has no evidence. Say what shows it.")
        yield _about_finding("no_evidence", message, finding)


def guard_closed(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """Findings may have been added while acting, so what they need is asked for again."""
    yield from guard_acting(facts, step)
    for finding in facts.findings:
        yield from _decision_violations(finding)
    for action in facts.actions:
        if action.state is not ActionState.WAIVED:
            yield from _assignment_violations(action)
    if not facts.standard_changed.strip() and not facts.standard_none_because.strip():
        message = N_("No standard was changed. Name the one that was, or say why none was.")
        yield Violation("no_standard", message)
    if not facts.trainee_summary.strip():
        message = N_(
            "The trainees have not been told what came of their answers. Write the summary for them."
        )
        yield Violation("no_summary", message)


def _decision_violations(finding: FindingFacts) -> Iterable[Violation]:
    if finding.decision is None:
        message = N_("Nothing is decided about “%(text)s”. Standardise, adjust, abandon or accept it.")
        yield _about_finding("no_decision", message, finding)
    elif finding.decision is Decision.ACCEPT and not finding.decision_reason.strip():
        message = N_("“%(text)s” is accepted without a reason. Say why.")
        yield _about_finding("accepted_without_reason", message, finding)


def _assignment_violations(action: ActionFacts) -> Iterable[Violation]:
    if action.owner_id is None:
        yield _about_action("no_owner", N_("“%(title)s” has no owner. Say who does it."), action)
    if action.due_on is None:
        yield _about_action("no_due_date", N_("“%(title)s” has no due date. Set one."), action)
    if action.indicator_id is None:
        message = N_("“%(title)s” names no indicator. Say which one will show its effect.")
        yield _about_action("no_effect_indicator", message, action)


def guard_verified(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """What shows the effect: the next turn's figure of the same indicator, and the transfer wave."""
    if not facts.has_next_turn:
        yield Violation(
            "no_next_turn", N_("There is no next turn yet, so nothing shows what the actions did.")
        )
    acted_upon = {action.indicator_id for action in facts.actions if action.state is not ActionState.WAIVED}
    for indicator in facts.indicators:
        awaited = indicator.id in acted_upon or not acted_upon
        if facts.has_next_turn and awaited and indicator.id not in facts.measured_in_next_turn:
            message = N_("The next turn has not measured “%(name)s” yet.")
            yield _about_indicator("not_measured_again", message, indicator)
    if facts.transfer_wave is not WaveState.CLOSED:
        message = N_("The transfer evaluation, three to six months after the course, is not over.")
        yield Violation("transfer_wave_not_closed", message, subject_kind=SubjectKind.WAVE)


def guard_with_reason(facts: CycleFacts, step: Step) -> Iterable[Violation]:
    """A step out of the ordinary needs a reason that stays on record."""
    if not step.reason.strip():
        yield Violation("no_reason", N_("A reason is needed; it stays on record."))
