"""What the uncertainty of one ratio does to the effects of its factor.

Best linear unbiased predictions take the ratios as known. Where levels are few or alike that is not so: the intervals
come out too short, and with a variance estimated at zero they have no width at all. So the effects are averaged over
the ratio of their factor, the other ratios held where they are best. Each value of it counts as its profile REML
likelihood says, with a flat prior (Gelman 2006, Bayesian Analysis 1(3), section 5.1; proper from three levels on), and
at each the effects follow a Student t distribution with n - p degrees, sigma being profiled out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import interpolate, optimize, special

from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.mixed_fits import HIGHEST_RATIO, Fit
from app.evaluation.figures.outcomes import LEVEL

# How much worse the criterion may be for a ratio to count still, and in how many points it is averaged over.
_DEPTH = 10.0
_POINTS = 12
_ROOT = math.sqrt(float(special.chdtri(1, 1 - LEVEL)))
_HALVINGS = 50
# Above this many levels the covariances between them are not kept, so pairs are not compared.
MAXIMUM_PAIRED_LEVELS = 3_000


@dataclass(frozen=True, slots=True)
class Averaged:
    """The effects of one factor. All but ``effects``, which are at the best ratio, are averaged over the ratio.

    ``lows`` and ``highs`` are the intervals of each level against the average of the levels, ``errors`` the standard
    deviations; ``covariance`` is that between the levels, or nothing where there are too many. ``sd_low`` and
    ``sd_high`` are the interval of the standard deviation between the levels, from the profile likelihood.
    """

    effects: Floats
    means: Floats
    errors: Floats
    lows: Floats
    highs: Floats
    covariance: Floats | None
    sd_low: float
    sd_high: float


@dataclass(frozen=True, slots=True)
class _Mixture:
    """At each point of the ratio: its weight, and the mean and standard error of every level.

    ``roots`` are the signed square roots of how much worse the criterion is, ``sds`` the standard deviations between
    the levels.
    """

    weights: Floats
    roots: Floats
    sds: Floats
    means: Floats
    errors: Floats
    degrees: int

    def mean(self) -> Floats:
        return self.weights @ self.means

    def spread(self) -> Floats:
        squares = self.weights @ (self.errors**2 + self.means**2)
        return np.asarray(np.sqrt(np.maximum(squares - self.mean() ** 2, 0.0)))

    def sd_at(self, root: float, best: float) -> float:
        """Find the standard deviation at which the criterion is worse by the square of the root; zero if none is."""
        sds, places = np.unique(np.append(self.sds, best), return_index=True)
        roots = np.append(self.roots, 0.0)[places]
        if not roots[0] < root < roots[-1]:
            return 0.0 if root <= roots[0] else float(sds[-1])
        profile = interpolate.CubicSpline(sds, roots)
        return float(optimize.brentq(lambda sd: float(profile(sd)) - root, sds[0], sds[-1]))

    def quantile(self, probability: float) -> Floats:
        """Find by halving, for all levels at once, where the distribution function reaches the probability."""
        reach = 20.0 * self.errors
        low, high = (self.means - reach).min(axis=0), (self.means + reach).max(axis=0)
        errors = np.maximum(self.errors, np.finfo(np.float64).tiny)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            reached = self.weights @ special.stdtr(self.degrees, (middle - self.means) / errors)
            low = np.where(reached < probability, middle, low)
            high = np.where(reached < probability, high, middle)
        return np.asarray((low + high) / 2)


def average_over_profile(fitted: Fit, place: int) -> Averaged:
    """Average the effects of the factor at ``place`` over its ratio."""
    model, best = fitted.model, fitted.solution

    def worse(ratio: float) -> float:
        return model.criterion(_with(best.ratios, place, ratio)) - best.criterion

    low, high = _crossing(worse, float(best.ratios[place]), _DEPTH)
    nodes, weights = np.polynomial.legendre.leggauss(_POINTS)
    mixture, covariance = _mixture(fitted, place, low + (high - low) * (nodes + 1) / 2, weights)
    sd = float(best.ratios[place]) * math.sqrt(best.sigma2)
    return Averaged(
        effects=fitted.scale * model.effects_of(place, best),
        means=fitted.scale * mixture.mean(),
        errors=fitted.scale * mixture.spread(),
        lows=fitted.scale * mixture.quantile((1 - LEVEL) / 2),
        highs=fitted.scale * mixture.quantile((1 + LEVEL) / 2),
        covariance=None if covariance is None else fitted.scale**2 * covariance,
        sd_low=fitted.scale * mixture.sd_at(-_ROOT, sd),
        sd_high=fitted.scale * mixture.sd_at(_ROOT, sd),
    )


def _mixture(fitted: Fit, place: int, ratios: Floats, widths: Floats) -> tuple[_Mixture, Floats | None]:
    model, levels = fitted.model, fitted.model.factors[place].levels
    weights, roots, sds, means, errors = [], [], [], [], []
    second = np.zeros((levels, levels)) if levels <= MAXIMUM_PAIRED_LEVELS else None
    for ratio, width in zip(ratios, widths, strict=True):
        solution = model.solve(_with(fitted.solution.ratios, place, float(ratio)))
        worse = max(solution.criterion - fitted.solution.criterion, 0.0)
        weights.append(float(width) * math.exp(-worse / 2))
        roots.append(math.copysign(math.sqrt(worse), ratio - fitted.solution.ratios[place]))
        sds.append(float(ratio) * math.sqrt(solution.sigma2))
        means.append(model.effects_of(place, solution))
        errors.append(np.sqrt(np.maximum(model.centred_variances_of(place, solution), 0.0)))
        if second is not None:
            second += weights[-1] * model.covariance_of(place, solution)
            second += weights[-1] * np.outer(means[-1], means[-1])
    total = sum(weights)
    mixture = _Mixture(
        weights=np.array(weights) / total,
        roots=np.array(roots),
        sds=np.array(sds),
        means=np.array(means),
        errors=np.array(errors),
        degrees=model.n - model.columns,
    )
    if second is not None:
        second = second / total - np.outer(mixture.mean(), mixture.mean())
    return mixture, second


def _with(ratios: Floats, place: int, ratio: float) -> Floats:
    changed = ratios.copy()
    changed[place] = ratio
    return changed


def _crossing(worse: Callable[[float], float], at: float, depth: float) -> tuple[float, float]:
    """About where, on both sides of the best ratio, the criterion is worse by ``depth``; zero if it never is below."""
    high = max(1.2 * at, 0.05)
    while worse(high) < depth and high < HIGHEST_RATIO**2:
        high *= 1.5
    lower = _root(worse, 0.0, at, depth) if at > 0 and worse(0.0) > depth else 0.0
    return lower, _root(worse, at, high, depth)


def _root(worse: Callable[[float], float], low: float, high: float, depth: float) -> float:
    return float(optimize.brentq(lambda ratio: worse(ratio) - depth, low, high, xtol=1e-9, rtol=0.02))
