"""What the start pages show: few statements each, whatever the size of the academy."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import Range

from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.evaluation.models import Wave
from app.evaluation.types import WaveState
from app.improvement.models import Action, Cycle, Finding, Indicator
from app.improvement.types import ActionState, CycleState, FindingKind
from app.kernel.access import Actor, Permission
from app.kernel.db import session, within
from app.organisations.models import Room
from app.people.models import Person
from app.reporting.policies import ReportPermission
from app.reporting.types import ActionCard, CourseCard, GapCard, PhaseCount, SessionCard
from app.scheduling.models import AllowedClash, Course, CourseManager, CourseSession, TimetableRelease
from app.scheduling.types import SessionState
from app.teaching.models import Assignment
from app.teaching.types import AssignmentState

LONGEST = 30
TAKING_A_SEAT = (
    EnrolmentState.OFFERED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.ATTENDING,
    EnrolmentState.COMPLETED,
    EnrolmentState.NOT_COMPLETED,
)
# What the guard of the check asks about a gap: its category, or one why.
WITHOUT_CAUSE = (
    Finding.kind == FindingKind.GAP,
    Finding.cause_category.is_(None),
    func.btrim(func.array_to_string(Finding.whys, "")) == "",
)
_MEASURABLE = func.coalesce(Indicator.not_measurable_because, "") == ""
UNFINISHED = (
    CycleState.DRAFTED,
    CycleState.APPROVED,
    CycleState.RUNNING,
    CycleState.CHECKING,
    CycleState.ACTING,
)


def list_course_cards(actor: Actor, today: date, *, mine: bool) -> list[CourseCard]:
    """Return the unfinished courses in scope, those that the actor manages only if ``mine``; next to begin first."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Course.id,
            Course.code,
            Course.title,
            Course.titles,
            Course.starts_on,
            Course.ends_on,
            Course.capacity,
            Cycle.state,
            _count(
                select(func.count()).where(
                    Enrolment.course_id == Course.id, Enrolment.state.in_(TAKING_A_SEAT)
                )
            ),
            _count(_live_sessions()),
            _count(_assignments(AssignmentState.PROPOSED)),
            _count(_assignments(AssignmentState.DECLINED)),
            _count(
                select(func.count(AllowedClash.id))
                .join(CourseSession, CourseSession.id == AllowedClash.course_session_id)
                .where(CourseSession.course_id == Course.id)
            ),
            _count(select(func.count()).where(TimetableRelease.course_id == Course.id)),
            _count(select(func.count()).where(Wave.course_id == Course.id, Wave.state == WaveState.OPEN)),
            _count(
                select(func.count(Action.id)).where(
                    Action.cycle_id == Cycle.id, Action.state == ActionState.OPEN, Action.due_on < today
                )
            ),
            _count(_in(CycleState.CHECKING, Indicator, Indicator.measured_at.is_(None), _MEASURABLE)),
            _count(_in(CycleState.CHECKING, Finding, *WITHOUT_CAUSE)),
            _count(_in(CycleState.ACTING, Finding, Finding.decision.is_(None))),
        )
        .outerjoin(Cycle, Cycle.course_id == Course.id)
        .where(
            within(Course.organisation_id, actor.organisations_for(ReportPermission.MANAGER_START)),
            Course.cancelled_at.is_(None),
            or_(Cycle.id.is_(None), Cycle.state.in_(UNFINISHED)),
        )
        .order_by(Course.starts_on, Course.id)
        .limit(LONGEST)
    )
    if mine:
        statement = statement.where(_managed_by(actor))
    return [CourseCard(*row) for row in session.execute(statement)]


def list_sessions_between(actor: Actor, begin: datetime, end: datetime, *, mine: bool) -> list[SessionCard]:
    """Return the live sessions in scope that touch the period, in the order of time."""
    statement = (
        select(
            CourseSession.id,
            Course.id,
            Course.code,
            CourseSession.title,
            CourseSession.titles,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            Course.time_zone,
            Room.name,
            CourseSession.state,
        )
        .select_from(CourseSession)
        .join(Course, Course.id == CourseSession.course_id)
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .where(
            CourseSession.during.overlaps(Range(begin, end)),
            CourseSession.state != SessionState.CANCELLED,
            Course.cancelled_at.is_(None),
            within(Course.organisation_id, actor.organisations_for(ReportPermission.MANAGER_START)),
        )
        .order_by(func.lower(CourseSession.during), CourseSession.id)
        .limit(LONGEST)
    )
    if mine:
        statement = statement.where(_managed_by(actor))
    return [SessionCard(*row) for row in session.execute(statement)]


