"""Reports of coverage: whom a program reached, and who adopted its cycle."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, distinct, func, or_, select

from app.curriculum.models import Curriculum, CurriculumVersion, Program
from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.improvement.models import Cycle
from app.improvement.types import CycleState
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation
from app.organisations.types import OrganisationKind
from app.reporting.policies import ReportPermission
from app.reporting.types import CoverageTotals, ReportPeriod, SchoolRow, StageRow
from app.scheduling.models import Course

TRAINED = (EnrolmentState.ATTENDING, EnrolmentState.COMPLETED)
CLOSED = (CycleState.CLOSED, CycleState.VERIFIED)


def get_program(program_id: int) -> Program:
    """Return the program; NotFound if there is none."""
    found = session.get(Program, program_id)
    if found is None:
        raise NotFound()
    return found


def list_programs(actor: Actor) -> Sequence[Program]:
    """Return the programs of the actor's organisations and of those above them, by code."""
    scope = actor.organisations_for(ReportPermission.VIEW)
    return session.scalars(
        select(Program).where(within(Program.organisation_id, scope)).order_by(Program.code)
    ).all()


def coverage_totals(actor: Actor, program: Program, period: ReportPeriod) -> CoverageTotals:
    """Return what the program reached in the period, within the actor's organisations."""
    places = _places(actor, program, period).subquery()
    courses = _courses(actor, program, period).subquery()
    counted = session.execute(
        select(
            select(func.count()).select_from(courses).scalar_subquery(),
            func.count(distinct(places.c.person_id)),
            func.count(places.c.person_id),
            func.count(distinct(case((_is_school(places), places.c.home_id)))),
            func.count(distinct(places.c.home_id)),
        ).select_from(places)
    ).one()
    closed = session.execute(
        select(func.count(Cycle.id), func.count(distinct(courses.c.organisation_id)))
        .join(courses, courses.c.id == Cycle.course_id)
        .where(Cycle.state.in_(CLOSED))
    ).one()
    schools = session.scalar(select(func.count()).select_from(_schools(actor, period).subquery()))
    return CoverageTotals(
        courses=counted[0],
        people=counted[1],
        places=counted[2],
        schools_reached=counted[3],
        schools=schools or 0,
        sites_trained=counted[4],
        sites_running_cycles=closed[1],
        closed_cycles=closed[0],
    )


def list_stages(actor: Actor, program: Program, period: ReportPeriod) -> list[StageRow]:
    """Return courses and people by the kind of organisation that the course was for, the first stage first."""
    courses = _courses(actor, program, period).subquery()
    places = _places(actor, program, period).subquery()
    rows = session.execute(
        select(
            Organisation.kind,
            func.count(distinct(courses.c.id)),
            func.count(distinct(places.c.person_id)),
            func.min(courses.c.starts_on),
            func.max(courses.c.ends_on),
        )
        .select_from(courses)
        .join(Organisation, Organisation.id == courses.c.organisation_id)
        .outerjoin(places, places.c.course_id == courses.c.id)
        .group_by(Organisation.kind)
        .order_by(func.min(courses.c.starts_on))
    )
    return [StageRow(*row) for row in rows]


def list_schools(
    actor: Actor, program: Program, period: ReportPeriod, request: PageRequest
) -> Page[SchoolRow]:
    """Return every provincial school valid in the period, those with nobody trained too (filter ``reached``)."""
    places = _places(actor, program, period).subquery()
    schools = _schools(actor, period).subquery()
    parent = select(Organisation.id, Organisation.name, Organisation.names).subquery()
    people = func.count(distinct(places.c.person_id))
    statement = (
        select(
            schools.c.id,
            schools.c.code,
            schools.c.name,
            schools.c.names,
            parent.c.name.label("parent_name"),
            parent.c.names.label("parent_names"),
            people.label("people"),
            func.count(distinct(places.c.course_id)).label("courses"),
            func.max(places.c.ends_on).label("last_day"),
        )
        .select_from(schools)
        .outerjoin(parent, parent.c.id == schools.c.parent_id)
        .outerjoin(places, places.c.home_id == schools.c.id)
        .group_by(
            schools.c.id, schools.c.code, schools.c.name, schools.c.names, parent.c.name, parent.c.names
        )
    )
    if request.filter("reached") == "no":
        statement = statement.having(people == 0)
    if request.filter("reached") == "yes":
        statement = statement.having(people > 0)
    return paginate(
        statement,
        request,
        order={"code": schools.c.code, "name": schools.c.name, "parent": parent.c.name, "people": people},
        default="code",
        tie=schools.c.id,
        row=lambda row: SchoolRow(*row),
    )


def _courses(actor: Actor, program: Program, period: ReportPeriod) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Course.id, Course.organisation_id, Course.starts_on, Course.ends_on)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .join(Curriculum, Curriculum.id == CurriculumVersion.curriculum_id)
        .where(
            Curriculum.program_id == program.id,
            Course.cancelled_at.is_(None),
            within(Course.organisation_id, actor.organisations_for(ReportPermission.VIEW)),
        )
    )
    if period.first is not None:
        statement = statement.where(Course.ends_on >= period.first)
    if period.last is not None:
        statement = statement.where(Course.starts_on <= period.last)
    return statement


def _places(actor: Actor, program: Program, period: ReportPeriod) -> Select[*tuple[Any, ...]]:
    courses = _courses(actor, program, period).subquery()
    return (
        select(
            Enrolment.person_id,
            Enrolment.course_id,
            courses.c.ends_on,
            Organisation.id.label("home_id"),
            Organisation.kind.label("home_kind"),
        )
        .join(courses, courses.c.id == Enrolment.course_id)
        .outerjoin(Organisation, Organisation.id == Enrolment.home_organisation_id)
        .where(Enrolment.state.in_(TRAINED))
    )


def _is_school(places: Subquery) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = places.c.home_kind == OrganisationKind.PROVINCIAL_SCHOOL
    return condition


def _schools(actor: Actor, period: ReportPeriod) -> Select[*tuple[Any, ...]]:
    # Coverage counts the schools of its own time: those that were merged later are still among them.
    valid = []
    if period.last is not None:
        valid.append(or_(Organisation.valid_from.is_(None), Organisation.valid_from <= period.last))
    if period.first is not None:
        valid.append(or_(Organisation.valid_to.is_(None), Organisation.valid_to > period.first))
    return select(
        Organisation.id, Organisation.code, Organisation.name, Organisation.names, Organisation.parent_id
    ).where(
        Organisation.kind == OrganisationKind.PROVINCIAL_SCHOOL,
        within(Organisation.id, actor.organisations_for(ReportPermission.VIEW)),
        and_(*valid) if valid else Organisation.id > 0,
    )
