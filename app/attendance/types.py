"""Words of the attendance."""

from app.kernel.text import LabelledEnum, N_


class Mark(LabelledEnum):
    """Whether a trainee was there."""

    PRESENT = "present", N_("Present")
    LATE = "late", N_("Late")
    EXCUSED = "excused", N_("Excused")
    ABSENT = "absent", N_("Absent")

    @property
    def counts_as_present(self) -> bool:
        """Whether the trainee took part."""
        return self in (Mark.PRESENT, Mark.LATE)


class MarkSource(LabelledEnum):
    """Where a mark comes from."""

    REGISTER = "register", N_("Register")
    IMPORT = "import", N_("Import")


class RegisterState(LabelledEnum):
    """Whether the register of a session can be relied on."""

    COMPLETE = "complete", N_("Complete")
    INCOMPLETE = "incomplete", N_("Incomplete")
