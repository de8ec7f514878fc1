"""Who else could teach where a lecturer cannot come: of the same field, and free at that time."""

import re
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.people.models import Person
from app.planning.models import Absence, ModuleLecturer
from app.scheduling.models import CourseModule, CourseSession, Engagement
from app.teaching.models import Assignment, Lecturer
from app.teaching.policies import TeachingPermission
from app.teaching.types import AssignmentState

_MOST = 3
_FIELDS = re.compile(r"[,;/\n·]+")


class Substitute(NamedTuple):
    """A lecturer who could teach in a session instead of another."""

    lecturer_id: int
    full_name: str
    specialities: str
    knows_module: bool


def list_substitutes(
    actor: Actor, session_ids: Collection[int], person_id: int
) -> dict[int, list[Substitute]]:
    """Return for each session up to three lecturers in the actor's scope who could stand in for the person.

    They teach a module of that name elsewhere, or share a field with the person; they are active and free at that time.
    Those who know the module come first.
    """
    knows = _knows_module().label("knows")
    rows = session.execute(
        select(CourseSession.id, Lecturer.id, Person.full_name, Lecturer.specialities, knows)
        .select_from(CourseSession)
        .join(Lecturer, Lecturer.active.is_(True))
        .join(Person, Person.id == Lecturer.person_id)
        .where(
            within(CourseSession.id, session_ids),
            Lecturer.person_id != person_id,
            within(Person.organisation_id, actor.organisations_for(TeachingPermission.VIEW)),
            or_(_knows_module(), _shares_field(person_id)),
            ~exists().where(
                Engagement.person_id == Lecturer.person_id, Engagement.during.overlaps(CourseSession.during)
            ),
            ~exists().where(
                Absence.person_id == Lecturer.person_id,
                Absence.withdrawn_at.is_(None),
                Absence.during.overlaps(CourseSession.during),
            ),
        )
        .order_by(CourseSession.id, knows.desc(), Person.sort_key, Lecturer.id)
    )
    found: dict[int, list[Substitute]] = defaultdict(list)
    for number, lecturer_id, full_name, specialities, knows_module in rows:
        if len(found[number]) < _MOST:
            found[number].append(Substitute(lecturer_id, full_name, specialities, knows_module))
    return dict(found)


def _knows_module() -> ColumnElement[bool]:
    """Whether the lecturer teaches a module of the same name, or is chosen for one."""
    own, other, taught = aliased(CourseModule), aliased(CourseModule), aliased(CourseSession)
    same = and_(own.id == CourseSession.course_module_id, own.title == other.title)
    return or_(
        exists()
        .where(
            same,
            taught.course_module_id == other.id,
            Assignment.course_session_id == taught.id,
            Assignment.lecturer_id == Lecturer.id,
            Assignment.state.in_((AssignmentState.ACCEPTED, AssignmentState.PROPOSED)),
        )
        .correlate(CourseSession, Lecturer),
        exists()
        .where(same, ModuleLecturer.course_module_id == other.id, ModuleLecturer.lecturer_id == Lecturer.id)
        .correlate(CourseSession, Lecturer),
    )


def _shares_field(person_id: int) -> ColumnElement[bool]:
    text = session.scalar(select(Lecturer.specialities).where(Lecturer.person_id == person_id)) or ""
    fields = [field.strip() for field in _FIELDS.split(text) if len(field.strip()) > 2]
    return or_(false(), *(Lecturer.specialities.icontains(field, autoescape=True) for field in fields))
