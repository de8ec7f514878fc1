"""Reading courses."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import RoleGrant
from app.curriculum.models import Curriculum, CurriculumVersion
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.db import Translations, contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Campus, Organisation
from app.people.models import Person
from app.scheduling import rules
from app.scheduling.models import Course, CourseManager, CourseModule, CourseSession
from app.scheduling.policies import CoursePermission
from app.scheduling.types import (
    CourseRow,
    CourseState,
    FilterChoice,
    ModulePlan,
    PersonChoice,
    SessionState,
)

# Taken from it, the first days count down: the default order is the reverse without being shown as one.
FAR_AHEAD = date(3000, 1, 1)
# What a new course may follow: the latest of each line, and no more than a list can be read.
LATEST_TO_FOLLOW, MOST_TO_FOLLOW = 3, 300


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


def list_courses(actor: Actor, request: PageRequest) -> Page[CourseRow]:
    """Return the courses in the actor's scope, by default the latest first.

    Filters: ``organisation`` (and those below it), ``curriculum``, ``year``, ``state``.
    """
    today = now().date()
    return paginate(
        _filtered(_course_rows(), actor, request, today),
        request,
        order={
            "latest": (literal(FAR_AHEAD) - Course.starts_on, Course.code),
            "starts": (Course.starts_on, Course.code),
            "code": Course.code,
            "title": Course.title,
            "organisation": (Organisation.code, Course.starts_on),
            "curriculum": (Curriculum.code, Course.starts_on),
            "ends": Course.ends_on,
            "capacity": Course.capacity,
        },
        default="latest",
        tie=Course.id,
        row=lambda row: _course_row(row, today),
    )


def _course_rows() -> Select[*tuple[Any, ...]]:
    sessions = (
        select(func.count())
        .where(CourseSession.course_id == Course.id, CourseSession.state != SessionState.CANCELLED)
        .correlate(Course)
        .scalar_subquery()
    )
    return (
        select(
            Course.id,
            Course.code,
            Course.title,
            Course.titles,
            Organisation.name,
            Organisation.names,
            Curriculum.code,
            Course.starts_on,
            Course.ends_on,
            Course.capacity,
            sessions,
            Course.cancelled_at,
        )
        .join(Organisation, Organisation.id == Course.organisation_id)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .join(Curriculum, Curriculum.id == CurriculumVersion.curriculum_id)
    )


def _filtered(
    statement: Select[*tuple[Any, ...]], actor: Actor, request: PageRequest, today: date
) -> Select[*tuple[Any, ...]]:
    statement = statement.where(
        within(Course.organisation_id, actor.organisations_for(CoursePermission.VIEW))
    )
    if request.search:
        statement = statement.where(contains_text(Course.search_text, request.search))
    if organisation := _number(request.filter("organisation")):
        statement = statement.where(Organisation.path.contains([organisation]))
    if curriculum := _number(request.filter("curriculum")):
        statement = statement.where(Curriculum.id == curriculum)
    if 1900 < (year := _number(request.filter("year"))) < 3000:
        statement = statement.where(
            Course.starts_on <= date(year, 12, 31), Course.ends_on >= date(year, 1, 1)
        )
    if request.filter("state") in set(CourseState):
        statement = statement.where(_stands(CourseState(request.filter("state")), today))
    return statement


def _stands(state: CourseState, today: date) -> ColumnElement[bool]:
    """Return the condition that a course is in the state; ``rules.course_state`` says the same of one."""
    if state is CourseState.CANCELLED:
        return Course.cancelled_at.is_not(None)
    by_date = {
        CourseState.PLANNED: Course.starts_on > today,
        CourseState.RUNNING: and_(Course.starts_on <= today, Course.ends_on >= today),
        CourseState.OVER: Course.ends_on < today,
    }
    return and_(Course.cancelled_at.is_(None), by_date[state])


def _course_row(row: Any, today: date) -> CourseRow:
    cancelled_at = row[-1]
    state = rules.course_state(row.starts_on, row.ends_on, cancelled=cancelled_at is not None, today=today)
    values: Any = (*row[:-1], state)
    return CourseRow(*values)


def list_curriculum_choices(actor: Actor) -> list[FilterChoice]:
    """Return the curricula of which there are courses in the actor's scope, by code."""
    scope = within(Course.organisation_id, actor.organisations_for(CoursePermission.VIEW))
    used = exists().where(
        scope,
        Course.curriculum_version_id == CurriculumVersion.id,
        CurriculumVersion.curriculum_id == Curriculum.id,
    )
    rows = session.execute(
        select(Curriculum.id, Curriculum.code, Curriculum.title, Curriculum.titles)
        .where(used)
        .order_by(Curriculum.code)
    )
    return [FilterChoice(*row) for row in rows]


