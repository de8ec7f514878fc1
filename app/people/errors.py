"""What the people refuse."""

from app.kernel.errors import DomainError, RuleBroken
from app.kernel.text import N_


class NameMissing(RuleBroken):
    """Everybody has a name."""

    message = N_("Write the person’s full name.")


class PossibleDuplicate(RuleBroken):
    """Somebody on record looks like the same person."""

    message = N_(
        "This may be somebody who is on record already. Look at the people named below; "
        "if none of them is meant, say why and add the person all the same."
    )


class BirthDateAhead(RuleBroken):
    """Born in the future."""

    message = N_("The date of birth lies in the future. Correct the year.")


class StaffCodeTaken(RuleBroken):
    """Two people of an organisation cannot share a staff code."""

    message = N_("Somebody else in this organisation has that staff code. Check the code, or leave it empty.")

    def __init__(
        self, message: str | None = None, *, field: str | None = "staff_code", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


class PostBackwards(RuleBroken):
    """It would end before it begins."""

    message = N_("A post ends after the day on which it begins. Change one of the two dates.")


class SamePostTwice(RuleBroken):
    """The same post in the same organisation over the same days."""

    message = N_("This person already holds that post in these days. End the earlier entry first.")


class PostAlreadyEnded(RuleBroken):
    """The post has an end already."""

    message = N_("This post ended already on an earlier day.")


class MergeWithItself(RuleBroken):
    """One record cannot be merged with itself."""

    message = N_("Both are the same record. Choose another person to merge with.")


class AlreadyMerged(RuleBroken):
    """One of the two was merged before."""

    message = N_("The record of %(name)s was merged into another before. Open that one and merge from there.")


class BothHaveAccounts(RuleBroken):
    """Two accounts cannot become one."""

    message = N_(
        "Both records have an account, and an account cannot be merged. Nothing was changed. "
        "Let an administrator delete the account that is no longer used, then merge."
    )


class RolesWouldReachAccount(RuleBroken):
    """A merge would give rights to somebody who can sign in."""

    message = N_(
        "The record of %(name)s holds roles, and the other one has an account: merging would give these rights to "
        "that account. Nothing was changed. Let an administrator end the roles first, then merge."
    )


class AtTwoPlaces(RuleBroken):
    """Both were bound to different sessions at the same time."""

    message = N_(
        "The two records are bound to different sessions at the same time (%(times)s), so they may be two people. "
        "Nothing was changed. If they are one, take one record off its session, or allow that clash with a reason, "
        "then merge."
    )


class MergeStandsInTheWay(RuleBroken):
    """Some rule of another part refuses the merge."""

    message = N_(
        "Both records play parts that one person cannot have together (%(rule)s), for example writing and approving "
        "the same cycle. Nothing was changed. Change one of the two there, then merge."
    )


CONSTRAINTS: dict[str, type[DomainError]] = {
    "ck_person_named": NameMissing,
    "uq_person_staff_code": StaffCodeTaken,
    "ck_person_not_merged_into_itself": MergeWithItself,
    "ck_appointment_validity": PostBackwards,
    "same_post_twice": SamePostTwice,
}
