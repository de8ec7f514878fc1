"""Who may do what with lecturers and assignments."""

from app.kernel.access import STAFF, Permission, Role


class TeachingPermission(Permission):
    """Rights on lecturers, decided in their home organisation, and on assignments, decided in the course's."""

    VIEW = "lecturer.view", "See the lecturers of an organisation and below, with their load.", STAFF
    MANAGE = (
        "lecturer.manage",
        "Make people lecturers and change what is known of them.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.REGISTRAR},
    )
    VIEW_ASSIGNMENTS = "assignment.view", "See who teaches in the sessions of a course.", STAFF
    ASSIGN = (
        "assignment.manage",
        "Propose lecturers, change their parts, withdraw and remind them.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER},
    )
