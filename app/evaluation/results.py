"""From answers to what is kept of them at closing, and from that to what is shown and pooled.

Kept are counts, from which every figure follows; so a page costs the same for ten answers and for ten thousand,
and pooling is adding.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.evaluation.rules import MINIMUM_FOR_SCORES, pool_blocks
from app.evaluation.statistics import summarise_choices, summarise_recommendation, summarise_scores
from app.evaluation.types import (
    Answer,
    ChoiceSummary,
    InsufficientData,
    Item,
    ItemCounts,
    ItemKind,
    ItemResult,
    Pool,
    Question,
    RecommendationSummary,
    ScoreSummary,
    WaveCounts,
)
from app.kernel.db import JsonValue

# Goes up when answers are counted in another way; what was stored keeps the number it was counted by.
METHOD = 1
_CHOSEN = (ItemKind.CHOICE, ItemKind.MIDDLE, ItemKind.SEVERAL)


def count_answers(items: Iterable[Item], sheets: Sequence[Mapping[str, Answer]]) -> dict[str, ItemCounts]:
    """Count the answers to every closed item; free text is only counted as given or not."""
    return {item.code: _counted(item, [sheet.get(item.code) for sheet in sheets]) for item in items}


def _counted(item: Item, answers: Sequence[Answer | None]) -> ItemCounts:
    given = [answer for answer in answers if answer is not None]
    counts = Counter(
        place
        for answer in given
        for place in (answer if isinstance(answer, list) else (answer,))
        if isinstance(place, int)
    )
    return ItemCounts(item.code, dict(sorted(counts.items())), len(given), len(answers) - len(given))


def stored_form(counted: Mapping[str, ItemCounts], *, n: int) -> dict[str, JsonValue]:
    """Return the counts as the wave keeps them."""
    items: dict[str, JsonValue] = {
        code: {
            "n": item.n,
            "missing": item.missing,
            "sum": item.total,
            "squares": item.squares,
            "counts": {str(value): count for value, count in item.counts.items()},
        }
        for code, item in counted.items()
    }
    return {"method": METHOD, "n": n, "items": items}


def read_counts(stored: Mapping[str, JsonValue]) -> dict[str, ItemCounts]:
    """Return the counts that a wave keeps."""
    items = stored["items"]
    if not isinstance(items, dict):
        raise TypeError("The stored results hold no items.")
    return {code: _read_item(code, item) for code, item in items.items() if isinstance(item, dict)}


def _read_item(code: str, item: Mapping[str, JsonValue]) -> ItemCounts:
    counts = item["counts"]
    if not isinstance(counts, dict):
        raise TypeError(f"The stored results of {code} hold no counts.")
    values = {int(value): _whole(count) for value, count in counts.items()}
    return ItemCounts(code, values, _whole(item["n"]), _whole(item["missing"]))


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError("The stored results hold something that is no count.")
    return value


def show_item(question: Question, counted: ItemCounts) -> ItemResult:
    """Return the figures of one item, or that there are too few answers for any."""
    bare = ItemResult(question, counted.n, counted.missing)
    if question.kind is ItemKind.TEXT:
        return bare
    if question.kind in _CHOSEN:
        summary = summarise_choices(counted.counts, options=len(question.options), answered=counted.n)
        return _with(bare, summary)
    shown = _with(bare, summarise_scores(counted.counts, missing=counted.missing, scale=_scale(question)))
    if question.is_recommendation:
        shown = _with(shown, summarise_recommendation(counted.counts, missing=counted.missing))
    return shown


def _scale(question: Question) -> range:
    if question.kind is ItemKind.LIKERT:
        return range(1, len(question.options) + 1)
    low, high = question.minimum or 0, question.maximum or 0
    # A wide range is shown by what was answered; nobody reads a hundred empty bars.
    return range(low, high + 1) if high - low <= 10 else range(0)


def _with(
    result: ItemResult, summary: ScoreSummary | ChoiceSummary | RecommendationSummary | InsufficientData
) -> ItemResult:
    match summary:
        case ScoreSummary():
            return replace(result, score=summary)
        case ChoiceSummary():
            return replace(result, choice=summary)
        case RecommendationSummary():
            return replace(result, recommendation=summary)
        case InsufficientData():
            return replace(result, too_few=summary)


def add_counts(parts: Sequence[ItemCounts]) -> ItemCounts:
    """Return the counts of several waves together; all are of one item."""
    counts: Counter[int] = Counter()
    for part in parts:
        counts.update(part.counts)
    return ItemCounts(
        parts[0].code,
        dict(sorted(counts.items())),
        sum(part.n for part in parts),
        sum(part.missing for part in parts),
    )


def pool_waves(
    waves: Sequence[WaveCounts],
    questions: Sequence[Question],
    *,
    first: date | None,
    last: date | None,
    scope: frozenset[int],
) -> Pool:
    """Pool the closed waves of a period, item by item, so that no two pools differ by one to four answers.

    ``waves`` are all closed waves of the curriculum in the order in which they were closed, also those outside
    of the period and of the reader's ``scope``: which small ones stand together must not depend on who looks.
    """
    wanted = {
        wave.id
        for wave in waves
        if wave.organisation_id in scope
        and (first is None or wave.closed_on >= first)
        and (last is None or wave.closed_on <= last)
    }
    pooled = _showable(waves, {wave.id: wave.n for wave in waves}, wanted)
    n = sum(wave.n for wave in pooled)
    days = [wave.closed_on for wave in pooled]
    items = tuple(_pooled_item(question, waves, wanted, pooled) for question in questions)
    held_back = sum(wave.n for wave in waves if wave.id in wanted) - n
    return Pool(len(pooled), n, held_back, items, min(days, default=None), max(days, default=None))


def _pooled_item(
    question: Question, waves: Sequence[WaveCounts], wanted: set[int], pooled: Sequence[WaveCounts]
) -> ItemResult:
    asked = [wave for wave in waves if question.code in wave.items]
    answered = {wave.id: wave.items[question.code].n for wave in asked}
    parts = [wave.items[question.code] for wave in _showable(asked, answered, wanted)]
    if not parts:
        return ItemResult(question, 0, 0, too_few=InsufficientData(0, MINIMUM_FOR_SCORES))
    counted = add_counts(parts)
    # Also of waves in which nobody answered this question; they belong to no group of it.
    asked_in_all = sum(wave.n for wave in pooled if question.code in wave.items)
    return show_item(question, replace(counted, missing=max(0, asked_in_all - counted.n)))


def _showable(waves: Sequence[WaveCounts], n: Mapping[int, int], wanted: set[int]) -> list[WaveCounts]:
    blocks = pool_blocks([(wave.id, wave.batch, n[wave.id]) for wave in waves])
    shown = {number for block in blocks if wanted.issuperset(block) for number in block}
    return [wave for wave in waves if wave.id in shown]
