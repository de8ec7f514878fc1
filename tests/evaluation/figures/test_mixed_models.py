"""Crossed random effects against lme4, statsmodels and a dense computation from the definition.

The variances that lme4 prints are held in ``published_models``.
"""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.formula.api as smf
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import linalg, sparse, stats

from app.evaluation.figures.arrays import Floats
from app.evaluation.figures.mixed_fits import fit
from app.evaluation.figures.mixed_models import CrossedModel, Factor, TooManyLevels
from app.evaluation.figures.mixed_pairs import WeightedCrossproduct
from app.evaluation.figures.mixed_profiles import average_over_profile
from tests.evaluation.figures.published_models import fitted_table


def test_the_effects_are_those_of_lme4() -> None:
    penicillin = fitted_table("penicillin", "diameter", ["plate", "sample"])
    dyestuff = fitted_table("dyestuff", "Yield", ["Batch"])

    samples = penicillin.scale * penicillin.model.effects_of(1, penicillin.solution)
    batches = dyestuff.scale * dyestuff.model.effects_of(0, dyestuff.solution)
    assert samples == pytest.approx([2.18706, -1.01048, 1.93790, -0.09690, -0.01384, -3.00374], abs=2e-5)
    assert batches == pytest.approx([-17.6069, 0.3913, 28.5622, -23.0845, 56.7332, -44.9953], abs=1e-3)


def test_a_variance_of_zero_leaves_no_effects_but_intervals_with_a_width() -> None:
    fitted = fitted_table("dyestuff2", "Yield", ["Batch"])
    averaged = average_over_profile(fitted, 0)

    assert fitted.sds[0] == 0.0
    assert not averaged.effects.any()
    assert (averaged.highs - averaged.lows > 2).all()
    assert averaged.sd_low == 0.0 < averaged.sd_high


def test_the_spread_is_where_the_profile_is_worse_by_the_quantile() -> None:
    fitted = fitted_table("dyestuff", "Yield", ["Batch"])
    averaged = average_over_profile(fitted, 0)
    best = fitted.model.criterion(fitted.solution.ratios)
    ratios = np.linspace(0.05, 4, 800)
    sds = [fitted.scale * ratio * np.sqrt(fitted.model.sigma2(np.array([ratio]))) for ratio in ratios]
    for end in (averaged.sd_low, averaged.sd_high):
        worse = fitted.model.criterion(np.array([np.interp(end, sds, ratios)])) - best
        assert worse == pytest.approx(stats.chi2.ppf(0.95, 1), abs=0.1)


def test_listed_pairs_sum_to_the_product_of_the_tables() -> None:
    generator = np.random.default_rng(8)
    table = sparse.csr_array(generator.poisson(0.4, (13, 40)) * 1.0)
    weights = generator.uniform(size=40)
    for each in (table, sparse.csr_array((table > 0) * 1.0)):
        for most in (0, 10**6):
            found = np.tril(WeightedCrossproduct(each, most).lower_triangle(weights))
            expected = np.tril(each.toarray() @ np.diag(weights) @ each.toarray().T)
            assert found == pytest.approx(expected, abs=1e-12)


def dense(
    response: Floats, design: Floats, indicators: list[Floats], ratios: Floats
) -> tuple[float, Floats, Floats]:
    """The REML criterion, the predictions and their error covariance, from V = I + sum of ratio^2 Z Z'."""
    n, p = design.shape
    together = np.hstack([ratio * indicator for ratio, indicator in zip(ratios, indicators, strict=True)])
    covariance = np.eye(n) + together @ together.T
    inverse = linalg.inv(covariance)
    information = design.T @ inverse @ design
    projection = inverse - inverse @ design @ linalg.inv(information) @ design.T @ inverse
    residual = float(response @ projection @ response)
    determinants = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
    criterion = determinants + (n - p) * (1 + np.log(2 * np.pi * residual / (n - p)))
    spread = np.repeat(ratios, [indicator.shape[1] for indicator in indicators])
    plain = np.hstack(indicators)
    effects = spread**2 * (plain.T @ projection @ response)
    errors = np.diag(spread**2) - spread[:, None] ** 2 * (plain.T @ projection @ plain) * spread**2
    return float(criterion), effects, errors * residual / (n - p)


def indicators_of(factors: list[Factor]) -> list[Floats]:
    return [np.eye(factor.levels)[factor.codes] for factor in factors]


