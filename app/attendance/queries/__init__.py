"""Reading registers, the marks of a course, and what is one's own."""

from app.attendance.queries.own import (
    find_own_course,
    get_own_session,
    list_coming_sessions,
    list_own_courses,
    list_own_sessions,
    list_sessions_of_day,
)
from app.attendance.queries.registers import (
    attendance_share,
    find_register,
    list_registers,
    list_sessions_without_register,
    list_trainee_rows,
    read_sheet_of,
)

__all__ = [
    "attendance_share",
    "find_own_course",
    "find_register",
    "get_own_session",
    "list_coming_sessions",
    "list_own_courses",
    "list_own_sessions",
    "list_registers",
    "list_sessions_of_day",
    "list_sessions_without_register",
    "list_trainee_rows",
    "read_sheet_of",
]
