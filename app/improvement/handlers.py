"""What the improvement does when courses and their timetables change."""

from app.improvement import commands
from app.scheduling.events import CourseCancelled, CourseCreated, TimetableReleased
from app.scheduling.queries import get_course


def draft_first_cycle(happened: CourseCreated) -> None:
    """Give a new course its cycle."""
    commands.draft_cycle(course=get_course(happened.course_id), actor=happened.actor, at=happened.at)


def refuse_release_over_open_actions(happened: TimetableReleased) -> None:
    """Hold a timetable back while the last turn has actions that nobody has answered."""
    commands.require_answered_actions(course_id=happened.course_id)


def cancel_cycle(happened: CourseCancelled) -> None:
    """Cancel the cycle of a course that will not take place."""
    commands.cancel_with_course(
        course_id=happened.course_id, reason=happened.reason or "", actor=happened.actor, at=happened.at
    )
