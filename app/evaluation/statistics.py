"""Figures of an evaluation, from counted answers. Every figure comes with its n and its uncertainty.

Below ``MINIMUM_FOR_SCORES`` answers there is no figure but ``InsufficientData``.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import NormalDist

from app.evaluation.rules import MINIMUM_FOR_SCORES
from app.evaluation.types import (
    Bar,
    ChoiceSummary,
    InsufficientData,
    Interval,
    RecommendationSummary,
    ScoreSummary,
    Share,
)

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_HIGHEST_DETRACTOR, _LOWEST_PROMOTER = 6, 9


def summarise_scores(
    counts: Mapping[int, int],
    *,
    missing: int = 0,
    minimum: int = MINIMUM_FOR_SCORES,
    scale: Sequence[int] = (),
) -> ScoreSummary | InsufficientData:
    """Summarise answers on a scale, given how often each was chosen; ``scale`` adds points nobody chose."""
    n = sum(counts.values())
    if n < max(minimum, 2):
        return InsufficientData(n, minimum)
    mean = sum(value * count for value, count in counts.items()) / n
    sd = math.sqrt(sum(count * (value - mean) ** 2 for value, count in counts.items()) / (n - 1))
    margin = t_quantile((1 + CONFIDENCE) / 2, n - 1) * sd / math.sqrt(n)
    values = sorted({*scale, *counts})
    bars = tuple(Bar(value, counts.get(value, 0), counts.get(value, 0) / n) for value in values)
    return ScoreSummary(
        n, missing, mean, sd, Interval(mean - margin, mean + margin), _median(counts, n), bars
    )


def difference_of_means(later: ScoreSummary, earlier: ScoreSummary) -> tuple[float, Interval]:
    """Return how much higher the later mean is, with its interval after Welch (1947), Biometrika 34, 28-35.

    The degrees of freedom are rounded down, which makes the interval a hair wider.
    """
    shares = (later.sd**2 / later.n, earlier.sd**2 / earlier.n)
    difference, variance = later.mean - earlier.mean, sum(shares)
    if variance == 0.0:
        return difference, Interval(difference, difference)
    parts = shares[0] ** 2 / (later.n - 1) + shares[1] ** 2 / (earlier.n - 1)
    margin = t_quantile((1 + CONFIDENCE) / 2, max(1, int(variance**2 / parts))) * math.sqrt(variance)
    return difference, Interval(difference - margin, difference + margin)


def summarise_choices(
    counts: Mapping[int, int],
    *,
    options: int,
    answered: int | None = None,
    missing: int = 0,
    minimum: int = MINIMUM_FOR_SCORES,
) -> ChoiceSummary | InsufficientData:
    """Summarise choices among ``options`` options, given how often each (counted from 1) was chosen.

    Shares are of those who ``answered``; where each chose one option that is the sum of the counts.
    """
    n = sum(counts.values()) if answered is None else answered
    if n < max(minimum, 1):
        return InsufficientData(n, minimum)
    return ChoiceSummary(
        n, missing, tuple(_share(counts.get(place, 0), n) for place in range(1, options + 1))
    )


def summarise_recommendation(
    counts: Mapping[int, int], *, missing: int = 0, minimum: int = MINIMUM_FOR_SCORES
) -> RecommendationSummary | InsufficientData:
    """Summarise answers from 0 to 10 to “would you recommend it”: 0-6 detract, 9 and 10 promote.

    The interval is the normal one of the mean of -1, 0 and 1, cut at the ends of the scale.
    """
    n = sum(counts.values())
    if n < max(minimum, 1):
        return InsufficientData(n, minimum)
    detractors = sum(count for value, count in counts.items() if value <= _HIGHEST_DETRACTOR)
    promoters = sum(count for value, count in counts.items() if value >= _LOWEST_PROMOTER)
    score = (promoters - detractors) / n
    margin = _Z * math.sqrt(((promoters + detractors) / n - score**2) / n)
    interval = Interval(100 * max(score - margin, -1.0), 100 * min(score + margin, 1.0))
    passives = n - promoters - detractors
    return RecommendationSummary(n, missing, detractors, passives, promoters, 100 * score, interval)


def share_of(count: int, n: int, *, minimum: int = MINIMUM_FOR_SCORES) -> Share | InsufficientData:
    """Tell which share ``count`` is of ``n``, unless that is too few."""
    return InsufficientData(n, minimum) if n < max(minimum, 1) else _share(count, n)


def response_rate(answered: int, invited: int) -> Share | InsufficientData:
    """Tell how many of those invited have answered. It names nobody's answer, so one invitation is enough."""
    return share_of(answered, invited, minimum=1)


def wilson_interval(count: int, n: int) -> Interval:
    """Return the Wilson score interval of a share (Wilson 1927), without continuity correction."""
    share, z2 = count / n, _Z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    margin = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(max(centre - margin, 0.0), min(centre + margin, 1.0))


def _share(count: int, n: int) -> Share:
    return Share(count, n, count / n, wilson_interval(count, n))


def _median(counts: Mapping[int, int], n: int) -> float:
    """The middle answer, or the mean of the two in the middle."""
    lower_place, upper_place = (n - 1) // 2, n // 2
    passed = 0
    found: list[int] = []
    for value in sorted(counts):
        passed += counts[value]
        found += [value for place in (lower_place, upper_place)[len(found) :] if place < passed]
    return sum(found) / 2


@lru_cache(maxsize=4096)
def t_quantile(probability: float, degrees: int) -> float:
    """Return the quantile of Student's t distribution, for a probability from 0.5 on.

    Found by halving on the distribution function, which is the regularised incomplete beta function
    (Abramowitz and Stegun 26.7.1); accurate to eight digits and more.
    """
    if not 0.5 <= probability < 1 or degrees < 1:
        raise ValueError("The quantile needs a probability in [0.5, 1) and at least one degree of freedom.")
    tail = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while _two_tails(high, degrees) > tail:
        low, high = high, high * 2
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _two_tails(middle, degrees) > tail else (low, middle)
    return (low + high) / 2


def _two_tails(t: float, degrees: int) -> float:
    """The probability that the absolute value exceeds t."""
    return _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction on the side where that is quick."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of Abramowitz and Stegun 26.5.8, evaluated by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    result = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result
