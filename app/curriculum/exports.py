"""Columns of the lists of programs and curricula."""

from app.curriculum.types import CurriculumRow, ProgramRow
from app.kernel.pages import Column
from app.kernel.text import N_

PROGRAM_COLUMNS: tuple[Column[ProgramRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("title", N_("Title"), lambda row: row.title, sort="title"),
    Column("organisation", N_("Owner"), lambda row: row.organisation_name, sort="organisation"),
    Column("first_year", N_("First year"), lambda row: row.first_year, sort="years", numeric=True),
    Column("last_year", N_("Last year"), lambda row: row.last_year, numeric=True),
    Column("curricula", N_("Curricula"), lambda row: row.curricula, numeric=True),
)

CURRICULUM_COLUMNS: tuple[Column[CurriculumRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("title", N_("Title"), lambda row: row.title, sort="title"),
    Column("program", N_("Program"), lambda row: row.program_title, sort="program"),
    Column("published", N_("Published version"), lambda row: row.published_number, numeric=True),
    Column("draft", N_("Draft version"), lambda row: row.draft_number, numeric=True),
    Column("modules", N_("Modules"), lambda row: row.modules, numeric=True),
    Column("hours", N_("Hours"), lambda row: row.hours, numeric=True),
)
