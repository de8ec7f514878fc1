"""Reading courses."""

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.db import session
from app.kernel.errors import NotFound
from app.scheduling.models import Course, CourseModule


def get_course(course_id: int) -> Course:
    """Return the course; NotFound if there is none."""
    found = session.get(Course, course_id)
    if found is None:
        raise NotFound()
    return found


def list_modules(course: Course) -> Sequence[CourseModule]:
    """Return the course's modules in order."""
    return session.scalars(
        select(CourseModule).where(CourseModule.course_id == course.id).order_by(CourseModule.position)
    ).all()
