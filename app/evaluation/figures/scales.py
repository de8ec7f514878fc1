"""A scale as a whole: its reliability, and how each item goes with the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.evaluation.figures.arrays import (
    Floats,
    UnfitData,
    caution,
    complete_rows,
    matrix,
    names_for,
    no_variance,
    observed,
    too_few,
)
from app.evaluation.figures.intervals import mean_estimate
from app.evaluation.figures.outcomes import Caution, Estimate, InsufficientData, Outcome, Reason
from app.evaluation.figures.reliability import ALPHA, Blanks, cronbach_alpha, mcdonald_omega

SCALE = "scale of items"
# A correlation below this goes the other way by more than a hair.
AGAINST = -0.05
# Alpha of fewer than this part of those who answered speaks for few of them.
_ENOUGH_COMPLETE = 0.8


@dataclass(frozen=True, slots=True)
class ScaleMember:
    """One item in its scale. ``item_rest`` is the corrected correlation: with the sum of the other items."""

    item: str
    is_reversed: bool
    mean: Estimate | InsufficientData
    sd: float | InsufficientData
    item_total: float | InsufficientData
    item_rest: float | InsufficientData
    alpha_without: float | InsufficientData


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleFigures(Outcome):
    """A scale: reliability by alpha and omega, standardised alpha, mean correlation, and every item in it."""

    score: Estimate | InsufficientData
    alpha: Estimate | InsufficientData
    alpha_distribution_free: Estimate | InsufficientData
    omega: Estimate | InsufficientData
    standardised_alpha: float | InsufficientData
    mean_correlation: float | InsufficientData
    items: tuple[ScaleMember, ...]


def reverse(values: ArrayLike, *, low: float, high: float) -> Floats:
    """Turn answers around on their scale, low + high - x, so that a high answer means the same as elsewhere."""
    array = np.asarray(values, dtype=np.float64)
    if ((array < low) | (array > high)).any():
        raise UnfitData(f"An answer lies outside the scale from {low:g} to {high:g}; it cannot be reversed.")
    return low + high - array


def reverse_items(answers: ArrayLike, *, reversed_items: Sequence[int], low: float, high: float) -> Floats:
    """Return the table with the items at these places turned around."""
    table = matrix(answers).copy()
    places = list(reversed_items)
    table[:, places] = reverse(table[:, places], low=low, high=high)
    return table


def scale_scores(answers: ArrayLike) -> Floats:
    """Return each respondent's mean of the items answered; NaN where nothing was answered."""
    table = matrix(answers)
    given = (~np.isnan(table)).sum(axis=1)
    sums = np.nansum(table, axis=1)
    scores: Floats = np.divide(sums, given, out=np.full(table.shape[0], np.nan), where=given > 0)
    return scores


def scale_figures(
    answers: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    reversed_items: Sequence[int] = (),
    low: float | None = None,
    high: float | None = None,
    turned_already: Sequence[int] = (),
    blanks: Blanks = "complete",
) -> ScaleFigures | InsufficientData:
    """Return the figures of a scale of respondents by items, after turning reversed items around.

    ``turned_already`` are the places of items that the caller turned around on scales of their own.

    Means are of the answers given; what joins items is of the rows without a blank. Item-total and item-rest
    correlations and alpha without the item as in Nunnally and Bernstein (1994), Psychometric Theory, ch. 8;
    standardised alpha is k r / (1 + (k-1) r) with r the mean correlation.
    """
    table = matrix(answers)
    if reversed_items:
        if low is None or high is None:
            raise UnfitData("Reversed items need the lowest and the highest point of the scale.")
        table = reverse_items(table, reversed_items=reversed_items, low=low, high=high)
    labels = names_for(names, table.shape[1])
    used = complete_rows(table)
    n, missing = used.shape[0], table.shape[0] - used.shape[0]
    if table.shape[1] < 2:
        return InsufficientData(
            n=table.shape[1], method=SCALE, variant="items", reason=Reason.TOO_FEW_ITEMS, needed=2
        )
    members = _members(table, used, labels, frozenset((*reversed_items, *turned_already)))
    mean_correlation = _mean_correlation(used)
    return ScaleFigures(
        n=n,
        missing=missing,
        method=SCALE,
        variant="rows without a blank",
        cautions=(*_doubts(members), *_rows_lost(table, n, blanks)),
        score=mean_estimate(scale_scores(table), variant="mean of the items answered"),
        alpha=cronbach_alpha(table, blanks=blanks),
        alpha_distribution_free=cronbach_alpha(table, interval="distribution-free", blanks=blanks),
        omega=mcdonald_omega(table),
        standardised_alpha=_standardised(mean_correlation, used.shape[1]),
        mean_correlation=mean_correlation,
        items=members,
    )


