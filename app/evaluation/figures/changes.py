"""Differences of two means: of independent groups, of pairs, and from a test before to the same test after."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from app.evaluation.figures.arrays import (
    Floats,
    UnfitData,
    caution,
    column,
    is_constant,
    no_variance,
    observed,
    too_few,
)
from app.evaluation.figures.effects import (
    Correction,
    independent_g,
    paired_g_of_average,
    paired_g_of_differences,
)
from app.evaluation.figures.intervals import STUDENT, mean_estimate, t_quantile
from app.evaluation.figures.outcomes import (
    Estimate,
    InsufficientData,
    Interval,
    Outcome,
    Refusal,
    Refused,
    SignificanceTest,
)

GAIN = "gain"
INSTEAD = "analysis of covariance: groups compared on the later test, adjusted for the earlier one"


@dataclass(frozen=True, slots=True)
class Form:
    """Which form of a test was given, and its highest score where it is known."""

    name: str
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference(Outcome):
    """The first mean less the second, with its test and its standardised sizes, each by its name.

    ``correlation`` is that of the pairs. ``n`` counts pairs, or the members of both groups.
    """

    first: Estimate | InsufficientData
    second: Estimate | InsufficientData
    difference: Estimate
    test: SignificanceTest | InsufficientData
    sizes: tuple[Estimate | InsufficientData, ...]
    correlation: float | InsufficientData | None = None


def independent_difference(
    first: ArrayLike, second: ArrayLike, *, correction: Correction = "exact"
) -> MeanDifference | InsufficientData:
    """Compare the means of two independent groups: m1 - m2 ± t √(s1²/n1 + s2²/n2).

    Welch (1947), Biometrika 34, 28-35, with Satterthwaite's degrees; size: Hedges g, pooled sd.
    """
    one, other = column(first), column(second)
    given, given_other = observed(one), observed(other)
    n, missing = given.size + given_other.size, int(np.isnan(one).sum() + np.isnan(other).sum())
    if min(given.size, given_other.size) < 2:
        return too_few(min(given.size, given_other.size), 2, "difference of means", missing=missing)
    distance = float(given.mean() - given_other.mean())
    v1, v2 = float(given.var(ddof=1)) / given.size, float(given_other.var(ddof=1)) / given_other.size
    error = sqrt(v1 + v2)
    flat = is_constant(given) and is_constant(given_other)
    degrees = 1.0 if flat else (v1 + v2) ** 2 / (v1**2 / (given.size - 1) + v2**2 / (given_other.size - 1))
    return MeanDifference(
        n=n,
        missing=missing,
        method="difference of means",
        variant="independent groups, unequal variances",
        first=mean_estimate(one),
        second=mean_estimate(other),
        difference=_difference(n, distance, error, degrees, flat, "Welch t"),
        test=_t_test(n, distance, error, degrees, flat, "Welch t test"),
        sizes=(independent_g(given, given_other, correction=correction),),
    )


def paired_difference(
    first: ArrayLike, second: ArrayLike, *, correction: Correction = "exact"
) -> MeanDifference | InsufficientData:
    """Compare two measures of the same people: mean of first - second ± t(n-1) sd/√n of the differences.

    Student (1908); pairs with a blank are left out. Sizes: Hedges g_av and g_z.
    """
    one, other = column(first), column(second)
    if one.size != other.size:
        raise UnfitData(f"{one.size} values cannot be paired with {other.size}.")
    both = ~np.isnan(one) & ~np.isnan(other)
    n, missing = int(both.sum()), int((~both).sum())
    if n < 2:
        return too_few(n, 2, "difference of means", missing=missing, variant="pairs")
    differences = one[both] - other[both]
    error = float(differences.std(ddof=1)) / sqrt(n)
    flat = is_constant(differences)
    distance = float(differences.mean())
    return MeanDifference(
        n=n,
        missing=missing,
        method="difference of means",
        variant="pairs",
        first=mean_estimate(one[both]),
        second=mean_estimate(other[both]),
        difference=_difference(n, distance, error, n - 1, flat, STUDENT),
        test=_t_test(n, distance, error, n - 1, flat, "paired t test"),
        sizes=(
            paired_g_of_average(one[both], other[both], correction=correction),
            paired_g_of_differences(one[both], other[both], correction=correction),
        ),
        correlation=pearson(one[both], other[both]),
    )


def gain(
    before: ArrayLike,
    after: ArrayLike,
    *,
    form_before: Form | None,
    form_after: Form | None,
    paired: bool = True,
    correction: Correction = "exact",
) -> MeanDifference | InsufficientData | Refused:
    """Return after less before, of the same people or (``paired`` false) of two anonymous groups.

    Refused unless both forms are known and the same: a difference of scores of two different tests, or of one test
    with two different highest scores, is no gain. ``adjusted_comparison`` answers instead whether groups differ.
    """
    early, late = column(before), column(after)
    refusal = _why_no_gain(form_before, form_after)
    if refusal is not None:
        n = min(observed(early).size, observed(late).size)
        return Refused(n=n, method=GAIN, reason=refusal, instead=INSTEAD)
    _check_maximum(early, form_before)
    _check_maximum(late, form_after)
    compare = paired_difference if paired else independent_difference
    return compare(late, early, correction=correction)


def pearson(first: Floats, second: Floats) -> float | InsufficientData:
    """Return Pearson's correlation of two columns without blanks."""
    n = first.size
    if n < 3:
        return too_few(n, 3, "Pearson correlation")
    if is_constant(first) or is_constant(second):
        return no_variance(n, "Pearson correlation")
    one, other = first - first.mean(), second - second.mean()
    return float(np.clip((one @ other) / sqrt(float(one @ one) * float(other @ other)), -1.0, 1.0))


def t_test_p(statistic: float, degrees: float) -> float:
    """Return p on both sides of Student's t."""
    return float(2 * special.stdtr(degrees, -abs(statistic)))


def _why_no_gain(before: Form | None, after: Form | None) -> Refusal | None:
    if before is None or after is None:
        return Refusal.FORMS_UNKNOWN
    return None if before == after else Refusal.DIFFERENT_FORMS


def _check_maximum(scores: Floats, form: Form | None) -> None:
    given = observed(scores)
    if form is None or form.maximum is None or given.size == 0 or given.max() <= form.maximum:
        return
    raise UnfitData(f"A score of {given.max():g} is above the highest of form {form.name}, {form.maximum:g}.")


def _difference(n: int, distance: float, error: float, degrees: float, flat: bool, method: str) -> Estimate:
    reach = t_quantile(degrees) * error
    return Estimate(
        n=n,
        method="difference of means",
        variant=method,
        cautions=(caution("no_variance"),) if flat else (),
        value=distance,
        standard_error=None if flat else error,
        interval=no_variance(n, method) if flat else Interval(distance - reach, distance + reach, method),
    )


def _t_test(
    n: int, distance: float, error: float, degrees: float, flat: bool, method: str
) -> SignificanceTest | InsufficientData:
    if flat:
        return no_variance(n, method)
    statistic = distance / error
    return SignificanceTest(
        n=n, method=method, statistic=statistic, name="t", degrees=(degrees,), p=t_test_p(statistic, degrees)
    )
