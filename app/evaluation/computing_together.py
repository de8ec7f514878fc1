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
    """A closed wave in a row of them: its course, who held it, its counts, and what was asked in it."""

    course: str
    organisation: str
    n: int
    invited: int | None
    items: Mapping[str, ItemCounts]
    asked: Mapping[str, Question]


def compute_year(waves: Sequence[CountedWave], questions: Mapping[str, Question]) -> dict[str, Json]:
    """Return the waves of one questionnaire together: the counts of each item, and who is compared on it.

    ``questions`` are those of its latest version; an item that was asked on another scale is left out of the sum.
    """
    known = [wave for wave in waves if wave.invited]
    scored = {code: question for code, question in questions.items() if question.kind is ItemKind.LIKERT}
    comparisons = {code: _courses(_asked(code, one.scale, waves), code) for code, one in scored.items()}
    organisations = {
        code: _organisations(_asked(code, one.scale, waves), code) for code, one in scored.items()
    }
    return {
        "waves": len(waves),
        "n": sum(wave.n for wave in waves),
        "answered": sum(wave.n for wave in known),
        "invited": sum(wave.invited or 0 for wave in known),
        "items": {code: _together(code, question.scale, waves) for code, question in questions.items()},
        "comparisons": to_json(comparisons),
        "organisations": to_json({code: found for code, found in organisations.items() if found is not None}),
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


def _courses(asked: Sequence[CountedWave], code: str) -> Comparison | InsufficientData:
    invited: dict[str, int] = {}
    for wave in asked:
        if wave.invited:
            invited[wave.course] = invited.get(wave.course, 0) + wave.invited
    return compare(
        _ratings(asked, code), {"course": _labels(asked, code)}, compared="course", invited=invited
    )


def _organisations(asked: Sequence[CountedWave], code: str) -> Comparison | InsufficientData | None:
    """Those who held the courses; none where that was one. Courses take part, as answers of one are alike."""
    names = [wave.organisation for wave in asked for _ in range(wave.items[code].n)]
    if len(set(names)) < 2:
        return None
    factors: dict[str, list[str]] = {"organisation": names}
    if len({wave.course for wave in asked}) > len(set(names)):
        factors["course"] = _labels(asked, code)
    return compare(_ratings(asked, code), factors, compared="organisation")


def _labels(asked: Sequence[CountedWave], code: str) -> list[str]:
    return [wave.course for wave in asked for _ in range(wave.items[code].n)]


def _ratings(asked: Sequence[CountedWave], code: str) -> Floats:
    return np.concatenate([_answers(wave.items[code]) for wave in asked]) if asked else np.empty(0)


def _charted(code: str, scale: Scale, waves: Sequence[CountedWave]) -> Json:
    asked = _asked(code, scale, waves)
    values = [wave.items[code].total / wave.items[code].n for wave in asked]
    return to_json(
        xmr_chart([wave.course for wave in asked], values, counts=[wave.items[code].n for wave in asked])
    )


def _answers(counted: ItemCounts) -> Floats:
    values = np.array(list(counted.counts.keys()), dtype=np.float64)
    return np.repeat(values, list(counted.counts.values()))
