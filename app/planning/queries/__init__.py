"""Reading what is planned, and what the search has to know."""

from app.planning.queries.runs import (
    find_asker,
    find_settings,
    get_proposal,
    get_run,
    list_lecturer_names,
    list_module_lecturers,
    list_proposals,
    list_runs,
    situation_of,
    teaching_times,
)
from app.planning.queries.situation import changes_for, compare, look_again, look_at

__all__ = [
    "changes_for",
    "compare",
    "find_asker",
    "find_settings",
    "get_proposal",
    "get_run",
    "list_lecturer_names",
    "list_module_lecturers",
    "list_proposals",
    "list_runs",
    "look_again",
    "look_at",
    "situation_of",
    "teaching_times",
]