def item_rest_correlations(used: Floats, *, corrected: bool) -> list[float | InsufficientData]:
    """Return each item's correlation with the sum of all items or, corrected, of the others; no blanks."""
    n = used.shape[0]
    name = "item-rest correlation" if corrected else "item-total correlation"
    if n < 3:
        return [too_few(n, 3, name) for _ in range(used.shape[1])]
    centred = used - used.mean(axis=0)
    total = centred.sum(axis=1)
    squares = (centred**2).sum(axis=0)
    products = total @ centred
    if corrected:
        others = float(total @ total) - 2 * products + squares
        products = products - squares
    else:
        others = np.full(used.shape[1], float(total @ total))
    least = 1e-12 * max(float(total @ total), float(squares.max(initial=0.0)), 1e-300)
    return [
        float(np.clip(product / np.sqrt(own * rest), -1.0, 1.0))
        if own > least and rest > least
        else no_variance(n, name)
        for product, own, rest in zip(products, squares, others, strict=True)
    ]


def _members(
    table: Floats, used: Floats, labels: Sequence[str], turned: frozenset[int]
) -> tuple[ScaleMember, ...]:
    raw = item_rest_correlations(used, corrected=False)
    corrected = item_rest_correlations(used, corrected=True)
    without = _alphas_without(used)
    return tuple(
        ScaleMember(
            label,
            place in turned,
            mean_estimate(table[:, place]),
            _sd(table[:, place]),
            raw[place],
            corrected[place],
            without[place],
        )
        for place, label in enumerate(labels)
    )


def _sd(values: Floats) -> float | InsufficientData:
    given = observed(values)
    return float(given.std(ddof=1)) if given.size > 1 else too_few(given.size, 2, "sd")


def _alphas_without(used: Floats) -> list[float | InsufficientData]:
    """Alpha of the other items, for every item at once: sums of variances and of all, less the item's own part."""
    n, k = used.shape
    if k < 3:
        return [
            InsufficientData(n=k - 1, method=ALPHA, variant="items", reason=Reason.TOO_FEW_ITEMS, needed=2)
            for _ in range(k)
        ]
    if n < 3:
        return [too_few(n, 3, ALPHA) for _ in range(k)]
    centred = used - used.mean(axis=0)
    total = centred.sum(axis=1)
    own = (centred**2).sum(axis=0)
    all_else = float(total @ total) - 2 * (total @ centred) + own
    variances = own.sum() - own
    m = k - 1
    return [
        float(m / (m - 1) * (1 - part / whole))
        if whole > 1e-12 * max(part, 1e-300)
        else no_variance(n, ALPHA)
        for part, whole in zip(variances, all_else, strict=True)
    ]


def _mean_correlation(used: Floats) -> float | InsufficientData:
    n, k = used.shape
    if n < 3:
        return too_few(n, 3, "mean correlation")
    spread = used.std(axis=0)
    if (spread <= 1e-12 * np.maximum(1.0, np.abs(used).max(axis=0))).any():
        return no_variance(n, "mean correlation")
    # The sum of all correlations is the variance of the sum of standardised items.
    together = float((((used - used.mean(axis=0)) / spread).sum(axis=1) ** 2).mean())
    return float((together - k) / (k * (k - 1)))


def _standardised(mean_correlation: float | InsufficientData, k: int) -> float | InsufficientData:
    if isinstance(mean_correlation, InsufficientData):
        return mean_correlation
    together = 1 + (k - 1) * mean_correlation
    return k * mean_correlation / together if together > 1e-12 else no_variance(k, ALPHA, variant="items")


def _doubts(members: Sequence[ScaleMember]) -> tuple[Caution, ...]:
    """An item that goes against the others may be worded the other way round."""
    return tuple(
        caution("item_against_scale", item=member.item, item_rest=member.item_rest)
        for member in members
        if isinstance(member.item_rest, float) and member.item_rest < AGAINST
    )


def _rows_lost(table: Floats, complete: int, blanks: Blanks) -> tuple[Caution, ...]:
    answered = int((~np.isnan(table)).any(axis=1).sum())
    if blanks == "pairwise" or complete >= _ENOUGH_COMPLETE * answered:
        return ()
    return (caution("many_left_out_for_a_blank", used=complete, answered=answered),)
