"""What is written into a cycle, as forms and commands hand it on."""

from dataclasses import dataclass
from datetime import date

from app.improvement.types import CauseCategory, Direction, FindingKind, IndicatorSource


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """What is planned of an indicator. Shares are in percent."""

    name: str
    source: IndicatorSource
    direction: Direction
    objective_id: int | None = None
    source_key: str = ""
    unit: str = ""
    baseline: float | None = None
    baseline_none_because: str = ""
    target: float | None = None
    minimum_n: int | None = None


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What is said of a finding: what was found, what shows it, and for a gap why it is so."""

    kind: FindingKind
    text: str
    indicator_id: int | None = None
    evidence: str = ""
    cause_category: CauseCategory | None = None
    cause: str = ""
    whys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionWords:
    """What is agreed about an action."""

    title: str
    owner_id: int | None = None
    due_on: date | None = None
    indicator_id: int | None = None
    finding_id: int | None = None
