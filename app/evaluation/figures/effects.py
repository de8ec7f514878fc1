"""Standardised differences of means: Hedges g in its variants, each with its interval."""

from math import exp, sqrt
from typing import Literal

import numpy as np
from scipy import special

from app.evaluation.figures.arrays import Floats, is_constant, no_variance, too_few
from app.evaluation.figures.intervals import normal_quantile
from app.evaluation.figures.outcomes import LEVEL, Estimate, InsufficientData, Interval

HEDGES = "Hedges g"
Correction = Literal["exact", "approximate"]
_SPOKEN = {"exact": "exact gamma correction", "approximate": "approximate correction 1 - 3/(4 df - 1)"}


def hedges_correction(degrees: float, correction: Correction = "exact") -> float:
    """Return what takes the bias out of a standardised difference.

    Exact: Γ(m/2) / (√(m/2) Γ((m-1)/2)); approximate: 1 - 3/(4m - 1). Hedges (1981), JES 6, 107-128.
    """
    if correction == "approximate":
        return 1 - 3 / (4 * degrees - 1)
    return exp(float(special.gammaln(degrees / 2) - special.gammaln((degrees - 1) / 2))) / sqrt(degrees / 2)


def independent_g(
    first: Floats, second: Floats, *, correction: Correction = "exact"
) -> Estimate | InsufficientData:
    """Return (m1 - m2) / pooled sd, corrected with n1 + n2 - 2 degrees; no blanks.

    Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, ch. 5. The interval is that of the population's
    standardised difference from the noncentral t distribution (Steiger and Fouladi 1997), exact for normal answers
    of equal variance; it is not itself corrected, because it needs no correction.
    """
    variant = f"pooled sd, {_SPOKEN[correction]}"
    n1, n2 = first.size, second.size
    n = n1 + n2
    if min(n1, n2) < 2:
        return too_few(min(n1, n2), 2, HEDGES, variant=variant)
    degrees = n - 2
    pooled = sqrt((float(first.var(ddof=1)) * (n1 - 1) + float(second.var(ddof=1)) * (n2 - 1)) / degrees)
    if is_constant(first) and is_constant(second):
        return no_variance(n, HEDGES, variant=variant)
    d = (float(first.mean()) - float(second.mean())) / pooled
    return Estimate(
        n=n,
        method=HEDGES,
        variant=variant,
        value=d * hedges_correction(degrees, correction),
        interval=_noncentral(d, sqrt(n1 * n2 / n), degrees),
    )


def paired_g_of_differences(
    first: Floats, second: Floats, *, correction: Correction = "exact"
) -> Estimate | InsufficientData:
    """Return g_z, mean difference / sd of the differences, corrected with n - 1 degrees; pairs without blanks.

    Cumming (2012), Understanding the New Statistics, ch. 11. Interval from the noncentral t distribution of the
    paired test, exact for normal differences.
    """
    variant = f"g_z: sd of the differences, {_SPOKEN[correction]}"
    differences = first - second
    n = differences.size
    if n < 3:
        return too_few(n, 3, HEDGES, variant=variant)
    if is_constant(differences):
        return no_variance(n, HEDGES, variant=variant)
    d = float(differences.mean()) / float(differences.std(ddof=1))
    return Estimate(
        n=n,
        method=HEDGES,
        variant=variant,
        value=d * hedges_correction(n - 1, correction),
        interval=_noncentral(d, sqrt(n), n - 1),
    )


def paired_g_of_average(
    first: Floats, second: Floats, *, correction: Correction = "exact"
) -> Estimate | InsufficientData:
    """Return g_av, mean difference / √((s1² + s2²)/2), corrected with n - 1 degrees; pairs without blanks.

    Cumming (2012), ch. 11; the size that is comparable with g of independent groups. Interval: Bonett (2008),
    Psychological Methods 13, 99-109, for two correlated means, d ± z √v with
    v = d²(s1⁴ + s2⁴ + 2 r² s1² s2²) / (8 s⁴ df) + s_diff² / (s² df).
    """
    variant = f"g_av: average of both sd, {_SPOKEN[correction]}"
    n = first.size
    if n < 3:
        return too_few(n, 3, HEDGES, variant=variant)
    if is_constant(first) and is_constant(second):
        return no_variance(n, HEDGES, variant=variant)
    v1, v2 = float(first.var(ddof=1)), float(second.var(ddof=1))
    average, degrees = (v1 + v2) / 2, n - 1
    d = (float(first.mean()) - float(second.mean())) / sqrt(average)
    together = float(((first - first.mean()) * (second - second.mean())).sum()) / degrees
    spread = d**2 * (v1**2 + v2**2 + 2 * together**2) / (8 * average**2 * degrees)
    error = sqrt(spread + (v1 + v2 - 2 * together) / (average * degrees))
    reach = normal_quantile() * error
    return Estimate(
        n=n,
        method=HEDGES,
        variant=variant,
        value=d * hedges_correction(degrees, correction),
        standard_error=error,
        interval=Interval(d - reach, d + reach, "Bonett (2008), correlated means"),
    )


def _noncentral(d: float, root: float, degrees: int) -> Interval:
    """The differences under which the observed t would be at either end of its middle ``LEVEL``."""
    ends = special.nctdtrinc(degrees, np.array([(1 + LEVEL) / 2, (1 - LEVEL) / 2]), d * root) / root
    if np.isfinite(ends).all():
        return Interval(float(ends[0]), float(ends[1]), "noncentral t")
    # So far out the distribution cannot be computed, and the normal one is as good.
    reach = normal_quantile() * sqrt(1 / root**2 + d**2 / (2 * degrees))
    return Interval(d - reach, d + reach, "large-sample normal")
