"""Reading who is invited: always one person's own invitations, never a list of those who have not answered."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.evaluation.models import Invitation, Wave
from app.evaluation.rules import may_answer
from app.evaluation.sealing import token_hash
from app.evaluation.types import MyEvaluation, WaveProblem, WaveState
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.scheduling.models import Course

_WHOLE = (joinedload(Invitation.wave).joinedload(Wave.instrument),)


def find_invitation(token: str) -> Invitation:
    """Return the invitation behind a personal link; NotFound if there is none."""
    found = session.scalar(
        select(Invitation).where(Invitation.token_hash == token_hash(token)).options(*_WHOLE)
    )
    if found is None:
        raise NotFound()
    return found


def get_my_invitation(invitation_id: int, actor: Actor) -> Invitation:
    """Return the actor's own invitation; NotFound if it is somebody else's or there is none."""
    found = session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.person_id == actor.person_id)
        .options(*_WHOLE)
    )
    if found is None:
        raise NotFound()
    return found


def find_obstacle(invitation: Invitation, at: datetime) -> WaveProblem | None:
    """Return why the invitation cannot be answered now; none if it can."""
    wave = invitation.wave
    problems = may_answer(
        wave.state,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        already_answered=invitation.answered,
        now=at,
    )
    return next(iter(problems), None)


def list_my_evaluations(person_id: int | None) -> list[MyEvaluation]:
    """Return the opened waves that the person is invited to: those to answer first, then the latest."""
    rows = session.execute(
        select(
            Invitation.id,
            Course.title,
            Course.titles,
            Wave.title,
            Wave.opens_at,
            Wave.closes_at,
            Course.time_zone,
            Invitation.answered,
            Wave.state,
        )
        .join(Wave, Wave.id == Invitation.wave_id)
        .join(Course, Course.id == Wave.course_id)
        .where(Invitation.person_id == person_id, Wave.state != WaveState.PLANNED)
        .order_by(Invitation.answered, (Wave.state == WaveState.CLOSED), Wave.closes_at.desc(), Wave.id)
        .limit(100)
    )
    return [MyEvaluation(*row) for row in rows]


def list_locales(person_ids: Collection[int]) -> dict[int, str | None]:
    """Return the language in which each person with an account reads."""
    rows = session.execute(
        select(Account.person_id, Account.locale).where(within(Account.person_id, person_ids))
    )
    return {row.person_id: row.locale for row in rows}
