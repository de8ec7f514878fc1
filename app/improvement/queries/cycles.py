"""Cycles: one, the chain of them, and the list in somebody's scope."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from app.curriculum.models import CurriculumVersion
from app.evaluation.models import Instrument, InstrumentItem
from app.evaluation.types import ItemKind
from app.improvement.models import Action, Cycle, Finding, Indicator, Objective
from app.improvement.policies import ImprovementPermission
from app.improvement.read_models import Choice, CycleRow, ItemChoice
from app.improvement.rules import LATE_AFTER_DAYS, WAY, phase_of
from app.improvement.types import ActionState, CycleState, FindingKind, Phase
from app.kernel.access import Actor
from app.kernel.db import Base, contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Organisation
from app.scheduling.models import Course, CourseSession

Row = TypeVar("Row", bound=Base)


def _get(kind: type[Row], number: int) -> Row:
    found = session.get(kind, number)
    if found is None:
        raise NotFound()
    return found


def get_cycle(cycle_id: int) -> Cycle:
    """Return the cycle; NotFound if there is none."""
    return _get(Cycle, cycle_id)


def get_objective(objective_id: int) -> Objective:
    """Return the objective; NotFound if there is none."""
    return _get(Objective, objective_id)


def get_indicator(indicator_id: int) -> Indicator:
    """Return the indicator; NotFound if there is none."""
    return _get(Indicator, indicator_id)


def get_finding(finding_id: int) -> Finding:
    """Return the finding; NotFound if there is none."""
    return _get(Finding, finding_id)


def get_cycle_of_course(course_id: int) -> Cycle:
    """Return the course's cycle with its plan and its findings; NotFound if there is none."""
    found = session.scalar(
        select(Cycle)
        .where(Cycle.course_id == course_id)
        .options(
            joinedload(Cycle.course).joinedload(Course.organisation),
            joinedload(Cycle.author),
            joinedload(Cycle.approved_by),
            joinedload(Cycle.previous_cycle),
            selectinload(Cycle.objectives),
            selectinload(Cycle.findings),
        )
    )
    if found is None:
        raise NotFound()
    return found


def find_previous_cycle(course: Course) -> Cycle | None:
    """Return the turn that a new turn of the course follows.

    That of the course named as its previous one, else that of the latest earlier course of the same curriculum
    and organisation. A cancelled turn is passed over for the one before it.
    """
    found = session.scalar(_of_previous_course(course)) if course.previous_course_id else None
    while found is not None and found.state is CycleState.CANCELLED:
        found = found.previous_cycle
    return found or session.scalar(_of_earlier(course))


def _of_previous_course(course: Course) -> Select[Cycle]:
    return select(Cycle).where(Cycle.course_id == course.previous_course_id)


def _of_earlier(course: Course) -> Select[Cycle]:
    own = aliased(CurriculumVersion)
    curriculum = select(own.curriculum_id).where(own.id == course.curriculum_version_id).scalar_subquery()
    return (
        select(Cycle)
        .join(Cycle.course)
        .join(Course.curriculum_version)
        .where(
            CurriculumVersion.curriculum_id == curriculum,
            Course.organisation_id == course.organisation_id,
            Course.id != course.id,
            Course.starts_on <= course.starts_on,
            Cycle.state != CycleState.CANCELLED,
        )
        .order_by(Course.starts_on.desc(), Course.id.desc())
        .limit(1)
    )


def list_cycles(actor: Actor, request: PageRequest, at: datetime) -> Page[CycleRow]:
    """Return the cycles in the actor's scope: filters ``phase``, ``state``, ``organisation``, ``overdue``."""
    today = at.date()
    open_actions, overdue, unverified = _action_counts(today)
    late = _is_late(today)
    statement = (
        select(
            Cycle.id,
            Course.id,
            Course.code,
            Course.title,
            Course.titles,
            Organisation.name,
            Organisation.names,
            Course.starts_on,
            Course.ends_on,
            Cycle.state,
            _gaps_without_cause(),
            open_actions,
            overdue,
            unverified,
            late,
        )
        .join(Course, Course.id == Cycle.course_id)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .where(within(Course.organisation_id, actor.organisations_for(ImprovementPermission.VIEW)))
    )
    statement = _filtered(statement, request, late, overdue)
    return paginate(
        statement,
        request,
        order={
            "state": (_place(Cycle.state), Course.starts_on),
            "code": Course.code,
            "title": Course.title,
            "organisation": (Organisation.name, Course.code),
            "starts_on": Course.starts_on,
            "overdue": (overdue, open_actions),
            "open": open_actions,
        },
        default="state",
        tie=Cycle.id,
        row=lambda row: CycleRow(*row),
    )


