"""The full figures of one closed wave, from the answers as they were opened. The worker's: pages read what is stored.

No figure here lets a reader find, by subtraction from another, what fewer than five answered: figures without
flagged sheets are left out where too few sheets are flagged, and what joins items comes without their means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.evaluation.figures.arrays import Floats, Mask
from app.evaluation.figures.choices import bipolar_item, choice_item, multi_select_item
from app.evaluation.figures.comments import summarise_comments
from app.evaluation.figures.intervals import wilson_share
from app.evaluation.figures.items import recommendation_score, scale_item
from app.evaluation.figures.outcomes import METHOD_VERSION, InsufficientData, Json, Reason, to_json
from app.evaluation.figures.patterns import (
    ResponsePatterns,
    find_patterns,
    repeated_rows,
    straight_lined_rows,
)
from app.evaluation.figures.response_rates import response_caution
from app.evaluation.figures.scales import ScaleFigures, scale_figures
from app.evaluation.rules import (
    MINIMUM_FOR_COMMENTS,
    MINIMUM_FOR_SCORES,
    best_in_the_middle,
    telling_differences,
)
from app.evaluation.types import Answer, ItemKind, Question

__all__ = ["METHOD_VERSION", "compute_wave"]

# Two items are a comparison, not a scale.
_LEAST_IN_SCALE = 3
_ALL, _STRAIGHT, _REPEATED = "all", "straight_lined", "repeated"


def compute_wave(
    questions: Sequence[Question],
    sheets: Sequence[Mapping[str, Answer]],
    comments: Mapping[str, Sequence[str]],
    *,
    invited: int | None,
) -> dict[str, Json]:
    """Return all figures of a wave as they are stored; of one with too few answers only that."""
    n = len(sheets)
    warning = response_caution(n, invited)
    told: dict[str, Json] = {"n": n, "invited": invited, "cautions": to_json((warning,) if warning else ())}
    if n < MINIMUM_FOR_SCORES:
        return told
    scored = [question for question in questions if question.kind is ItemKind.LIKERT]
    table = _table(scored, sheets)
    alike = _alike(scored)
    # One answer throughout means something only where the answers are the same words.
    straight = straight_lined_rows(table[:, max(alike, key=len, default=[])])
    kept = _rows_kept(table, straight)
    told["items"] = {
        question.code: _item(question, _column(question.code, sheets), kept if question in scored else {})
        for question in questions
        if question.kind not in (ItemKind.TEXT, ItemKind.SEVERAL)
    } | {
        question.code: _several(question, sheets)
        for question in questions
        if question.kind is ItemKind.SEVERAL
    }
    told["patterns"] = to_json(_patterns(table, straight))
    told["scales"] = [_scale(members, scored, table, kept) for members in alike]
    if n >= MINIMUM_FOR_COMMENTS:
        told["comments"] = {
            question.code: to_json(summarise_comments(comments.get(question.code, ())))
            for question in questions
            if question.kind is ItemKind.TEXT
        }
    return told


def _column(code: str, sheets: Sequence[Mapping[str, Answer]]) -> Floats:
    answers = (sheet.get(code) for sheet in sheets)
    return np.array([float(value) if isinstance(value, int) else np.nan for value in answers])


def _table(questions: Sequence[Question], sheets: Sequence[Mapping[str, Answer]]) -> Floats:
    columns = [_column(question.code, sheets) for question in questions]
    return np.column_stack(columns) if columns else np.empty((len(sheets), 0))


def _rows_kept(table: Floats, straight: Mask) -> dict[str, Mask]:
    """Which rows stay when straight-lined, and when repeated sheets are left out; only where any are."""
    kept = {_STRAIGHT: ~straight, _REPEATED: ~repeated_rows(table)}
    return {pattern: rows for pattern, rows in kept.items() if not rows.all()}


def _patterns(table: Floats, straight: Mask) -> ResponsePatterns | InsufficientData:
    found = find_patterns(table)
    if not isinstance(found, ResponsePatterns):
        return found
    varied = repeated_rows(table) & ~straight
    return replace(
        found,
        variant="one answer throughout the largest scale; all cells equal to an earlier row",
        straight_lined=wilson_share(int(straight.sum()), found.n),
        repeated_varied=wilson_share(int(varied.sum()), found.n - int(straight.sum())),
    )


def _item(question: Question, answers: Floats, kept: Mapping[str, Mask]) -> Json:
    if np.count_nonzero(~np.isnan(answers)) < MINIMUM_FOR_SCORES:
        return {_ALL: to_json(_too_few(answers))}
    found: dict[str, Json] = {_ALL: _figure(question, answers)}
    for pattern in _harmless(answers, kept):
        found[pattern] = _figure(question, answers[kept[pattern]])
    if question.is_recommendation:
        found["recommendation"] = to_json(recommendation_score(answers))
    return found


def _several(question: Question, sheets: Sequence[Mapping[str, Answer]]) -> Json:
    """Several choices: a share of those who answered for each option."""
    chosen = [answer if isinstance(answer := sheet.get(question.code), list) else [] for sheet in sheets]
    answered = np.array([1.0 if places else np.nan for places in chosen])
    if np.count_nonzero(~np.isnan(answered)) < MINIMUM_FOR_SCORES:
        return {_ALL: to_json(_too_few(answered))}
    table = np.array(
        [[place in places for place in range(1, len(question.options) + 1)] for places in chosen],
        dtype=np.bool_,
    )
    return {_ALL: to_json(multi_select_item(table, options=[option.text for option in question.options]))}


def _figure(question: Question, answers: Floats) -> Json:
    options = [option.text for option in question.options]
    if question.kind is ItemKind.LIKERT:
        return to_json(scale_item(answers, scale=range(1, len(options) + 1)))
    if question.kind in (ItemKind.CHOICE, ItemKind.MIDDLE):
        is_bipolar = best_in_the_middle(question)
        method = (
            bipolar_item(answers, points=options) if is_bipolar else choice_item(answers, options=options)
        )
        return to_json(method)
    low, high = question.minimum or 0, question.maximum or 0
    return to_json(scale_item(answers, scale=range(low, high + 1) if high - low <= 10 else ()))


def _harmless(answers: Floats, kept: Mapping[str, Mask]) -> tuple[str, ...]:
    """The patterns whose figures may stand beside that of all: no two of them differ by a few answers."""
    given = ~np.isnan(answers)
    published = {_ALL: set(np.flatnonzero(given).tolist())}
    allowed = []
    for pattern, rows in kept.items():
        members = set(np.flatnonzero(given & rows).tolist())
        if len(members) < MINIMUM_FOR_SCORES or len(members) == len(published[_ALL]):
            continue
        if not telling_differences({**published, pattern: members}):
            published[pattern] = members
            allowed.append(pattern)
    return tuple(allowed)


def _alike(questions: Sequence[Question]) -> list[list[int]]:
    """The places of the items that are answered with the same words, as many as make a scale."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, question in enumerate(questions):
        groups.setdefault(tuple(option.text for option in question.options), []).append(place)
    return [places for places in groups.values() if len(places) >= _LEAST_IN_SCALE]


