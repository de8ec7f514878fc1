"""What the clock does: open waves whose window has begun, close those whose window has ended, compute their figures."""

import logging
from dataclasses import dataclass

from app.evaluation import commands, queries
from app.evaluation.commands import documents, figures
from app.evaluation.computing import METHOD_VERSION
from app.evaluation.queries import stale_figures
from app.files.typesetting import DocumentUnwritable, typeset
from app.kernel.access import SYSTEM
from app.kernel.clock import now
from app.kernel.errors import RuleBroken
from app.kernel.transaction import unit_of_work

logger = logging.getLogger(__name__)


def keep_windows(secret: str) -> None:
    """Open and close what is due, each wave by itself, so that one that cannot be does not stop the others."""
    at = now()
    with unit_of_work():
        to_open, to_close = queries.list_wave_ids_to_open(at), queries.list_due_wave_ids(at)
    for wave_id in to_open:
        _open(wave_id, secret)
    for wave_id in to_close:
        _close(wave_id, secret)


def _open(wave_id: int, secret: str) -> None:
    try:
        with unit_of_work():
            commands.open_wave(wave=queries.get_wave(wave_id), secret=secret, actor=SYSTEM, at=now())
    except RuleBroken as refusal:
        # Its page shows that it is still planned, and the button there says why.
        logger.info("Wave %s was not opened: %s", wave_id, refusal.message)


def _close(wave_id: int, secret: str) -> None:
    try:
        with unit_of_work():
            commands.close_wave(wave=queries.get_wave(wave_id), secret=secret, actor=SYSTEM, at=now())
    except RuleBroken as refusal:
        logger.warning("Wave %s was not closed: %s", wave_id, refusal.message)


@dataclass(frozen=True, slots=True)
class Computed:
    """Of how much figures were computed."""

    waves: int
    years: int
    curricula: int


def compute_figures(*, again: bool = False) -> Computed:
    """Compute what is missing or out of date, each in a unit of work of its own; with ``again`` everything."""
    with unit_of_work():
        waves = stale_figures.list_waves_to_compute(METHOD_VERSION, again=again)
    for wave_id in waves:
        with unit_of_work():
            figures.compute_figures(wave_id=wave_id, at=now())
    with unit_of_work():
        years = stale_figures.list_years_to_compute(METHOD_VERSION, again=again)
        curricula = stale_figures.list_curricula_to_compute(METHOD_VERSION, again=again)
    for organisation_id, year in years:
        with unit_of_work():
            figures.compute_year_figures(organisation_id=organisation_id, year=year, at=now())
    for curriculum_id, organisation_id in curricula:
        with unit_of_work():
            figures.compute_curriculum_figures(
                curriculum_id=curriculum_id, organisation_id=organisation_id, at=now()
            )
    return Computed(len(waves), len(years), len(curricula))


def write_document(document_id: int) -> None:
    """Write the results of a wave on paper, as somebody asked for them. Bears being run again."""
    with unit_of_work():
        wanted = documents.page_of(document_id)
    if wanted is None:
        return
    try:
        content: bytes | None = typeset("results.typ", wanted)
    except DocumentUnwritable:
        logger.exception("Document %s could not be written", document_id)
        content = None
    with unit_of_work():
        documents.keep_document(document_id=document_id, content=content)
