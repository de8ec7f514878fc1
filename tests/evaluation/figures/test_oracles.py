"""On random data our figures are those of scipy and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from app.evaluation.figures.adjusted import AdjustedComparison, adjusted_comparison, welch_test
from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.assessors import AssessorAgreement, intraclass_correlations
from app.evaluation.figures.changes import MeanDifference, independent_difference, paired_difference, pearson
from app.evaluation.figures.effects import hedges_correction
from app.evaluation.figures.intervals import wilson_share
from app.evaluation.figures.items import ScaleItem, scale_item
from app.evaluation.figures.kappa import Weights, weighted_kappa
from app.evaluation.figures.one_factor import fit_one_factor
from app.evaluation.figures.outcomes import Estimate, Interval, Share, SignificanceTest
from app.evaluation.figures.scales import ScaleFigures, scale_figures

SEEDS = range(6)


def sample(seed: int, n: int = 60) -> tuple[Floats, Floats, list[str]]:
    rng = np.random.default_rng(seed)
    first = np.round(rng.normal(3.4, 1.1, n), 1)
    second = np.round(0.6 * first + rng.normal(1.5, 0.9, n), 1)
    return first, second, [str(name) for name in rng.choice(["a", "b", "c"], n)]


def interval(estimate: object) -> tuple[float, float]:
    assert isinstance(estimate, Estimate | Share | ScaleItem)
    assert isinstance(estimate.interval, Interval)
    return estimate.interval.low, estimate.interval.high


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mean_and_its_interval(seed: int) -> None:
    values, _, _ = sample(seed)
    item = scale_item(values)

    assert isinstance(item, ScaleItem)
    assert interval(item) == pytest.approx(DescrStatsW(values).tconfint_mean())
    assert item.sd == pytest.approx(float(np.std(values, ddof=1)))


@pytest.mark.parametrize(("count", "n"), [(0, 7), (1, 7), (7, 7), (2836, 5820), (23, 61)])
def test_a_share(count: int, n: int) -> None:
    expected = proportion_confint(count, n, method="wilson")

    assert interval(wilson_share(count, n)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_paired_differences(seed: int) -> None:
    first, second, _ = sample(seed)
    found, expected = paired_difference(first, second), stats.ttest_rel(first, second)

    assert isinstance(found, MeanDifference)
    assert isinstance(found.test, SignificanceTest)
    assert (found.test.statistic, found.test.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert interval(found.difference) == pytest.approx(tuple(expected.confidence_interval()))
    assert pearson(first, second) == pytest.approx(stats.pearsonr(first, second).statistic)


@pytest.mark.parametrize("seed", SEEDS)
def test_independent_differences(seed: int) -> None:
    first, second = sample(seed)[0], sample(seed + 100, 35)[1]
    found = independent_difference(first, second)
    expected = stats.ttest_ind(first, second, equal_var=False)
    ends = CompareMeans(DescrStatsW(first), DescrStatsW(second)).tconfint_diff(usevar="unequal")

    assert isinstance(found, MeanDifference)
    assert isinstance(found.test, SignificanceTest)
    assert (found.test.statistic, found.test.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert interval(found.difference) == pytest.approx(ends)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_of_g_ends_where_the_noncentral_t_says(seed: int) -> None:
    first, second = sample(seed)[0], sample(seed + 100, 35)[1]
    found = independent_difference(first, second)
    assert isinstance(found, MeanDifference)
    root = np.sqrt(first.size * second.size / (first.size + second.size))
    t = stats.ttest_ind(first, second).statistic
    low, high = interval(found.sizes[0])

    assert stats.nct.cdf(t, first.size + second.size - 2, low * root) == pytest.approx(0.975, abs=1e-5)
    assert stats.nct.cdf(t, first.size + second.size - 2, high * root) == pytest.approx(0.025, abs=1e-5)


@pytest.mark.parametrize("degrees", [2, 5, 30, 4374])
def test_the_corrections_of_hedges(degrees: int) -> None:
    # The factor is the mean of the inverse of chi over root of its degrees, inverted.
    exact = 1 / (np.sqrt(degrees) * stats.chi(degrees).expect(lambda x: 1 / x))

    assert hedges_correction(degrees) == pytest.approx(exact, rel=1e-6)
    assert hedges_correction(degrees, "approximate") == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_groups(seed: int) -> None:
    values, _, groups = sample(seed)
    found, expected = welch_test(values, groups), anova_oneway(values, np.array(groups), use_var="unequal")

    assert isinstance(found, SignificanceTest)
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue))


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_adjusted_for_an_earlier_measure(seed: int) -> None:
    early, late, groups = sample(seed)
    frame = pd.DataFrame({"early": early, "late": late, "place": groups})
    found = adjusted_comparison(late, early, groups)
    fitted = ols("late ~ early + C(place)", frame).fit()
    steep = anova_lm(ols("late ~ early * C(place)", frame).fit(), typ=2)

    assert isinstance(found, AdjustedComparison)
    assert isinstance(found.slopes, SignificanceTest)
    assert found.test.statistic == pytest.approx(float(anova_lm(fitted, typ=2).loc["C(place)", "F"]))
    assert found.slopes.statistic == pytest.approx(float(steep.loc["early:C(place)", "F"]))
    at_the_mean = fitted.get_prediction(pd.DataFrame({"early": [early.mean()] * 3, "place": ["a", "b", "c"]}))
    assert [each.mean.value for each in found.groups] == pytest.approx(list(at_the_mean.predicted_mean))
    assert [interval(each.mean) for each in found.groups] == [
        pytest.approx(tuple(ends)) for ends in at_the_mean.conf_int()
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_weighted_kappa(seed: int, weights: Weights) -> None:
    rng = np.random.default_rng(seed)
    first = rng.integers(1, 6, 80)
    second = np.clip(first + rng.integers(-1, 2, 80), 1, 5)
    counts = np.zeros((5, 5))
    np.add.at(counts, (first - 1, second - 1), 1)
    expected = cohens_kappa(counts, wt=None if weights == "none" else weights)
    found = weighted_kappa(first, second, weights=weights, categories=range(1, 6))

    assert isinstance(found, Estimate)
    assert (found.value, found.standard_error) == pytest.approx((expected.kappa, expected.std_kappa))
    assert interval(found) == pytest.approx((expected.kappa_low, expected.kappa_upp))


@pytest.mark.parametrize("seed", SEEDS)
def test_mean_squares_of_the_intraclass_correlation(seed: int) -> None:
    """All forms follow from the mean squares; here they are statsmodels'."""
    rng = np.random.default_rng(seed)
    ratings = rng.normal(0, 1, (12, 1)) + rng.normal(0, 0.5, (1, 4)) + rng.normal(0, 0.7, (12, 4))
    long = pd.DataFrame({"y": ratings.ravel(), "s": np.repeat(range(12), 4), "r": np.tile(range(4), 12)})
    squares = anova_lm(ols("y ~ C(s) + C(r)", long).fit())
    between, raters, error = (squares["sum_sq"] / squares["df"]).to_numpy()
    found = intraclass_correlations(ratings)

    assert isinstance(found, AssessorAgreement)
    form = {each.form: each.estimate for each in found.forms}
    expected = (between - error) / (between + 3 * error + 4 * (raters - error) / 12)
    assert getattr(form["ICC(2,1)"], "value", None) == pytest.approx(expected)
    assert getattr(form["ICC(3,k)"], "value", None) == pytest.approx((between - error) / between)


