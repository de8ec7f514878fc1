"""Who may do what with courses and their timetables."""

from app.kernel.access import STAFF, Permission, Role


class CoursePermission(Permission):
    """Rights on courses, sessions and releases."""

    VIEW = "course.view", "See courses with their timetables.", STAFF
    PLAN = (
        "course.plan",
        "Make and change courses, schedule sessions, allow clashes, release timetables.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER},
    )
