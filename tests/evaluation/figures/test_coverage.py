"""Intervals of 95 % hold the true value in 95 % of samples, give or take one: 5,000 draws with a seed each."""

from collections.abc import Callable

import numpy as np
import pytest

from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.changes import MeanDifference, independent_difference, paired_difference
from app.evaluation.figures.effects import independent_g, paired_g_of_average, paired_g_of_differences
from app.evaluation.figures.intervals import mean_estimate, wilson_share
from app.evaluation.figures.items import RecommendationScore, recommendation_score
from app.evaluation.figures.outcomes import Estimate, InsufficientData, Interval, Share
from app.evaluation.figures.reliability import cronbach_alpha, mcdonald_omega

DRAWS = 5_000
Ends = tuple[float, float]
Draw = Callable[[np.random.Generator], tuple[Ends, float]]

# Six answers from 1 to 5, mostly high, as evaluations are; and a recommendation from 0 to 10.
LIKERT = np.array([0.03, 0.07, 0.2, 0.4, 0.3])
RECOMMENDED = np.array([0.02, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.12, 0.2, 0.2, 0.25])


def ends_of(result: object) -> Ends:
    interval = getattr(result, "interval", None)
    assert isinstance(result, Estimate | Share | RecommendationScore)
    assert isinstance(interval, Interval)
    return interval.low, interval.high


def parallel_items(rng: np.random.Generator, n: int, k: int) -> Floats:
    """Items with correlations of one half, so that alpha of six is 6/7."""
    items: Floats = np.sqrt(0.5) * (rng.standard_normal((n, 1)) + rng.standard_normal((n, k)))
    return items


def a_mean(rng: np.random.Generator) -> tuple[Ends, float]:
    return ends_of(mean_estimate(rng.normal(3.6, 0.9, 12))), 3.6


def a_mean_of_likert_answers(rng: np.random.Generator) -> tuple[Ends, float]:
    points = np.arange(1.0, 6.0)
    return ends_of(mean_estimate(rng.choice(points, 40, p=LIKERT))), float(points @ LIKERT)


def a_share(rng: np.random.Generator) -> tuple[Ends, float]:
    # For one share coverage jumps with n; over shares and sizes it is the nominal one.
    p, n = rng.uniform(0.05, 0.95), int(rng.integers(10, 200))
    return ends_of(wilson_share(int(rng.binomial(n, p)), n)), p


def a_recommendation_score(rng: np.random.Generator) -> tuple[Ends, float]:
    true = 100 * (RECOMMENDED[9:].sum() - RECOMMENDED[:7].sum())
    return ends_of(recommendation_score(rng.choice(11, int(rng.integers(15, 90)), p=RECOMMENDED))), float(
        true
    )


def an_alpha(rng: np.random.Generator) -> tuple[Ends, float]:
    return ends_of(cronbach_alpha(parallel_items(rng, 30, 6))), 6 / 7


def an_alpha_distribution_free(rng: np.random.Generator) -> tuple[Ends, float]:
    return ends_of(cronbach_alpha(parallel_items(rng, 200, 6), interval="distribution-free")), 6 / 7


def an_alpha_with_straight_lines(rng: np.random.Generator) -> tuple[Ends, float]:
    """A third answers one thing throughout; then only the distribution-free interval holds its level."""
    answers = parallel_items(rng, 200, 6)
    straight = rng.random(200) < 1 / 3
    answers[straight] = rng.standard_normal((int(straight.sum()), 1))
    # Covariances of 1/2 and of 1 in the mixture; variances of 1.
    covariance = 2 / 3 * 0.5 + 1 / 3
    true = 6 * covariance / (1 + 5 * covariance)
    return ends_of(cronbach_alpha(answers, interval="distribution-free")), true


def an_omega(rng: np.random.Generator) -> tuple[Ends, float]:
    return ends_of(mcdonald_omega(parallel_items(rng, 150, 6))), 6 / 7


def a_g(rng: np.random.Generator) -> tuple[Ends, float]:
    return ends_of(independent_g(rng.normal(0.6, 1.0, 14), rng.normal(0.0, 1.0, 20))), 0.6


def a_g_of_differences(rng: np.random.Generator) -> tuple[Ends, float]:
    before = rng.normal(0.0, 1.0, 15)
    return ends_of(paired_g_of_differences(before + rng.normal(0.4, 0.8, 15), before)), 0.5


def a_g_of_average(rng: np.random.Generator) -> tuple[Ends, float]:
    common = rng.normal(0.0, 0.7, 60)
    rest = np.sqrt(1 - 0.7**2)
    after, before = common + rng.normal(0.5, rest, 60), common + rng.normal(0.0, rest, 60)
    return ends_of(paired_g_of_average(after, before)), 0.5


def a_difference_of_groups(rng: np.random.Generator) -> tuple[Ends, float]:
    return _difference(independent_difference(rng.normal(1.0, 2.0, 10), rng.normal(0.0, 0.5, 25))), 1.0


def a_difference_of_pairs(rng: np.random.Generator) -> tuple[Ends, float]:
    before = rng.normal(0.0, 1.0, 8)
    return _difference(paired_difference(before + rng.normal(1.0, 0.5, 8), before)), 1.0


def _difference(result: MeanDifference | InsufficientData) -> Ends:
    assert isinstance(result, MeanDifference)
    return ends_of(result.difference)


DRAWN: tuple[Draw, ...] = (
    a_mean,
    a_mean_of_likert_answers,
    a_share,
    a_recommendation_score,
    an_alpha,
    an_alpha_distribution_free,
    an_alpha_with_straight_lines,
    an_omega,
    a_g,
    a_g_of_differences,
    a_g_of_average,
    a_difference_of_groups,
    a_difference_of_pairs,
)


def coverage(draw: Draw, draws: int = DRAWS) -> float:
    """Return the share of samples whose interval holds the true value."""
    rng = np.random.default_rng(20180304)
    held = 0
    for _ in range(draws):
        (low, high), true = draw(rng)
        held += low <= true <= high
    return held / draws


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_interval_holds_its_level(draw: Draw) -> None:
    assert coverage(draw) == pytest.approx(0.95, abs=0.01)


def test_straight_lines_make_the_common_interval_too_narrow() -> None:
    """Why the distribution-free one stands beside it, and why a caution is given."""
    rng = np.random.default_rng(7)
    answers = parallel_items(rng, 400, 6)
    answers[:130] = rng.standard_normal((130, 1))
    alpha = cronbach_alpha(answers)

    assert isinstance(alpha, Estimate)
    assert [each.code for each in alpha.cautions] == ["interval_too_narrow_for_answers"]
    calm = cronbach_alpha(parallel_items(rng, 400, 6))
    assert isinstance(calm, Estimate)
    assert calm.cautions == ()
