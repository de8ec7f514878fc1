"""Who may do what with organisations."""

from app.kernel.access import STAFF, Permission, Role


class OrganisationPermission(Permission):
    """Rights on organisations, campuses and rooms."""

    VIEW = "organisation.view", "See an organisation with its campuses and rooms.", STAFF
    MANAGE = (
        "organisation.manage",
        "Add and change organisations below one's own.",
        {Role.ADMINISTRATOR},
    )
    MANAGE_ROOMS = (
        "organisation.manage_rooms",
        "Add and change campuses and rooms.",
        {Role.ADMINISTRATOR, Role.TRAINING_MANAGER},
    )
