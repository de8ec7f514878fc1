"""What happened to cycles, findings and actions."""

from dataclasses import dataclass
from typing import ClassVar

from app.improvement.types import CycleState, Decision
from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CycleDrafted(Event):
    """A course got its cycle."""

    subject: ClassVar[str] = "cycle"
    course_id: int
    previous_cycle_id: int | None


@dataclass(frozen=True, kw_only=True)
class CycleMoved(Event):
    """A cycle was taken to another state."""

    subject: ClassVar[str] = "cycle"
    from_state: CycleState
    to_state: CycleState


@dataclass(frozen=True, kw_only=True)
class CycleApproved(CycleMoved):
    """A plan was approved by somebody other than its author."""


@dataclass(frozen=True, kw_only=True)
class CycleStarted(CycleMoved):
    """The course of the cycle began."""


@dataclass(frozen=True, kw_only=True)
class CheckBegun(CycleMoved):
    """The results are being checked."""


@dataclass(frozen=True, kw_only=True)
class ActingBegun(CycleMoved):
    """The findings are being acted upon."""


@dataclass(frozen=True, kw_only=True)
class CycleClosed(CycleMoved):
    """The turn is over."""


@dataclass(frozen=True, kw_only=True)
class CycleVerified(CycleMoved):
    """The next turn has shown what came of it."""


@dataclass(frozen=True, kw_only=True)
class CycleCancelled(CycleMoved):
    """The turn was given up, for a reason."""


@dataclass(frozen=True, kw_only=True)
class CycleReopened(CycleMoved):
    """A closed turn was taken up again, for a reason."""


@dataclass(frozen=True, kw_only=True)
class PlanChanged(Event):
    """An objective or an indicator of a draft was added, changed or removed."""

    subject: ClassVar[str] = "cycle"


@dataclass(frozen=True, kw_only=True)
class TargetAmended(Event):
    """A locked target was changed, with a reason."""

    subject: ClassVar[str] = "indicator"
    old_target: float | None
    new_target: float


@dataclass(frozen=True, kw_only=True)
class IndicatorMeasured(Event):
    """A figure was read, entered, or declared not to be had."""

    subject: ClassVar[str] = "indicator"


@dataclass(frozen=True, kw_only=True)
class DeviationRecorded(Event):
    """Something went otherwise than planned."""

    subject: ClassVar[str] = "cycle"


@dataclass(frozen=True, kw_only=True)
class FindingRecorded(Event):
    """A gap or a strength was found."""

    subject: ClassVar[str] = "finding"


@dataclass(frozen=True, kw_only=True)
class FindingChanged(Event):
    """A finding, its evidence or its cause was changed."""

    subject: ClassVar[str] = "finding"


@dataclass(frozen=True, kw_only=True)
class FindingRemoved(Event):
    """A finding was taken back."""

    subject: ClassVar[str] = "finding"


@dataclass(frozen=True, kw_only=True)
class FindingDecided(Event):
    """It was decided what becomes of a finding."""

    subject: ClassVar[str] = "finding"
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class CycleConcluded(Event):
    """The changed standard and the summary for the trainees were written."""

    subject: ClassVar[str] = "cycle"


@dataclass(frozen=True, kw_only=True)
class ActionAdded(Event):
    """An action was agreed."""

    subject: ClassVar[str] = "action"


@dataclass(frozen=True, kw_only=True)
class ActionChanged(Event):
    """An action got another owner, date, indicator or title."""

    subject: ClassVar[str] = "action"


@dataclass(frozen=True, kw_only=True)
class ActionDone(Event):
    """An action was reported done, with evidence."""

    subject: ClassVar[str] = "action"


@dataclass(frozen=True, kw_only=True)
class ActionVerified(Event):
    """Somebody other than its owner has verified an action."""

    subject: ClassVar[str] = "action"


@dataclass(frozen=True, kw_only=True)
class ActionWaived(Event):
    """An action was given up, for a reason."""

    subject: ClassVar[str] = "action"


@dataclass(frozen=True, kw_only=True)
class ActionReopened(Event):
    """An action is open again, for a reason."""

    subject: ClassVar[str] = "action"


@dataclass(frozen=True, kw_only=True)
class ActionTakenOver(Event):
    """The next turn has taken an action over."""

    subject: ClassVar[str] = "action"
    successor_id: int
