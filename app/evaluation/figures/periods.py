"""Periods in the order of time, from what stands in a column, and the figures of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.evaluation.figures.arrays import Floats, observed

# Terms within a calendar year. A winter term counts as its year's first, beside terms without a season.
_SEASONS = {
    "spring": 1,
    "xuân": 1,
    "春": 1,
    "summer": 2,
    "hè": 2,
    "hạ": 2,
    "夏": 2,
    "fall": 3,
    "autumn": 3,
    "thu": 3,
    "秋": 3,
}
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_DAY_FIRST = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")


@dataclass(frozen=True, slots=True)
class Period:
    """A period with the answers that fell into it."""

    label: str
    answers: Floats

    @property
    def mean(self) -> float:
        """The mean of the answers, NaN without any."""
        given = observed(self.answers)
        return float(given.mean()) if given.size else float("nan")


def in_order(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the different labels in the order of time, or of their first appearance where they tell no time.

    Understood are years with whatever number or season stands beside them, in any order and language of ours:
    2023, 2023-11, 2023-11-20T08:30, 2023Q4, "HK1 2023-2024", "Fall 2018", "2018 Xuân"; and days written with the day
    first, 20/11/2023. It is one or the other for all labels together.
    """
    different = list(dict.fromkeys(label for label in labels if label))
    keys = [_key(label) for label in different]
    known = [key for key in keys if key is not None]
    if len(known) < len(different) or len(set(known)) < len(known):
        return tuple(different)
    return tuple(label for _, label in sorted(zip(known, different, strict=True)))


def by_period(labels: Sequence[str], answers: Floats) -> tuple[Period, ...]:
    """Gather the answers by period, in the order of time; answers without a period are left out."""
    array = np.asarray(labels, dtype=np.str_)
    return tuple(Period(label, answers[array == label]) for label in in_order(labels))


def _key(label: str) -> tuple[int, ...] | None:
    """Years first, then the season, then the other numbers from left to right; none where there is no year."""
    if day_first := _DAY_FIRST.match(label):
        day, month, this_year = map(int, day_first.groups())
        return (this_year, 0, month, day)
    numbers = [int(found) for found in _NUMBER.findall(label)]
    year = next((number for number in numbers if 1900 <= number <= 2199), None)
    if year is None:
        return None
    rest = [number for number in numbers if not 1900 <= number <= 2199]
    seasons = [_SEASONS.get(word.casefold(), 0) for word in _WORD.findall(label)]
    return (year, max(seasons, default=0), *rest)
