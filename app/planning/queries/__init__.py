"""Reading what is planned, and what the search has to know."""

from app.planning.queries.by_hand import ByHand, list_by_hand
from app.planning.queries.runs import (
    away_of,
    bounds_of,
    find_asker,
    find_settings,
    get_absence,
    get_proposal,
    get_run,
    has_declined,
    list_absences,
    list_lecturer_names,
    list_module_lecturers,
    list_proposals,
    list_runs,
    reason_for,
    situation_of,
    teaching_times,
)
from app.planning.queries.situation import changes_for, compare, look_again, look_at, with_lecturer_of
from app.planning.queries.substitutes import Substitute, list_substitutes

__all__ = [
    "ByHand",
    "Substitute",
    "away_of",
    "bounds_of",
    "changes_for",
    "compare",
    "find_asker",
    "find_settings",
    "get_absence",
    "get_proposal",
    "get_run",
    "has_declined",
    "list_absences",
    "list_by_hand",
    "list_lecturer_names",
    "list_module_lecturers",
    "list_proposals",
    "list_runs",
    "list_substitutes",
    "look_again",
    "look_at",
    "reason_for",
    "situation_of",
    "teaching_times",
    "with_lecturer_of",
]
