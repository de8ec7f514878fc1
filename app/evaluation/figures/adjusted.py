"""Groups compared: on means of unequal variance (Welch), and on a later test adjusted for an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from app.evaluation.figures.arrays import (
    Floats,
    caution,
    column,
    is_constant,
    no_variance,
    observed,
    rows_by_group,
    too_few,
)
from app.evaluation.figures.intervals import t_quantile
from app.evaluation.figures.outcomes import (
    LEVEL,
    Caution,
    Estimate,
    InsufficientData,
    Interval,
    Outcome,
    Reason,
    SignificanceTest,
)

ANCOVA = "analysis of covariance"
WELCH = "Welch analysis of variance"
MOST_CONTRASTS = 45
_DOUBTFUL_SLOPES = 0.05


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """A group's adjusted mean."""

    group: str
    mean: Estimate


@dataclass(frozen=True, slots=True)
class Contrast:
    """One group's adjusted mean less another's."""

    first: str
    second: str
    difference: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedComparison(Outcome):
    """Groups compared on a later measure as if all had started alike.

    ``test`` asks whether the groups differ at all; ``slopes`` whether the earlier measure tells as much in each
    group, without which the comparison is doubtful. ``contrasts`` hold their level together (Bonferroni).
    """

    test: SignificanceTest
    slopes: SignificanceTest | InsufficientData
    partial_eta_squared: float
    groups: tuple[GroupEstimate, ...]
    contrasts: tuple[Contrast, ...]


def welch_test(values: ArrayLike, groups: Sequence[str]) -> SignificanceTest | InsufficientData:
    """Test whether groups of unequal variance have one mean: Welch (1951), Biometrika 38, 330-336."""
    answers = column(values)
    missing = int(np.isnan(answers).sum())
    parts = [observed(answers[rows]) for rows in rows_by_group(groups).values()]
    parts = [part for part in parts if part.size > 1]
    n = sum(part.size for part in parts)
    if len(parts) < 2:
        return _too_few_groups(len(parts), WELCH, missing)
    if any(is_constant(part) for part in parts):
        return no_variance(n, WELCH, missing=missing)
    sizes = np.array([part.size for part in parts], dtype=np.float64)
    weights = sizes / np.array([part.var(ddof=1) for part in parts])
    means = np.array([part.mean() for part in parts])
    k, total = len(parts), float(weights.sum())
    grand = float(weights @ means) / total
    spread = float(((1 - weights / total) ** 2 / (sizes - 1)).sum())
    statistic = float(weights @ (means - grand) ** 2) / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
    degrees = (float(k - 1), (k**2 - 1) / (3 * spread))
    return SignificanceTest(
        n=n,
        missing=missing,
        method=WELCH,
        statistic=statistic,
        name="F",
        degrees=degrees,
        p=float(special.fdtrc(*degrees, statistic)),
    )


def adjusted_comparison(
    later: ArrayLike, earlier: ArrayLike, groups: Sequence[str]
) -> AdjustedComparison | InsufficientData:
    """Compare groups on ``later``, adjusted for ``earlier`` with one slope: F(g-1, n-g-1).

    Analysis of covariance by least squares, Fisher (1932); Maxwell and Delaney (2004), Designing Experiments and
    Analyzing Data, ch. 9. Adjusted means are at the mean of ``earlier``; contrasts take t at level
    1 - .05/number of contrasts. Rows with a blank are left out.
    """
    late, early = column(later), column(earlier)
    labels = np.asarray(groups, dtype=np.str_)
    whole = ~np.isnan(late) & ~np.isnan(early)
    missing = int((~whole).sum())
    late, early, labels = late[whole], early[whole], labels[whole]
    names, places = np.unique(labels, return_inverse=True)
    n, g = late.size, names.size
    if g < 2:
        return _too_few_groups(g, ANCOVA, missing)
    if n < g + 2:
        return too_few(n, g + 2, ANCOVA, missing=missing)
    if is_constant(early) or is_constant(late):
        return no_variance(n, ANCOVA, missing=missing)
    dummies = (places[:, None] == np.arange(g)).astype(np.float64)
    centred = early - early.mean()
    design = np.column_stack([dummies, centred])
    if np.linalg.matrix_rank(design) < g + 1:
        return InsufficientData(n=n, missing=missing, method=ANCOVA, reason=Reason.NOT_DEFINED)
    rest, degrees = _residual(design, late), n - g - 1
    between = _residual(np.column_stack([np.ones(n), centred]), late) - rest
    if rest <= 1e-12 * max(between + rest, 1e-300):
        return no_variance(n, ANCOVA, missing=missing)
    slopes = _slopes(dummies, centred, late, rest)
    coefficients = np.linalg.lstsq(design, late, rcond=None)[0]
    covariance = np.linalg.inv(design.T @ design) * rest / degrees
    return AdjustedComparison(
        n=n,
        missing=missing,
        method=ANCOVA,
        variant="one slope, least squares",
        cautions=_doubts(slopes),
        test=_f_test(n, between / (g - 1), rest / degrees, (g - 1, degrees), ANCOVA),
        slopes=slopes,
        partial_eta_squared=between / (between + rest),
        groups=_adjusted_means(names.tolist(), dummies, coefficients, covariance, degrees),
        contrasts=_contrasts(names.tolist(), dummies, coefficients, covariance, degrees),
    )


