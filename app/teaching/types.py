"""Words of the teaching."""

from app.kernel.text import LabelledEnum, N_


class LecturerPart(LabelledEnum):
    """What a lecturer does in a session."""

    LEAD = "lead", N_("Lead lecturer")
    CO_LECTURER = "co_lecturer", N_("Co-lecturer")
    FACILITATOR = "facilitator", N_("Facilitator")
    INTERPRETER = "interpreter", N_("Interpreter")
    ASSESSOR = "assessor", N_("Assessor")


class AssignmentState(LabelledEnum):
    """How an assignment stands. A declined or withdrawn one no longer binds the lecturer's hours."""

    PROPOSED = "proposed", N_("Proposed")
    ACCEPTED = "accepted", N_("Accepted")
    DECLINED = "declined", N_("Declined")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
