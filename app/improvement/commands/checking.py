"""Doing and checking: deviations, measurements, findings."""

from datetime import date, datetime

from app.improvement import events
from app.improvement.commands.holding import hold_for
from app.improvement.errors import IntervalBackwards, NoFigureYet
from app.improvement.models import Cycle, Deviation, Finding, Indicator
from app.improvement.queries import read_figure
from app.improvement.types import FindingKind, IndicatorSource, Measurement, Part, TooFew
from app.improvement.words import FindingWords
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush


def record_deviation(
    *,
    cycle: Cycle,
    noticed_on: date,
    text: str,
    course_session_id: int | None,
    actor: Actor,
    at: datetime,
) -> Deviation:
    """Note what went otherwise than planned."""
    hold_for(cycle, Part.DEVIATIONS)
    deviation = Deviation(
        cycle_id=cycle.id,
        noticed_on=noticed_on,
        text=text,
        course_session_id=course_session_id,
        recorded_by_id=actor.person_id,
    )
    session.add(deviation)
    record(
        events.DeviationRecorded(
            actor=actor, at=at, organisation_id=cycle.organisation_id, subject_id=cycle.id
        )
    )
    flush()
    return deviation


def measure_indicator(*, indicator: Indicator, actor: Actor, at: datetime) -> Indicator:
    """Read an indicator's figure from its source; raises NoFigureYet when that holds none."""
    hold_for(indicator.cycle, Part.MEASUREMENTS)
    if not _read(indicator, actor, at):
        raise NoFigureYet(name=indicator.name)
    flush()
    return indicator


def measure_cycle(*, cycle: Cycle, actor: Actor, at: datetime) -> tuple[int, int]:
    """Read the figures of all indicators that have a source; return how many were read and how many had none."""
    hold_for(cycle, Part.MEASUREMENTS)
    fed = [indicator for indicator in cycle.indicators if indicator.source is not IndicatorSource.MANUAL]
    read = [_read(indicator, actor, at) for indicator in fed]
    flush()
    return sum(read), len(read) - sum(read)


def _read(indicator: Indicator, actor: Actor, at: datetime) -> bool:
    figure = read_figure(indicator, indicator.cycle.course_id)
    if figure is None:
        return False
    _store(indicator, figure, actor, at)
    return True


def enter_measurement(
    *,
    indicator: Indicator,
    expected_version: int,
    value: float,
    n: int,
    low: float | None,
    high: float | None,
    actor: Actor,
    at: datetime,
) -> Indicator:
    """Enter a figure by hand, with its n and, where there is one, its interval; raises IntervalBackwards."""
    check_version(indicator, expected_version)
    hold_for(indicator.cycle, Part.MEASUREMENTS)
    if (low is None) != (high is None):
        raise IntervalBackwards(field="actual_low" if low is None else "actual_high")
    if low is not None and high is not None and not low <= value <= high:
        raise IntervalBackwards(field="actual_low")
    _store(indicator, Measurement(value, n, low, high), actor, at)
    flush()
    return indicator


def declare_not_measurable(
    *, indicator: Indicator, expected_version: int, reason: str, actor: Actor, at: datetime
) -> Indicator:
    """Say why an indicator has no figure; one that it had is dropped."""
    check_version(indicator, expected_version)
    hold_for(indicator.cycle, Part.MEASUREMENTS)
    indicator.actual = indicator.actual_n = indicator.actual_low = indicator.actual_high = None
    indicator.not_measurable_because, indicator.measured_at = reason, at
    _record_measured(indicator, actor, at, reason)
    flush()
    return indicator


def _store(indicator: Indicator, figure: Measurement | TooFew, actor: Actor, at: datetime) -> None:
    indicator.not_measurable_because, indicator.measured_at = None, at
    indicator.actual_n = figure.n
    if isinstance(figure, TooFew):
        indicator.actual = indicator.actual_low = indicator.actual_high = None
    else:
        indicator.actual, indicator.actual_low, indicator.actual_high = figure.value, figure.low, figure.high
    _record_measured(indicator, actor, at)


def _record_measured(indicator: Indicator, actor: Actor, at: datetime, reason: str | None = None) -> None:
    record(
        events.IndicatorMeasured(
            actor=actor,
            at=at,
            organisation_id=indicator.organisation_id,
            subject_id=indicator.id,
            reason=reason,
        )
    )


def add_finding(*, cycle: Cycle, words: FindingWords, actor: Actor, at: datetime) -> Finding:
    """Record a gap or a strength."""
    hold_for(cycle, Part.FINDINGS)
    finding = Finding(cycle=cycle)
    _describe(finding, words)
    session.add(finding)
    # The trail names the finding by the number that the database gives.
    flush()
    record(
        events.FindingRecorded(
            actor=actor, at=at, organisation_id=cycle.organisation_id, subject_id=finding.id
        )
    )
    return finding


def change_finding(
    *, finding: Finding, expected_version: int, words: FindingWords, actor: Actor, at: datetime
) -> Finding:
    """Change what is said of a finding; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(finding, expected_version)
    hold_for(finding.cycle, Part.FINDINGS)
    _describe(finding, words)
    record(
        events.FindingChanged(
            actor=actor, at=at, organisation_id=finding.organisation_id, subject_id=finding.id
        )
    )
    flush()
    return finding


def remove_finding(*, finding: Finding, actor: Actor, at: datetime) -> None:
    """Take a finding back; its actions stay in the cycle without it."""
    hold_for(finding.cycle, Part.FINDINGS)
    for action in finding.cycle.actions:
        if action.finding_id == finding.id:
            action.finding = None
    record(
        events.FindingRemoved(
            actor=actor, at=at, organisation_id=finding.organisation_id, subject_id=finding.id
        )
    )
    session.delete(finding)
    flush()


def _describe(finding: Finding, words: FindingWords) -> None:
    is_gap = words.kind is FindingKind.GAP
    finding.kind, finding.text, finding.evidence = words.kind, words.text, words.evidence
    finding.indicator_id = words.indicator_id
    finding.cause_category = words.cause_category if is_gap else None
    finding.cause = words.cause if is_gap else ""
    finding.whys = [why.strip() for why in words.whys if why.strip()] if is_gap else []
