"""Actions: one, those in somebody's scope, one's own, and who may own one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import RoleGrant
from app.improvement.errors import NotOfPreviousTurn
from app.improvement.models import Action, Cycle, Indicator
from app.improvement.policies import ImprovementPermission
from app.improvement.read_models import ActionRow, Choice
from app.improvement.types import ActionState
from app.kernel.access import STAFF, Actor, Role
from app.kernel.db import contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course, CourseManager

_OWNERS_OFFERED = 500


def get_action(action_id: int) -> Action:
    """Return the action with its cycle, owner and indicator; NotFound if there is none."""
    found = session.scalar(
        select(Action)
        .where(Action.id == action_id)
        .options(
            joinedload(Action.cycle).joinedload(Cycle.course),
            joinedload(Action.owner),
            joinedload(Action.verified_by),
            joinedload(Action.indicator),
            joinedload(Action.finding),
        )
    )
    if found is None:
        raise NotFound()
    return found


def get_action_to_answer(actor: Actor, action_id: int) -> Action:
    """Return an action that the actor owns or may manage; NotFound if it is neither."""
    found = get_action(action_id)
    owns = actor.person_id is not None and found.owner_id == actor.person_id
    if owns or actor.may(ImprovementPermission.MANAGE, found.organisation_id):
        return found
    raise NotFound()


def get_action_before(cycle: Cycle, action_id: int | None) -> Action:
    """Return an action of the turn before the cycle; raises NotOfPreviousTurn if it has no such action."""
    action = session.get(Action, action_id or 0)
    if action is None or action.cycle_id != cycle.previous_cycle_id:
        raise NotOfPreviousTurn()
    return action


def list_taken_over_from(action: Action) -> Sequence[Action]:
    """Return the action's chain through the turns, the oldest first, the action itself included."""
    back = (
        select(Action.id, Action.taken_over_from_id).where(Action.id == action.id).cte("back", recursive=True)
    )
    earlier = aliased(Action)
    back = back.union(
        select(earlier.id, earlier.taken_over_from_id).where(earlier.id == back.c.taken_over_from_id)
    )
    forth = select(Action.id).where(Action.id == action.id).cte("forth", recursive=True)
    later = aliased(Action)
    forth = forth.union(select(later.id).where(later.taken_over_from_id == forth.c.id))
    return session.scalars(
        select(Action)
        .where(or_(Action.id.in_(select(back.c.id)), Action.id.in_(select(forth.c.id))))
        .options(joinedload(Action.cycle).joinedload(Cycle.course))
        .order_by(Action.id)
    ).all()


def list_actions(actor: Actor, request: PageRequest, at: datetime) -> Page[ActionRow]:
    """Return the actions in the actor's scope: filters ``state``, ``overdue``, ``owner``, ``organisation``."""
    today = at.date()
    scope = actor.organisations_for(ImprovementPermission.VIEW)
    statement = _rows(today).where(within(Course.organisation_id, scope))
    return _page(_filtered(statement, request, today), request)


def list_own_actions(actor: Actor, request: PageRequest, at: datetime) -> Page[ActionRow]:
    """Return the actions that the actor owns, wherever they are; filters as in the list of all."""
    today = at.date()
    statement = _rows(today).where(Action.owner_id == actor.person_id)
    return _page(_filtered(statement, request, today), request)


def _rows(today: date) -> Select[*tuple[Any, ...]]:
    is_overdue = and_(Action.state == ActionState.OPEN, Action.due_on < today)
    return (
        select(
            Action.id,
            Action.title,
            Course.id,
            Course.code,
            Course.title,
            Course.titles,
            Person.full_name,
            Action.due_on,
            func.coalesce(is_overdue, False),
            Indicator.name,
            Action.state,
            Action.evidence,
            Action.waived_because,
        )
        .join(Cycle, Cycle.id == Action.cycle_id)
        .join(Course, Course.id == Cycle.course_id)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .outerjoin(Person, Person.id == Action.owner_id)
        .outerjoin(Indicator, Indicator.id == Action.indicator_id)
    )


def _filtered(
    statement: Select[*tuple[Any, ...]], request: PageRequest, today: date
) -> Select[*tuple[Any, ...]]:
    if request.search:
        words = fold(request.search)
        statement = statement.where(
            or_(
                Action.title.icontains(request.search, autoescape=True),
                contains_text(Course.search_text, words),
            )
        )
    if request.filter("state") in set(ActionState):
        statement = statement.where(Action.state == ActionState(request.filter("state")))
    if request.filter("overdue"):
        statement = statement.where(Action.state == ActionState.OPEN, Action.due_on < today)
    if request.filter("owner"):
        statement = statement.where(contains_text(Person.search_text, request.filter("owner")))
    if (number := request.filter("organisation")).isdecimal() and len(number) < 18:
        statement = statement.where(Organisation.path.contains([int(number)]))
    return statement


def _page(statement: Select[*tuple[Any, ...]], request: PageRequest) -> Page[ActionRow]:
    return paginate(
        statement,
        request,
        order={
            "due_on": (Action.due_on, Action.id),
            "title": Action.title,
            "course": (Course.code, Action.id),
            "owner": (Person.sort_key, Action.due_on),
            "state": (Action.state, Action.due_on),
        },
        default="due_on",
        tie=Action.id,
        row=lambda row: ActionRow(*row),
    )


def list_owner_choices(cycle: Cycle, on: date, *, holder_id: int | None = None) -> Sequence[Choice]:
    """Return who may own an action: the course's managers and whoever works or teaches at its organisation.

    ``holder_id`` is offered in any case.
    """
    above = select(func.unnest(Organisation.path)).where(Organisation.id == cycle.organisation_id)
    granted = select(RoleGrant.person_id).where(
        RoleGrant.organisation_id.in_(above),
        RoleGrant.role.in_([*STAFF, Role.LECTURER]),
        RoleGrant.valid_from <= on,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > on),
    )
    managing = select(CourseManager.person_id).where(CourseManager.course_id == cycle.course_id)
    rows = session.execute(
        select(Person.id, Person.full_name)
        .where(
            or_(Person.id.in_(granted), Person.id.in_(managing), Person.id == holder_id),
            Person.merged_into_id.is_(None),
        )
        .order_by(Person.sort_key, Person.id)
        .limit(_OWNERS_OFFERED)
    )
    return [Choice(number, name) for number, name in rows]
