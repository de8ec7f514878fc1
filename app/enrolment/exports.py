"""Columns of the lists of trainees and of dry runs."""

from app.enrolment.types import CheckedRow, EnrolmentRow
from app.kernel.pages import Column
from app.kernel.text import N_

ENROLMENT_COLUMNS: tuple[Column[EnrolmentRow], ...] = (
    Column("name", N_("Name"), lambda row: row.full_name, sort="name"),
    Column("organisation", N_("Home organisation"), lambda row: row.organisation, sort="organisation"),
    Column("position", N_("Post"), lambda row: row.position, sort="position"),
    Column("state", N_("State"), lambda row: row.state, sort="state"),
    Column("changed_at", N_("Since"), lambda row: row.changed_at.date(), sort="changed"),
)

CHECKED_COLUMNS: tuple[Column[CheckedRow], ...] = (
    Column("number", N_("Row"), lambda row: row.number, numeric=True),
    Column("name", N_("Name"), lambda row: row.full_name),
    Column("birth_date", N_("Birth date"), lambda row: row.birth_date),
    Column("organisation", N_("Home organisation"), lambda row: row.organisation),
    Column("position", N_("Post"), lambda row: row.position),
    Column("fate", N_("What happens"), lambda row: row.fate),
    Column("state", N_("Place"), lambda row: row.state),
)
