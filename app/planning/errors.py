"""What the planning refuses."""

from app.kernel.errors import DomainError, NotFound, RuleBroken
from app.kernel.text import N_


class RunNotFound(NotFound):
    """There is no such run."""


class NothingToPlace(RuleBroken):
    """Every session has its place."""

    message = N_(
        "Every session in this time has a place already, and no module lacks hours. There is nothing to propose."
    )


class NoTeachingDay(RuleBroken):
    """No day on which anything may be taught."""

    message = N_(
        "None of the days from %(first)s to %(last)s is a teaching day. Choose other days or teaching times."
    )


class RunIsOpen(RuleBroken):
    """A search for the same timetable goes on."""

    message = N_("A search for this timetable goes on already. Wait for it, or stop it first.")


class NobodyAway(RuleBroken):
    """Neither a lecturer of the session nor its room was named."""

    message = N_("Choose who cannot come: a lecturer of this session, or its room.")


class ProposalTaken(RuleBroken):
    """Another proposal of the run was taken."""

    message = N_("A proposal of this search was taken already. Undo that first, or search again.")


class ProposalNotReady(RuleBroken):
    """A search that goes on has no last word."""

    message = N_("The search still goes on. Stop it first, or wait until it is finished.")


class PlanChanged(RuleBroken):
    """What the proposal was made for is no longer so."""

    message = N_(
        "The timetable was changed since this was proposed (%(count)s sessions). Nothing was taken over. "
        "See below what changed, and let it be fitted again."
    )


class NotTaken(RuleBroken):
    """There is nothing to undo."""

    message = N_("This proposal is not in the timetable, so there is nothing to undo.")


class ChangedSinceTaken(RuleBroken):
    """Something was built upon what would be undone."""

    message = N_(
        "%(count)s of the sessions were changed, held or cancelled since the proposal was taken. Nothing was undone. "
        "Move or cancel the sessions one by one."
    )


class ReleasedSinceTaken(RuleBroken):
    """What was released stays."""

    message = N_(
        "The timetable was released since the proposal was taken (%(courses)s). Nothing was undone. "
        "Move or cancel the sessions one by one."
    )


class AnsweredSinceTaken(RuleBroken):
    """A lecturer has answered."""

    message = N_(
        "Lecturers have answered, or were told, about sessions of the proposal (%(count)s). Nothing was undone. "
        "Move or cancel the sessions one by one."
    )


class BegunSinceTaken(RuleBroken):
    """What takes place, or took place, is not taken back."""

    message = N_(
        "Sessions of the proposal have begun since it was taken (%(count)s). Nothing was undone. "
        "Move or cancel those that still lie ahead, one by one."
    )


class FormerTimeCame(RuleBroken):
    """Nothing is put back into the past."""

    message = N_(
        "Sessions of the proposal would go back to a time that has come by now (%(count)s). Nothing was undone. "
        "Move or cancel the sessions one by one."
    )


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_planning_run_open_course": RunIsOpen,
    "uq_planning_run_open_organisation": RunIsOpen,
    "uq_planning_proposal_taken": ProposalTaken,
}
