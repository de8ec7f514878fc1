"""Words of the enrolment."""

from app.kernel.text import LabelledEnum, N_


class EnrolmentState(LabelledEnum):
    """How a person's place in a course stands."""

    NOMINATED = "nominated", N_("Nominated")
    WAITING = "waiting", N_("Waiting")
    OFFERED = "offered", N_("Offered")
    CONFIRMED = "confirmed", N_("Confirmed")
    ATTENDING = "attending", N_("Attending")
    COMPLETED = "completed", N_("Completed")
    NOT_COMPLETED = "not_completed", N_("Not completed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    TRANSFERRED = "transferred", N_("Transferred")


class ImportState(LabelledEnum):
    """How far an import is."""

    CHECKING = "checking", N_("Being checked")
    CHECKED = "checked", N_("Checked")
    RUNNING = "running", N_("Running")
    DONE = "done", N_("Done")
    FAILED = "failed", N_("Failed")
