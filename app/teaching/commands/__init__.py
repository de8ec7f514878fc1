"""Changing lecturers, their assignments and their calendar feeds, and writing to them.

Whoever changes an assignment holds the lock of its session; persons are locked after it, as the timetable does.
"""

from app.teaching.commands.assignments import (
    answer_assignment,
    change_part,
    propose_assignment,
    propose_for_sessions,
    touch_assignments,
    withdraw_assignment,
    withdraw_cancelled,
)
from app.teaching.commands.feeds import make_feed, revoke_feed
from app.teaching.commands.lecturers import add_lecturer, change_lecturer
from app.teaching.commands.many import Asked, propose_many
from app.teaching.commands.notices import (
    remind_lecturers,
    tell_all_moved,
    tell_cancelled_course,
    tell_moved,
    tell_proposals,
    tell_untold,
)

__all__ = [
    "Asked",
    "add_lecturer",
    "answer_assignment",
    "change_lecturer",
    "change_part",
    "make_feed",
    "propose_assignment",
    "propose_for_sessions",
    "propose_many",
    "remind_lecturers",
    "revoke_feed",
    "tell_all_moved",
    "tell_cancelled_course",
    "tell_moved",
    "tell_proposals",
    "tell_untold",
    "touch_assignments",
    "withdraw_assignment",
    "withdraw_cancelled",
]
