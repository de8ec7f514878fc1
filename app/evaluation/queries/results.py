"""Reading results: of closed waves only, from what was stored at closing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.curriculum.models import Curriculum, CurriculumVersion
from app.evaluation import statistics
from app.evaluation.models import Comment, Wave
from app.evaluation.policies import EvaluationPermission
from app.evaluation.queries.instruments import list_questions, questions_of_instruments
from app.evaluation.results import add_counts, pool_waves, read_counts, show_item
from app.evaluation.rules import MINIMUM_FOR_SCORES, may_show_comments, may_show_results
from app.evaluation.statistics import summarise_scores
from app.evaluation.types import (
    InsufficientData,
    ItemCounts,
    ItemKind,
    ItemMean,
    ItemResult,
    Pool,
    Question,
    ScoreSummary,
    Share,
    WaveCounts,
    WaveProblem,
    WaveState,
)
from app.kernel.access import Actor
from app.kernel.db import JsonValue, session
from app.kernel.errors import NotFound
from app.scheduling.models import Course


def get_curriculum(curriculum_id: int) -> Curriculum:
    """Return the curriculum; NotFound if there is none."""
    found = session.get(Curriculum, curriculum_id)
    if found is None:
        raise NotFound()
    return found


def show_results(wave: Wave) -> tuple[ItemResult, ...]:
    """Return the figures of every item; nothing while the wave is not closed or has too few answers."""
    if may_show_results(wave.state, wave.response_count or 0):
        return ()
    stored = session.scalar(select(Wave.results).where(Wave.id == wave.id)) or {}
    counted = read_counts(stored)
    comments = _comments(wave)
    return tuple(
        _with_comments(show_item(question, counted[question.code]), comments)
        for question in list_questions(wave.instrument)
        if question.code in counted
    )


def find_results_obstacle(wave: Wave) -> WaveProblem | None:
    """Return why no figures of the wave are shown; none if they are."""
    return next(iter(may_show_results(wave.state, wave.response_count or 0)), None)


def shows_comments(wave: Wave) -> bool:
    """Tell whether enough have answered for free text to be read."""
    return may_show_comments(wave.state, wave.response_count or 0)


def rate_of(wave: Wave) -> Share | None:
    """Return which share of those invited have answered; none when it is not known who was."""
    if wave.response_count is None or not wave.invited_count:
        return None
    rate = statistics.response_rate(wave.response_count, wave.invited_count)
    return rate if isinstance(rate, Share) else None


def _with_comments(result: ItemResult, comments: Mapping[str, tuple[str, ...]]) -> ItemResult:
    if result.question.kind is not ItemKind.TEXT:
        return result
    return ItemResult(
        result.question,
        result.n,
        result.missing,
        comments=comments.get(result.question.code, ()),
    )


def _comments(wave: Wave) -> dict[str, tuple[str, ...]]:
    if not may_show_comments(wave.state, wave.response_count or 0):
        return {}
    # The keys are random, so their order is: one and the same at each look, and nobody's.
    rows = session.execute(
        select(Comment.item_code, Comment.text).where(Comment.wave_id == wave.id).order_by(Comment.id)
    )
    found: dict[str, list[str]] = {}
    for code, text in rows:
        found.setdefault(code, []).append(text)
    return {code: tuple(texts) for code, texts in found.items()}


def item_mean(course_id: int, item_code: str) -> ItemMean | InsufficientData | None:
    """Return the mean of an item over the closed waves of the course; none when none of them asked it.

    A wave with too few answers to the item is left out: beside the figures of the others, which are shown each
    for itself, its answers would follow by subtraction.
    """
    parts = [
        counted[item_code]
        for stored in _stored_results(course_id)
        if item_code in (counted := read_counts(stored))
    ]
    if not parts:
        return None
    shown = [part for part in parts if part.n >= MINIMUM_FOR_SCORES]
    if not shown:
        return InsufficientData(max(part.n for part in parts), MINIMUM_FOR_SCORES)
    return _mean_of(add_counts(shown))


def _mean_of(counted: ItemCounts) -> ItemMean | InsufficientData:
    summary = summarise_scores(counted.counts, missing=counted.missing)
    if not isinstance(summary, ScoreSummary):
        return summary
    return ItemMean(summary.n, summary.mean, summary.interval.low, summary.interval.high)


def _stored_results(course_id: int) -> Sequence[Mapping[str, JsonValue]]:
    found = session.scalars(
        select(Wave.results).where(Wave.course_id == course_id, Wave.state == WaveState.CLOSED)
    )
    return [stored for stored in found if stored is not None]


def response_rate(course_id: int) -> tuple[int, int] | None:
    """Return how many answered and how many were invited in the closed waves; none when that is not known."""
    answered, invited = session.execute(
        select(func.sum(Wave.response_count), func.sum(Wave.invited_count)).where(
            Wave.course_id == course_id,
            Wave.state == WaveState.CLOSED,
            Wave.invited_count > 0,
        )
    ).one()
    return None if invited is None else (int(answered or 0), int(invited))


def list_closed_waves(curriculum_id: int) -> tuple[WaveCounts, ...]:
    """Return the counts of all closed waves of the curriculum's courses, in the order in which they were closed."""
    rows = session.execute(
        select(
            Wave.id,
            Wave.evaluation_import_id,
            Wave.closed_at,
            Wave.response_count,
            Wave.invited_count,
            Wave.instrument_id,
            Wave.results,
            Course.organisation_id,
            Course.time_zone,
        )
        .select_from(Wave)
        .join(Course, Course.id == Wave.course_id)
        .join(CurriculumVersion, CurriculumVersion.id == Course.curriculum_version_id)
        .where(CurriculumVersion.curriculum_id == curriculum_id, Wave.state == WaveState.CLOSED)
        .order_by(Wave.counted_at, Wave.id)
    )
    return tuple(
        WaveCounts(
            id=row.id,
            batch=f"import {row.evaluation_import_id}" if row.evaluation_import_id else f"wave {row.id}",
            closed_on=row.closed_at.astimezone(ZoneInfo(row.time_zone)).date(),
            organisation_id=row.organisation_id,
            instrument_id=row.instrument_id,
            n=row.response_count or 0,
            invited=row.invited_count,
            items=read_counts(row.results),
        )
        for row in rows
    )


def show_pool(curriculum: Curriculum, actor: Actor, first: date | None, last: date | None) -> Pool:
    """Return the pooled figures of the curriculum's waves that closed in the period (both days included).

    Items of several instruments are pooled by their code, if they are asked on the same scale; they are worded
    as in the latest instrument.
    """
    waves = list_closed_waves(curriculum.id)
    asked = questions_of_instruments({wave.instrument_id for wave in waves})
    questions: dict[str, Question] = {}
    for wave in reversed(waves):
        for code, question in asked[wave.instrument_id].items():
            questions.setdefault(code, question)
    comparable = [_comparable(wave, asked[wave.instrument_id], questions) for wave in waves]
    scope = actor.organisations_for(EvaluationPermission.VIEW_RESULTS)
    return pool_waves(comparable, tuple(questions.values()), first=first, last=last, scope=scope)


def _comparable(
    wave: WaveCounts, asked: Mapping[str, Question], questions: Mapping[str, Question]
) -> WaveCounts:
    kept = {
        code: counted
        for code, counted in wave.items.items()
        if code in asked and asked[code].scale == questions[code].scale
    }
    return replace(wave, items=kept)
