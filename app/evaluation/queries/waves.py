"""Reading waves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.evaluation.models import Instrument, Invitation, Wave
from app.evaluation.types import WaveRow, WaveState
from app.kernel.db import session
from app.kernel.errors import NotFound


def get_wave(wave_id: int) -> Wave:
    """Return the wave with its course and instrument; NotFound if there is none."""
    found = session.get(Wave, wave_id, options=[joinedload(Wave.instrument)])
    if found is None:
        raise NotFound()
    return found


def list_waves(course_id: int) -> list[WaveRow]:
    """Return the waves of a course, the latest first, with how many have answered; not who."""
    answered = (
        select(Invitation.wave_id, func.count().filter(Invitation.answered).label("answered"))
        .group_by(Invitation.wave_id)
        .join(Wave, Wave.id == Invitation.wave_id)
        .where(Wave.course_id == course_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Wave.id,
            Wave.title,
            Wave.state,
            Wave.opens_at,
            Wave.closes_at,
            Instrument.id,
            Instrument.title,
            Wave.invited_count,
            func.coalesce(Wave.response_count, answered.c.answered, 0),
        )
        .select_from(Wave)
        .join(Instrument, Instrument.id == Wave.instrument_id)
        .outerjoin(answered, answered.c.wave_id == Wave.id)
        .where(Wave.course_id == course_id)
        .order_by(Wave.opens_at.desc(), Wave.id.desc())
    )
    return [WaveRow(*row) for row in rows]


def count_answered(wave: Wave) -> int:
    """Return how many have answered so far."""
    if wave.response_count is not None:
        return wave.response_count
    statement = select(func.count()).where(Invitation.wave_id == wave.id, Invitation.answered)
    return session.scalar(statement) or 0


def has_closed_wave(course_id: int) -> bool:
    """Tell whether an evaluation of the course is closed, so that its results are final."""
    found = select(Wave.id).where(Wave.course_id == course_id, Wave.state == WaveState.CLOSED).limit(1)
    return session.scalar(found) is not None


def list_open_waves(course_id: int) -> Sequence[Wave]:
    """Return the waves of the course that take answers, or will take them."""
    return session.scalars(
        select(Wave)
        .where(Wave.course_id == course_id, Wave.state != WaveState.CLOSED)
        .order_by(Wave.opens_at, Wave.id)
    ).all()


def list_due_wave_ids(at: datetime) -> Sequence[int]:
    """Return the open waves whose window has ended."""
    return session.scalars(
        select(Wave.id).where(Wave.state == WaveState.OPEN, Wave.closes_at <= at).order_by(Wave.id)
    ).all()


def list_wave_ids_to_open(at: datetime) -> Sequence[int]:
    """Return the planned waves whose window has begun and not ended."""
    return session.scalars(
        select(Wave.id)
        .where(Wave.state == WaveState.PLANNED, Wave.opens_at <= at, Wave.closes_at > at)
        .order_by(Wave.id)
    ).all()
