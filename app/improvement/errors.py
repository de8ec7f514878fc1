"""What the improvement refuses."""

from app.improvement.types import Violation
from app.kernel.errors import RuleBroken
from app.kernel.text import N_


class StepRefused(RuleBroken):
    """A cycle may not go on; ``violations`` holds every reason."""

    message = N_("The cycle stays as it is. What is missing is listed; mend it and try again.")

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__()
        self.violations = violations


class ActionRefused(RuleBroken):
    """An action may not change so; ``violations`` holds every reason."""

    message = N_("The action stays as it is. What is missing is listed; mend it and try again.")

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__()
        self.violations = violations


class PlanLocked(RuleBroken):
    """A target changed after approval without an amendment."""

    message = N_(
        "The plan is approved, so its targets are locked. Nothing was changed. "
        "Record an amendment with a reason; it stays visible beside the result."
    )
