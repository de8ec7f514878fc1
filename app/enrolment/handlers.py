"""What the enrolment does when something happens to a course."""

from app.enrolment.commands import engage_cohort
from app.scheduling.events import SessionScheduled
from app.scheduling.queries import get_course


def engage_for_new_session(event: SessionScheduled) -> None:
    """Bind the trainees to a session that was put on the timetable."""
    engage_cohort(
        course=get_course(event.course_id),
        clash_reason=event.person_clash_reason,
        actor=event.actor,
        at=event.at,
    )
