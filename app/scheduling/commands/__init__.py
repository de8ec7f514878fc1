"""Changing courses, their timetables, and who is bound to them.

Whoever writes here locks first, always in this order: the course, the session, the rooms by number, the persons
by number. So two of them wait for each other in turn instead of for ever.
"""

from app.scheduling.commands.arranging import (
    NewPlace,
    NewSession,
    arrange_sessions,
    lock_for_arranging,
    remove_sessions,
)
from app.scheduling.commands.courses import cancel_course, change_course, create_course
from app.scheduling.commands.engagements import (
    disengage_from_course,
    disengage_person,
    engage_for_course,
    engage_person,
)
from app.scheduling.commands.moves import move_session
from app.scheduling.commands.releases import release_timetable
from app.scheduling.commands.sessions import (
    cancel_session,
    change_session,
    mark_past_sessions_held,
    mark_session_held,
    schedule_session,
)

__all__ = [
    "NewPlace",
    "NewSession",
    "arrange_sessions",
    "cancel_course",
    "cancel_session",
    "change_course",
    "change_session",
    "create_course",
    "disengage_from_course",
    "disengage_person",
    "engage_for_course",
    "engage_person",
    "lock_for_arranging",
    "mark_past_sessions_held",
    "mark_session_held",
    "move_session",
    "release_timetable",
    "remove_sessions",
    "schedule_session",
]
