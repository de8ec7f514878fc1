"""Reading figures that the worker stored, and what stands beside them: last time and the target.

The cost of a page does not depend on how many answered: everything here reads a few rows of what was stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from app.curriculum.models import CurriculumVersion
from app.evaluation.figure_types import Beside, Chart, LastTime, Measured, WaveReading
from app.evaluation.models import CurriculumFigures, Instrument, ResultsDocument, Wave, WaveFigures
from app.evaluation.outside import find_targets
from app.evaluation.policies import EvaluationPermission
from app.evaluation.queries.instruments import questions_of_instruments
from app.evaluation.results import read_counts, show_item
from app.evaluation.rules import MINIMUM_FOR_SCORES, may_show_results, stands, stands_against
from app.evaluation.statistics import difference_of_means
from app.evaluation.stored_figures import read_chart, read_wave
from app.evaluation.types import ItemMean, ItemResult, Question, ScoreSummary, WaveState
from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.errors import NotFound
from app.scheduling.models import Course


def find_figures(wave: Wave) -> WaveReading | None:
    """Return what was computed of a wave; none while that is to come, or where too few answered to show any."""
    if may_show_results(wave.state, wave.response_count or 0):
        return None
    row = session.execute(
        select(WaveFigures.figures, WaveFigures.method, WaveFigures.computed_at).where(
            WaveFigures.wave_id == wave.id
        )
    ).one_or_none()
    return None if row is None else read_wave(row.figures, method=row.method, computed_at=row.computed_at)


def list_beside(wave: Wave, items: Sequence[ItemResult]) -> dict[str, Beside]:
    """Return what stands beside each item that has a mean: the same item last time, and the cycle's target."""
    if not items:
        return {}
    targets = find_targets(wave.course_id)
    earlier = _last_time(wave)
    before = {} if earlier is None else _scores(earlier)
    found = {}
    for item in items:
        if item.score is None:
            continue
        code, interval = item.question.code, item.score.interval
        target = targets.get(code)
        found[code] = Beside(
            last=_against(item, earlier, before.get(code)),
            target=None if target is None else stands_against(target, interval.low, interval.high),
        )
    return found


def _last_time(wave: Wave) -> Row[*tuple[Any, ...]] | None:
    """The wave with the same questionnaire in the course before; without one named, in the latest of the house."""
    course = wave.course
    return session.execute(
        select(Wave.results, Wave.instrument_id, Course.title, Course.titles, Course.code)
        .join(Course, Course.id == Wave.course_id)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .join(Instrument, Instrument.id == Wave.instrument_id)
        .where(
            Instrument.organisation_id == wave.instrument.organisation_id,
            Instrument.code == wave.instrument.code,
            Wave.state == WaveState.CLOSED,
            Wave.response_count >= MINIMUM_FOR_SCORES,
            Course.id == course.previous_course_id
            if course.previous_course_id is not None
            else (
                (CurriculumVersion.curriculum_id == course.curriculum_version.curriculum_id)
                & (Course.organisation_id == course.organisation_id)
                & (Course.id != course.id)
                & (Wave.closed_at < wave.closed_at)
            ),
        )
        .order_by(Wave.closed_at.desc(), Wave.id.desc())
        .limit(1)
    ).one_or_none()


def _scores(earlier: Row[*tuple[Any, ...]]) -> dict[str, tuple[Question, ScoreSummary]]:
    asked = questions_of_instruments({earlier.instrument_id})[earlier.instrument_id]
    shown = (
        show_item(asked[code], counted)
        for code, counted in read_counts(earlier.results).items()
        if code in asked
    )
    return {item.question.code: (item.question, item.score) for item in shown if item.score is not None}


def _against(
    item: ItemResult, earlier: Row[*tuple[Any, ...]] | None, before: tuple[Question, ScoreSummary] | None
) -> LastTime | None:
    """Compare only what was asked in the same words on the same scale."""
    if earlier is None or before is None or item.score is None:
        return None
    question, score = before
    if question.scale != item.question.scale or question.text != item.question.text:
        return None
    value, interval = difference_of_means(item.score, score)
    return LastTime(
        course=earlier.code,
        mean=ItemMean(score.n, score.mean, score.interval.low, score.interval.high),
        difference=Measured(value, interval.low, interval.high, item.score.n + score.n),
        standing=stands(interval.low, interval.high, 0.0),
    )


@dataclass(frozen=True, slots=True)
class OverTime:
    """The items of a curriculum over the courses of one organisation."""

    organisation: str
    names: Mapping[str, str]
    charts: tuple[Chart, ...]


def list_charts(curriculum_id: int, actor: Actor) -> tuple[OverTime, ...]:
    """Return the charts over time of those organisations whose results the reader may see."""
    rows = session.scalars(
        select(CurriculumFigures)
        .where(
            CurriculumFigures.curriculum_id == curriculum_id,
            within(
                CurriculumFigures.organisation_id, actor.organisations_for(EvaluationPermission.VIEW_RESULTS)
            ),
        )
        .order_by(CurriculumFigures.organisation_id)
    ).all()
    instruments = {int(number) for row in rows for number in _numbers(row)}
    asked = questions_of_instruments(instruments)
    return tuple(
        OverTime(row.organisation.name, row.organisation.names, charts)
        for row in rows
        if (charts := _charts(row, asked))
    )


def _charts(row: CurriculumFigures, asked: Mapping[int, Mapping[str, Question]]) -> tuple[Chart, ...]:
    questions: dict[str, Question] = {}
    for number in _numbers(row):
        questions = {**asked[int(number)], **questions}
    stored = row.figures.get("items")
    items = stored if isinstance(stored, dict) else {}
    found = (
        read_chart(question, told)
        for code, question in questions.items()
        if isinstance(told := items.get(code), dict)
    )
    return tuple(chart for chart in found if chart is not None)


def _numbers(row: CurriculumFigures) -> list[int]:
    """The instruments that were asked with, the latest first."""
    numbers = row.figures.get("instrument_ids")
    return [number for number in numbers if isinstance(number, int)] if isinstance(numbers, list) else []


def get_document(document_id: int) -> ResultsDocument:
    """Return results on paper; NotFound when there are none, or no longer."""
    found = session.get(ResultsDocument, document_id)
    if found is None:
        raise NotFound()
    return found


def read_document(document: ResultsDocument) -> bytes | None:
    """Return what was written."""
    return session.scalar(select(ResultsDocument.content).where(ResultsDocument.id == document.id))
