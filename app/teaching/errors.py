"""What the teaching refuses."""

from app.kernel.errors import DomainError, RuleBroken
from app.kernel.text import N_


class AlreadyLecturer(RuleBroken):
    """A person is a lecturer once."""

    message = N_("This person is a lecturer already. Nothing was saved; open the record in the list.")


class LimitNotPositive(RuleBroken):
    """A limit of no hours."""

    message = N_(
        "The weekly limit is at least one hour. Leave it empty if there is none, or set the lecturer inactive."
    )


class LecturerInactive(RuleBroken):
    """Somebody who does not teach at present."""

    message = N_("%(name)s does not teach at present. Nothing was saved. Choose another lecturer.")


class ProposedAlready(RuleBroken):
    """Once in a session is enough."""

    message = N_("%(name)s is proposed for this session already. Change the part there instead.")


class ProposedMeanwhile(RuleBroken):
    """Somebody else proposed the same lecturer a moment ago."""

    message = N_("Somebody else has just proposed this lecturer for this session. Nothing was saved twice.")


class StepNotPossible(RuleBroken):
    """The table of transitions has no such step."""

    message = N_("This assignment is %(state)s by now. Nothing was changed; look at it again.")


class ReasonMissing(RuleBroken):
    """Who says no, or takes back, says why."""

    message = N_("Say why in a few words, so that the others can plan. Nothing was changed yet.")


class OverWeeklyLimit(RuleBroken):
    """More hours in a week than agreed with the lecturer."""

    message = N_(
        "%(name)s would teach %(hours)s hours in that week; agreed are at most %(limit)s. Nothing was saved. "
        "Choose another lecturer, or allow it with a reason."
    )


class NoSessionChosen(RuleBroken):
    """Nothing was chosen."""

    message = N_("Choose at least one session. Nothing was saved.")


class SessionElsewhere(RuleBroken):
    """Sessions of one course are proposed together."""

    message = N_("One of the sessions does not belong to this course. Nothing was saved; choose again.")


class NobodyToRemind(RuleBroken):
    """Nobody has an open question, or everybody was reminded today."""

    message = N_(
        "There is nobody to remind: all have answered, were reminded within the last day, or have no e-mail address."
    )


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_lecturer_person_id": AlreadyLecturer,
    "ck_lecturer_weekly_hours_limit": LimitNotPositive,
    "uq_assignment_course_session_id_lecturer_id": ProposedMeanwhile,
    "ck_assignment_reason": ReasonMissing,
}
