"""Who may do what with proposals of timetables."""

from app.kernel.access import Permission
from app.scheduling.policies import CoursePermission


class PlanningPermission(Permission):
    """Rights on the search for timetables: those of who plans courses."""

    PLAN = (
        "planning.plan",
        "Let timetables be proposed, take them over, set teaching times and weights.",
        CoursePermission.PLAN.roles,
    )
