"""Cronbach's alpha and McDonald's omega of one factor, each with its interval."""

from math import exp, log, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from app.evaluation.figures.arrays import (
    Floats,
    caution,
    complete_rows,
    is_constant,
    matrix,
    no_variance,
    too_few,
)
from app.evaluation.figures.intervals import t_quantile
from app.evaluation.figures.one_factor import OneFactor, fit_one_factor
from app.evaluation.figures.outcomes import LEVEL, Caution, Estimate, InsufficientData, Interval, Reason

ALPHA = "Cronbach's alpha"
OMEGA = "McDonald's omega total, one factor"
MINRES = "minres on correlations"
AlphaInterval = Literal["Feldt", "distribution-free"]
Blanks = Literal["complete", "pairwise"]
# The matrix of correlations of more items than this does not fit a scale that people answer.
MOST_ITEMS_OF_A_FACTOR = 500
_LEAST_ROWS = 4
_LEAST_TO_DOUBT_NORMALITY = 30
_DOUBTFUL_RATIO = 1.15


def cronbach_alpha(
    answers: ArrayLike, *, interval: AlphaInterval = "Feldt", blanks: Blanks = "complete"
) -> Estimate | InsufficientData:
    """Return k/(k-1) (1 - Σs_i²/s_total²) of respondents by items.

    Cronbach (1951), Psychometrika 16, 297-334. Interval by Feldt (1965), Psychometrika 30, 357-370: 1 - (1-α)F with
    n-1 and (n-1)(k-1) degrees, exact for parallel normal items; a caution says where the answers spread so far from
    normal ones that it is too narrow. Or distribution-free: the delta method on ln(1-α) with fourth moments (Yuan,
    Guarnaccia and Hayslip 2003, EPM 63, 5-23), with t(n-1) and n-3 for n in small samples. ``standard_error`` is the
    distribution-free one.
    Rows with a blank are left out, unless ``blanks`` is ``pairwise``: then each covariance is of the rows that have
    both, and Feldt's interval takes the rows with any answer as its n, which is somewhat too narrow.
    """
    table = matrix(answers)
    k = table.shape[1]
    if k < 2:
        return InsufficientData(n=k, method=ALPHA, variant="items", reason=Reason.TOO_FEW_ITEMS, needed=2)
    used = complete_rows(table) if blanks == "complete" else table[~np.isnan(table).all(axis=1)]
    n, missing = used.shape[0], table.shape[0] - used.shape[0]
    variant = "rows without a blank" if blanks == "complete" else "pairwise covariances"
    if n < 3:
        return too_few(n, 3, ALPHA, missing=missing, variant=variant)
    if blanks == "pairwise" and _fewest_together(used) < 3:
        return too_few(_fewest_together(used), 3, ALPHA, missing=missing, variant=variant)
    variances, total = (_sums_of_rows if blanks == "complete" else _sums_of_pairs)(used)
    if not total > 1e-12 * max(variances, 1.0):
        return no_variance(n, ALPHA, missing=missing, variant=variant)
    alpha = k / (k - 1) * (1 - variances / total)
    error = _alpha_error(complete_rows(used))
    return Estimate(
        n=n,
        missing=missing,
        method=ALPHA,
        variant=variant,
        cautions=_alpha_doubts(alpha, error, (n, k)) if interval == "Feldt" else (),
        value=alpha,
        standard_error=error,
        interval=_alpha_interval(alpha, error, (n, k), interval),
    )


def mcdonald_omega(answers: ArrayLike) -> Estimate | InsufficientData:
    """Return 1 - Σ(1-λ_i²)/Σ_ij r_ij, with the loadings λ of one factor by minres on the correlations.

    McDonald (1999), Test Theory, ch. 6; Revelle and Zinbarg (2009), Psychometrika 74, 145-154 (omega total as the
    psych package gives it for one factor). Rows with a blank are left out. Interval: delta method on ln(1-ω) with
    the influence of each row on loadings and correlations, so it needs no normality; t(n-1), and n-3 for n.
    """
    table = matrix(answers)
    k = table.shape[1]
    used = complete_rows(table)
    n, missing = used.shape[0], table.shape[0] - used.shape[0]
    lacking = _lacks_for_omega(used, k, missing)
    if lacking is not None:
        return lacking
    z = (used - used.mean(axis=0)) / used.std(axis=0)
    correlations = z.T @ z / n
    factor = fit_one_factor(correlations)
    common_sum = float(correlations.sum())
    omega = 1 - float((1 - factor.loadings**2).sum()) / common_sum
    if not factor.converged or not 0 < omega < 1:
        return InsufficientData(
            n=n, missing=missing, method=OMEGA, variant=MINRES, reason=Reason.NOT_CONVERGED
        )
    held = int((~factor.free).sum())
    error = _omega_error(z, correlations, factor, common_sum)
    return Estimate(
        n=n,
        missing=missing,
        method=OMEGA,
        variant=MINRES,
        cautions=(caution("loading_at_its_bound", items=held),) if held else (),
        value=omega,
        standard_error=error,
        interval=_on_log_scale(omega, error, n, "delta method on ln(1-omega), distribution-free"),
    )


