"""Linear mixed models with crossed random intercepts, fitted by restricted maximum likelihood (REML).

The model is y = X b + Z_1 u_1 + ... + Z_k u_k + e with independent u_i ~ N(0, (ratio_i * sigma)^2) for every factor
and e ~ N(0, sigma^2). As in Bates, Maechler, Bolker and Walker (2015), Journal of Statistical Software 67(1), the
deviance is profiled: only the ratios are searched for, everything else follows from one factorisation of the
penalised least squares problem (their sections 3.4 and 3.5).

That factorisation is where the sparseness counts. The block of one factor is diagonal, so the factor with the most
levels (the respondents, as a rule) is eliminated by hand, and what is left, the other factors with the fixed effects
and y, is a dense matrix that LAPACK factorises. Its side is the number of the other levels, so 3,000 respondents
rating 1,100 lecturers cost a Cholesky factor of 1,100 by 1,100 for each step.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from app.evaluation.figures.arrays import Floats, UnfitData
from app.evaluation.figures.mixed_pairs import WeightedCrossproduct

Codes = NDArray[np.int64]

# The dense side. Memory is about four matrices of this side, 32 bytes * side^2.
MAXIMUM_DENSE_LEVELS = 4_000
# So many levels of the largest factor are held in dense rows at a time.
_CHUNK = 512


class TooManyLevels(UnfitData):
    """The factors besides the largest have more levels than one dense matrix should hold."""

    def __init__(self, levels: int) -> None:
        super().__init__(
            f"The factors besides the largest have {levels} levels together; at most {MAXIMUM_DENSE_LEVELS} "
            f"can be compared at once."
        )


class SingularModel(UnfitData):
    """The fixed effects cannot be told apart from each other."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Which of the levels 0 to ``levels`` - 1 each observation belongs to."""

    name: str
    codes: Codes
    levels: int


@dataclass(frozen=True, slots=True)
class Factorisation:
    """The Cholesky factor of the dense side at given ratios, and what follows from its diagonal."""

    ratios: Floats
    weights: Floats
    lower: Floats
    residual: float
    criterion: float


@dataclass(frozen=True, slots=True)
class Solution:
    """The conditional means of all effects at given ratios, with the inverse of the dense side (times sigma^2)."""

    ratios: Floats
    criterion: float
    sigma2: float
    fixed: Floats
    kept: Floats
    eliminated: Floats
    inverse: Floats
    weights: Floats