def _residual(design: Floats, values: Floats) -> float:
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(((values - fitted) ** 2).sum())


def _slopes(
    dummies: Floats, centred: Floats, late: Floats, rest: float
) -> SignificanceTest | InsufficientData:
    """Whether a slope of its own for every group fits better than one for all."""
    n, g = dummies.shape
    design = np.column_stack([dummies, dummies * centred[:, None]])
    rank = int(np.linalg.matrix_rank(design))
    more, degrees = rank - g - 1, n - rank
    if more < 1 or degrees < 1:
        return too_few(n, 2 * g + 1, "equal slopes")
    own = _residual(design, late)
    if own <= 1e-12 * rest:
        return no_variance(n, "equal slopes")
    return _f_test(n, (rest - own) / more, own / degrees, (more, degrees), "equal slopes")


def _f_test(n: int, upper: float, lower: float, degrees: tuple[int, int], method: str) -> SignificanceTest:
    statistic = max(upper, 0.0) / lower
    return SignificanceTest(
        n=n,
        method=method,
        statistic=statistic,
        name="F",
        degrees=(float(degrees[0]), float(degrees[1])),
        p=float(special.fdtrc(*degrees, statistic)),
    )


def _doubts(slopes: SignificanceTest | InsufficientData) -> tuple[Caution, ...]:
    if isinstance(slopes, InsufficientData) or slopes.p >= _DOUBTFUL_SLOPES:
        return ()
    return (caution("slopes_differ", p=slopes.p),)


def _adjusted_means(
    names: Sequence[object], dummies: Floats, coefficients: Floats, covariance: Floats, degrees: int
) -> tuple[GroupEstimate, ...]:
    return tuple(
        GroupEstimate(
            str(name),
            _estimate(
                int(dummies[:, place].sum()),
                float(coefficients[place]),
                sqrt(covariance[place, place]),
                t_quantile(degrees),
                "adjusted mean",
                "Student t",
            ),
        )
        for place, name in enumerate(names)
    )


def _contrasts(
    names: Sequence[object], dummies: Floats, coefficients: Floats, covariance: Floats, degrees: int
) -> tuple[Contrast, ...]:
    pairs = list(combinations(range(len(names)), 2))
    if len(pairs) > MOST_CONTRASTS:
        return ()
    reach = t_quantile(degrees, 1 - (1 - LEVEL) / len(pairs))
    found = []
    for one, other in pairs:
        variance = covariance[one, one] + covariance[other, other] - 2 * covariance[one, other]
        estimate = _estimate(
            int(dummies[:, [one, other]].sum()),
            float(coefficients[one] - coefficients[other]),
            sqrt(variance),
            reach,
            "difference of adjusted means",
            f"Student t, Bonferroni over {len(pairs)}",
        )
        found.append(Contrast(str(names[one]), str(names[other]), estimate))
    return tuple(found)


def _estimate(n: int, value: float, error: float, reach: float, method: str, interval: str) -> Estimate:
    return Estimate(
        n=n,
        method=method,
        value=value,
        standard_error=error,
        interval=Interval(value - reach * error, value + reach * error, interval),
    )


def _too_few_groups(found: int, method: str, missing: int) -> InsufficientData:
    return InsufficientData(
        n=found, missing=missing, method=method, variant="groups", reason=Reason.TOO_FEW_GROUPS, needed=2
    )
