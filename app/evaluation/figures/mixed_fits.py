"""Fitting a crossed model: its units, the search for the ratios, and what their uncertainty does to the effects."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from app.evaluation.figures.mixed_models import Codes, CrossedModel, Factor, Floats, Solution

# A ratio below this is tried at zero, where the factor explains nothing.
_NEAR_ZERO = 0.02
# A ratio that reaches this means that nothing varies within the levels.
HIGHEST_RATIO = 1_000.0
_TRUST_START, _TRUST_END = 0.5, 1e-5
# How much worse the criterion may be for a ratio to count still, and in how many points it is averaged over.
_PROFILE_DEPTH = 10.0
_PROFILE_POINTS = 12
_CHI_SQUARE = float(stats.chi2.ppf(0.95, 1))
# Above this many levels the covariances between them are not kept, so pairs are not compared.
MAXIMUM_PAIRED_LEVELS = 3_000


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model. All figures are in the units of the response."""

    model: CrossedModel
    solution: Solution
    converged: bool
    criterion: float
    mean: float
    mean_error: float
    slopes: Floats
    slope_errors: Floats
    residual_sd: float
    sds: Floats
    scale: float


@dataclass(frozen=True, slots=True)
class Averaged:
    """The effects of one factor, averaged over what its ratio may be.

    ``effects`` are at the best ratio. ``means`` and ``variances`` are of each level against the average of the
    levels; ``second`` holds the covariances of the levels, or nothing where there are too many.
    """

    effects: Floats
    means: Floats
    variances: Floats
    second: Floats | None
    sd_low: float
    sd_high: float


def fit(response: Floats, covariates: Floats, factors: Sequence[Factor]) -> Fit:
    """Fit a mean, slopes of the columns of ``covariates`` (none of them constant) and the random factors by REML."""
    centre, scale = float(response.mean()), float(response.std())
    spreads = covariates.std(axis=0)
    design = np.column_stack([np.ones(len(response)), (covariates - covariates.mean(axis=0)) / spreads])
    model = CrossedModel((response - centre) / scale, design, factors)
    ratios, converged = _search(model)
    solution = model.solve(ratios)
    errors = scale * np.sqrt(np.diag(solution.inverse)[model.random :])
    sigma = scale * math.sqrt(solution.sigma2)
    units = 2.0 * (model.n - model.columns) * math.log(scale) + 2.0 * float(np.log(spreads).sum())
    return Fit(
        model=model,
        solution=solution,
        converged=converged,
        criterion=model.criterion(ratios) + units,
        mean=centre + scale * float(solution.fixed[0]),
        mean_error=float(errors[0]),
        slopes=scale * solution.fixed[1:] / spreads,
        slope_errors=errors[1:] / spreads,
        residual_sd=sigma,
        sds=ratios * sigma,
        scale=scale,
    )


def _search(model: CrossedModel) -> tuple[Floats, bool]:
    """Find the best ratios, each zero or more, without derivatives (Ragonneau 2022, COBYQA).

    The criterion is even in every ratio, so zero is no cliff; but a search that stops just beside it is helped on
    to it, and one that stopped on it is begun again from the inside, lest it was a saddle.
    """
    found = _descend(model, np.ones(len(model.factors)))
    small = found.ratios < _NEAR_ZERO
    if small.any():
        again = _descend(model, np.where(small, 0.2, found.ratios))
        found = min(found, again, key=lambda result: result.criterion)
        grounded = np.where(found.ratios < _NEAR_ZERO, 0.0, found.ratios)
        if model.criterion(grounded) <= found.criterion + 1e-9 * abs(found.criterion):
            return grounded, found.converged
    return found.ratios, found.converged


@dataclass(frozen=True, slots=True)
class _Descent:
    ratios: Floats
    criterion: float
    converged: bool


