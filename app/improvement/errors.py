"""What the improvement refuses."""

from app.improvement.types import Violation
from app.kernel.errors import DomainError, RuleBroken
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


class PartNotOpen(RuleBroken):
    """This part of a cycle belongs to another phase."""

    message = N_(
        "The cycle is not in the phase in which this can be changed. Nothing was saved. "
        "Go back to the cycle to see where it stands."
    )


class PreviousActionsOpen(RuleBroken):
    """A timetable cannot be released while the last turn has open actions."""

    message = N_(
        "The timetable was not released: the last turn has open actions (%(actions)s). "
        "Take each over into this turn's plan, mark it done, or waive it with a reason."
    )


class ApproverIsAuthor(RuleBroken):
    """Four eyes: nobody approves their own plan."""

    message = N_("A plan is approved by somebody other than its author. Nothing was changed.")


class VerifierIsOwner(RuleBroken):
    """Four eyes: nobody verifies their own action."""

    message = N_("An action is verified by somebody other than its owner. Nothing was changed.")


class IncompleteAction(RuleBroken):
    """A closed cycle rests on actions with owner, date and indicator."""

    message = N_("The cycle is closed, so the action keeps an owner, a due date and an indicator.")


class NotOfPreviousTurn(RuleBroken):
    """Only the turn that follows takes an action over."""

    message = N_("Only the next turn can take this action over. Nothing was changed.")


class AlreadyTakenOver(RuleBroken):
    """An action is taken over once."""

    message = N_("This action was taken over already. Nothing was changed.")


class ItemMissing(RuleBroken):
    """A mean needs to know whose."""

    message = N_("Choose the evaluation item whose mean this indicator shows.")


class MinimumTooSmall(RuleBroken):
    """Below it, evaluation shows no figure at all."""

    message = N_("Evaluation shows no figure below %(minimum)s answers, so the minimum n is at least that.")


class NoFigureYet(RuleBroken):
    """The source has nothing to give."""

    message = N_(
        "“%(name)s” has no figure yet: its source holds nothing for this course. Nothing was changed. "
        "Try again when it does, or say why it cannot be measured."
    )


class IntervalBackwards(RuleBroken):
    """An interval holds its figure."""

    message = N_("The interval must hold the figure: give its lower end, then its upper end, or neither.")


class IndicatorInUse(RuleBroken):
    """Findings or actions point to the indicator."""

    message = N_("A finding or an action refers to this indicator, so it stays.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "ck_cycle_approver_is_not_author": ApproverIsAuthor,
    "ck_action_verifier_is_not_owner": VerifierIsOwner,
    "uq_action_cycle_id_taken_over_from_id": AlreadyTakenOver,
    "fk_finding_indicator_id": IndicatorInUse,
    "fk_action_indicator_id": IndicatorInUse,
}
