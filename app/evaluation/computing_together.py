"""Figures over many closed waves, from the counts that each keeps: a year together, courses compared, items over time.

Only waves with enough answers to an item take part in it. Each of them is shown for itself, so no sum or chart of them
tells more than they do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.comparisons import Comparison, compare
from app.evaluation.figures.outcomes import InsufficientData, Json, to_json
from app.evaluation.figures.trends import xmr_chart
from app.evaluation.results import add_counts
from app.evaluation.rules import MINIMUM_FOR_SCORES
from app.evaluation.types import ItemCounts, ItemKind, Question

Scale: TypeAlias = tuple[ItemKind, int, int | None, int | None]


@dataclass(frozen=True, slots=True)
class CountedWave:
    """A closed wave in a row of them: its course, its counts, and what was asked in it."""

    course: str
    n: int
    invited: int | None
    items: Mapping[str, ItemCounts]
    asked: Mapping[str, Question]


def compute_year(waves: Sequence[CountedWave], questions: Mapping[str, Question]) -> dict[str, Json]:
    """Return the waves of one questionnaire together: counts of each item, and the courses compared on it.

    ``questions`` are those of its latest version; an item that was asked on another scale is left out of the sum.
    """
    known = [wave for wave in waves if wave.invited]
    comparisons = {
        code: _compared(code, question, waves)
        for code, question in questions.items()
        if question.kind is ItemKind.LIKERT
    }
    return {
        "waves": len(waves),
        "n": sum(wave.n for wave in waves),
        "answered": sum(wave.n for wave in known),
        "invited": sum(wave.invited or 0 for wave in known),
        "items": {code: _together(code, question.scale, waves) for code, question in questions.items()},
        "comparisons": to_json(comparisons),
        "compared": [code for code, found in comparisons.items() if isinstance(found, Comparison)],
    }


def chart_items(waves: Sequence[CountedWave], questions: Mapping[str, Question]) -> dict[str, Json]:
    """Return an individuals chart for each scored item over the waves, in the order in which they are given."""
    return {
        code: _charted(code, question.scale, waves)
        for code, question in questions.items()
        if question.kind in (ItemKind.LIKERT, ItemKind.NUMBER)
    }


def _asked(code: str, scale: Scale, waves: Sequence[CountedWave]) -> list[CountedWave]:
    return [
        wave
        for wave in waves
        if code in wave.items
        and code in wave.asked
        and wave.asked[code].scale == scale
        and wave.items[code].n >= MINIMUM_FOR_SCORES
    ]


def _together(code: str, scale: Scale, waves: Sequence[CountedWave]) -> Json:
    parts = [wave.items[code] for wave in _asked(code, scale, waves)]
    if not parts:
        return {"waves": 0, "n": 0, "missing": 0, "counts": {}}
    counted = add_counts(parts)
    counts: Json = {str(value): count for value, count in counted.counts.items()}
    return {"waves": len(parts), "n": counted.n, "missing": counted.missing, "counts": counts}


def _compared(code: str, question: Question, waves: Sequence[CountedWave]) -> Comparison | InsufficientData:
    asked = _asked(code, question.scale, waves)
    labels = [wave.course for wave in asked for _ in range(wave.items[code].n)]
    ratings = np.concatenate([_answers(wave.items[code]) for wave in asked]) if asked else np.empty(0)
    invited: dict[str, int] = {}
    for wave in asked:
        if wave.invited:
            invited[wave.course] = invited.get(wave.course, 0) + wave.invited
    return compare(ratings, {"course": labels}, compared="course", invited=invited)


def _charted(code: str, scale: Scale, waves: Sequence[CountedWave]) -> Json:
    asked = _asked(code, scale, waves)
    values = [wave.items[code].total / wave.items[code].n for wave in asked]
    return to_json(
        xmr_chart([wave.course for wave in asked], values, counts=[wave.items[code].n for wave in asked])
    )


def _answers(counted: ItemCounts) -> Floats:
    values = np.array(list(counted.counts.keys()), dtype=np.float64)
    return np.repeat(values, list(counted.counts.values()))