def _descend(model: CrossedModel, start: Floats) -> _Descent:
    def criterion(ratios: Floats) -> float:
        return model.criterion(np.maximum(ratios, 0.0))

    result = optimize.minimize(
        criterion,
        start,
        method="COBYQA",
        bounds=optimize.Bounds(np.zeros(len(start)), np.full(len(start), HIGHEST_RATIO)),
        options={"initial_tr_radius": _TRUST_START, "final_tr_radius": _TRUST_END, "maxfev": 1000},
    )
    ratios = np.maximum(np.asarray(result.x, dtype=np.float64), 0.0)
    return _Descent(ratios, float(result.fun), bool(result.success))


def average_over_profile(fitted: Fit, place: int) -> Averaged:
    """Average the effects of one factor over its ratio, the other ratios held where they are best.

    Each ratio counts as the REML likelihood says, with a flat prior on it (Gelman 2006, Bayesian Analysis 1(3),
    section 5.1, proper from three levels on). So the intervals have a width even where the best estimate of the
    variance is zero, and are wide enough where there are few levels.
    """
    model, best = fitted.model, fitted.solution

    def worse(ratio: float) -> float:
        return model.criterion(_with(best.ratios, place, ratio)) - lowest

    lowest = model.criterion(best.ratios)
    at = float(best.ratios[place])
    low, high = _crossing(worse, at, _PROFILE_DEPTH)
    nodes, weights = np.polynomial.legendre.leggauss(_PROFILE_POINTS)
    ratios = low + (high - low) * (nodes + 1) / 2
    weights = weights * np.exp([-worse(float(ratio)) / 2 for ratio in ratios])
    effects = fitted.scale * model.effects_of(place, best)
    means, variances, second = _mixture(fitted, place, ratios, weights / weights.sum())
    inner = _crossing(worse, at, _CHI_SQUARE)
    sds = [
        fitted.scale * ratio * math.sqrt(model.solve(_with(best.ratios, place, ratio)).sigma2)
        for ratio in inner
    ]
    return Averaged(effects, means, variances, second, sds[0], sds[1])


def _mixture(
    fitted: Fit, place: int, ratios: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats | None]:
    """Mean and variance of a mixture: the mean of the variances and the variance of the means."""
    model, levels = fitted.model, fitted.model.factors[place].levels
    means, squares = np.zeros(levels), np.zeros(levels)
    second = np.zeros((levels, levels)) if levels <= MAXIMUM_PAIRED_LEVELS else None
    for ratio, weight in zip(ratios, weights, strict=True):
        solution = model.solve(_with(fitted.solution.ratios, place, float(ratio)))
        effects = model.effects_of(place, solution)
        means += weight * effects
        squares += weight * (model.centred_variances_of(place, solution) + effects**2)
        if second is not None:
            second += weight * model.covariance_of(place, solution)
            second += weight * np.outer(effects, effects)
    if second is not None:
        second -= np.outer(means, means)
        second *= fitted.scale**2
    return fitted.scale * means, fitted.scale**2 * np.maximum(squares - means**2, 0.0), second


def _with(ratios: Floats, place: int, ratio: float) -> Floats:
    changed = ratios.copy()
    changed[place] = ratio
    return changed


def _crossing(worse: Callable[[float], float], at: float, depth: float) -> tuple[float, float]:
    """Where, on both sides of the best ratio, the criterion is worse by ``depth``; zero if it never is below."""
    high = max(2.0 * at, 0.05)
    while worse(high) < depth:
        high *= 2.0
    upper = _root(worse, at, high, depth)
    return (_root(worse, 0.0, at, depth) if at > 0 and worse(0.0) > depth else 0.0), upper


def _root(worse: Callable[[float], float], low: float, high: float, depth: float) -> float:
    return float(optimize.brentq(lambda ratio: worse(ratio) - depth, low, high, xtol=1e-9, rtol=1e-3))


def encode(labels: Sequence[str]) -> tuple[tuple[str, ...], Codes]:
    """Number the labels in the order of the alphabet."""
    levels, codes = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    return tuple(str(level) for level in levels), codes.astype(np.int64)
