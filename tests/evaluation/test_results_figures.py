"""Figures computed by the worker: what is stored, what is held back, what the pages show of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.evaluation import computing
from app.evaluation.computing import METHOD_VERSION
from app.evaluation.models import CurriculumFigures, WaveFigures, YearFigures
from app.evaluation.queries import stale_figures
from app.evaluation.results import count_answers, show_item
from app.evaluation.types import Answer, ItemKind, Option, Question, WaveState
from app.improvement.types import IndicatorSource
from app.kernel import transaction
from app.kernel.access import Role
from app.kernel.clock import now
from tests.factories.accounts import make_account_with
from tests.factories.evaluation import AGREEMENT, make_closed_wave, make_instrument, make_wave, sheets_of
from tests.factories.improvement import make_cycle, make_indicator
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.support.figures import compute_all_figures
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

FOUR = tuple(
    Question(f"q{number}", ItemKind.LIKERT, f"Question {number}.", options=AGREEMENT)
    for number in range(1, 5)
)
PACE = Question(
    "pace",
    ItemKind.CHOICE,
    "The pace was",
    options=tuple(map(Option, ("Too slow", "Just right", "Too fast"))),
)


def sheet(*answers: int) -> dict[str, Answer]:
    return {f"q{number}": answer for number, answer in enumerate(answers, start=1)}


VARIED = [
    sheet(*row)
    for row in ((5, 4, 4, 3), (2, 3, 2, 2), (4, 4, 5, 5), (1, 2, 1, 2), (3, 3, 4, 2), (5, 5, 4, 5))
]


def compute_wave(
    questions: tuple[Question, ...],
    sheets: list[dict[str, Answer]],
    comments: dict[str, list[str]],
    *,
    invited: int | None,
) -> dict[str, Any]:
    """What is stored of a wave, as a page reads it."""
    return dict(computing.compute_wave(questions, sheets, comments, invited=invited))


def test_four_answers_give_no_figure() -> None:
    told = compute_wave(FOUR, VARIED[:4], {}, invited=20)

    assert set(told) == {"n", "invited", "cautions"}


def test_low_response_is_a_warning() -> None:
    told = compute_wave(FOUR, VARIED, {}, invited=31)

    assert told["cautions"] == [
        {
            "code": "response_rate",
            "values": {"answered": 6, "invited": 31, "needed": 14, "conditions": "liberal"},
        }
    ]


@pytest.mark.parametrize(("flagged", "shown"), [(1, False), (4, False), (5, True), (0, False)])
def test_figures_without_flagged_sheets_do_not_show_what_a_few_answered(flagged: int, shown: bool) -> None:
    sheets = VARIED + [sheet(3, 3, 3, 3)] * flagged

    told = compute_wave(FOUR, sheets, {}, invited=None)

    item = told["items"]["q1"]
    assert ("straight_lined" in item) is shown
    assert "repeated" not in item


def test_scale_is_stored_without_the_means_of_complete_sheets() -> None:
    told = compute_wave(FOUR, VARIED, {}, invited=None)

    (scale,) = told["scales"]
    whole = scale["all"]
    assert whole["alpha"]["kind"] == "Estimate"
    assert whole["score"]["kind"] == "InsufficientData"
    assert {member["mean"]["kind"] for member in whole["items"]} == {"InsufficientData"}


def test_item_whose_middle_is_best_has_shares_and_no_mean() -> None:
    sheets: list[dict[str, Answer]] = [{"pace": place} for place in (1, 2, 2, 2, 3, 3)]

    told = compute_wave((PACE,), sheets, {}, invited=None)

    whole = told["items"]["pace"]["all"]
    assert whole["kind"] == "BipolarItem"
    assert "mean" not in whole


def test_comments_of_nine_answers_are_left_alone() -> None:
    asked = (*FOUR, Question("more", ItemKind.TEXT, "What else?"))
    few, enough = [*VARIED, *VARIED[:3]], [*VARIED, *VARIED[:4]]

    assert "comments" not in compute_wave(asked, few, {"more": ["Good room."] * 9}, invited=None)
    told = compute_wave(asked, enough, {"more": ["Good room."] * 9 + ["không"]}, invited=None)
    assert told["comments"]["more"]["n"] == 9


def test_closing_is_followed_by_figures_once(db: Session) -> None:
    wave = make_closed_wave(sheets=sheets_of(3, 4, 4, 5, 5))
    job = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'evaluation.compute_figures'"
    assert db.connection().exec_driver_sql(job).scalar() == 1

    compute_all_figures()

    assert db.get_one(WaveFigures, wave.id).method == METHOD_VERSION
    assert stale_figures.list_waves_to_compute(METHOD_VERSION) == []
    assert stale_figures.list_years_to_compute(METHOD_VERSION) == []
    assert stale_figures.list_curricula_to_compute(METHOD_VERSION) == []
    assert stale_figures.list_waves_to_compute(METHOD_VERSION + 1) == [wave.id]
    assert stale_figures.list_waves_to_compute(METHOD_VERSION, again=True) == [wave.id]


def test_results_before_and_after_the_figures_came(client: PageClient, db: Session) -> None:
    course = make_course()
    wave = make_closed_wave(course, sheets_of(3, 4, 4, 5, 5, 5, 4), invited=31)
    reader = client.sign_in(make_account_with(Role.DIRECTOR, course.organisation))
    address = f"/evaluation/waves/{wave.id}/results"

    before = reader.get(address)
    compute_all_figures()
    after = reader.get(address)

    assert "Further figures are being computed" in before.text
    assert "7 of 31 answered: too few to compare" in after.text
    assert "4.29" in before.text
    assert "4.29" in after.text


def test_last_time_is_called_different_only_where_the_interval_allows(
    client: PageClient, db: Session
) -> None:
    first = make_course()
    instrument = make_instrument(first.organisation)
    make_closed_wave(first, sheets_of(1, 1, 2, 2, 1, 2), instrument=instrument)
    second = make_course(first.organisation, previous_course=first)
    better = make_closed_wave(second, sheets_of(5, 5, 4, 5, 4, 5), instrument=instrument)
    third = make_course(first.organisation, previous_course=second)
    alike = make_closed_wave(third, sheets_of(5, 4, 4, 5, 4, 4), instrument=instrument)
    reader = client.sign_in(make_account_with(Role.DIRECTOR, first.organisation))

    numbers, code = (better.id, alike.id), second.code
    one, other = (reader.get(f"/evaluation/waves/{number}/results").text for number in numbers)

    assert "Higher this time by 3.17" in one
    assert "The two cannot be told apart." in other
    assert code in other


@pytest.mark.parametrize(
    ("target", "words"), [(3.0, "reached"), (4.5, "cannot be told yet"), (4.99, "missed")]
)
def test_target_of_the_cycle_stands_beside(
    client: PageClient, db: Session, target: float, words: str
) -> None:
    course = make_course()
    wave = make_closed_wave(course, sheets_of(4, 4, 5, 5, 4, 5, 4, 4))
    cycle = make_cycle(course)
    make_indicator(cycle, source=IndicatorSource.EVALUATION_MEAN, source_key="usefulness", target=target)
    reader = client.sign_in(make_account_with(Role.DIRECTOR, course.organisation))

    assert words in reader.get(f"/evaluation/waves/{wave.id}/results").text


def test_year_pools_the_organisation_and_below(client: PageClient, db: Session) -> None:
    above = make_organisation()
    below = make_organisation(parent=above)
    instrument = make_instrument(above)
    for course in [make_course(above), *(make_course(below) for _ in range(5))]:
        make_closed_wave(course, sheets_of(3, 4, 4, 5, 5), instrument=instrument)
    make_closed_wave(make_course(below), sheets_of(1, 1), instrument=instrument)
    compute_all_figures()
    numbers = (above.id, below.id)
    reader = client.sign_in(make_account_with(Role.DIRECTOR, above))

    page, lower = (reader.get(f"/organisations/{number}/results") for number in numbers)

    assert "n = 30" in page.text
    assert "n = 25" in lower.text
    assert "can be told apart from the average" in page.text
    assert "Organisations against their average" not in lower.text
    assert db.scalar(select(func.count()).select_from(YearFigures)) == 2


def test_year_is_shown_to_nobody_else(client: PageClient, db: Session) -> None:
    wave = make_closed_wave(sheets=sheets_of(3, 4, 4, 5, 5))
    compute_all_figures()
    address = f"/organisations/{wave.organisation_id}/results"
    lecturer = make_account_with(Role.LECTURER, wave.course.organisation)
    others = [
        client.another().sign_in(who)
        for who in (lecturer, make_account_with(Role.DIRECTOR, make_organisation()))
    ]

    assert [other.status("GET", address) for other in others] == [403, 404]


def test_items_over_time_say_which_rule_fired(client: PageClient, db: Session) -> None:
    first = make_course()
    instrument = make_instrument(first.organisation)
    rows = [*[(3, 3, 4, 4, 4)] * 6, (5, 5, 5, 5, 5)]
    curriculum_id = first.curriculum_version.curriculum_id
    for place, row in enumerate(rows):
        course = make_course(first.organisation, version=first.curriculum_version)
        wave = make_closed_wave(course, sheets_of(*row), instrument=instrument)
        wave.closed_at = now() - timedelta(days=30 - place)
    db.flush()
    compute_all_figures()
    reader = client.sign_in(make_account_with(Role.DIRECTOR, first.organisation))

    page = reader.get(f"/curricula/{curriculum_id}/results")

    assert "lies above the upper limit" in page.text
    assert "The limits are provisional: they rest on 7 courses" in page.text
    assert db.scalar(select(func.count()).select_from(CurriculumFigures)) == 1


def test_statements_of_a_page_do_not_grow_with_answers(
    client: PageClient, db: Session, queries: QueryCounter
) -> None:
    waves = [make_closed_wave(sheets=sheets_of(*([3, 4, 5] * times))) for times in (4, 40)]
    compute_all_figures()
    accounts = [make_account_with(Role.DIRECTOR, wave.course.organisation) for wave in waves]
    addresses = [
        (f"/evaluation/waves/{wave.id}/results", f"/organisations/{wave.organisation_id}/results")
        for wave in waves
    ]
    readers = [client.another().sign_in(account) for account in accounts]
    counts = []
    for reader, asked in zip(readers, addresses, strict=True):
        for address in asked:
            with queries.counting() as seen:
                reader.get(address)
            counts.append(len(seen))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 10


def test_results_of_an_open_wave_say_that_they_are_to_come(client: PageClient, db: Session) -> None:
    wave = make_wave(state=WaveState.OPEN)
    reader = client.sign_in(make_account_with(Role.DIRECTOR, wave.course.organisation))

    assert (
        "Results are shown after the wave has closed."
        in reader.get(f"/evaluation/waves/{wave.id}/results").text
    )


def test_several_choices_are_shares_of_those_who_answered() -> None:
    used = Question("used", ItemKind.SEVERAL, "Used?", options=tuple(map(Option, ("Git", "Shell", "R"))))
    both: dict[str, Answer] = {"used": [1, 3]}
    sheets: list[dict[str, Answer]] = [both, both, both, both, {"used": [1]}, {}, {}]

    told = compute_wave((used,), sheets, {}, invited=None)
    counted = count_answers([used.item], sheets)["used"]
    shown = show_item(used, counted)

    whole = told["items"]["used"]["all"]
    assert whole["variant"] == "several choices, share of those who answered"
    assert [option["share"]["value"] for option in whole["options"]] == [1.0, 0.0, 0.8]
    assert (counted.n, counted.missing, counted.counts) == (5, 2, {1: 5, 3: 4})
    assert shown.choice is not None
    assert [share.value for share in shown.choice.shares] == [1.0, 0.0, 0.8]


def test_question_worded_the_other_way_is_turned_for_the_scale() -> None:
    turned = (*FOUR[:3], replace(FOUR[3], is_reversed=True))
    mirrored = [{**one, "q4": 6 - int(str(one["q4"]))} for one in VARIED]

    straight = compute_wave(FOUR, VARIED, {}, invited=None)["scales"][0]["all"]["alpha"]
    other = compute_wave(turned, mirrored, {}, invited=None)

    assert other["scales"][0]["all"]["alpha"]["value"] == pytest.approx(straight["value"])
    assert other["items"]["q4"]["all"]["mean"] == pytest.approx(
        6 - sum(int(str(s["q4"])) for s in VARIED) / 6
    )


def test_one_answer_throughout_is_judged_within_the_largest_scale() -> None:
    difficulty = Question("hard", ItemKind.LIKERT, "How hard?", options=tuple(map(Option, ("a", "b", "c"))))
    sheets: list[dict[str, Answer]] = [
        *({**sheet(4, 4, 4, 4), "hard": 1 + place % 3} for place in range(5)),
        *({**one, "hard": 2} for one in VARIED),
    ]

    told = compute_wave((*FOUR, difficulty), sheets, {}, invited=None)

    assert told["patterns"]["straight_lined"]["count"] == 5
    assert told["items"]["q1"]["straight_lined"]["n"] == 6


def test_recomputing_says_how_much_there_was(app: Flask, db: Session) -> None:
    make_closed_wave(sheets=sheets_of(3, 4, 4, 5, 5))
    db.commit()
    transaction.abandon()
    words = ["evaluation", "recompute"]

    said = [app.test_cli_runner().invoke(args=words, catch_exceptions=False).output for _ in range(2)]

    assert "Computed: 1 evaluations, 1 years of organisations, 1 curricula over time." in said[0]
    assert "All figures are up to date." in said[1]
