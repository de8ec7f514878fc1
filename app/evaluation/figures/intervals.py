"""Intervals of means and shares, and the quantiles they reach to."""

from math import sqrt

from numpy.typing import ArrayLike
from scipy import special

from app.evaluation.figures.arrays import (
    Floats,
    UnfitData,
    column,
    is_constant,
    no_variance,
    observed,
    too_few,
)
from app.evaluation.figures.outcomes import LEVEL, Estimate, InsufficientData, Interval, Share

WILSON = "Wilson score"
STUDENT = "Student t"


def wilson_share(
    count: int, n: int, *, missing: int = 0, not_applicable: int = 0
) -> Share | InsufficientData:
    """Return a share with the Wilson score interval without continuity correction.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Wilson (1927), JASA 22, 209-212; Brown, Cai and DasGupta
    (2001), Statistical Science 16, 101-133.
    """
    if not 0 <= count <= n:
        raise UnfitData(f"{count} cannot be a part of {n}.")
    if n == 0:
        return too_few(0, 1, "share", missing=missing, not_applicable=not_applicable)
    low, high = wilson_ends(count / n, n)
    low = 0.0 if count == 0 else low
    high = 1.0 if count == n else high
    return Share(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method="share",
        count=count,
        value=count / n,
        interval=Interval(low, high, WILSON),
    )


def wilson_ends(share: float, n: float) -> tuple[float, float]:
    """Return both ends of the Wilson interval of a share of ``n``, which need not be whole."""
    z = normal_quantile()
    z2 = z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    margin = z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return centre - margin, centre + margin


def normal_quantile(level: float = LEVEL) -> float:
    """Return how many standard errors a two-sided normal interval of this level reaches."""
    return float(special.ndtri((1 + level) / 2))


def t_quantile(degrees: float, level: float = LEVEL) -> float:
    """Return how many standard errors a two-sided Student interval of this level reaches."""
    return float(special.stdtrit(degrees, (1 + level) / 2))


def t_interval(given: Floats) -> Interval | InsufficientData:
    """Return the interval of a mean, mean ± t(n-1) sd/√n (Student 1908, Biometrika 6, 1-25)."""
    n = given.size
    if n < 2:
        return too_few(n, 2, STUDENT)
    if is_constant(given):
        return no_variance(n, STUDENT)
    mean = float(given.mean())
    margin = t_quantile(n - 1) * float(given.std(ddof=1)) / sqrt(n)
    return Interval(mean - margin, mean + margin, STUDENT)


def mean_estimate(
    values: ArrayLike, *, not_applicable: int = 0, variant: str = ""
) -> Estimate | InsufficientData:
    """Return the mean of the answers given, with its standard error sd/√n and Student's interval."""
    answers = column(values)
    given = observed(answers)
    n, missing = given.size, answers.size - given.size - not_applicable
    if n == 0:
        return too_few(0, 1, "mean", missing=missing, not_applicable=not_applicable, variant=variant)
    return Estimate(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method="mean",
        variant=variant,
        value=float(given.mean()),
        standard_error=float(given.std(ddof=1)) / sqrt(n) if n > 1 else None,
        interval=t_interval(given),
    )
