"""What the attendance refuses."""

from app.kernel.errors import DomainError, RuleBroken, StaleVersion
from app.kernel.text import N_


class SessionCancelled(RuleBroken):
    """Nobody can attend a session that does not take place."""

    message = N_("This session was cancelled, so it has no register. Nothing was saved.")


class SessionAhead(RuleBroken):
    """Attendance is known once a session has begun."""

    message = N_("This session has not begun yet. The register can be kept from half an hour before.")


class NotOnTheRoll(RuleBroken):
    """A mark for somebody else."""

    message = N_("Somebody in this register is not a trainee of the course any more. Open the page again.")


class MarksMissing(RuleBroken):
    """A complete register has a mark for everybody."""

    message = N_(
        "Trainees without a mark: %(count)s. Mark them, or close the register as incomplete and say why. "
        "What you entered is still here."
    )


class ReasonMissing(RuleBroken):
    """An incomplete register says why."""

    message = N_("Say why the register stays incomplete. The reason stays on record.")

    def __init__(
        self, message: str | None = None, *, field: str | None = "reason", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


CONSTRAINTS: dict[str, type[DomainError]] = {
    "pk_attendance_register": StaleVersion,
    "uq_attendance_mark_course_session_id_person_id": StaleVersion,
    "ck_attendance_register_incomplete_with_reason": ReasonMissing,
}
