"""Where the marks of pictures lie."""

import pytest

from app.evaluation.figure_types import (
    AgainstTarget,
    Beside,
    Chart,
    ChartPoint,
    ChartSignal,
    Compared,
    ComparedKind,
    Comparison,
    Doubt,
    Name,
    Standing,
    Target,
)
from app.evaluation.pictures import draw_effects, draw_line, panels, place_on
from app.evaluation.results import show_item
from app.evaluation.rules import best_in_the_middle, stands_against
from app.evaluation.statistics import difference_of_means, summarise_scores
from app.evaluation.types import ItemCounts, ItemKind, Option, Question, ScoreSummary
from tests.factories.evaluation import AGREEMENT

QUESTION = Question("q", ItemKind.LIKERT, "A statement.", options=AGREEMENT)


@pytest.mark.parametrize(
    ("value", "expected"), [(1, 0.0), (5, 100.0), (3, 50.0), (4.2, 80.0), (0, 0.0), (9, 100.0)]
)
def test_places_lie_between_the_ends(value: float, expected: float) -> None:
    assert place_on(value, 1, 5) == expected


def test_a_scale_without_width_has_one_place() -> None:
    assert place_on(3, 2, 2) == 0.0


def test_items_share_a_panel_by_their_scale_and_one_alone_has_none() -> None:
    other = Question("n", ItemKind.NUMBER, "How many?", minimum=0, maximum=10)
    counted = {1: 1, 3: 2, 5: 3}
    items = [
        show_item(question, ItemCounts(question.code, counted, 6, 0))
        for question in (QUESTION, other, QUESTION)
    ]
    target = AgainstTarget(Target(4.0), Standing.CANNOT_TELL)

    (panel,) = panels(items, {"q": Beside(target=target)})

    assert (panel.lowest, panel.highest, len(panel.strips)) == (1, 5, 2)
    assert panel.ticks == ((1, 0.0), (2, 25.0), (3, 50.0), (4, 75.0), (5, 100.0))
    strip = panel.strips[0]
    assert (strip.place, strip.target, strip.last) == (66.67, 75.0, None)
    assert strip.low < strip.place < strip.high


def chart(*values: float, signals: tuple[ChartSignal, ...] = ()) -> Chart:
    points = tuple(ChartPoint(f"C{place}", value, 9) for place, value in enumerate(values))
    return Chart(QUESTION, points, 3.0, 2.0, 4.0, signals, ())


def test_higher_figures_lie_higher_and_later_ones_further_right() -> None:
    line = draw_line(chart(2.0, 3.0, 5.0))

    first, middle, last = line.marks
    assert first.x < middle.x < last.x
    assert first.y > middle.y > last.y
    assert line.upper < line.centre < line.lower
    assert len(line.joints) == 2


def test_points_of_a_signal_are_marked_from_its_first_to_its_last() -> None:
    signal = ChartSignal("run", "above", "C1", "C2", 2)

    line = draw_line(chart(3.0, 4.0, 4.0, 3.0, signals=(signal,)))

    assert [mark.is_signal for mark in line.marks] == [False, True, True, False]
    assert "%(points)s courses in a row above" in signal.sentence


def test_the_average_lies_in_the_middle_of_a_comparison() -> None:
    effects = (
        Compared("A", Name("A"), 9, 0.0, -0.2, 0.2, Standing.CANNOT_TELL),
        Compared("B", Name("B"), 9, 0.41, 0.13, 0.69, Standing.ABOVE),
    )

    (first, second), reach = draw_effects(Comparison(ComparedKind.COURSE, QUESTION, 4.0, effects, 0.5, 0, ()))

    assert (reach, first.place) == (0.7, 50.0)
    assert 50.0 < second.low < second.place < second.high <= 100.0


@pytest.mark.parametrize(
    ("target", "low", "high", "standing", "is_good"),
    [
        (Target(4.0), 4.0, 4.5, Standing.ABOVE, True),
        (Target(4.0), 3.9, 4.5, Standing.CANNOT_TELL, False),
        (Target(4.0), 3.0, 3.9, Standing.BELOW, False),
        (Target(2.0, lower_is_better=True), 1.0, 2.0, Standing.BELOW, True),
        (Target(2.0, lower_is_better=True), 2.1, 3.0, Standing.ABOVE, False),
    ],
)
def test_interval_against_a_target(
    target: Target, low: float, high: float, standing: Standing, is_good: bool
) -> None:
    found = stands_against(target, low, high)

    assert (found.standing, found.is_good) == (standing, is_good)


def test_difference_of_means_is_welch_s() -> None:
    later, earlier = (summarise_scores(counts) for counts in ({3: 2, 4: 4, 5: 4}, {2: 4, 3: 4, 4: 2}))
    assert isinstance(later, ScoreSummary)
    assert isinstance(earlier, ScoreSummary)

    value, interval = difference_of_means(later, earlier)

    # scipy.stats.ttest_ind(equal_var=False): 18 degrees of freedom, as both variances are the same.
    assert round(value, 3) == 1.4
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.659, 2.141)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("Too slow", "Just right", "Too fast"), True),
        (("Quá chậm", "Vừa phải", "Quá nhanh"), True),
        (("Too slow", "Just right"), False),
        (("Bus", "Train", "Car"), False),
    ],
)
def test_a_best_middle_is_known_by_its_words(words: tuple[str, ...], expected: bool) -> None:
    question = Question("pace", ItemKind.CHOICE, "The pace was", options=tuple(map(Option, words)))

    assert best_in_the_middle(question) is expected


def test_warnings_are_sentences_with_their_numbers() -> None:
    doubt = Doubt("response_rate", {"answered": 7, "invited": 31.0, "needed": 14})

    assert (doubt.sentence % doubt.shown).startswith("7 of 31 answered: too few to compare.")
    assert Doubt("something_new").sentence == ""
