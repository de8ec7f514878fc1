"""Fitting a crossed model: its units and the search for the ratios."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.mixed_models import Codes, CrossedModel, Factor, Solution

# A ratio below this is tried at zero, where the factor explains nothing.
_NEAR_ZERO = 0.02
# A ratio that reaches this means that nothing varies within the levels.
HIGHEST_RATIO = 1_000.0
_TRUST_START, _TRUST_END = 0.5, 1e-5


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
        criterion=solution.criterion + units,
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


def encode(labels: Sequence[str]) -> tuple[tuple[str, ...], Codes]:
    """Number the labels in the order of the alphabet."""
    levels, codes = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    return tuple(str(level) for level in levels), codes.astype(np.int64)