def list_years(actor: Actor) -> list[int]:
    """Return the years in which courses of the actor's scope begin, the latest first."""
    year = func.extract("year", Course.starts_on)
    rows = session.scalars(
        select(year)
        .where(within(Course.organisation_id, actor.organisations_for(CoursePermission.VIEW)))
        .distinct()
        .order_by(year.desc())
    )
    return [int(found) for found in rows]


def list_codes(curriculum_code: str, year: int) -> list[str]:
    """Return the codes of courses that begin like those of the curriculum in the year."""
    return list(
        session.scalars(
            select(Course.code).where(Course.code.startswith(f"{curriculum_code}-{year}-", autoescape=True))
        )
    )


def list_managers(course: Course) -> list[PersonChoice]:
    """Return who manages the course, by name."""
    return _persons(
        exists().where(CourseManager.course_id == course.id, CourseManager.person_id == Person.id)
    )


def list_manager_choices(
    organisation_ids: Collection[int], chosen: Collection[int] = ()
) -> list[PersonChoice]:
    """Return who may manage courses of the organisations: their training managers, and whoever is chosen already."""
    today = now().date()
    granted_above = select(func.unnest(Organisation.path)).where(within(Organisation.id, organisation_ids))
    return _persons(
        or_(
            within(Person.id, chosen),
            exists().where(
                RoleGrant.person_id == Person.id,
                RoleGrant.role == Role.TRAINING_MANAGER,
                RoleGrant.organisation_id.in_(granted_above),
                RoleGrant.valid_from <= today,
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
            ),
        )
    )


def list_persons(person_ids: Collection[int]) -> Sequence[Person]:
    """Return the persons with the numbers."""
    return session.scalars(select(Person).where(within(Person.id, person_ids)).order_by(Person.id)).all()


def list_campus_choices(
    organisation_ids: Collection[int], chosen: int | None = None
) -> list[tuple[int, str, str]]:
    """Return number, name and organisation of the campuses, and of the one that is chosen already, by organisation."""
    rows = session.execute(
        select(Campus.id, Campus.name, Organisation.name)
        .join(Organisation, Organisation.id == Campus.organisation_id)
        .where(or_(within(Campus.organisation_id, organisation_ids), Campus.id == chosen))
        .order_by(Organisation.path, Campus.name)
    )
    return [(number, name, organisation) for number, name, organisation in rows]


def list_previous_choices(
    organisation_ids: Collection[int], *, version_id: int | None = None, chosen: int | None = None
) -> list[tuple[int, str, str, Translations]]:
    """Return number, code, title and titles of the courses that a new one may follow, by curriculum, the latest first.

    Of each curriculum and organisation the latest few, and the one that is chosen already; with a version only those
    of its curriculum.
    """
    number = func.row_number().over(
        partition_by=(CurriculumVersion.curriculum_id, Course.organisation_id),
        order_by=(Course.starts_on.desc(), Course.id.desc()),
    )
    statement = (
        select(Course.id, number.label("number"))
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .where(within(Course.organisation_id, organisation_ids), Course.cancelled_at.is_(None))
    )
    if version_id is not None:
        own = aliased(CurriculumVersion)
        of_version = select(own.curriculum_id).where(own.id == version_id).scalar_subquery()
        statement = statement.where(CurriculumVersion.curriculum_id == of_version)
    ranked = statement.subquery()
    rows = session.execute(
        select(Course.id, Course.code, Course.title, Course.titles)
        .join(ranked, ranked.c.id == Course.id)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .join(Curriculum, Curriculum.id == CurriculumVersion.curriculum_id)
        .where(or_(ranked.c.number <= LATEST_TO_FOLLOW, Course.id == chosen))
        .order_by(
            (Course.id == (chosen or 0)).desc(), Curriculum.code, Course.starts_on.desc(), Course.id.desc()
        )
        .limit(MOST_TO_FOLLOW)
    )
    return [(number, code, title, titles) for number, code, title, titles in rows]


def list_module_plans(course: Course) -> list[ModulePlan]:
    """Return the course's modules with the hours planned and the hours on the timetable."""
    hours = func.extract("epoch", func.upper(CourseSession.during) - func.lower(CourseSession.during)) / 3600
    rows = session.execute(
        select(
            CourseModule.id,
            CourseModule.position,
            CourseModule.title,
            CourseModule.titles,
            CourseModule.method,
            CourseModule.hours,
            func.coalesce(func.sum(hours).filter(not_(CourseSession.state == SessionState.CANCELLED)), 0),
        )
        .outerjoin(CourseSession, CourseSession.course_module_id == CourseModule.id)
        .where(CourseModule.course_id == course.id)
        .group_by(CourseModule.id)
        .order_by(CourseModule.position)
    )
    return [ModulePlan(*row[:-1], Decimal(row[-1])) for row in rows]


def _persons(wanted: ColumnElement[bool]) -> list[PersonChoice]:
    rows = session.execute(
        select(Person.id, Person.full_name)
        .where(wanted, Person.merged_into_id.is_(None))
        .order_by(Person.sort_key, Person.id)
    )
    return [PersonChoice(*row) for row in rows]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
