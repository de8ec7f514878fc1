"""Who may do what with registers."""

from app.kernel.access import STAFF, Permission, Role


class AttendancePermission(Permission):
    """Rights on the registers of a course."""

    VIEW = "attendance.view", "See who was at which session of a course.", STAFF
    KEEP = (
        "attendance.keep",
        "Enter and change marks, and close registers.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.REGISTRAR},
    )