def list_actions_due(actor: Actor, permission: Permission, today: date) -> list[ActionCard]:
    """Return the open actions in scope that are overdue or due within 14 days, the longest overdue first."""
    statement = _actions(actor, permission, today).where(
        Action.state == ActionState.OPEN, Action.due_on <= today + timedelta(days=14)
    )
    return [
        ActionCard(*row)
        for row in session.execute(statement.order_by(Action.due_on, Action.id).limit(LONGEST))
    ]


def list_actions_to_verify(actor: Actor, today: date) -> list[ActionCard]:
    """Return the actions that are done and wait for somebody other than their owner."""
    statement = _actions(actor, ReportPermission.QUALITY_START, today).where(
        Action.state == ActionState.DONE, or_(Action.owner_id.is_(None), Action.owner_id != actor.person_id)
    )
    return [
        ActionCard(*row)
        for row in session.execute(statement.order_by(Action.done_at, Action.id).limit(LONGEST))
    ]


def count_cycles_by_state(actor: Actor, permission: Permission) -> list[PhaseCount]:
    """Return how many cycles in scope stand in each state, in the order of the turn."""
    rows = session.execute(
        select(Cycle.state, func.count())
        .join(Course, Course.id == Cycle.course_id)
        .where(within(Course.organisation_id, actor.organisations_for(permission)))
        .group_by(Cycle.state)
    )
    counted: dict[CycleState, int] = dict(iter(rows))
    return [PhaseCount(state, counted.get(state, 0)) for state in CycleState]


def _count(statement: Select[*tuple[Any, ...]]) -> ColumnElement[int]:
    return statement.correlate(Course, Cycle).scalar_subquery()


def _in(
    state: CycleState, table: type[Finding] | type[Indicator], *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    return select(func.count(table.id)).where(table.cycle_id == Cycle.id, Cycle.state == state, *conditions)


def _live_sessions() -> Select[*tuple[Any, ...]]:
    return select(func.count()).where(
        CourseSession.course_id == Course.id, CourseSession.state != SessionState.CANCELLED
    )


def _assignments(state: AssignmentState) -> Select[*tuple[Any, ...]]:
    return (
        select(func.count(Assignment.id))
        .join(CourseSession, CourseSession.id == Assignment.course_session_id)
        .where(
            CourseSession.course_id == Course.id,
            CourseSession.state == SessionState.PLANNED,
            Assignment.state == state,
        )
    )


def _managed_by(actor: Actor) -> ColumnElement[bool]:
    return Course.id.in_(select(CourseManager.course_id).where(CourseManager.person_id == actor.person_id))


def _actions(actor: Actor, permission: Permission, today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Action.id,
            Action.title,
            Course.id,
            Course.code,
            Person.full_name,
            Action.due_on,
            func.coalesce(Action.due_on < today, False),
        )
        .select_from(Action)
        .join(Cycle, Cycle.id == Action.cycle_id)
        .join(Course, Course.id == Cycle.course_id)
        .outerjoin(Person, Person.id == Action.owner_id)
        .where(within(Course.organisation_id, actor.organisations_for(permission)))
    )


def list_gaps_without_cause(actor: Actor) -> list[GapCard]:
    """Return the gaps in scope that name no cause yet, the oldest first."""
    rows = session.execute(
        select(Finding.id, Finding.text, Course.id, Course.code)
        .join(Cycle, Cycle.id == Finding.cycle_id)
        .join(Course, Course.id == Cycle.course_id)
        .where(
            within(Course.organisation_id, actor.organisations_for(ReportPermission.QUALITY_START)),
            *WITHOUT_CAUSE,
            Cycle.state.in_((CycleState.CHECKING, CycleState.ACTING)),
        )
        .order_by(Finding.id)
        .limit(LONGEST)
    )
    return [GapCard(*row) for row in rows]