def _place(state: InstrumentedAttribute[CycleState]) -> ColumnElement[int | None]:
    """Sort states along the way, the cancelled last."""
    return func.array_position(cast([member.value for member in WAY], ARRAY(Text)), cast(state, Text))


def _filtered(
    statement: Select[*tuple[Any, ...]],
    request: PageRequest,
    late: ColumnElement[bool],
    overdue: ColumnElement[int],
) -> Select[*tuple[Any, ...]]:
    if request.search:
        statement = statement.where(contains_text(Course.search_text, request.search))
    if request.filter("state") in set(CycleState):
        statement = statement.where(Cycle.state == CycleState(request.filter("state")))
    if request.filter("phase") in set(Phase):
        wanted = [state for state in CycleState if phase_of(state) == request.filter("phase")]
        statement = statement.where(Cycle.state.in_(wanted))
    if (number := request.filter("organisation")).isdecimal() and len(number) < 18:
        statement = statement.where(Organisation.path.contains([int(number)]))
    if request.filter("overdue"):
        statement = statement.where(or_(late, overdue > 0))
    return statement


def _gaps_without_cause() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(
            Finding.cycle_id == Cycle.id,
            Finding.kind == FindingKind.GAP,
            Finding.cause_category.is_(None),
            func.cardinality(Finding.whys) == 0,
        )
        .scalar_subquery()
    )


def _action_counts(today: date) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    """How many actions are open, overdue, and done but not verified."""

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).where(Action.cycle_id == Cycle.id, *conditions).scalar_subquery()

    is_open = Action.state == ActionState.OPEN
    return (
        count(is_open),
        count(is_open, Action.due_on < today),
        count(Action.state == ActionState.DONE),
    )


def _is_late(today: date) -> ColumnElement[bool]:
    return and_(
        Cycle.state.not_in([CycleState.CLOSED, CycleState.VERIFIED, CycleState.CANCELLED]),
        Course.ends_on < today - timedelta(days=LATE_AFTER_DAYS),
    )


def list_organisation_choices(actor: Actor) -> Sequence[tuple[int, str, dict[str, str]]]:
    """Return the organisations of the actor's scope that have courses: to filter by."""
    scope = actor.organisations_for(ImprovementPermission.VIEW)
    teaching = select(Course.organisation_id).where(within(Course.organisation_id, scope))
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.names)
        .where(Organisation.id.in_(teaching))
        .order_by(Organisation.path)
    )
    return [(number, name, names) for number, name, names in rows]


def list_session_choices(course_id: int) -> Sequence[Choice]:
    """Return the course's sessions to choose from, in the order of the timetable."""
    rows = session.execute(
        select(CourseSession.id, CourseSession.title)
        .where(CourseSession.course_id == course_id)
        .order_by(func.lower(CourseSession.during))
    )
    return [Choice(number, title) for number, title in rows]


def list_item_choices(organisation_id: int) -> Sequence[ItemChoice]:
    """Return the items with a mean in the instruments of the organisation and those above it, by code."""
    above = select(func.unnest(Organisation.path)).where(Organisation.id == organisation_id)
    rows = session.execute(
        select(InstrumentItem.code, InstrumentItem.text)
        .join(InstrumentItem.instrument)
        .where(
            Instrument.organisation_id.in_(above),
            InstrumentItem.kind.in_([ItemKind.LIKERT, ItemKind.NUMBER]),
        )
        .ext(distinct_on(InstrumentItem.code))
        .order_by(InstrumentItem.code, Instrument.number.desc())
    )
    return [ItemChoice(code, text) for code, text in rows]
