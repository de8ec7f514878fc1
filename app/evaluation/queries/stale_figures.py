"""Which stored figures are missing, older than the waves they are of, or of methods that were replaced since."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from app.curriculum.models import CurriculumVersion
from app.evaluation.models import CurriculumFigures, Wave, WaveFigures, YearFigures
from app.evaluation.types import WaveState
from app.kernel.db import session
from app.organisations.models import Organisation
from app.scheduling.models import Course

# By the clock of the place where the course was.
closing_year = func.extract("year", func.timezone(Course.time_zone, Wave.closed_at))


def list_waves_to_compute(method: int, *, again: bool = False) -> Sequence[int]:
    """Return the closed waves without figures of this version of the methods; with ``again`` all closed ones."""
    found = select(Wave.id).where(Wave.state == WaveState.CLOSED).order_by(Wave.id)
    if not again:
        found = found.outerjoin(WaveFigures, WaveFigures.wave_id == Wave.id).where(
            or_(WaveFigures.wave_id.is_(None), WaveFigures.method < method)
        )
    return session.scalars(found).all()


def list_years_to_compute(method: int, *, again: bool = False) -> Sequence[tuple[int, int]]:
    """Return organisation and year of which a wave was computed after the year was, or by newer methods."""
    # A wave counts in its organisation and in all above it.
    touched = (
        select(
            func.unnest(Organisation.path).label("organisation_id"),
            closing_year.label("year"),
            WaveFigures.computed_at,
        )
        .join_from(WaveFigures, Wave, Wave.id == WaveFigures.wave_id)
        .join(Course, Course.id == Wave.course_id)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .subquery()
    )
    latest = (
        select(touched.c.organisation_id, touched.c.year, func.max(touched.c.computed_at).label("latest"))
        .group_by(touched.c.organisation_id, touched.c.year)
        .subquery()
    )
    kept = (
        select(
            YearFigures.organisation_id,
            YearFigures.year,
            func.min(YearFigures.computed_at).label("computed_at"),
            func.min(YearFigures.method).label("method"),
        )
        .group_by(YearFigures.organisation_id, YearFigures.year)
        .subquery()
    )
    found = select(latest.c.organisation_id, latest.c.year).order_by(latest.c.organisation_id, latest.c.year)
    if not again:
        found = found.outerjoin(
            kept,
            (kept.c.organisation_id == latest.c.organisation_id) & (kept.c.year == latest.c.year),
        ).where(
            or_(
                kept.c.computed_at.is_(None),
                kept.c.computed_at < latest.c.latest,
                kept.c.method < method,
            )
        )
    return [(int(row[0]), int(row[1])) for row in session.execute(found)]


def list_curricula_to_compute(method: int, *, again: bool = False) -> Sequence[tuple[int, int]]:
    """Return curriculum and organisation of which a wave was computed after their charts were."""
    found = (
        select(CurriculumVersion.curriculum_id, Course.organisation_id)
        .join_from(WaveFigures, Wave, Wave.id == WaveFigures.wave_id)
        .join(Course, Course.id == Wave.course_id)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .outerjoin(
            CurriculumFigures,
            (CurriculumFigures.curriculum_id == CurriculumVersion.curriculum_id)
            & (CurriculumFigures.organisation_id == Course.organisation_id),
        )
        .distinct()
        .order_by(CurriculumVersion.curriculum_id, Course.organisation_id)
    )
    if not again:
        found = found.where(
            or_(
                CurriculumFigures.curriculum_id.is_(None),
                CurriculumFigures.computed_at < WaveFigures.computed_at,
                CurriculumFigures.method < method,
            )
        )
    return [(row[0], row[1]) for row in session.execute(found)]
