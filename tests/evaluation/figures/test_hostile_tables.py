"""Tables that nobody should send: each gets figures, a figure's plain absence, or a clear refusal."""

import json

import numpy as np
import pytest

from app.evaluation.figures.analysis import analyse, as_json
from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.cells import NumberScale
from app.evaluation.figures.items import scale_item
from app.evaluation.figures.outcomes import InsufficientData
from app.evaluation.figures.request import Ratings, Request
from app.evaluation.figures.scales import ScaleFigures, scale_figures
from app.evaluation.figures.table import Table, UnreadableTable, read_table

FIVE, SEVEN = NumberScale(1, 5), NumberScale(1, 7)


def table_of(rows: list[list[object]], names: list[str] | None = None) -> Table:
    header = names or [f"Q{place}" for place in range(1, len(rows[0]) + 1)]
    lines = [",".join(header), *(",".join(map(str, row)) for row in rows)]
    return read_table("\n".join(lines).encode())


def everything(table: Table, scale: NumberScale | None = FIVE) -> Request:
    """Ask all that can be asked of columns of numbers at once."""
    names = table.names
    return Request(
        items=names,
        scales=dict.fromkeys(names, scale) if scale else {},
        reversed_items=names[:1] if scale else (),
        recommendation=names[:1],
        group=names[-1],
        ratings=Ratings(raters=names),
    )


HOSTILE: dict[str, list[list[object]]] = {
    "one row": [[1, 2, 3, 4]],
    "two rows": [[1, 2, 3, 4], [2, 2, 3, 5]],
    "one column": [[1], [2], [5], [3]],
    "one cell": [[3]],
    "all equal": [[4, 4, 4]] * 30,
    "all missing": [["", "", ""]] * 30,
    "one answer": [["", "", ""], ["", 3, ""], ["", "", ""]],
    "one column blank": [[1, "", 3], [2, "", 4], [5, "", 1], [2, "", 2]],
    "never two together": [[1, "", ""], ["", 2, ""], ["", "", 3]] * 5,
    "one column constant": [[1, 3, 2], [2, 3, 4], [5, 3, 3], [4, 3, 1]],
    "two answers mirrored": [[1, 5], [5, 1], [2, 4], [4, 2]],
    "the same twice": [[1, 1], [5, 5], [2, 2], [4, 4]],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_table_gets_an_answer(name: str) -> None:
    table = table_of(HOSTILE[name])
    figures = analyse(table, everything(table))
    text = json.dumps(as_json(figures), allow_nan=False)

    assert '"n":' in text
    assert "NaN" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_table_is_described_when_nothing_is_asked(name: str) -> None:
    table = table_of(HOSTILE[name])
    if name == "all missing":
        with pytest.raises(UnfitData, match="No column holds numbers"):
            analyse(table, Request())
    else:
        assert json.dumps(as_json(analyse(table, Request())), allow_nan=False)


def test_a_scale_of_all_equal_answers_has_no_reliability() -> None:
    figures = scale_figures(np.full((30, 3), 4.0))

    assert isinstance(figures, ScaleFigures)
    for figure in (figures.alpha, figures.omega, figures.standardised_alpha, figures.items[0].item_rest):
        assert isinstance(figure, InsufficientData)
        assert figure.reason == "no_variance"


def test_five_points_in_an_item_of_seven_are_remarked() -> None:
    answers = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 10)

    assert [each.code for each in scale_item(answers, scale=SEVEN.points).cautions] == ["upper_points_unused"]
    assert scale_item(np.append(answers, 7.0), scale=SEVEN.points).cautions == ()
    assert scale_item(answers, scale=FIVE.points).cautions == ()


def test_seven_points_in_an_item_of_five_are_refused() -> None:
    table = table_of([[1, 2], [7, 2], [3, 6]])

    with pytest.raises(UnreadableTable) as refused:
        analyse(table, everything(table))
    assert [(each.row, each.column) for each in refused.value.problems] == [(3, "Q1"), (4, "Q2")]


@pytest.mark.parametrize("word", ["NaN", "nan", "inf", "-Infinity", "1e400"])
def test_not_a_number_as_text_is_refused(word: str) -> None:
    table = table_of([[1, 2], [3, word]])

    with pytest.raises(UnreadableTable, match="row 3, column Q2"):
        analyse(table, Request(items=("Q1", "Q2")))


def test_infinity_in_an_array_is_refused() -> None:
    with pytest.raises(UnfitData, match="infinity"):
        scale_item([1.0, float("inf")])


def test_ten_thousand_columns() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(1, 6, (12, 10_000)).tolist()
    table = table_of(rows)
    figures = as_json(analyse(table, Request(items=table.names, scales=dict.fromkeys(table.names, FIVE))))

    assert isinstance(figures, dict)
    items, scale = figures["items"], figures["scale"]
    assert isinstance(items, dict)
    assert len(items) == 10_000
    assert isinstance(scale, dict)
    of_all = scale["of_all"]
    assert isinstance(of_all, dict)
    assert isinstance(of_all["omega"], dict)
    assert of_all["omega"]["kind"] == "InsufficientData"


def test_very_large_and_very_close_numbers() -> None:
    """A spread far below the size of the numbers is found, not lost to rounding; none at all is none."""
    answers = 1e9 + np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 5.0], [4.0, 5.0]])
    shifted = scale_figures(answers - 1e9)
    figures = scale_figures(answers)

    assert isinstance(figures, ScaleFigures)
    assert isinstance(shifted, ScaleFigures)
    assert getattr(figures.alpha, "value", None) == pytest.approx(
        getattr(shifted.alpha, "value", None), rel=1e-6
    )
