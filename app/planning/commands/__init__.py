"""Asking for timetables, keeping what is found, taking it over and undoing that."""

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
    "Search",
    "ask_for_proposals",
    "begin_search",
    "change_teaching_times",
    "choose_module_lecturers",
    "end_search",
    "is_wanted",
    "keep_proposal",
    "note_progress",
    "stop_search",
    "take_proposal",
    "undo_proposal",
]
