"""Columns of the lists of cycles and actions."""

from app.improvement.read_models import ActionRow, CycleRow
from app.kernel.pages import Column
from app.kernel.text import N_

CYCLE_COLUMNS: tuple[Column[CycleRow], ...] = (
    Column("code", N_("Course"), lambda row: row.code, sort="code"),
    Column("title", N_("Title"), lambda row: row.title, sort="title"),
    Column("organisation", N_("Organisation"), lambda row: row.organisation_name, sort="organisation"),
    Column("starts_on", N_("Period"), lambda row: f"{row.starts_on} – {row.ends_on}", sort="starts_on"),
    Column("state", N_("Cycle"), lambda row: row.state, sort="state"),
    Column("gaps", N_("Gaps without cause"), lambda row: row.gaps_without_cause, numeric=True),
    Column("open", N_("Open actions"), lambda row: row.open_actions, sort="open", numeric=True),
    Column("overdue", N_("Overdue"), lambda row: row.overdue_actions, sort="overdue", numeric=True),
    Column("unverified", N_("To verify"), lambda row: row.unverified_actions, numeric=True),
)

ACTION_COLUMNS: tuple[Column[ActionRow], ...] = (
    Column("title", N_("Action"), lambda row: row.title, sort="title"),
    Column("course", N_("Course"), lambda row: row.course_code, sort="course"),
    Column("owner", N_("Owner"), lambda row: row.owner_name, sort="owner"),
    Column("due_on", N_("Due on"), lambda row: row.due_on, sort="due_on"),
    Column("indicator", N_("Indicator"), lambda row: row.indicator_name),
    Column("state", N_("State"), lambda row: row.state, sort="state"),
    Column("evidence", N_("Evidence or reason"), lambda row: row.evidence or row.waived_because),
)
