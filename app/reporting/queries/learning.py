"""What a trainee's start page shows, besides what the features below tell themselves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.enrolment.models import Enrolment
from app.enrolment.types import EnrolmentState
from app.evaluation.queries import list_my_evaluations
from app.evaluation.types import MyEvaluation, WaveState
from app.improvement.models import Cycle
from app.improvement.types import CycleState
from app.kernel.access import Actor
from app.kernel.db import session
from app.reporting.types import OutcomeCard
from app.scheduling.models import Course

_GIVEN_UP = (EnrolmentState.WITHDRAWN, EnrolmentState.TRANSFERRED)
_FEW = 3


def list_open_evaluations(actor: Actor, at: datetime) -> Sequence[MyEvaluation]:
    """Return the evaluations that the actor can answer now, the one that closes first at the head."""
    open_now = [
        one
        for one in list_my_evaluations(actor.person_id)
        if one.state is WaveState.OPEN and not one.answered and one.opens_at <= at < one.closes_at
    ]
    return sorted(open_now, key=lambda one: (one.closes_at, one.invitation_id))


def list_outcomes(actor: Actor) -> Sequence[OutcomeCard]:
    """Return what the closed cycles of the actor's courses, and of those just before them, say to trainees."""
    own_courses = select(Enrolment.course_id).where(
        Enrolment.person_id == actor.person_id, Enrolment.state.not_in(_GIVEN_UP)
    )
    following = aliased(Cycle)
    before_own = select(following.previous_cycle_id).where(
        following.course_id.in_(own_courses), following.previous_cycle_id.is_not(None)
    )
    rows = session.execute(
        select(
            Course.title,
            Course.titles,
            Cycle.trainee_summary,
            Cycle.closed_at,
            Cycle.course_id.in_(own_courses),
        )
        .select_from(Cycle)
        .join(Course, Course.id == Cycle.course_id)
        .where(
            Cycle.state.in_((CycleState.CLOSED, CycleState.VERIFIED)),
            Cycle.trainee_summary != "",
            or_(Cycle.course_id.in_(own_courses), Cycle.id.in_(before_own)),
        )
        .order_by(Cycle.closed_at.desc(), Cycle.id)
        .limit(_FEW)
    )
    return [OutcomeCard(*row) for row in rows]