def _scale(
    members: Sequence[int],
    questions: Sequence[Question],
    table: Floats,
    kept: Mapping[str, Mask],
) -> Json:
    asked = [questions[place] for place in members]
    answers = table[:, members]
    complete = np.where(np.isnan(answers).any(axis=1), np.nan, 1.0)
    found: dict[str, Json] = {
        "codes": [question.code for question in asked],
        _ALL: _scale_figure(answers, asked),
    }
    for pattern in _harmless(complete, kept):
        found[pattern] = _scale_figure(answers[kept[pattern]], asked)
    return found


def _scale_figure(answers: Floats, asked: Sequence[Question]) -> Json:
    complete = ~np.isnan(answers).any(axis=1)
    if complete.sum() < MINIMUM_FOR_SCORES:
        return to_json(_too_few(np.where(complete, 1.0, np.nan)))
    figures = scale_figures(
        answers,
        names=[question.code for question in asked],
        reversed_items=[place for place, question in enumerate(asked) if question.is_reversed],
        low=1,
        high=len(asked[0].options),
    )
    if not isinstance(figures, ScaleFigures):
        return to_json(figures)
    # The means of the rows without a blank, beside those of all answers, would tell what the others gave.
    hidden = _too_few(np.empty(0))
    items = tuple(replace(member, mean=hidden, sd=hidden) for member in figures.items)
    return to_json(replace(figures, score=hidden, items=items))


def _too_few(answers: Floats) -> InsufficientData:
    given = int(np.count_nonzero(~np.isnan(answers)))
    return InsufficientData(
        n=given,
        missing=answers.size - given,
        method="any",
        reason=Reason.TOO_FEW,
        needed=MINIMUM_FOR_SCORES,
    )
