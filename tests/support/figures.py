"""The worker's figures, computed in the transaction of a test."""

from app.evaluation.commands import figures
from app.evaluation.computing import METHOD_VERSION
from app.evaluation.queries import stale_figures
from app.kernel.clock import now
from app.kernel.db import session


def compute_all_figures() -> None:
    """Compute all that is missing or out of date, as the worker's task does."""
    at = now()
    for wave_id in stale_figures.list_waves_to_compute(METHOD_VERSION):
        figures.compute_figures(wave_id=wave_id, at=at)
    for organisation_id, year in stale_figures.list_years_to_compute(METHOD_VERSION):
        figures.compute_year_figures(organisation_id=organisation_id, year=year, at=at)
    for curriculum_id, organisation_id in stale_figures.list_curricula_to_compute(METHOD_VERSION):
        figures.compute_curriculum_figures(
            curriculum_id=curriculum_id, organisation_id=organisation_id, at=at
        )
    session.expire_all()
