"""Rows that were hardly read: the same answer throughout, or the same sheet twice; and the figures without them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from app.evaluation.figures.arrays import Floats, Mask, caution, matrix, too_few
from app.evaluation.figures.intervals import wilson_share
from app.evaluation.figures.outcomes import InsufficientData, Outcome, Share

# Two equal answers are nothing remarkable.
LEAST_ITEMS = 3

Figure = TypeVar("Figure")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsePatterns(Outcome):
    """How many answered every item alike, and how many sheets repeat an earlier one in every cell.

    ``repeated_varied`` counts the repeated sheets among those that are not straight-lined.
    """

    straight_lined: Share | InsufficientData
    repeated: Share | InsufficientData
    repeated_varied: Share | InsufficientData


@dataclass(frozen=True, slots=True)
class Beside(Generic[Figure]):
    """A figure of all rows, and the same figure without the rows that a pattern flags."""

    of_all: Figure
    without_straight_lined: Figure
    without_repeated: Figure


def straight_lined_rows(answers: ArrayLike) -> Mask:
    """Return which rows gave one and the same answer throughout, to at least three items and half of all."""
    table = matrix(answers)
    given = (~np.isnan(table)).sum(axis=1)
    enough: Mask = given >= max(LEAST_ITEMS, table.shape[1] / 2)
    if table.shape[1] < LEAST_ITEMS:
        return np.zeros(table.shape[0], dtype=np.bool_)
    highest, lowest = np.fmax.reduce(table, axis=1), np.fmin.reduce(table, axis=1)
    same: Mask = enough & (highest == lowest)
    return same


def repeated_rows(answers: ArrayLike) -> Mask:
    """Return which rows repeat an earlier row in every cell, blanks included; a row of blanks repeats nothing."""
    table = matrix(answers)
    repeated = np.ones(table.shape[0], dtype=np.bool_)
    if table.shape[1] < LEAST_ITEMS or table.shape[0] == 0:
        return ~repeated
    repeated[_first_of_each(table)] = False
    result: Mask = repeated & ~np.isnan(table).all(axis=1)
    return result


def find_patterns(answers: ArrayLike) -> ResponsePatterns | InsufficientData:
    """Count straight-lined and repeated rows among those that answered anything.

    Straight-lining as in Meade and Craig (2012), Psychological Methods 17, 437-455, taken to its end: every answer
    the same. Neither is proof: many may agree, and on a short scale two people give the same sheet by chance.
    """
    table = matrix(answers)
    some = ~np.isnan(table).all(axis=1) if table.shape[1] else np.zeros(table.shape[0], dtype=np.bool_)
    n, missing = int(some.sum()), int((~some).sum())
    if table.shape[1] < LEAST_ITEMS:
        return too_few(table.shape[1], LEAST_ITEMS, "response patterns", variant="items")
    if n == 0:
        return too_few(0, 1, "response patterns", missing=missing)
    straight, repeated = straight_lined_rows(table), repeated_rows(table)
    varied = n - int(straight.sum())
    return ResponsePatterns(
        n=n,
        missing=missing,
        method="response patterns",
        variant="one answer throughout; all cells equal to an earlier row",
        cautions=(caution("equal_sheets_are_no_proof"),),
        straight_lined=wilson_share(int(straight.sum()), n),
        repeated=wilson_share(int(repeated.sum()), n),
        repeated_varied=wilson_share(int((repeated & ~straight).sum()), varied),
    )


def beside(figure: Callable[[Floats], Figure], answers: ArrayLike) -> Beside[Figure]:
    """Compute a figure of a table for all rows, without the straight-lined, and without the repeated ones."""
    table = matrix(answers)
    return Beside(
        figure(table), figure(table[~straight_lined_rows(table)]), figure(table[~repeated_rows(table)])
    )


def _first_of_each(table: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    # Rows compare as bytes, so that minus zero and the many NaNs have to be made one first.
    alike = np.ascontiguousarray(np.where(np.isnan(table), np.nan, table + 0.0))
    rows = alike.view(np.dtype((np.void, alike.dtype.itemsize * alike.shape[1]))).ravel()
    return np.unique(rows, return_index=True)[1]