class CrossedModel:
    """The crossproducts of one set of data, made once, and what the ratios make of them.

    The response and the columns of ``design`` should be of the order of 1 and centred, but for the intercept; the
    caller scales them (``mixed_fits`` does).
    """

    def __init__(self, response: Floats, design: Floats, factors: Sequence[Factor]) -> None:
        self.n, self.columns = design.shape
        self.factors = tuple(factors)
        self.largest = max(range(len(factors)), key=lambda place: factors[place].levels)
        self._kept = tuple(place for place in range(len(factors)) if place != self.largest)
        self.random = sum(factors[place].levels for place in self._kept)
        if self.random > MAXIMUM_DENSE_LEVELS:
            raise TooManyLevels(self.random)
        tail = np.column_stack([design, response])
        eliminated = _indicator(factors[self.largest], self.n)
        self.counts: Floats = np.asarray(eliminated.sum(axis=0), dtype=np.float64)
        self._tail_eliminated: Floats = np.asarray(eliminated.T @ tail).T
        blocks = [_indicator(factors[place], self.n) for place in self._kept]
        self._kept_eliminated = (
            sparse.csr_array(sparse.vstack([block.T @ eliminated for block in blocks])) if blocks else None
        )
        self._pairs = None if self._kept_eliminated is None else WeightedCrossproduct(self._kept_eliminated)
        self._crossproduct = _crossproduct(blocks, tail, self.random)

    def factorise(self, ratios: Floats) -> Factorisation:
        """Return the factor and the REML criterion (minus twice the log-likelihood) at these ratios."""
        ratio = float(ratios[self.largest])
        diagonal = ratio**2 * self.counts + 1.0
        weights = ratio**2 / diagonal
        side = self._eliminated_part(weights)
        np.subtract(self._crossproduct, side, out=side)
        self._scale_both_ways(side, self._scale(ratios))
        side[np.diag_indices(self.random)] += 1.0
        # Only the lower triangle is read and written. To LAPACK, which goes by columns, it is the upper one.
        upper, failed = linalg.lapack.dpotrf(side.T, lower=0, clean=0, overwrite_a=1)
        if failed:
            raise SingularModel("The fixed effects are not independent of each other.")
        lower = upper.T
        pivots = np.log(np.diag(lower)[:-1])
        residual = max(float(lower[-1, -1]) ** 2, np.finfo(np.float64).tiny)
        degrees = self.n - self.columns
        determinants = float(np.log(diagonal).sum() + 2.0 * pivots.sum())
        criterion = determinants + degrees * (1.0 + float(np.log(2.0 * np.pi * residual / degrees)))
        return Factorisation(ratios, weights, lower, residual, criterion)

    def criterion(self, ratios: Floats) -> float:
        """Return the REML criterion at these ratios, the smaller the better."""
        return self.factorise(ratios).criterion

    def sigma2(self, ratios: Floats) -> float:
        """Return the residual variance at these ratios."""
        return float(self.factorise(ratios).residual / (self.n - self.columns))

    def solve(self, ratios: Floats) -> Solution:
        """Return the effects and the inverse at these ratios."""
        factor = self.factorise(ratios)
        sigma2 = factor.residual / (self.n - self.columns)
        square, right = factor.lower[:-1, :-1], factor.lower[-1, :-1]
        spherical = linalg.solve_triangular(square, right, lower=True, trans="T", check_finite=False)
        inverse, _ = linalg.lapack.dpotri(square, lower=1)
        inverse = _mirrored(inverse)
        scale = self._scale(ratios)[:-1]
        self._scale_both_ways(inverse, math.sqrt(sigma2) * scale)
        effects = spherical * scale
        fixed, kept = effects[self.random :], effects[: self.random]
        eliminated = self._eliminated_effects(factor.weights, kept, fixed)
        return Solution(ratios, factor.criterion, sigma2, fixed, kept, eliminated, inverse, factor.weights)

    def effects_of(self, place: int, solution: Solution) -> Floats:
        """Return the conditional means of the levels of one factor (the best linear unbiased predictions)."""
        if place == self.largest:
            return solution.eliminated
        return solution.kept[self._slices[place]]

    def covariance_of(self, place: int, solution: Solution) -> Floats:
        """Return the covariance matrix of the prediction errors, effect less its prediction, of one factor.

        The uncertainty of the fixed effects is in it (Henderson 1975, Biometrics 31, 423-447), that of the ratios
        is not.
        """
        if place != self.largest:
            return solution.inverse[self._slices[place], self._slices[place]]
        loadings = self._loadings(solution.weights)
        covariance: Floats = loadings @ solution.inverse @ loadings.T
        covariance[np.diag_indices(len(self.counts))] += solution.sigma2 * solution.weights
        return covariance

    def centred_variances_of(self, place: int, solution: Solution) -> Floats:
        """Return the variance of each prediction error of one factor against the average of its levels."""
        levels = self.factors[place].levels
        if place != self.largest:
            block = self.covariance_of(place, solution)
            diagonal, sums = np.diag(block), block.sum(axis=0)
        else:
            own = solution.sigma2 * solution.weights
            total = self._total_loading(solution.weights) @ solution.inverse
            chunks = [slice(start, start + _CHUNK) for start in range(0, levels, _CHUNK)]
            loadings = (self._loadings(solution.weights, rows) for rows in chunks)
            pairs = [
                (np.einsum("ij,ij->i", part @ solution.inverse, part), part @ total) for part in loadings
            ]
            diagonal = np.concatenate([pair[0] for pair in pairs]) + own
            sums = np.concatenate([pair[1] for pair in pairs]) + own
        return np.asarray(diagonal - 2.0 * sums / levels + sums.sum() / levels**2)

    @cached_property
    def _slices(self) -> dict[int, slice]:
        """Where each kept factor lies on the dense side."""
        found, start = {}, 0
        for place in self._kept:
            found[place] = slice(start, start + self.factors[place].levels)
            start = found[place].stop
        return found

    def _scale(self, ratios: Floats) -> Floats:
        scale = np.ones(self.random + self.columns + 1)
        for place, where in self._slices.items():
            scale[where] = ratios[place]
        return scale

    @staticmethod
    def _scale_both_ways(side: Floats, scale: Floats) -> None:
        side *= scale[:, None]
        side *= scale[None, :]

    def _eliminated_part(self, weights: Floats) -> Floats:
        """The lower triangle of what eliminating the largest factor takes off the dense side."""
        part = np.empty_like(self._crossproduct)
        tail = self._tail_eliminated * weights
        part[self.random :, self.random :] = tail @ self._tail_eliminated.T
        if self._kept_eliminated is not None and self._pairs is not None:
            part[: self.random, : self.random] = self._pairs.lower_triangle(weights)
            part[: self.random, self.random :] = 0.0
            part[self.random :, : self.random] = (self._kept_eliminated @ tail.T).T
        return part

    def _eliminated_effects(self, weights: Floats, kept: Floats, fixed: Floats) -> Floats:
        residuals = self._tail_eliminated[-1] - fixed @ self._tail_eliminated[:-1]
        if self._kept_eliminated is not None:
            residuals = residuals - self._kept_eliminated.T @ kept
        return np.asarray(weights * residuals)

    def _loadings(self, weights: Floats, rows: slice = slice(None)) -> Floats:
        """How the eliminated effects answer to a change of the others."""
        chosen = np.arange(len(self.counts))[rows]
        parts = [self._tail_eliminated[:-1, rows].T]
        if self._kept_eliminated is not None:
            parts.insert(0, self._kept_eliminated[:, chosen].T.toarray())
        return np.asarray(-weights[rows, None] * np.hstack(parts))

    def _total_loading(self, weights: Floats) -> Floats:
        parts = [self._tail_eliminated[:-1] @ weights]
        if self._kept_eliminated is not None:
            parts.insert(0, self._kept_eliminated @ weights)
        return np.asarray(-np.concatenate(parts))


def _indicator(factor: Factor, n: int) -> sparse.csr_array:
    return sparse.csr_array((np.ones(n), (np.arange(n), factor.codes)), shape=(n, factor.levels))


def _crossproduct(blocks: list[sparse.csr_array], tail: Floats, random: int) -> Floats:
    """The dense side at ratios of 1, before the largest factor is eliminated."""
    side = np.zeros((random + tail.shape[1], random + tail.shape[1]))
    side[random:, random:] = tail.T @ tail
    if blocks:
        kept = sparse.csr_array(sparse.hstack(blocks))
        side[:random, :random] = (kept.T @ kept).toarray()
        side[:random, random:] = kept.T @ tail
        side[random:, :random] = side[:random, random:].T
    return side


def _mirrored(lower: Floats) -> Floats:
    """The whole symmetric matrix, given its lower triangle."""
    full: Floats = np.tril(lower)
    full += np.tril(lower, -1).T
    return full
