"""Columns of the reports."""

from app.kernel.pages import Column
from app.kernel.text import N_
from app.reporting.types import SchoolRow

SCHOOL_COLUMNS: tuple[Column[SchoolRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("name", N_("School"), lambda row: row.name, sort="name"),
    Column("parent", N_("Belongs to"), lambda row: row.parent_name, sort="parent"),
    Column("people", N_("People trained"), lambda row: row.people, sort="people", numeric=True),
    Column("courses", N_("Courses"), lambda row: row.courses, numeric=True),
    Column("last_day", N_("Last trained"), lambda row: row.last_day),
)
