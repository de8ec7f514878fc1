from datetime import UTC, datetime, timedelta

import pytest

from app.evaluation.rules import (
    COMMENT_LENGTH,
    MINIMUM_FOR_COMMENTS,
    MINIMUM_FOR_SCORES,
    check_answers,
    check_questions,
    given_answers,
    may_answer,
    may_change_instrument,
    may_close,
    may_open,
    may_show_comments,
    may_show_results,
    shows_what_each_answered,
    telling_differences,
)
from app.evaluation.types import InstrumentState, Item, ItemKind, Option, Question, WaveState

OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
DURING = OPENS + timedelta(days=1)
AGREEMENT = ("1", "2", "3", "4", "5")
ITEMS = (
    Item("useful", ItemKind.LIKERT, required=True, options=AGREEMENT),
    Item("pace", ItemKind.CHOICE, required=False, options=("slow", "right", "fast")),
    Item("recommend", ItemKind.NUMBER, required=True, minimum=0, maximum=10),
    Item("remarks", ItemKind.TEXT, required=False),
)
WHOLE: dict[str, object] = {"useful": 5, "pace": 2, "recommend": 0, "remarks": "Nhiều thực hành hơn"}


def codes(sheet: dict[str, object]) -> list[str]:
    return [problem.item_code for problem in check_answers(ITEMS, sheet)]


def test_the_thresholds_are_five_for_scores_and_ten_for_comments() -> None:
    assert (MINIMUM_FOR_SCORES, MINIMUM_FOR_COMMENTS) == (5, 10)


def test_a_whole_sheet_and_one_without_optional_answers_are_taken() -> None:
    assert check_answers(ITEMS, WHOLE) == ()
    assert check_answers(ITEMS, {"useful": 1, "recommend": 10, "pace": None, "remarks": "  "}) == ()


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("useful", None),
        ("useful", ""),
        ("useful", 0),
        ("useful", 6),
        ("useful", "5"),
        ("useful", True),
        ("useful", 2.5),
        ("pace", 4),
        ("pace", -1),
        ("recommend", 11),
        ("recommend", -1),
        ("recommend", "many"),
        ("recommend", False),
        ("remarks", "x" * (COMMENT_LENGTH + 1)),
        ("remarks", 7),
        ("useful", ["5"]),
        ("foreign", 1),
    ],
)
def test_a_wrong_answer_is_named(code: str, answer: object) -> None:
    assert codes(WHOLE | {code: answer}) == [code]


def test_all_wrong_answers_are_named_at_once_in_order() -> None:
    assert codes({"remarks": 1, "pace": 9, "zebra": 1, "recommend": 99}) == [
        "useful", "pace", "recommend", "remarks", "zebra",
    ]  # fmt: skip


def test_a_message_fits_its_parameters() -> None:
    problems = check_answers(ITEMS, WHOLE | {"recommend": 11, "remarks": "x" * 2_001})
    assert [problem.message % problem.parameters for problem in problems] == [
        "Please give a whole number from 0 to 10.",
        "Your answer has 2001 characters; up to 2000 can be kept. Please shorten it.",
    ]


def test_what_was_left_empty_is_not_kept() -> None:
    assert given_answers(ITEMS, {"useful": 3, "pace": None, "recommend": 0, "remarks": " \n"}) == {
        "useful": 3,
        "recommend": 0,
    }
    assert given_answers(ITEMS, WHOLE | {"remarks": " tốt "})["remarks"] == "tốt"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"items": 0}, ["no_items"]),
        ({"invited": 0}, ["nobody_invited"]),
        ({"now": OPENS - timedelta(seconds=1)}, ["too_early"]),
        ({"now": OPENS}, []),
        ({"now": CLOSES}, ["too_late"]),
        ({"items": 0, "invited": 0, "now": CLOSES}, ["no_items", "nobody_invited", "too_late"]),
    ],
)
def test_a_planned_wave_opens_in_its_window(changes: dict[str, object], expected: list[str]) -> None:
    facts: dict[str, object] = {
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "items": 3,
        "invited": 8,
        "now": DURING,
    }
    problems = may_open(WaveState.PLANNED, **(facts | changes))  # type: ignore[arg-type]  # a table of changes
    assert [problem.code for problem in problems] == expected


@pytest.mark.parametrize("state", [WaveState.OPEN, WaveState.CLOSED])
def test_a_wave_opens_only_once(state: WaveState) -> None:
    problems = may_open(state, opens_at=OPENS, closes_at=CLOSES, items=3, invited=8, now=DURING)
    assert [problem.code for problem in problems] == ["not_planned"]


