"""Charts over time against published terms, against an individuals chart known by its numbers, and rule by rule."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.changes import Form, MeanDifference
from app.evaluation.figures.chart_rules import Direction, Rule
from app.evaluation.figures.outcomes import InsufficientData, Refusal, Refused
from app.evaluation.figures.periods import by_period, in_order
from app.evaluation.figures.trends import (
    ChangeEffect,
    RunChart,
    XmrChart,
    change_effect,
    run_chart,
    xmr_chart,
)

OPERATIONS = Path(__file__).parent / "data" / "operations-management"
ITEM = Form("Q1", 5)


def rows_of(name: str) -> list[dict[str, str]]:
    with (OPERATIONS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def terms(item: str) -> tuple[list[str], list[float]]:
    rows = rows_of("section_means.csv")
    labels = [f"{row['year']}-{row['term']}" for row in rows]
    periods = by_period(labels, np.array([float(row[item]) for row in rows]))
    return [period.label for period in periods], [period.mean for period in periods]


def xmr(labels: list[str], values: list[float], **options: int) -> XmrChart:
    chart = xmr_chart(labels, values, **options)  # type: ignore[arg-type]
    assert isinstance(chart, XmrChart)
    return chart


def run(values: list[float]) -> RunChart:
    chart = run_chart(letters(len(values)), values)
    assert isinstance(chart, RunChart)
    return chart


def letters(count: int) -> list[str]:
    return [chr(ord("a") + place) for place in range(count)]


@pytest.mark.parametrize("item", ["clarity", "fairness", "overall", "teaching_effectiveness"])
def test_the_trend_over_terms_is_the_published_one_exactly(item: str) -> None:
    labels, values = terms(item)
    published = {
        f"{row['year']}-{row['term']}": float(row[f"{item}_norm"])
        for row in rows_of("published_term_means.csv")
    }
    assert labels == [f"{year}-{term}" for year in range(2018, 2024) for term in ("Spring", "Fall")]
    ours = {label: (value - 1) / 4 for label, value in zip(labels, values, strict=True)}
    assert ours == pytest.approx(published, abs=1e-12)


def test_the_special_cause_is_the_published_one() -> None:
    chart = xmr(*terms("teaching_effectiveness"))

    assert chart.centre == pytest.approx(3.9668, abs=5e-5)
    assert chart.mean_moving_range == pytest.approx(0.1124, abs=5e-5)
    assert (chart.lower, chart.upper) == pytest.approx((3.6678, 4.2658), abs=5e-5)
    beyond = [signal for signal in chart.signals if signal.rule is Rule.BEYOND]
    assert [(one.first, one.last, one.direction) for one in beyond] == [
        ("2019-Spring", "2019-Spring", Direction.BELOW)
    ]


def test_an_individuals_chart_known_by_its_numbers() -> None:
    """Ten flow rates; the limits with 3 / 1.128 are 55.8041 and 45.8159, with the rounded 2.66 a hair wider."""
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    chart = xmr(letters(10), flow)

    assert chart.centre == pytest.approx(50.81)
    assert chart.mean_moving_range == pytest.approx(1.8778, abs=5e-5)
    assert chart.upper == pytest.approx(55.8041, abs=1e-3)
    assert chart.lower == pytest.approx(45.8159, abs=1e-3)
    assert chart.range_limit == pytest.approx(3.268 * 16.9 / 9)
    assert chart.signals == ()
    assert [one.code for one in chart.cautions] == ["provisional_limits"]


def test_six_on_a_side_are_a_run_and_five_are_none() -> None:
    five = run([1, 1, 1, 1, 1, -1, -1, -1, -1, -1, 1, -1])
    six = run([1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, 1, -1, -1])

    assert five.signals == ()
    assert [(one.rule, one.first, one.last, one.direction, one.points) for one in six.signals] == [
        (Rule.RUN, "a", "f", Direction.ABOVE, 6)
    ]


def test_a_point_on_the_centre_is_passed_over() -> None:
    chart = run([1, 9, 1, 8, 9, 8, 5, 9, 8, 9, 1, 2, 1, 2, 5])
    assert chart.centre == 5
    assert [(one.rule, one.first, one.last, one.points) for one in chart.signals] == [(Rule.RUN, "d", "j", 6)]


def test_five_rising_are_a_trend_and_four_are_none() -> None:
    four = run([5, 1, 2, 3, 4, 1, 5, 1, 5])
    five = run([5, 1, 2, 3, 4, 6, 1, 5, 1])
    falling = run([1, 6, 5, 4, 3, 2, 6, 1, 5])

    assert four.signals == ()
    assert [(one.rule, one.first, one.last, one.direction) for one in five.signals] == [
        (Rule.TREND, "b", "f", Direction.RISING)
    ]
    assert [(one.first, one.last, one.direction) for one in falling.signals] == [
        ("b", "f", Direction.FALLING)
    ]


def test_equal_neighbours_neither_lengthen_nor_break_a_trend() -> None:
    chart = run([5, 1, 2, 2, 3, 3, 4, 6, 1, 5, 1])
    assert [(one.first, one.last, one.points) for one in chart.signals] == [("b", "h", 5)]


def test_a_point_outside_of_the_limits_is_named() -> None:
    chart = xmr(letters(14), [5, 5.1, 4.9, 5, 5.1, 4.9, 5, 5.1, 7, 5, 4.9, 5.1, 5, 4.9])
    beyond = [one for one in chart.signals if one.rule is Rule.BEYOND]
    assert [(one.first, one.last, one.direction) for one in beyond] == [("i", "i", Direction.ABOVE)]


def test_limits_of_a_baseline_judge_what_comes_after() -> None:
    values = [5, 5.1, 4.9, 5, 5.1, 4.9, 5, 5.1, 6, 6.1, 5.9, 6, 6.1, 5.9]
    chart = xmr(letters(14), values, baseline=8)

    assert chart.baseline == 8
    assert chart.centre == pytest.approx(5.0125)
    assert [one.first for one in chart.signals if one.rule is Rule.BEYOND] == ["i", "j", "k", "l", "m", "n"]
    assert [(one.first, one.last) for one in chart.signals if one.rule is Rule.RUN] == [("h", "n")]


def test_points_all_the_same_have_no_signal() -> None:
    values = [0.1 + 0.2] * 6 + [0.3] * 6
    assert run(values).signals == ()
    chart = xmr(letters(12), values)
    assert chart.signals == ()
    assert chart.upper - chart.lower < 1e-15


def test_a_blank_period_stays_on_the_chart_and_in_no_rule() -> None:
    chart = xmr(letters(8), [1, 2, float("nan"), 3, 1, 2, 3, 2])
    assert (chart.n, chart.missing) == (7, 1)
    assert chart.points[2].value is None
    assert chart.mean_moving_range == pytest.approx(np.mean([1, 1, 2, 1, 1, 1]))
    json.dumps(chart.to_json(), allow_nan=False)


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 1000.0), (0.001, 0.0), (20.0, -5.0)])
def test_charts_do_not_depend_on_the_unit(factor: float, shift: float) -> None:
    labels, values = terms("teaching_effectiveness")
    plain, moved = xmr(labels, values), xmr(labels, [factor * value + shift for value in values])
    assert moved.signals == plain.signals
    assert moved.lower == pytest.approx(factor * plain.lower + shift)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0, 4.0, 5.0], [float("nan")] * 12])
def test_too_few_points_make_no_chart(values: list[float]) -> None:
    for chart in (run_chart(letters(len(values)), values), xmr_chart(letters(len(values)), values)):
        assert isinstance(chart, InsufficientData)
        assert chart.needed == 6
    with pytest.raises(UnfitData, match="3 periods were named for 1 figures"):
        run_chart(["a", "b", "c"], [1.0])


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["2023-Fall", "2018-Spring", "2018-Fall"], ["2018-Spring", "2018-Fall", "2023-Fall"]),
        (["2019-10", "2019-9", "2018-12"], ["2018-12", "2019-9", "2019-10"]),
        (["2024Q1", "2023Q4"], ["2023Q4", "2024Q1"]),
        (
            ["HK2 2022-2023", "HK1 2023-2024", "HK1 2022-2023"],
            ["HK1 2022-2023", "HK2 2022-2023", "HK1 2023-2024"],
        ),
        (["Thu 2023", "Xuân 2024", "Hè 2023"], ["Hè 2023", "Thu 2023", "Xuân 2024"]),
        (["20/11/2023", "03/12/2022", "01/12/2023"], ["03/12/2022", "20/11/2023", "01/12/2023"]),
        (["2023-11-20 08:30", "2023-11-20 08:05"], ["2023-11-20 08:05", "2023-11-20 08:30"]),
        (["before", "after", "later"], ["before", "after", "later"]),
        (["2019", "before"], ["2019", "before"]),
        (["2020", "", "2019"], ["2019", "2020"]),
    ],
)
def test_periods_come_in_the_order_of_time(given: list[str], ordered: list[str]) -> None:
    assert in_order(given) == tuple(ordered)


def effect(before: list[list[float]], after: list[list[float]]) -> ChangeEffect:
    found = change_effect(before, after, item_before=ITEM, item_after=ITEM)
    assert isinstance(found, ChangeEffect)
    return found


def test_the_effect_of_a_change_is_after_less_before_by_welch() -> None:
    before, after = [[3.0, 4, 2, 3, 4], [3.0, 3, 2]], [[4.0, 5, 4], [5.0, 4, 3, 4]]
    found = effect(before, after)
    early, late = np.concatenate(before), np.concatenate(after)
    oracle = stats.ttest_ind(late, early, equal_var=False).confidence_interval()

    assert isinstance(found.answers, MeanDifference)
    assert found.answers.difference.value == pytest.approx(late.mean() - early.mean())
    ends = found.answers.difference.interval
    assert not isinstance(ends, InsufficientData)
    assert (ends.low, ends.high) == pytest.approx((oracle.low, oracle.high))
    assert isinstance(found.periods, MeanDifference)
    assert found.periods.difference.value == pytest.approx(np.mean([13 / 3, 4]) - np.mean([3.2, 8 / 3]))
    assert found.cautions == ()


def test_with_one_period_on_a_side_the_figure_says_so() -> None:
    found = effect([[3.0, 4, 2]], [[4.0, 5, 4], [3.0, 4]])
    assert isinstance(found.periods, InsufficientData)
    assert [one.code for one in found.cautions] == ["single_period"]


def test_answers_that_are_alike_within_their_periods_do_not_feign_certainty() -> None:
    """Twenty answers a period that move together: as answers the change is sure, as periods it is not."""
    before = [[3.0, 3.1] * 10, [4.0, 4.1] * 10, [3.5, 3.6] * 10]
    after = [[4.2, 4.3] * 10, [3.4, 3.5] * 10, [4.4, 4.5] * 10]
    found = effect(before, after)
    assert isinstance(found.answers, MeanDifference)
    assert isinstance(found.periods, MeanDifference)
    sure, unsure = found.answers.difference.interval, found.periods.difference.interval
    assert not isinstance(sure, InsufficientData)
    assert not isinstance(unsure, InsufficientData)
    assert sure.low > 0 > unsure.low


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (ITEM, Form("Q1", 7), Refusal.DIFFERENT_FORMS),
        (ITEM, Form("Q2", 5), Refusal.DIFFERENT_FORMS),
        (ITEM, None, Refusal.FORMS_UNKNOWN),
    ],
)
def test_two_different_items_have_no_effect(before: Form, after: Form | None, reason: Refusal) -> None:
    found = change_effect([[1.0, 2]], [[3.0, 4]], item_before=before, item_after=after)
    assert isinstance(found, Refused)
    assert found.reason is reason


@pytest.mark.parametrize(("before", "after"), [([], []), ([[]], [[1.0, 2.0]]), ([[1.0]], [[2.0, 3.0]])])
def test_too_few_answers_have_no_effect(before: list[list[float]], after: list[list[float]]) -> None:
    found = change_effect(before, after, item_before=ITEM, item_after=ITEM)
    assert isinstance(found, InsufficientData)
