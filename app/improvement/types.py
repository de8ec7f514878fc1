"""Words of the improvement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.attendance.types import RegisterState
from app.evaluation.types import WaveState
from app.kernel.text import N_, LabelledEnum
from app.scheduling.types import SessionState


class CycleState(LabelledEnum):
    """How far the turn is."""

    DRAFTED = "drafted", N_("Drafted")
    APPROVED = "approved", N_("Approved")
    RUNNING = "running", N_("Running")
    CHECKING = "checking", N_("Checking")
    ACTING = "acting", N_("Acting")
    CLOSED = "closed", N_("Closed")
    VERIFIED = "verified", N_("Verified")
    CANCELLED = "cancelled", N_("Cancelled")


class Phase(LabelledEnum):
    """The four parts of the ring."""

    PLAN = "plan", N_("Plan")
    DO = "do", N_("Do")
    CHECK = "check", N_("Check")
    ACT = "act", N_("Act")


class Part(LabelledEnum):
    """What is written into a cycle in some phases only."""

    PLAN = "plan", N_("Plan")
    AMENDMENTS = "amendments", N_("Amendments")
    DEVIATIONS = "deviations", N_("Deviations")
    MEASUREMENTS = "measurements", N_("Measurements")
    FINDINGS = "findings", N_("Findings")
    DECISIONS = "decisions", N_("Decisions")
    NEW_ACTIONS = "new_actions", N_("Actions")
    ACTIONS = "actions", N_("Actions")
    CONCLUSION = "conclusion", N_("Conclusion")


class KirkpatrickLevel(LabelledEnum):
    """What an objective is about."""

    REACTION = "reaction", N_("1 Reaction")
    LEARNING = "learning", N_("2 Learning")
    BEHAVIOUR = "behaviour", N_("3 Behaviour")
    RESULTS = "results", N_("4 Results")


class IndicatorSource(LabelledEnum):
    """Where an indicator's figure comes from."""

    MANUAL = "manual", N_("Entered by hand")
    EVALUATION_MEAN = "evaluation_mean", N_("Mean of an evaluation item")
    RESPONSE_RATE = "response_rate", N_("Response rate")
    ATTENDANCE = "attendance", N_("Attendance")
    ACTIVE_METHOD_SHARE = "active_method_share", N_("Share of active hours")

    @property
    def unit(self) -> str:
        """The unit of its figures, when they do not come by hand."""
        shares = (
            IndicatorSource.RESPONSE_RATE,
            IndicatorSource.ATTENDANCE,
            IndicatorSource.ACTIVE_METHOD_SHARE,
        )
        return "%" if self in shares else ""


class Direction(LabelledEnum):
    """Which side of the target is good."""

    AT_LEAST = "at_least", N_("At least")
    AT_MOST = "at_most", N_("At most")


class FindingKind(LabelledEnum):
    """What was found."""

    GAP = "gap", N_("Gap")
    STRENGTH = "strength", N_("Strength")


class CauseCategory(LabelledEnum):
    """Where the cause of a gap lies."""

    PEOPLE = "people", N_("People")
    METHOD = "method", N_("Method")
    MATERIAL = "material", N_("Material")
    ENVIRONMENT = "environment", N_("Environment")
    ORGANISATION = "organisation", N_("Way of organising")
    MEASUREMENT = "measurement", N_("Measurement")


class Decision(LabelledEnum):
    """What is made of a finding."""

    STANDARDISE = "standardise", N_("Standardise")
    ADJUST = "adjust", N_("Adjust")
    ABANDON = "abandon", N_("Abandon")
    ACCEPT = "accept", N_("Accept as it is")


class ActionState(LabelledEnum):
    """How an action stands."""

    OPEN = "open", N_("Open")
    DONE = "done", N_("Done")
    VERIFIED = "verified", N_("Verified")
    WAIVED = "waived", N_("Waived")
    TAKEN_OVER = "taken_over", N_("Taken over")


class Verdict(LabelledEnum):
    """What an indicator's measurement says about its target."""

    MET = "met", N_("Met")
    MISSED = "missed", N_("Missed")
    INSUFFICIENT_DATA = "insufficient_data", N_("Insufficient data")
    NOT_MEASURED = "not_measured", N_("Not measured yet")
    NOT_MEASURABLE = "not_measurable", N_("Not measurable")


class Effect(LabelledEnum):
    """What an indicator shows of an action, from one turn to the next."""

    EFFECTIVE = "effective", N_("Effective")
    NO_EFFECT_SHOWN = "no_effect_shown", N_("No effect shown")
    WORSE = "worse", N_("Worse")
    CANNOT_TELL = "cannot_tell", N_("Cannot tell")


class SubjectKind(LabelledEnum):
    """What a violation is about, so that the page can lead there."""

    CYCLE = "cycle", N_("Cycle")
    INDICATOR = "indicator", N_("Indicator")
    FINDING = "finding", N_("Finding")
    ACTION = "action", N_("Action")
    PREVIOUS_ACTION = "previous_action", N_("Action of the previous turn")
    SESSION = "session", N_("Session")
    COURSE = "course", N_("Course")
    WAVE = "wave", N_("Wave")


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a cycle may not go on. ``message`` is an English msgid, filled from ``parameters``."""

    code: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    subject_kind: SubjectKind = SubjectKind.CYCLE
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure with the number of cases behind it and, where it comes from a sample, its interval."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TooFew:
    """So few cases that there is no figure."""

    n: int


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """An indicator as the guards see it."""

    id: int
    name: str
    source: IndicatorSource | None = None
    direction: Direction | None = None
    baseline: float | None = None
    baseline_none_because: str | None = None
    target: float | None = None
    minimum_n: int | None = None
    actual: float | None = None
    actual_n: int | None = None
    actual_low: float | None = None
    actual_high: float | None = None
    not_measurable_because: str | None = None


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """A finding as the guards see it."""

    id: int
    text: str
    kind: FindingKind
    indicator_id: int | None = None
    evidence: str = ""
    cause_category: CauseCategory | None = None
    whys: tuple[str, ...] = ()
    decision: Decision | None = None
    decision_reason: str = ""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action as the guards see it."""

    id: int
    title: str
    state: ActionState = ActionState.OPEN
    owner_id: int | None = None
    due_on: date | None = None
    indicator_id: int | None = None
    waived_because: str | None = None


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session of the course as the guards see it; ``register`` is None until attendance was taken."""

    id: int
    title: str
    state: SessionState
    state_reason: str = ""
    register: RegisterState | None = None
    register_reason: str = ""


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """All that the guards of a cycle ask about.

    ``previous_actions`` are those of the previous turn; ``measured_in_next_turn`` names the indicators of
    this turn that the next one has measured again; ``first_day`` is a day at the course's place.
    """

    state: CycleState
    first_day: date
    time_zone: str
    author_id: int | None = None
    objective_levels: tuple[KirkpatrickLevel, ...] = ()
    indicators: tuple[IndicatorFacts, ...] = ()
    previous_actions: tuple[ActionFacts, ...] = ()
    timetable_is_released: bool = False
    trainees: int = 0
    sessions: tuple[SessionFacts, ...] = ()
    end_wave: WaveState | None = None
    findings: tuple[FindingFacts, ...] = ()
    actions: tuple[ActionFacts, ...] = ()
    standard_changed: str = ""
    standard_none_because: str = ""
    trainee_summary: str = ""
    has_next_turn: bool = False
    measured_in_next_turn: frozenset[int] = frozenset()
    transfer_wave: WaveState | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes a step, when, and why where a reason is asked for."""

    actor_id: int | None
    now: datetime
    reason: str = ""
