"""Reading lecturers, their assignments and their calendar feeds."""

from app.teaching.queries.assignments import (
    count_answers,
    find_assignment,
    get_assignment,
    list_assignments_of_sessions,
    list_course_lecturers,
    list_owed,
    list_remindable,
    list_untold,
    list_untold_pairs,
    list_withdrawn_with_course,
    was_told_today,
)
from app.teaching.queries.feeds import find_feed_owner, find_live_feed, hash_token, list_addressees
from app.teaching.queries.lecturers import (
    find_lecturer_of,
    get_lecturer,
    list_coming_sessions,
    list_lecturer_choices,
    list_lecturers,
    month_load,
    teaching_hours,
)
from app.teaching.queries.mine import (
    get_my_session,
    get_own_assignment,
    list_feed_sessions,
    list_my_assignments,
)
from app.teaching.queries.names import name_lecturers

__all__ = [
    "count_answers",
    "find_assignment",
    "find_feed_owner",
    "find_lecturer_of",
    "find_live_feed",
    "get_assignment",
    "get_lecturer",
    "get_my_session",
    "get_own_assignment",
    "hash_token",
    "list_addressees",
    "list_assignments_of_sessions",
    "list_coming_sessions",
    "list_course_lecturers",
    "list_feed_sessions",
    "list_lecturer_choices",
    "list_lecturers",
    "list_my_assignments",
    "list_owed",
    "list_remindable",
    "list_untold",
    "list_untold_pairs",
    "list_withdrawn_with_course",
    "month_load",
    "name_lecturers",
    "teaching_hours",
    "was_told_today",
]
