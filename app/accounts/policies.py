"""Who may do what with accounts."""

from app.kernel.access import Permission, Role


class AccountPermission(Permission):
    """Rights on accounts, decided in the home organisation of their person."""

    MANAGE = (
        "account.manage",
        "Invite people, close and open accounts, give and end roles.",
        {Role.ADMINISTRATOR},
    )
