"""What the enrolment refuses."""

from app.kernel.errors import Conflict, DomainError, NotFound, RuleBroken
from app.kernel.text import N_


class EnrolmentNotFound(NotFound):
    """There is no such place."""


class NoSeatLeft(RuleBroken):
    """The course is full."""

    message = N_(
        "No seat is left: %(capacity)s of %(capacity)s are taken. Nobody was enrolled. "
        "Put the person on the waiting list, or give the course more seats."
    )


class SomebodyWaits(RuleBroken):
    """A seat would be given past the waiting list."""

    message = N_(
        "“%(name)s” is first on the waiting list. Nobody was enrolled. Offer the seat there, put this person on the "
        "waiting list too, or say that this person goes before those who wait."
    )

    def __init__(
        self, message: str | None = None, *, field: str | None = "before_waiting", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


class TooFewSeatsLeft(RuleBroken):
    """More places are wanted at once than there are seats."""

    message = N_(
        "Seats left: %(left)s; needed for those you chose: %(wanted)s. Nothing was changed. "
        "Choose fewer, or give the course more seats."
    )


class LastSeatTaken(RuleBroken):
    """The database refuses a place beyond the capacity."""

    message = N_("The last seat was taken a moment ago. Nothing was changed. Use the waiting list.")


class CapacityTaken(RuleBroken):
    """The database refuses to make a course smaller than its roll."""

    message = N_(
        "More places are taken already than the course would have. Nothing was changed. "
        "Withdraw places first, or keep more seats."
    )

    def __init__(
        self, message: str | None = None, *, field: str | None = "capacity", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


class EnrolledAlready(RuleBroken):
    """A person has one place in a course."""

    message = N_(
        "“%(name)s” is on the list of this course already. Open the place there and change its state."
    )


class EnrolledMeanwhile(RuleBroken):
    """Somebody else has enrolled the person between the check and the write."""

    message = N_("This person was put on the list a moment ago. Nothing was changed; look at the list.")


class StepNotPossible(RuleBroken):
    """A place goes only the ways of its table."""

    message = N_("This place cannot go there from where it stands now. Nothing was changed.")


class SelectionNotPossible(RuleBroken):
    """Not everybody chosen can be confirmed."""

    message = N_(
        "“%(name)s” cannot be confirmed. Nothing was changed. Choose only places that are not confirmed."
    )


class NobodySelected(RuleBroken):
    """A bulk action without anybody."""

    message = N_("Nobody was chosen. Mark the persons in the list first.")


class NobodyWaits(RuleBroken):
    """There is nobody to offer a seat to."""

    message = N_("Nobody is on the waiting list any more. Nothing was changed.")


class ReasonMissing(RuleBroken):
    """Some steps have to say why."""

    message = N_("Say why. The reason stays in the history of the place.")

    def __init__(
        self, message: str | None = None, *, field: str | None = "reason", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


class ImportNotReady(Conflict):
    """An import runs once, after its dry run."""

    message = N_("This import cannot be started now. Look at its state below.")


class ImportNeedsCorrection(RuleBroken):
    """An import runs wholly or not at all."""

    message = N_("Some rows need correction, so nothing was imported. Mend the file and check it again.")


class ImportOutdated(Conflict):
    """Something changed between the dry run and the import."""

    message = N_(
        "Something has changed since the list was checked, so nothing was imported. "
        "The rows below show what would happen now; look at them and start again."
    )


class ImportNotFinished(Conflict):
    """An import was tried several times in vain."""

    message = N_(
        "The import could not be finished, so nothing was imported. Check the list again; "
        "if it fails once more, tell whoever looks after this installation."
    )


CONSTRAINTS: dict[str, type[DomainError]] = {
    "ck_enrolment_capacity": LastSeatTaken,
    "ck_course_capacity_taken": CapacityTaken,
    "uq_enrolment_course_id_person_id": EnrolledMeanwhile,
}
