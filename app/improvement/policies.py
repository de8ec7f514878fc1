"""Who may do what with cycles."""

from app.improvement.types import CycleState
from app.kernel.access import STAFF, Permission, Role


class ImprovementPermission(Permission):
    """Rights on cycles, findings and actions."""

    VIEW = "cycle.view", "See cycles, findings and actions.", STAFF
    MANAGE = (
        "cycle.manage",
        "Write the plan, record what happens, measure, decide, and take a cycle forward.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER},
    )
    FIND = (
        "cycle.find",
        "Record findings with their causes, and reopen what showed no effect.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.QUALITY_OFFICER},
    )
    APPROVE = "cycle.approve", "Approve plans that others wrote.", {Role.QUALITY_OFFICER, Role.DIRECTOR}
    VERIFY = "cycle.verify", "Verify actions of others and closed cycles.", {Role.QUALITY_OFFICER}


def permission_for(here: CycleState, there: CycleState) -> ImprovementPermission:
    """Return the right that taking a cycle from one state to the other asks for."""
    match there:
        case CycleState.APPROVED:
            return ImprovementPermission.APPROVE
        case CycleState.VERIFIED:
            return ImprovementPermission.VERIFY
        case CycleState.ACTING if here is not CycleState.CHECKING:
            return ImprovementPermission.FIND
        case _:
            return ImprovementPermission.MANAGE
