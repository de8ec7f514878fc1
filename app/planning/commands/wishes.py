"""Saying when an organisation teaches, what it wants of its timetables, and who teaches what."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.organisations.models import Organisation
from app.planning import events
from app.planning.models import ModuleLecturer, PlanningSettings
from app.planning.stored import write_times
from app.planning.types import TeachingTimes
from app.scheduling.commands.bookings import lock_course
from app.scheduling.models import Course, CourseModule


def change_teaching_times(
    *, organisation: Organisation, expected_version: int, times: TeachingTimes, actor: Actor, at: datetime
) -> PlanningSettings:
    """Set the organisation's own teaching times and weights; they hold for those below it that have none.

    ``expected_version`` is 0 while it has none of its own. Raises StaleVersion.
    """
    own = session.get(PlanningSettings, organisation.id, with_for_update=True, populate_existing=True)
    if own is None:
        own = PlanningSettings(organisation_id=organisation.id)
        session.add(own)
    else:
        check_version(own, expected_version)
    own.times = write_times(times)
    record(
        events.TeachingTimesChanged(
            actor=actor, at=at, organisation_id=organisation.id, subject_id=organisation.id
        )
    )
    flush()
    return own


def choose_module_lecturers(
    *, course: Course, lecturers: Mapping[int, Sequence[int]], actor: Actor, at: datetime
) -> None:
    """Say who is to teach the sessions that modules of the course lack; the first of a module leads."""
    lock_course(course)
    modules = session.scalars(select(CourseModule.id).where(CourseModule.course_id == course.id)).all()
    session.execute(delete(ModuleLecturer).where(ModuleLecturer.course_module_id.in_(modules)))
    rows = [
        {"course_module_id": module, "lecturer_id": lecturer, "position": position}
        for module in modules
        for position, lecturer in enumerate(dict.fromkeys(lecturers.get(module, ())), start=1)
    ]
    if rows:
        session.execute(insert(ModuleLecturer), rows)
    record(
        events.ModuleLecturersChosen(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course.id,
            course_id=course.id,
            lecturer_ids=tuple(sorted({row["lecturer_id"] for row in rows})),
        )
    )
    flush()
