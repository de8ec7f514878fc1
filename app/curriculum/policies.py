"""Who may do what with programs and curricula."""

from app.kernel.access import STAFF, Permission, Role


class CurriculumPermission(Permission):
    """Rights on programs and curricula, decided in the organisation that owns the program."""

    VIEW = (
        "curriculum.view",
        "See the programs and curricula of one's organisations and of those above them.",
        STAFF,
    )
    MANAGE = (
        "curriculum.manage",
        "Add and change programs and curricula, and publish versions.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER},
    )
