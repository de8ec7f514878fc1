"""Who may read the audit trail."""

from app.kernel.access import Permission, Role


class AuditPermission(Permission):
    """Rights on the trail, decided in the organisation of what happened."""

    VIEW = (
        "audit.view",
        "Read who did what in an organisation and below.",
        {Role.ADMINISTRATOR, Role.QUALITY_OFFICER},
    )
