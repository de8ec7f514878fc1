"""Reading courses, their timetables and releases."""

from app.scheduling.queries.clashes import (
    find_cohort_clashes,
    find_person_clashes,
    find_room_clashes,
    list_allowed_clashes,
)
from app.scheduling.queries.courses import get_course, list_modules
from app.scheduling.queries.releases import draft_entries, latest_release, list_releases, read_entries
from app.scheduling.queries.sessions import (
    active_method_share,
    get_session,
    list_engagements,
    list_sessions,
    list_unresolved_sessions,
)

__all__ = [
    "active_method_share",
    "draft_entries",
    "find_cohort_clashes",
    "find_person_clashes",
    "find_room_clashes",
    "get_course",
    "get_session",
    "latest_release",
    "list_allowed_clashes",
    "list_engagements",
    "list_modules",
    "list_releases",
    "list_sessions",
    "list_unresolved_sessions",
    "read_entries",
]
