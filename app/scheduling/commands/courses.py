"""Making and changing courses."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.curriculum.models import CurriculumModule, CurriculumVersion
from app.curriculum.types import VersionState
from app.kernel.access import Actor
from app.kernel.db import Translations, session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.organisations.models import Campus, Organisation
from app.people.models import Person
from app.scheduling import events, rules
from app.scheduling.commands.bookings import lock_course, lock_sessions
from app.scheduling.commands.protecting import holders_of_clashes_with
from app.scheduling.commands.sessions import cancel_locked_session
from app.scheduling.errors import (
    CourseCodeTaken,
    CourseIsCancelled,
    FollowsLaterCourse,
    ReasonMissing,
    VersionNotPublished,
)
from app.scheduling.models import Course, CourseManager, CourseModule
from app.scheduling.queries import list_sessions
from app.scheduling.types import SessionState


def create_course(
    *,
    version: CurriculumVersion,
    organisation: Organisation,
    campus: Campus | None,
    code: str,
    title: str,
    titles: Translations,
    starts_on: date,
    ends_on: date,
    capacity: int,
    managers: Sequence[Person],
    previous_course: Course | None,
    actor: Actor,
    at: datetime,
) -> Course:
    """Make a course of a published version, with a copy of its modules.

    Without ``previous_course`` the last course of the same curriculum and organisation is taken. Its clock is that
    of the campus, else of the organisation. Raises VersionNotPublished, FollowsLaterCourse or CourseCodeTaken.
    """
    if version.state is not VersionState.PUBLISHED:
        raise VersionNotPublished(field="version_id")
    if previous_course is not None and previous_course.starts_on > starts_on:
        raise FollowsLaterCourse(field="previous_course_id")
    previous = previous_course or _last_course(version, organisation, starts_on)
    course = Course(
        organisation=organisation,
        curriculum_version=version,
        previous_course=previous,
        created_at=at,
        modules=[_copy(module) for module in version.modules],
    )
    with session.no_autoflush:
        _describe(course, code, title, titles, campus, starts_on, ends_on, capacity, managers)
    session.add(course)
    # Whoever hears of the course needs its number, which the database gives.
    flush()
    record(
        events.CourseCreated(
            actor=actor,
            at=at,
            organisation_id=organisation.id,
            subject_id=course.id,
            course_id=course.id,
            previous_course_id=previous.id if previous else None,
        )
    )
    return course


def change_course(
    *,
    course: Course,
    expected_version: int,
    campus: Campus | None,
    code: str,
    title: str,
    titles: Translations,
    starts_on: date,
    ends_on: date,
    capacity: int,
    managers: Sequence[Person],
    actor: Actor,
    at: datetime,
) -> Course:
    """Change what is known of a course; raises StaleVersion when somebody else has changed it meanwhile."""
    lock_course(course)
    check_version(course, expected_version)
    with session.no_autoflush:
        _describe(course, code, title, titles, campus, starts_on, ends_on, capacity, managers)
    record(
        events.CourseChanged(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course.id,
            course_id=course.id,
        )
    )
    flush()
    return course


def cancel_course(*, course: Course, reason: str, actor: Actor, at: datetime) -> None:
    """Call a course off, with all of its sessions that lie ahead; raises CourseIsCancelled if it was already."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    lock_course(course)
    if course.cancelled_at is not None:
        raise CourseIsCancelled()
    ahead = [one for one in list_sessions(course) if one.state is SessionState.PLANNED]
    numbers = [one.id for one in ahead]
    lock_sessions(numbers, plainly=holders_of_clashes_with(numbers))
    for course_session in (one for one in ahead if one.state is SessionState.PLANNED):
        cancel_locked_session(course_session, reason, actor, at)
    course.cancelled_at, course.cancel_reason = at, reason.strip()
    record(
        events.CourseCancelled(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course.id,
            course_id=course.id,
            reason=reason.strip(),
        )
    )
    flush()


def _last_course(version: CurriculumVersion, organisation: Organisation, before: date) -> Course | None:
    return session.scalar(
        select(Course)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .where(
            CurriculumVersion.curriculum_id == version.curriculum_id,
            Course.organisation_id == organisation.id,
            Course.starts_on <= before,
            Course.cancelled_at.is_(None),
        )
        .order_by(Course.starts_on.desc(), Course.id.desc())
        .limit(1)
    )


def _copy(module: CurriculumModule) -> CourseModule:
    return CourseModule(
        position=module.position,
        title=module.title,
        titles=dict(module.titles),
        objectives=module.objectives,
        hours=module.hours,
        method=module.method,
    )


def _describe(
    course: Course,
    code: str,
    title: str,
    titles: Translations,
    campus: Campus | None,
    starts_on: date,
    ends_on: date,
    capacity: int,
    managers: Sequence[Person],
) -> None:
    holder = session.scalar(select(Course.id).where(Course.code == code))
    if holder is not None and holder != course.id:
        raise CourseCodeTaken(field="code")
    course.code, course.title, course.titles = code, clean_name(title), titles
    course.campus = campus
    course.time_zone = campus.time_zone if campus else course.organisation.time_zone
    course.starts_on, course.ends_on, course.capacity = starts_on, ends_on, capacity
    course.search_text = rules.search_text(code, title, titles)
    _appoint(course, managers)


def _appoint(course: Course, managers: Sequence[Person]) -> None:
    wanted = {person.id for person in managers}
    kept = [manager for manager in course.managers if manager.person_id in wanted]
    known = {manager.person_id for manager in kept}
    course.managers = [*kept, *(CourseManager(person_id=number) for number in sorted(wanted - known))]