@pytest.mark.parametrize("seed", SEEDS)
def test_item_rest_correlations_and_alpha_without_the_item(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = np.round(rng.normal(3, 1, (40, 1)) + rng.normal(0, 1, (40, 5)))
    found = scale_figures(table)

    assert isinstance(found, ScaleFigures)
    for place, member in enumerate(found.items):
        rest = np.delete(table, place, axis=1)
        covariances = np.cov(rest, rowvar=False)
        assert member.item_rest == pytest.approx(np.corrcoef(table[:, place], rest.sum(axis=1))[0, 1])
        assert member.alpha_without == pytest.approx(4 / 3 * (1 - np.trace(covariances) / covariances.sum()))


@pytest.mark.parametrize("seed", SEEDS)
def test_one_factor_is_where_no_loading_can_be_bettered(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (200, 1)) * rng.uniform(0.3, 0.9, 6) + rng.normal(0, 0.6, (200, 6))
    correlations = np.asarray(np.corrcoef(table, rowvar=False))
    found = fit_one_factor(correlations)
    off = correlations - np.eye(6)

    def misfit(loadings: Floats) -> float:
        fitted = np.outer(loadings, loadings)
        return float(((off - fitted + np.diag(np.diag(fitted))) ** 2).sum())

    assert found.converged
    best = misfit(found.loadings)
    for nudge in rng.normal(0, 0.01, (50, 6)):
        assert misfit(found.loadings + nudge) >= best - 1e-12
