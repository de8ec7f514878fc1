"""Everything the worker can be asked to do, in one table. What a task needs is loaded when its first job comes."""

from flask import current_app

from app.kernel.named import Named
from app.kernel.tasks import Task

_keep_windows = Named("app.evaluation.jobs:keep_windows")


def keep_windows() -> None:
    """Open and close what is due. The secret is the application's; a job is told it here."""
    _keep_windows(secret=str(current_app.config["SECRET_KEY"]))


TASKS: tuple[Task, ...] = (
    Task("evaluation.keep_windows", keep_windows, retries=0, in_one_unit=False),
    # Both open units of work of their own: a figure that is computed stays, whatever comes after it.
    Task("evaluation.compute_figures", Named("app.evaluation.jobs:compute_figures"), in_one_unit=False),
    Task("evaluation.write_document", Named("app.evaluation.jobs:write_document"), in_one_unit=False),
    Task("messaging.deliver", Named("app.messaging.jobs:deliver"), retries=8, in_one_unit=False),
    Task("accounts.mail_reset_link", Named("app.accounts.jobs:mail_reset_link")),
    Task("accounts.forget_the_past", Named("app.accounts.jobs:forget_the_past")),
    Task("teaching.tell_lecturers", Named("app.teaching.jobs:tell_lecturers")),
    # It writes what it has found each second, in short units of work of its own.
    Task("planning.search", Named("app.planning.jobs:search"), in_one_unit=False),
    Task("planning.repair", Named("app.planning.jobs:repair"), in_one_unit=False),
    # It opens its own unit of work, so that a refusal can be shown after everything else was taken back.
    Task("enrolment.run_import", Named("app.enrolment.jobs:run_import"), in_one_unit=False),
    # They open short units of work around long searches.
    Task("yearplan.plan_school", Named("app.yearplan.jobs:plan_school"), in_one_unit=False),
    Task("yearplan.reconcile", Named("app.yearplan.jobs:reconcile"), in_one_unit=False),
)