def _lacks_for_omega(used: Floats, k: int, missing: int) -> InsufficientData | None:
    n = used.shape[0]
    if k < 3:
        return InsufficientData(n=k, method=OMEGA, variant="items", reason=Reason.TOO_FEW_ITEMS, needed=3)
    if k > MOST_ITEMS_OF_A_FACTOR:
        return InsufficientData(n=n, missing=missing, method=OMEGA, variant=MINRES, reason=Reason.NOT_DEFINED)
    if n < 4:
        return too_few(n, 4, OMEGA, missing=missing, variant=MINRES)
    if any(is_constant(used[:, place]) for place in range(k)):
        return no_variance(n, OMEGA, missing=missing, variant=MINRES)
    return None


def _sums_of_rows(used: Floats) -> tuple[float, float]:
    """The sum of the items' variances, and the variance of the row sums."""
    return float(used.var(axis=0, ddof=1).sum()), float(used.sum(axis=1).var(ddof=1))


def _sums_of_pairs(used: Floats) -> tuple[float, float]:
    present = ~np.isnan(used)
    filled = np.where(present, used, 0.0)
    centred = np.where(present, used - filled.sum(axis=0) / np.maximum(present.sum(axis=0), 1), 0.0)
    seen = present.astype(np.float64)
    pairs = seen.T @ seen
    # Of each pair of items, the covariance over the rows that have both, about the means of those rows.
    sums = centred.T @ seen
    covariances = (centred.T @ centred - sums * sums.T / pairs) / (pairs - 1)
    return float(np.trace(covariances)), float(covariances.sum())


def _fewest_together(used: Floats) -> int:
    seen = (~np.isnan(used)).astype(np.float64)
    return int((seen.T @ seen).min())


def _alpha_interval(
    alpha: float, error: float | None, size: tuple[int, int], kind: AlphaInterval
) -> Interval | InsufficientData:
    n, k = size
    if is_constant(np.asarray([alpha, 1.0])):
        return no_variance(n, kind)
    if kind == "Feldt":
        degrees = (n - 1, (n - 1) * (k - 1))
        upper, lower = (float(special.fdtri(*degrees, p)) for p in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
        return Interval(1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower, "Feldt")
    if error is None:
        return too_few(n, _LEAST_ROWS, kind)
    return _on_log_scale(alpha, error, n, "delta method on ln(1-alpha), distribution-free")


def _alpha_error(used: Floats) -> float | None:
    """The standard error from each row's influence on the variances, which needs no normality."""
    n, k = used.shape
    if n < _LEAST_ROWS:
        return None
    centred = used - used.mean(axis=0)
    squares, sums = (centred**2).sum(axis=1), centred.sum(axis=1) ** 2
    variances, total = float(squares.mean()), float(sums.mean())
    influence = sums * variances / total**2 - squares / total
    return float(k / (k - 1) * influence.std(ddof=1) / sqrt(n - 3))


def _alpha_doubts(alpha: float, error: float | None, size: tuple[int, int]) -> tuple[Caution, ...]:
    """Feldt's interval rests on normal answers; say so where theirs spreads a good deal more."""
    n, k = size
    if error is None or n < _LEAST_TO_DOUBT_NORMALITY or is_constant(np.asarray([alpha, 1.0])):
        return ()
    ratio = error / (1 - alpha) / sqrt(2 * k / ((n - 1) * (k - 1)))
    return (caution("interval_too_narrow_for_answers", ratio=ratio),) if ratio > _DOUBTFUL_RATIO else ()


def _on_log_scale(value: float, error: float, n: int, method: str) -> Interval:
    reach = t_quantile(n - 1) * error / (1 - value)
    return Interval(1 - exp(log(1 - value) + reach), 1 - exp(log(1 - value) - reach), method)


def _omega_error(z: Floats, correlations: Floats, factor: OneFactor, common_sum: float) -> float:
    """The standard error from the influence of each row, carried through loadings and correlations."""
    off = correlations - np.eye(z.shape[1])
    loadings, free = factor.loadings, factor.free
    squares = z**2
    common = z @ loadings
    # The influence of a row on Σ_{j≠i} r_ij λ_j, for every item i.
    on_products = (
        z * (common[:, None] - z * loadings) - squares * (off @ loadings) / 2 - (squares * loadings) @ off / 2
    )
    on_loadings = np.zeros_like(z)
    on_loadings[:, free] = np.linalg.solve(factor.curvature[np.ix_(free, free)], 2 * on_products[:, free].T).T
    on_sum = z.sum(axis=1) ** 2 - squares.sum(axis=1) - squares @ off.sum(axis=1)
    unique = float((1 - loadings**2).sum())
    influence = 2 * (on_loadings @ loadings) / common_sum + unique * on_sum / common_sum**2
    return float(influence.std(ddof=1)) / sqrt(z.shape[0] - 3)
