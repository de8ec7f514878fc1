"""Columns of the list of people."""

from app.kernel.pages import Column
from app.kernel.text import N_
from app.people.types import PersonRow

PERSON_COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("name", N_("Full name"), lambda row: row.full_name, sort="name"),
    Column("organisation", N_("Home organisation"), lambda row: row.organisation_name, sort="organisation"),
    Column("position", N_("Post"), lambda row: row.position),
    Column("gender", N_("Gender"), lambda row: row.gender),
    Column("birth_date", N_("Date of birth"), lambda row: row.birth_date, sort="birth_date"),
    Column("email", N_("E-mail address"), lambda row: row.email),
    Column("staff_code", N_("Staff code"), lambda row: row.staff_code, sort="staff_code"),
)
