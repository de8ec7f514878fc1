"""One common factor under a correlation matrix, by minimum residuals."""

from dataclasses import dataclass

import numpy as np

from app.evaluation.figures.arrays import Floats, Mask

# A uniqueness below this is a Heywood case; the loading is held there, as other programs do.
LEAST_UNIQUENESS = 0.005
_BOUND = float(np.sqrt(1 - LEAST_UNIQUENESS))
_CLOSE_ENOUGH = 1e-10
_MOST_ROUNDS = 500
_MOST_STARTS = 4


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Loadings, which of them are free (not held at the bound), and whether the search came to its end."""

    loadings: Floats
    free: Mask
    curvature: Floats
    converged: bool


def fit_one_factor(correlations: Floats) -> OneFactor:
    """Find the loadings λ that minimise Σ_{i<j} (r_ij - λ_i λ_j)².

    Minres, Harman and Jones (1966), Psychometrika 31, 351-368; the diagonal takes no part. Answers without a
    common factor have several minima, so the search starts from several of the matrix's own directions and the
    deepest that it reaches counts.
    """
    off = correlations - np.diag(np.diag(correlations))
    return min((_descend(off, start) for start in _starts(correlations)), key=lambda found: _rank(off, found))


def _rank(off: Floats, found: OneFactor) -> tuple[bool, float]:
    return not found.converged, _loss(off, found.loadings)


def _starts(correlations: Floats) -> list[Floats]:
    values, vectors = np.linalg.eigh(correlations)
    strongest = range(values.size - 1, max(values.size - 1 - _MOST_STARTS, -1), -1)
    return [
        np.clip(vectors[:, place] * np.sqrt(max(values[place] - 1.0, 0.1)), -0.9, 0.9) for place in strongest
    ]


def _descend(off: Floats, loadings: Floats) -> OneFactor:
    """Newton's steps where they lead down, otherwise one round of exact minimisation by each loading in turn."""
    for _ in range(_MOST_ROUNDS):
        gradient, curvature = _slopes(off, loadings)
        free = ~((np.abs(loadings) >= _BOUND) & (gradient * loadings < 0))
        if np.abs(gradient[free]).max(initial=0.0) < _CLOSE_ENOUGH:
            return OneFactor(_sum_positive(loadings), free, curvature, True)
        step = _newton(off, loadings, gradient, curvature, free)
        loadings = _each_in_turn(off, loadings) if step is None else step
    gradient, curvature = _slopes(off, loadings)
    return OneFactor(_sum_positive(loadings), np.abs(loadings) < _BOUND, curvature, False)


def _loss(off: Floats, loadings: Floats) -> float:
    fitted = np.outer(loadings, loadings)
    np.fill_diagonal(fitted, 0.0)
    return float(((off - fitted) ** 2).sum()) / 2


def _slopes(off: Floats, loadings: Floats) -> tuple[Floats, Floats]:
    """The gradient and the matrix of second derivatives."""
    squares = loadings @ loadings - loadings**2
    gradient: Floats = -2 * (off @ loadings - loadings * squares)
    curvature: Floats = -2 * off + 4 * np.outer(loadings, loadings)
    np.fill_diagonal(curvature, 2 * squares)
    return gradient, curvature


def _newton(off: Floats, loadings: Floats, gradient: Floats, curvature: Floats, free: Mask) -> Floats | None:
    step = np.zeros_like(loadings)
    try:
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], -gradient[free])
    except np.linalg.LinAlgError:
        return None
    tried = np.clip(loadings + step, -_BOUND, _BOUND)
    return tried if _loss(off, tried) < _loss(off, loadings) else None


def _each_in_turn(off: Floats, loadings: Floats) -> Floats:
    moved = loadings.copy()
    for place in range(moved.size):
        others = moved @ moved - moved[place] ** 2
        if others > 0:
            moved[place] = np.clip(off[place] @ moved / others, -_BOUND, _BOUND)
    return moved


def _sum_positive(loadings: Floats) -> Floats:
    return loadings if loadings.sum() >= 0 else -loadings
