"""Who may read reports."""

from app.kernel.access import STAFF, Permission, Role


class ReportPermission(Permission):
    """Rights on reports and start pages."""

    VIEW = "report.view", "Read the reports of one's organisations.", STAFF
    MANAGER_START = (
        "report.manager_start",
        "The start page of training managers.",
        {Role.TRAINING_MANAGER},
    )
    QUALITY_START = (
        "report.quality_start",
        "The start page of quality officers.",
        {Role.QUALITY_OFFICER},
    )
    DIRECTOR_START = "report.director_start", "The start page of directors.", {Role.DIRECTOR}
    REGISTRAR_START = "report.registrar_start", "The start page of registrars.", {Role.REGISTRAR}
    ADMINISTRATOR_START = (
        "report.administrator_start",
        "The start page of administrators.",
        {Role.ADMINISTRATOR},
    )
