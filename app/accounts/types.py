"""Words of the accounts."""

from app.kernel.text import N_, LabelledEnum


class LinkPurpose(LabelledEnum):
    """What a mailed one-use link is good for."""

    FIRST_RUN = "first_run", N_("First administrator")
    INVITATION = "invitation", N_("Invitation")
    RESET = "reset", N_("Password reset")
