"""How far the planning of a year is, and what it found."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, cast, func, select

from app.kernel.db import session
from app.yearplan.errors import YearNotFound
from app.yearplan.models import YearPart, YearRun
from app.yearplan.types import Progress


def get_progress(run_id: int) -> Progress:
    """Return how far a year is. Raises ``YearNotFound``."""
    run = session.get(YearRun, run_id, populate_existing=True)
    if run is None:
        raise YearNotFound()
    part = YearPart
    found = session.execute(
        select(
            func.count(),
            func.count().filter(part.wanted_round > part.planned_round),
            func.coalesce(func.sum(part.unplaced), 0),
            func.coalesce(func.sum(cast(part.costs["total"].astext, BigInteger)), 0),
            func.coalesce(func.sum(part.attempts), 0),
        ).where(part.run_id == run_id)
    ).one()
    return Progress(run.state, run.round_number, *(int(count or 0) for count in found))


def list_plans(run_id: int) -> Sequence[bytes | None]:
    """Return the plans of all schools in their order; ``None`` for one that was never planned."""
    return session.scalars(
        select(YearPart.plan).where(YearPart.run_id == run_id).order_by(YearPart.number)
    ).all()
