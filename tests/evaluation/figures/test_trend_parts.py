"""Levels compared, items over time and comments, as asked of a plain table."""

import json
from pathlib import Path

import pytest

from app.evaluation.figures.analysis import analyse, as_json
from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.cells import NumberScale
from app.evaluation.figures.changes import MeanDifference
from app.evaluation.figures.chart_rules import Rule
from app.evaluation.figures.comments import Comments
from app.evaluation.figures.comparisons import Comparison as Compared
from app.evaluation.figures.outcomes import InsufficientData
from app.evaluation.figures.request import Comparison, Request
from app.evaluation.figures.table import UnreadableTable, read_table
from app.evaluation.figures.trend_parts import ALL_ITEMS, OverTime
from app.evaluation.figures.trends import ChangeEffect, XmrChart

DATA = Path(__file__).parent / "data"
ITEMS = ("clarity", "teaching_effectiveness")


def over_time(**asked: str) -> dict[str, OverTime]:
    table = read_table((DATA / "operations-management" / "section_means.csv").read_bytes())
    scales = dict.fromkeys(ITEMS, NumberScale(1, 5, any_between=True))
    found = analyse(table, Request(items=ITEMS, scales=scales, **asked))["over_time"]  # type: ignore[arg-type]
    assert isinstance(found, dict)
    return found


def test_items_over_time_show_the_published_special_cause() -> None:
    found = over_time(time="year,term")
    chart = found["teaching_effectiveness"].xmr_chart

    assert list(found) == [ALL_ITEMS, *ITEMS]
    assert isinstance(chart, XmrChart)
    assert [one.first for one in chart.signals if one.rule is Rule.BEYOND] == ["2019 Spring"]
    assert chart.points[0].n == 3
    assert found["clarity"].change is None


def test_the_effect_of_a_change_is_counted_from_the_period_named() -> None:
    change = over_time(time="year,term", changed_at="2020 Fall")["teaching_effectiveness"].change
    assert isinstance(change, ChangeEffect)
    assert isinstance(change.periods, MeanDifference)
    first, second = change.periods.first, change.periods.second
    assert not isinstance(first, InsufficientData)
    assert not isinstance(second, InsufficientData)
    assert (first.n, second.n) == (7, 5)
    assert change.periods.difference.value == pytest.approx(first.value - second.value)
    assert change.periods.difference.value > 0


def test_a_period_or_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(UnfitData, match=r"no period 1999\..*2018 Spring"):
        over_time(time="year,term", changed_at="1999")
    with pytest.raises(UnreadableTable, match="no column semester"):
        over_time(time="semester")


def test_levels_are_compared_on_the_items() -> None:
    table = read_table((DATA / "penicillin.csv").read_bytes())
    asked = Request(items=("diameter",), comparison=Comparison(column="sample", respondent="plate"))
    found = analyse(table, asked)["comparison"]

    assert isinstance(found, Compared)
    assert {effect.label: effect.verdict.value for effect in found.effects} == {
        "A": "above",
        "B": "below",
        "C": "above",
        "D": "not_told_apart",
        "E": "not_told_apart",
        "F": "below",
    }


def test_comments_of_a_column_are_counted() -> None:
    lines = ["text", *["Giảng viên nhiệt tình"] * 6, *["Phòng học nóng quá"] * 6, "không", '""', "n/a"]
    figures = analyse(read_table("\n".join(lines).encode()), Request(comments=("text",)))
    found = figures["comments"]

    assert isinstance(found, dict)
    comments = found["text"]
    assert isinstance(comments, Comments)
    assert (comments.n, comments.missing, comments.saying_nothing) == (12, 1, 2)
    assert "giảng viên" in json.dumps(as_json(figures), ensure_ascii=False)
