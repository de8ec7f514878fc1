import json
import statistics
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.statistics import (
    response_rate,
    share_of,
    summarise_choices,
    summarise_recommendation,
    summarise_scores,
    t_quantile,
    wilson_interval,
)
from app.evaluation.types import (
    Bar,
    ChoiceSummary,
    InsufficientData,
    RecommendationSummary,
    ScoreSummary,
    Share,
)

CARPENTRIES = json.loads((Path(__file__).parent / "carpentries" / "first_573.json").read_text())
ITEMS = CARPENTRIES["items"]
# Two-sided 95 % and 99 % points as printed in tables of Student's t distribution.
T_TABLE = {
    0.975: {1: "12.706", 2: "4.303", 3: "3.182", 4: "2.776", 5: "2.571", 7: "2.365", 10: "2.228", 15: "2.131",
            20: "2.086", 25: "2.060", 30: "2.042", 40: "2.021", 60: "2.000", 120: "1.980"},
    0.995: {1: "63.657", 2: "9.925", 3: "5.841", 4: "4.604", 5: "4.032", 7: "3.499", 10: "3.169", 15: "2.947",
            20: "2.845", 25: "2.787", 30: "2.750", 40: "2.704", 60: "2.660", 120: "2.617"},
}  # fmt: skip


def counts_of(raw: dict[str, int]) -> dict[int, int]:
    return {int(value): count for value, count in raw.items()}


def scores(counts: dict[int, int], **options: Any) -> ScoreSummary:
    summary = summarise_scores(counts, **options)
    assert isinstance(summary, ScoreSummary)
    return summary


@pytest.mark.parametrize(
    ("probability", "degrees", "printed"),
    [
        (probability, degrees, printed)
        for probability, row in T_TABLE.items()
        for degrees, printed in row.items()
    ],
)
def test_the_t_quantile_gives_the_published_tables(probability: float, degrees: int, printed: str) -> None:
    assert f"{t_quantile(probability, degrees):.3f}" == printed


def test_the_t_quantile_is_exact_where_it_has_a_closed_form_and_normal_in_the_limit() -> None:
    assert t_quantile(0.975, 1) == pytest.approx(12.706204736432095, rel=1e-10)
    assert t_quantile(0.975, 2) == pytest.approx(4.302652729911275, rel=1e-10)
    assert t_quantile(0.975, 1_000_000) == pytest.approx(1.9599664, abs=1e-6)
    assert t_quantile(0.5, 7) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="quantile"):
        t_quantile(0.975, 0)


@pytest.mark.parametrize("item", ITEMS)
def test_means_and_deviations_of_a_real_survey_are_reproduced(item: str) -> None:
    expected = ITEMS[item]
    summary = scores(counts_of(expected["counts"]), missing=CARPENTRIES["respondents"] - expected["n"])
    assert (summary.n, summary.missing) == (expected["n"], 573 - expected["n"])
    assert round(summary.mean, 4) == expected["mean"]
    assert round(summary.sd, 4) == expected["sd"]
    assert summary.mean == pytest.approx(expected["published_mean"], abs=0.02)
    assert summary.sd == pytest.approx(expected["published_sd"], abs=0.03)
    if "top2" in expected:
        assert round(sum(bar.share for bar in summary.distribution[-2:]), 4) == expected["top2"]


def test_the_recommendation_score_of_a_real_survey_is_reproduced() -> None:
    expected = CARPENTRIES["recommendation"]
    summary = summarise_recommendation(counts_of(expected["counts"]), missing=45)
    assert isinstance(summary, RecommendationSummary)
    assert (summary.n, summary.detractors, summary.passives, summary.promoters) == (528, 35, 179, 314)
    assert round(summary.score, 2) == 52.84
    assert (round(summary.interval.low, 2), round(summary.interval.high, 2)) == (47.57, 58.11)


def test_six_detracts_seven_passes_and_nine_promotes() -> None:
    summary = summarise_recommendation({0: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1})
    assert isinstance(summary, RecommendationSummary)
    assert (summary.detractors, summary.passives, summary.promoters, summary.score) == (2, 2, 2, 0.0)


def test_the_recommendation_interval_stays_on_its_scale() -> None:
    summary = summarise_recommendation({10: 4, 9: 1, 8: 1})
    assert isinstance(summary, RecommendationSummary)
    assert summary.interval.high == 100.0


def test_a_score_summary_of_five_answers_by_hand() -> None:
    summary = scores({1: 1, 4: 2, 5: 2}, missing=3, scale=range(1, 6))
    assert (summary.n, summary.missing, summary.mean, summary.median) == (5, 3, 3.8, 4.0)
    assert summary.sd == pytest.approx(1.6431676725154984)
    assert summary.interval.low == pytest.approx(3.8 - 2.7764451051977987 * 1.6431676725154984 / 5**0.5)
    assert summary.distribution == (
        Bar(1, 1, 0.2), Bar(2, 0, 0.0), Bar(3, 0, 0.0), Bar(4, 2, 0.4), Bar(5, 2, 0.4),
    )  # fmt: skip


@given(st.lists(st.integers(0, 10), min_size=5, max_size=60))
def test_counted_answers_give_the_figures_of_single_answers(answers: list[int]) -> None:
    summary = scores({value: answers.count(value) for value in answers})
    assert summary.mean == pytest.approx(statistics.fmean(answers))
    assert summary.sd == pytest.approx(statistics.stdev(answers), abs=1e-9)
    assert summary.median == statistics.median(answers)
    assert summary.interval.low <= summary.mean <= summary.interval.high
    assert sum(bar.count for bar in summary.distribution) == len(answers)


@pytest.mark.parametrize("n", range(5))
def test_below_five_there_is_no_figure(n: int) -> None:
    few = {3: n} if n else {}
    assert summarise_scores(few) == InsufficientData(n, 5)
    assert summarise_choices(few, options=4) == InsufficientData(n, 5)
    assert summarise_recommendation(few) == InsufficientData(n, 5)
    assert share_of(0, n) == InsufficientData(n, 5)


def test_five_are_enough_and_a_higher_minimum_is_kept() -> None:
    assert scores({3: 5}).sd == 0.0
    assert summarise_scores({3: 9}, minimum=10) == InsufficientData(9, 10)
    assert summarise_scores({3: 1}, minimum=1) == InsufficientData(1, 1), "one answer has no spread"


def test_choices_are_shares_in_the_order_of_the_options() -> None:
    summary = summarise_choices({1: 2, 3: 6}, options=3, missing=1)
    assert isinstance(summary, ChoiceSummary)
    assert [(share.count, share.value) for share in summary.shares] == [(2, 0.25), (0, 0.0), (6, 0.75)]
    assert (summary.n, summary.missing) == (8, 1)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score without continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_gives_the_published_figures(count: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(count, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(1, 500), st.data())
def test_a_share_lies_within_its_interval(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    interval = wilson_interval(count, n)
    assert 0 <= interval.low <= count / n + 1e-12
    assert count / n - 1e-12 <= interval.high <= 1


def test_the_response_rate_has_its_denominator() -> None:
    rate = response_rate(30, 40)
    assert isinstance(rate, Share)
    assert (rate.count, rate.n, rate.value) == (30, 40, 0.75)
    assert response_rate(0, 0) == InsufficientData(0, 1)