@pytest.mark.parametrize("seed", range(6))
def test_the_sparse_way_is_the_dense_way(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n = 90
    factors = [
        Factor(name, generator.permutation(np.resize(np.arange(levels), n)), levels)
        for name, levels in [("first", 7), ("respondent", 25), ("third", 4)][: 1 + seed % 3]
    ]
    design = np.column_stack([np.ones(n), generator.normal(size=n)])
    response = generator.normal(size=n)
    model = CrossedModel(response, design, factors)
    for ratios in (generator.uniform(0.1, 2, len(factors)), np.where(np.arange(len(factors)) == 0, 0.0, 0.7)):
        criterion, effects, errors = dense(response, design, indicators_of(factors), ratios)
        solution = model.solve(ratios)
        assert model.criterion(ratios) == pytest.approx(criterion, abs=1e-8)
        start = 0
        for place, each in enumerate(factors):
            part = slice(start, start + each.levels)
            covariance = errors[part, part]
            centring = np.eye(each.levels) - 1 / each.levels
            assert model.effects_of(place, solution) == pytest.approx(effects[part], abs=1e-10)
            assert model.covariance_of(place, solution) == pytest.approx(covariance, abs=1e-10)
            centred = np.diag(centring @ covariance @ centring)
            assert model.centred_variances_of(place, solution) == pytest.approx(centred, abs=1e-10)
            start = part.stop


def simulated(seed: int) -> tuple[Floats, list[Factor], Floats]:
    generator = np.random.default_rng(seed)
    first, second = generator.integers(0, 9, 160), generator.integers(0, 14, 160)
    covariate = generator.normal(size=160)
    response = (
        3 + 0.4 * covariate + generator.normal(size=9)[first] + 0.6 * generator.normal(size=14)[second]
        + generator.normal(size=160)
    )  # fmt: skip
    return response, [Factor("first", first, 9), Factor("second", second, 14)], covariate[:, None]


def statsmodels_fit(formula: Callable[..., object], frame: DataFrame, **options: object) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return formula("y ~ x", frame, **options).fit(reml=True, method="powell")  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_factor_is_as_in_statsmodels(seed: int) -> None:
    response, factors, covariate = simulated(seed)
    frame = DataFrame({"y": response, "x": covariate[:, 0], "first": factors[0].codes})
    other = statsmodels_fit(smf.mixedlm, frame, groups="first")
    ours = fit(response, covariate, factors[:1])

    assert ours.slopes[0] == pytest.approx(other.params["x"], rel=1e-4)  # type: ignore[attr-defined]
    assert ours.slope_errors[0] == pytest.approx(other.bse["x"], rel=1e-3)  # type: ignore[attr-defined]
    assert ours.sds[0] ** 2 == pytest.approx(other.cov_re.iloc[0, 0], rel=1e-3)  # type: ignore[attr-defined]
    assert ours.residual_sd**2 == pytest.approx(other.scale, rel=1e-3)  # type: ignore[attr-defined]
    assert ours.criterion == pytest.approx(-2 * other.llf, abs=1e-3)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", [4, 5])
def test_crossed_factors_are_as_in_statsmodels(seed: int) -> None:
    response, factors, covariate = simulated(seed)
    columns = {each.name: each.codes for each in factors}
    frame = DataFrame({"y": response, "x": covariate[:, 0], "all": 1, **columns})
    parts = {each.name: f"0 + C({each.name})" for each in factors}
    other = statsmodels_fit(smf.mixedlm, frame, groups="all", vc_formula=parts, re_formula="0")
    ours = fit(response, covariate, factors)

    assert ours.sds**2 == pytest.approx(other.vcomp, rel=2e-3)  # type: ignore[attr-defined]
    assert ours.residual_sd**2 == pytest.approx(other.scale, rel=1e-3)  # type: ignore[attr-defined]
    assert ours.slopes[0] == pytest.approx(other.params["x"], rel=1e-4)  # type: ignore[attr-defined]


def test_too_many_levels_are_refused_before_the_memory_is_taken() -> None:
    codes: NDArray[np.int64] = np.arange(10_000)
    factors = [Factor("respondent", codes, 10_000), Factor("course", codes // 2, 5_000)]
    with pytest.raises(TooManyLevels, match="5000 levels"):
        CrossedModel(np.zeros(10_000), np.ones((10_000, 1)), factors)
