"""Computing figures and keeping them. The worker's and the command line's, never a page's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.curriculum.models import CurriculumVersion
from app.evaluation.computing import METHOD_VERSION, compute_wave
from app.evaluation.computing_together import CountedWave, chart_items, compute_year
from app.evaluation.models import (
    Comment,
    CurriculumFigures,
    Instrument,
    Response,
    Wave,
    WaveFigures,
    YearFigures,
)
from app.evaluation.queries.instruments import list_questions, questions_of_instruments
from app.evaluation.queries.stale_figures import closing_year
from app.evaluation.results import read_counts
from app.evaluation.types import Answer, Question, WaveState
from app.kernel.db import Base, JsonValue, session
from app.organisations.models import Organisation
from app.scheduling.models import Course


def compute_figures(*, wave_id: int, at: datetime) -> None:
    """Compute the figures of one closed wave from its answers, and keep them."""
    wave = session.get_one(Wave, wave_id)
    figures = compute_wave(
        list_questions(wave.instrument), _sheets(wave_id), _comments(wave_id), invited=wave.invited_count
    )
    _keep(
        WaveFigures, {"wave_id": wave_id}, {"method": METHOD_VERSION, "computed_at": at, "figures": figures}
    )


def compute_year_figures(*, organisation_id: int, year: int, at: datetime) -> None:
    """Compute an organisation's year, questionnaire by questionnaire, from what its waves keep."""
    rows = session.execute(
        _counted_waves().where(Organisation.path.contains([organisation_id]), closing_year == year)
    ).all()
    asked = questions_of_instruments({row.instrument_id for row in rows})
    session.execute(
        delete(YearFigures).where(YearFigures.organisation_id == organisation_id, YearFigures.year == year)
    )
    families: dict[tuple[int, str], list[Row[Any]]] = {}
    for row in rows:
        families.setdefault((row.owner_id, row.code), []).append(row)
    for family in families.values():
        latest = max(family, key=lambda row: (row.number, row.instrument_id)).instrument_id
        waves = [_counted(row, asked[row.instrument_id]) for row in family]
        kept = {"organisation_id": organisation_id, "year": year, "instrument_id": latest}
        figures = compute_year(waves, asked[latest])
        n = sum(wave.n for wave in waves)
        _keep(
            YearFigures,
            kept,
            {"method": METHOD_VERSION, "computed_at": at, "responses": n, "figures": figures},
        )


def compute_curriculum_figures(*, curriculum_id: int, organisation_id: int, at: datetime) -> None:
    """Compute the charts of a curriculum's items over the courses that an organisation held."""
    rows = session.execute(
        _counted_waves()
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .where(CurriculumVersion.curriculum_id == curriculum_id, Course.organisation_id == organisation_id)
        .order_by(Wave.closed_at, Wave.id)
    ).all()
    asked = questions_of_instruments({row.instrument_id for row in rows})
    questions: dict[str, Question] = {}
    for row in reversed(rows):
        questions = {**asked[row.instrument_id], **questions}
    figures = {
        "instrument_ids": sorted({row.instrument_id for row in rows}, reverse=True),
        "items": chart_items([_counted(row, asked[row.instrument_id]) for row in rows], questions),
    }
    _keep(
        CurriculumFigures,
        {"curriculum_id": curriculum_id, "organisation_id": organisation_id},
        {"method": METHOD_VERSION, "computed_at": at, "figures": figures},
    )


def _counted_waves() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Wave.id,
            Course.code.label("course"),
            Organisation.code.label("organisation"),
            Wave.instrument_id,
            Wave.results,
            Wave.response_count,
            Wave.invited_count,
            Instrument.organisation_id.label("owner_id"),
            Instrument.code,
            Instrument.number,
        )
        .select_from(Wave)
        .join(Course, Course.id == Wave.course_id)
        .join(Organisation, Organisation.id == Course.organisation_id)
        .join(Instrument, Instrument.id == Wave.instrument_id)
        .where(Wave.state == WaveState.CLOSED)
    )


def _counted(row: Row[Any], asked: Mapping[str, Question]) -> CountedWave:
    return CountedWave(
        row.course,
        row.organisation,
        row.response_count or 0,
        row.invited_count,
        read_counts(row.results or {"items": {}}),
        asked,
    )


def _sheets(wave_id: int) -> list[Mapping[str, Answer]]:
    found = session.scalars(select(Response.answers).where(Response.wave_id == wave_id).order_by(Response.id))
    return [
        {code: answer for code, value in answers.items() if (answer := _answer(value)) is not None}
        for answers in found
    ]


def _answer(stored: JsonValue) -> Answer | None:
    if isinstance(stored, list):
        return [place for place in stored if isinstance(place, int)]
    return stored if isinstance(stored, int | str) else None


def _comments(wave_id: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(Comment.item_code, Comment.text).where(Comment.wave_id == wave_id).order_by(Comment.id)
    )
    for code, text in rows:
        found.setdefault(code, []).append(text)
    return found


def _keep(table: type[Base], key: Mapping[str, object], told: Mapping[str, object]) -> None:
    """Store a row in place of the one that was there: two workers may compute the same."""
    stored = insert(table).values({**key, **told})
    session.execute(stored.on_conflict_do_update(index_elements=list(key), set_=dict(told)))
