"""Asking for timetables, keeping what is found, taking it over and undoing that."""

from app.planning.commands.absences import record_absence, withdraw_absence
from app.planning.commands.repairs import Found, ask_for_repair, fit_again, keep_repair
from app.planning.commands.runs import (
    Search,
    ask_for_proposals,
    begin_search,
    end_search,
    is_wanted,
    keep_proposal,
    note_progress,
    stop_search,
)
from app.planning.commands.taking import take_proposal, undo_proposal
from app.planning.commands.wishes import change_teaching_times, choose_module_lecturers

__all__ = [
    "Found",
    "Search",
    "ask_for_proposals",
    "ask_for_repair",
    "begin_search",
    "change_teaching_times",
    "choose_module_lecturers",
    "end_search",
    "fit_again",
    "is_wanted",
    "keep_proposal",
    "keep_repair",
    "note_progress",
    "record_absence",
    "stop_search",
    "take_proposal",
    "undo_proposal",
    "withdraw_absence",
]
