"""Reading programs and curricula."""

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from app.curriculum.models import Curriculum, CurriculumModule, CurriculumVersion, Program
from app.curriculum.policies import CurriculumPermission
from app.curriculum.types import (
    CurriculumRow,
    HourTotals,
    ProgramChoice,
    ProgramRow,
    TeachingMethod,
    VersionChoice,
    VersionRow,
    VersionState,
)
from app.kernel.access import Actor
from app.kernel.db import contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation

T = TypeVar("T")

_ACTIVE = tuple(method for method in TeachingMethod if method.is_active)
_MOST_DIGITS = 18


def get_program(program_id: int) -> Program:
    """Return the program with its owner; NotFound if there is none."""
    return _one(select(Program).where(Program.id == program_id).options(joinedload(Program.organisation)))


def get_curriculum(curriculum_id: int) -> Curriculum:
    """Return the curriculum with its program; NotFound if there is none."""
    return _one(select(Curriculum).where(Curriculum.id == curriculum_id))


def get_version(version_id: int) -> CurriculumVersion:
    """Return the version with its curriculum and modules; NotFound if there is none."""
    return _one(
        select(CurriculumVersion)
        .where(CurriculumVersion.id == version_id)
        .options(selectinload(CurriculumVersion.modules))
    )


def get_readable_program(*, actor: Actor, program_id: int) -> Program:
    """Return the program if the actor's organisations or those above them own it; else NotFound."""
    return _one(
        select(Program)
        .where(Program.id == program_id, _readable(_scope(actor)))
        .options(joinedload(Program.organisation))
    )


def get_readable_curriculum(*, actor: Actor, curriculum_id: int) -> Curriculum:
    """Return the curriculum if the actor's organisations or those above them own it; else NotFound."""
    return _one(
        select(Curriculum)
        .join(Program, Program.id == Curriculum.program_id)
        .where(Curriculum.id == curriculum_id, _readable(_scope(actor)))
    )


def get_readable_version(*, actor: Actor, version_id: int) -> CurriculumVersion:
    """Return the version with its modules if the actor's organisations or those above own it; else NotFound."""
    return _one(
        select(CurriculumVersion)
        .join(Curriculum, Curriculum.id == CurriculumVersion.curriculum_id)
        .join(Program, Program.id == Curriculum.program_id)
        .where(CurriculumVersion.id == version_id, _readable(_scope(actor)))
        .options(selectinload(CurriculumVersion.modules))
    )


def find_draft(curriculum_id: int) -> CurriculumVersion | None:
    """Return the curriculum's draft, if there is one."""
    return session.scalar(
        select(CurriculumVersion).where(
            CurriculumVersion.curriculum_id == curriculum_id, CurriculumVersion.state == VersionState.DRAFT
        )
    )


def find_latest_published(curriculum_id: int) -> CurriculumVersion | None:
    """Return the newest published version with its modules."""
    return session.scalar(
        select(CurriculumVersion)
        .where(
            CurriculumVersion.curriculum_id == curriculum_id,
            CurriculumVersion.state == VersionState.PUBLISHED,
        )
        .options(selectinload(CurriculumVersion.modules))
        .order_by(CurriculumVersion.number.desc())
        .limit(1)
    )


def list_programs(actor: Actor, request: PageRequest) -> Page[ProgramRow]:
    """Return the programs of the actor's organisations and of those above them."""
    curricula = (
        select(Curriculum.program_id, func.count().label("count")).group_by(Curriculum.program_id).subquery()
    )
    statement = (
        select(
            Program.id,
            Program.code,
            Program.title,
            Program.titles,
            Organisation.name,
            Organisation.names,
            Program.first_year,
            Program.last_year,
            func.coalesce(curricula.c.count, 0),
        )
        .join(Organisation, Organisation.id == Program.organisation_id)
        .outerjoin(curricula, curricula.c.program_id == Program.id)
        .where(_readable(_scope(actor)))
    )
    if request.search:
        statement = statement.where(contains_text(Program.search_text, request.search))
    return paginate(
        statement,
        request,
        order={
            "code": Program.code,
            "title": Program.title,
            "organisation": (Organisation.code, Program.code),
            "years": (Program.first_year, Program.code),
        },
        default="code",
        tie=Program.id,
        row=lambda row: ProgramRow(*row),
    )


def list_curricula(actor: Actor, request: PageRequest) -> Page[CurriculumRow]:
    """Return the curricula of the actor's organisations and of those above them: filter ``program``."""
    statement = _curricula().where(_readable(_scope(actor)))
    if request.search:
        statement = statement.where(contains_text(Curriculum.search_text, request.search))
    if (number := request.filter("program")).isdecimal() and len(number) < _MOST_DIGITS:
        statement = statement.where(Curriculum.program_id == int(number))
    return paginate(
        statement,
        request,
        order={
            "code": Curriculum.code,
            "title": Curriculum.title,
            "program": (Program.code, Curriculum.code),
        },
        default="code",
        tie=Curriculum.id,
        row=lambda row: CurriculumRow(*row),
    )


