"""Agreement of assessors on ordered categories: Cohen's kappa with weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.evaluation.figures.arrays import Floats, UnfitData, column, matrix, names_for, no_variance, too_few
from app.evaluation.figures.intervals import normal_quantile
from app.evaluation.figures.outcomes import Estimate, InsufficientData, Interval

KAPPA = "Cohen's kappa"
MOST_PAIRS = 45
Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class PairKappa:
    """Kappa of two assessors."""

    first: str
    second: str
    kappa: Estimate | InsufficientData


def weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: Weights = "quadratic",
    categories: Sequence[float] | None = None,
) -> Estimate | InsufficientData:
    """Return Cohen's kappa of two assessors with weights 1 - (i-j)²/(c-1)², 1 - |i-j|/(c-1), or 1 and 0.

    Cohen (1968), Psychological Bulletin 70, 213-220. ``categories`` are all that could be given, in order; without
    them those that were given, by their rank. Interval: normal with the standard error of Fleiss, Cohen and Everitt
    (1969), Psychological Bulletin 72, 323-327.
    """
    one, other = column(first), column(second)
    if one.size != other.size:
        raise UnfitData(f"{one.size} ratings cannot be paired with {other.size}.")
    both = ~np.isnan(one) & ~np.isnan(other)
    n, missing = int(both.sum()), int((~both).sum())
    variant = f"{weights} weights" if weights != "none" else "no weights"
    if n < 2:
        return too_few(n, 2, KAPPA, missing=missing, variant=variant)
    values = np.unique(np.concatenate([one[both], other[both]]))
    points = values if categories is None else np.unique(np.asarray(categories, dtype=np.float64))
    if np.setdiff1d(values, points).size:
        raise UnfitData(f"{np.setdiff1d(values, points)[0]:g} is none of the categories.")
    if values.size < 2:
        return no_variance(n, KAPPA, missing=missing, variant=variant)
    counts = np.zeros((points.size, points.size))
    np.add.at(counts, (np.searchsorted(points, one[both]), np.searchsorted(points, other[both])), 1.0)
    value, error = _kappa(counts / n, _agreement(points.size, weights), n)
    reach = normal_quantile() * error
    return Estimate(
        n=n,
        missing=missing,
        method=KAPPA,
        variant=variant,
        value=value,
        standard_error=error,
        interval=(
            Interval(max(value - reach, -1.0), min(value + reach, 1.0), "normal, Fleiss-Cohen-Everitt")
            if error > 0
            else no_variance(n, KAPPA, variant=variant)
        ),
    )


def pairwise_kappas(
    ratings: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    weights: Weights = "quadratic",
    categories: Sequence[float] | None = None,
) -> tuple[PairKappa, ...]:
    """Return the weighted kappa of every two raters of a table of subjects by raters, up to ten raters."""
    table = matrix(ratings)
    labels = names_for(names, table.shape[1])
    pairs = list(combinations(range(table.shape[1]), 2))
    if len(pairs) > MOST_PAIRS:
        return ()
    return tuple(
        PairKappa(
            labels[one],
            labels[other],
            weighted_kappa(table[:, one], table[:, other], weights=weights, categories=categories),
        )
        for one, other in pairs
    )


def _agreement(count: int, weights: Weights) -> Floats:
    places = np.arange(count, dtype=np.float64)
    apart = np.abs(places[:, None] - places[None, :])
    if weights == "none":
        same: Floats = (apart == 0).astype(np.float64)
        return same
    agreement: Floats = 1 - (apart / (count - 1)) ** (1 if weights == "linear" else 2)
    return agreement


def _kappa(shares: Floats, agreement: Floats, n: int) -> tuple[float, float]:
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    found, chance = float((agreement * shares).sum()), float(rows @ agreement @ columns)
    value = (found - chance) / (1 - chance)
    # Mean weight of each category of the one rater over what the other gives.
    of_rows, of_columns = agreement @ columns, rows @ agreement
    spread = shares * (agreement - (of_rows[:, None] + of_columns[None, :]) * (1 - value)) ** 2
    variance = (float(spread.sum()) - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    return value, sqrt(variance) if variance > 1e-15 else 0.0
