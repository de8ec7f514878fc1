"""Who may do what with places in courses."""

from app.kernel.access import STAFF, Permission, Role


class EnrolmentPermission(Permission):
    """Rights on the trainees of a course."""

    VIEW = "enrolment.view", "See the trainees of a course and the history of their places.", STAFF
    MANAGE = (
        "enrolment.manage",
        "Enrol persons by hand or by import, and change the state of their places.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.REGISTRAR},
    )
