"""Columns of the lists of courses."""

from app.kernel.pages import Column
from app.kernel.text import N_
from app.scheduling.types import CourseRow

COURSE_COLUMNS: tuple[Column[CourseRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("title", N_("Title"), lambda row: row.title, sort="title"),
    Column("organisation", N_("Organisation"), lambda row: row.organisation_name, sort="organisation"),
    Column("curriculum", N_("Curriculum"), lambda row: row.curriculum_code, sort="curriculum"),
    Column("starts", N_("First day"), lambda row: row.starts_on, sort="starts"),
    Column("ends", N_("Last day"), lambda row: row.ends_on, sort="ends"),
    Column("capacity", N_("Places"), lambda row: row.capacity, sort="capacity", numeric=True),
    Column("sessions", N_("Sessions"), lambda row: row.sessions, numeric=True),
    Column("state", N_("State"), lambda row: row.state),
)
