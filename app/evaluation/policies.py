"""Who may do what with evaluations."""

from app.kernel.access import STAFF, Permission, Role

_MANAGING = {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.QUALITY_OFFICER}


class EvaluationPermission(Permission):
    """Rights on instruments, waves and their results."""

    VIEW = "evaluation.view", "See instruments and the waves of a course, without results.", STAFF
    VIEW_RESULTS = (
        "evaluation.view_results",
        "See and export the results of closed waves.",
        {*_MANAGING, Role.DIRECTOR},
    )
    MANAGE = (
        "evaluation.manage",
        "Make instruments; plan, open and close waves; remind those who have not answered.",
        _MANAGING,
    )
    IMPORT = (
        "evaluation.import",
        "Bring in past evaluations from files.",
        {Role.TRAINING_MANAGER, Role.QUALITY_OFFICER, Role.ADMINISTRATOR},
    )