@pytest.mark.parametrize(
    ("state", "answered", "now", "expected"),
    [
        (WaveState.OPEN, 7, DURING, ["still_running"]),
        (WaveState.OPEN, 8, DURING, []),
        (WaveState.OPEN, 0, CLOSES, []),
        (WaveState.PLANNED, 8, CLOSES, ["not_open"]),
        (WaveState.CLOSED, 8, CLOSES, ["not_open"]),
    ],
)
def test_a_wave_closes_at_its_end_or_when_all_have_answered(
    state: WaveState, answered: int, now: datetime, expected: list[str]
) -> None:
    problems = may_close(state, closes_at=CLOSES, answered=answered, invited=8, now=now)
    assert [problem.code for problem in problems] == expected


@pytest.mark.parametrize(
    ("state", "already", "now", "expected"),
    [
        (WaveState.OPEN, False, DURING, []),
        (WaveState.OPEN, True, DURING, ["answered"]),
        (WaveState.OPEN, False, OPENS - timedelta(seconds=1), ["not_yet"]),
        (WaveState.PLANNED, False, DURING, ["not_yet"]),
        (WaveState.OPEN, False, CLOSES, ["closed"]),
        (WaveState.CLOSED, False, DURING, ["closed"]),
        (WaveState.CLOSED, True, CLOSES, ["answered"]),
    ],
)
def test_one_answer_is_taken_while_the_wave_is_open(
    state: WaveState, already: bool, now: datetime, expected: list[str]
) -> None:
    problems = may_answer(state, opens_at=OPENS, closes_at=CLOSES, already_answered=already, now=now)
    assert [problem.code for problem in problems] == expected


@pytest.mark.parametrize(
    ("state", "responses", "expected"),
    [
        (WaveState.CLOSED, 5, []),
        (WaveState.CLOSED, 4, ["too_few"]),
        (WaveState.OPEN, 50, ["not_closed"]),
        (WaveState.PLANNED, 0, ["not_closed"]),
    ],
)
def test_results_show_after_closing_from_five_on(
    state: WaveState, responses: int, expected: list[str]
) -> None:
    assert [problem.code for problem in may_show_results(state, responses)] == expected


def test_comments_show_after_closing_from_ten_on() -> None:
    assert may_show_comments(WaveState.CLOSED, 10)
    assert not may_show_comments(WaveState.CLOSED, 9)
    assert not may_show_comments(WaveState.OPEN, 10)


def test_an_instrument_is_frozen_once_used() -> None:
    assert may_change_instrument(InstrumentState.DRAFT)
    assert not may_change_instrument(InstrumentState.FROZEN)


def test_a_figure_that_all_agree_on_tells_everybodys_answer() -> None:
    assert shows_what_each_answered({5: 8, 4: 0})
    assert not shows_what_each_answered({5: 8, 4: 1})
    assert not shows_what_each_answered({})


@pytest.mark.parametrize(
    ("one", "other", "telling"),
    [
        (range(20), range(20), False),
        (range(20), range(19), True),
        (range(20), range(16), True),
        (range(20), range(15), False),
        (range(16), range(20), True),
        (range(10), range(10, 20), False),
        (range(10), range(9, 30), False),
        (range(10), range(4, 30), True),
    ],
)
def test_two_published_sets_may_not_differ_by_one_to_four(one: range, other: range, telling: bool) -> None:
    assert telling_differences({"one": one, "other": other}) == ((("one", "other"),) if telling else ())


def test_every_pair_of_published_sets_is_compared() -> None:
    found = telling_differences({"all": range(20), "province": range(15), "all but one": range(1, 20)})
    assert found == (("all", "all but one"), ("province", "all but one"))


SEVERAL = Item("used", ItemKind.SEVERAL, required=True, options=("Git", "Shell", "R"))


@pytest.mark.parametrize("answer", [None, [], [0], [4], [1, 1], [True], ["1"], 2, "1"])
def test_several_choices_are_places_of_options_each_once(answer: object) -> None:
    assert [problem.item_code for problem in check_answers([SEVERAL], {"used": answer})] == ["used"]


def test_several_choices_are_kept_in_order() -> None:
    assert check_answers([SEVERAL], {"used": [3, 1]}) == ()
    assert given_answers([SEVERAL], {"used": [3, 1]}) == {"used": [1, 3]}
    assert given_answers([SEVERAL], {"used": []}) == {}


def _question(kind: ItemKind, options: int, *, is_reversed: bool = False) -> Question:
    words = tuple(Option(str(place)) for place in range(options))
    return Question("q", kind, "How?", options=words, is_reversed=is_reversed)


@pytest.mark.parametrize(
    ("question", "problems"),
    [
        (_question(ItemKind.MIDDLE, 3), 0),
        (_question(ItemKind.MIDDLE, 4), 1),
        (_question(ItemKind.SEVERAL, 2), 0),
        (_question(ItemKind.SEVERAL, 1), 1),
        (_question(ItemKind.LIKERT, 5, is_reversed=True), 0),
        (_question(ItemKind.CHOICE, 5, is_reversed=True), 1),
    ],
)
def test_questions_have_what_their_kind_needs(question: Question, problems: int) -> None:
    assert len(check_questions([question])) == problems
