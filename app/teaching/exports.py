"""Columns of the lists of lecturers."""

from app.kernel.pages import Column
from app.kernel.text import N_
from app.teaching.types import LecturerRow

LECTURER_COLUMNS: tuple[Column[LecturerRow], ...] = (
    Column("name", N_("Name"), lambda row: row.full_name, sort="name"),
    Column("organisation", N_("Organisation"), lambda row: row.organisation_name, sort="organisation"),
    Column("specialities", N_("Specialities"), lambda row: row.specialities),
    Column("languages", N_("Languages"), lambda row: ", ".join(row.languages)),
    Column(
        "limit", N_("Hours a week at most"), lambda row: row.weekly_hours_limit, sort="limit", numeric=True
    ),
    Column("email", N_("E-mail address"), lambda row: row.email),
    Column("state", N_("State"), lambda row: row.state),
)