def list_curricula_of(program: Program) -> list[CurriculumRow]:
    """Return the curricula of a program, by code."""
    statement = _curricula().where(Curriculum.program_id == program.id).order_by(Curriculum.code)
    return [CurriculumRow(*row) for row in session.execute(statement)]


def _curricula() -> Select[*tuple[Any, ...]]:
    """Select the columns of CurriculumRow; modules and hours are those of the newest version."""
    newest = (
        select(
            CurriculumVersion.curriculum_id,
            func.max(CurriculumVersion.number).label("number"),
            func.max(CurriculumVersion.number).filter(_is(VersionState.PUBLISHED)).label("published"),
            func.max(CurriculumVersion.number).filter(_is(VersionState.DRAFT)).label("draft"),
        )
        .group_by(CurriculumVersion.curriculum_id)
        .subquery()
    )
    sums = _module_sums()
    return (
        select(
            Curriculum.id,
            Curriculum.code,
            Curriculum.title,
            Curriculum.titles,
            Program.id,
            Program.title,
            Program.titles,
            newest.c.published,
            newest.c.draft,
            func.coalesce(sums.c.modules, 0),
            func.coalesce(sums.c.hours, 0),
        )
        .join(Program, Program.id == Curriculum.program_id)
        .outerjoin(newest, newest.c.curriculum_id == Curriculum.id)
        .outerjoin(
            CurriculumVersion,
            (CurriculumVersion.curriculum_id == Curriculum.id)
            & (CurriculumVersion.number == newest.c.number),
        )
        .outerjoin(sums, sums.c.version_id == CurriculumVersion.id)
    )


def list_versions(curriculum: Curriculum) -> list[VersionRow]:
    """Return the curriculum's versions with their totals, the newest first."""
    sums = _module_sums()
    rows = session.execute(
        select(
            CurriculumVersion.id,
            CurriculumVersion.number,
            CurriculumVersion.state,
            CurriculumVersion.note,
            CurriculumVersion.published_at,
            func.coalesce(sums.c.modules, 0),
            func.coalesce(sums.c.hours, 0),
            func.coalesce(sums.c.active_hours, 0),
        )
        .outerjoin(sums, sums.c.version_id == CurriculumVersion.id)
        .where(CurriculumVersion.curriculum_id == curriculum.id)
        .order_by(CurriculumVersion.number.desc())
    )
    return [
        VersionRow(version_id, number, state, note, published_at, modules, HourTotals(hours, active))
        for version_id, number, state, note, published_at, modules, hours, active in rows
    ]


def _module_sums() -> Any:
    return (
        select(
            CurriculumModule.curriculum_version_id.label("version_id"),
            func.count().label("modules"),
            func.sum(CurriculumModule.hours).label("hours"),
            func.sum(case((CurriculumModule.method.in_(_ACTIVE), CurriculumModule.hours), else_=0)).label(
                "active_hours"
            ),
        )
        .group_by(CurriculumModule.curriculum_version_id)
        .subquery()
    )


def list_program_choices(
    actor: Actor, permission: CurriculumPermission = CurriculumPermission.VIEW
) -> list[ProgramChoice]:
    """Return the programs to choose from: to read, those of organisations above too; else the actor's own."""
    scope = actor.organisations_for(permission)
    reading = permission is CurriculumPermission.VIEW
    allowed = _readable(scope) if reading else within(Program.organisation_id, scope)
    rows = session.execute(
        select(Program.id, Program.code, Program.title, Program.titles).where(allowed).order_by(Program.code)
    )
    return [ProgramChoice(*row) for row in rows]


def list_version_choices(organisation_ids: Collection[int]) -> list[VersionChoice]:
    """Return the newest published version of each curriculum that the organisations, or those above, own, by code."""
    rows = session.execute(
        select(
            CurriculumVersion.id,
            CurriculumVersion.number,
            Curriculum.code,
            Curriculum.title,
            Curriculum.titles,
        )
        .join(Curriculum, Curriculum.id == CurriculumVersion.curriculum_id)
        .join(Program, Program.id == Curriculum.program_id)
        .where(_readable(organisation_ids), _is(VersionState.PUBLISHED))
        .ext(distinct_on(Curriculum.code))
        .order_by(Curriculum.code, CurriculumVersion.number.desc())
    )
    return [VersionChoice(*row) for row in rows]


def _is(state: VersionState) -> ColumnElement[bool]:
    return CurriculumVersion.state == state


def _scope(actor: Actor) -> frozenset[int]:
    return actor.organisations_for(CurriculumPermission.VIEW)


def _readable(scope: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a program belongs to the scope or to a body above it, whose courses it runs."""
    above = select(func.unnest(Organisation.path)).where(within(Organisation.id, scope))
    return or_(within(Program.organisation_id, scope), Program.organisation_id.in_(above))


def _one(statement: Select[T]) -> T:
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found
