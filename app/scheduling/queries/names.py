"""How courses and sessions are called on the audit trail."""

from collections.abc import Collection

from sqlalchemy import select

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.scheduling.models import Course, CourseSession
from app.scheduling.policies import CoursePermission


def name_courses(actor: Actor, course_ids: Collection[int]) -> dict[int, str]:
    """Return the codes of those courses that the actor may see."""
    rows = session.execute(
        select(Course.id, Course.code).where(
            within(Course.id, course_ids),
            within(Course.organisation_id, actor.organisations_for(CoursePermission.VIEW)),
        )
    )
    return {row.id: row.code for row in rows}


def name_sessions(actor: Actor, session_ids: Collection[int]) -> dict[int, str]:
    """Return the titles of those sessions, with their courses' codes, that the actor may see."""
    rows = session.execute(
        select(CourseSession.id, CourseSession.title, Course.code)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            within(CourseSession.id, session_ids),
            within(Course.organisation_id, actor.organisations_for(CoursePermission.VIEW)),
        )
    )
    return {row.id: f"{row.title} ({row.code})" for row in rows}
