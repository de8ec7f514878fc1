"""Courses and sessions for tests. The curriculum they are made from is made along with them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from app.curriculum.types import TeachingMethod
from app.kernel.db import session
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling import rules
from app.scheduling.models import Course, CourseModule, CourseSession, Engagement
from app.scheduling.types import EngagementKind, SessionState
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.organisations import make_organisation

_numbers = count(1)

# A Monday, eight o'clock in Vietnam.
FIRST_MORNING = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)


def make_course(organisation: Organisation | None = None, **values: Any) -> Course:
    """Return a stored course of one week in August 2026 with the modules of its version."""
    number = next(_numbers)
    organisation = organisation or make_organisation()
    version = values.pop("version", None) or make_published_version(
        make_curriculum(make_program(organisation))
    )
    course = Course(
        **{
            "code": f"COURSE{number}",
            "title": f"Course {number}",
            "titles": {},
            "organisation": organisation,
            "curriculum_version": version,
            "time_zone": "Asia/Ho_Chi_Minh",
            "starts_on": date(2026, 8, 3),
            "ends_on": date(2026, 8, 7),
            "capacity": 30,
            "modules": [
                CourseModule(
                    position=module.position,
                    title=module.title,
                    objectives=module.objectives,
                    hours=module.hours,
                    method=module.method,
                )
                for module in version.modules
            ],
            **values,
        }
    )
    course.search_text = rules.search_text(course.code, course.title, course.titles)
    session.add(course)
    session.flush()
    return course


def make_session(course: Course | None = None, *, hours: float = 2, **values: Any) -> CourseSession:
    """Return a stored session of the course, by default from eight to ten on its first Monday."""
    number = next(_numbers)
    starts_at = values.pop("starts_at", FIRST_MORNING)
    ends_at = values.pop("ends_at", starts_at + timedelta(hours=hours))
    course_session = CourseSession(
        **{
            "course": course or make_course(),
            "title": f"Session {number}",
            "during": Range(starts_at, ends_at, bounds="[)"),
            "method": TeachingMethod.LECTURE,
            "state": SessionState.PLANNED,
            **values,
        }
    )
    session.add(course_session)
    session.flush()
    return course_session


def make_engagement(course_session: CourseSession, person: Person, **values: Any) -> Engagement:
    """Return a stored bond of a person to a session, by default as lecturer."""
    engagement = Engagement(
        **{
            "course_session_id": course_session.id,
            "during": course_session.during,
            "person": person,
            "kind": EngagementKind.LECTURER,
            **values,
        }
    )
    session.add(engagement)
    session.flush()
    return engagement
