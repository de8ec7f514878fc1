"""What a year brought to the organisations of a director."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from app.enrolment.models import Enrolment
from app.improvement.models import Cycle
from app.improvement.types import CycleState
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.organisations.models import Organisation
from app.reporting.policies import ReportPermission
from app.reporting.queries.starts import TAKING_A_SEAT
from app.reporting.types import BranchRow
from app.scheduling.models import Course


def list_branches(actor: Actor, year: int) -> Sequence[BranchRow]:
    """Return the director's organisations down to two levels, each with what the year brought there and below."""
    scope = actor.organisations_for(ReportPermission.DIRECTOR_START)
    roots = [
        grant.organisation_id for grant in actor.grants if grant.role in ReportPermission.DIRECTOR_START.roles
    ]
    below = aliased(Organisation)
    seats = (
        select(Enrolment.course_id, func.count().label("taken"))
        .where(Enrolment.state.in_(TAKING_A_SEAT))
        .group_by(Enrolment.course_id)
        .subquery()
    )
    depth = func.cardinality(Organisation.path)
    top = (
        select(func.min(func.cardinality(Organisation.path)))
        .where(within(Organisation.id, roots))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.names,
            depth - top,
            func.count(Course.id),
            func.coalesce(func.sum(Course.capacity), 0),
            func.coalesce(func.sum(seats.c.taken), 0),
            func.count(Cycle.id),
        )
        .join(below, below.path.contains(array([Organisation.id])))
        .outerjoin(
            Course,
            and_(
                Course.organisation_id == below.id,
                Course.cancelled_at.is_(None),
                func.extract("year", Course.starts_on) == year,
            ),
        )
        .outerjoin(seats, seats.c.course_id == Course.id)
        .outerjoin(
            Cycle,
            and_(Cycle.course_id == Course.id, Cycle.state.in_((CycleState.CLOSED, CycleState.VERIFIED))),
        )
        .where(within(Organisation.id, scope), depth - top <= 1)
        .group_by(Organisation.id)
        .order_by(Organisation.path)
    )
    return [BranchRow(*row) for row in rows]
