"""Words of the timetable."""

from app.kernel.text import LabelledEnum, N_


class SessionState(LabelledEnum):
    """What became of a session."""

    PLANNED = "planned", N_("Planned")
    HELD = "held", N_("Held")
    CANCELLED = "cancelled", N_("Cancelled")


class EngagementKind(LabelledEnum):
    """Why a person is bound to a session."""

    LECTURER = "lecturer", N_("Lecturer")
    TRAINEE = "trainee", N_("Trainee")
