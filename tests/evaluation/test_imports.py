"""Bringing in past evaluations through the pages, and what a file may hold."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.evaluation.errors import ColumnUnknown, NothingToImport, UnreadableSettings
from app.evaluation.import_plan import ImportSettings, parse_lines, plan_import
from app.evaluation.models import Response
from app.evaluation.types import ItemKind, Option, Question
from app.files.spreadsheets import read_sheet
from app.kernel.access import Role
from app.scheduling.models import Course
from tests.factories.accounts import make_account_with
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.evaluation import QUESTIONS, make_instrument
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient

HEAD = "Event,Day,usefulness,pace,recommend,What should change?\n"
GOOD = HEAD + "".join(
    f"Spring\xa0course,2020-03-0{day},{word},right,{day + 3},Comment {day}\n"
    for day, word in enumerate(("Yes", "Rather", "Yes", "No", "5", "Undecided"), start=1)
)
BY_EVENT = ImportSettings(event_column="Event", date_column="Day")
BY_EVENTS = ImportSettings(event_column="Event")


def plan(text: str, settings: ImportSettings = BY_EVENT) -> Any:
    return plan_import(read_sheet(text.encode(), name="past.csv"), QUESTIONS, settings)


def test_words_numbers_and_wording_of_the_question_are_understood() -> None:
    found = plan(GOOD)

    assert not found.problems
    assert found.columns == {
        "usefulness": "usefulness",
        "pace": "pace",
        "recommend": "recommend",
        "What should change?": "changed",
    }
    (event,) = found.events
    assert (event.title, event.first.day, event.closed.day) == ("Spring course", 1, 6)
    assert [sheet["usefulness"] for sheet in event.sheets] == [5, 4, 5, 1, 5, 3]


def test_what_is_not_understood_is_told_by_its_cell() -> None:
    found = plan(HEAD + "A,2020-03-01,Perhaps,right,11,\nA,32.13.2020,Yes,right,1,\n")

    assert [(problem.row, problem.cell) for problem in found.problems] == [(2, "C2"), (2, "E2"), (3, "B3")]


def test_blanks_and_rows_without_an_event_are_counted() -> None:
    found = plan(HEAD + "A,2020-03-01,,right,1,\n,2020-03-01,Yes,,,\n")

    assert found.blanks == {"usefulness": 1, "pace": 1, "recommend": 1, "changed": 2}
    assert found.unnamed == 1
    assert [event.title for event in found.events] == ["A", "Event not named"]


def test_one_event_spelled_in_several_ways_is_one() -> None:
    settings = ImportSettings(event_column="Event", events={"Spring 20": "Spring", "SPRING": "Spring"})

    found = plan(HEAD + "Spring 20,,Yes,,,\nSpring,,Yes,,,\nspring,,Yes,,,\n", settings)

    assert [(event.title, len(event.sheets)) for event in found.events] == [("Spring", 3)]


@pytest.mark.parametrize(
    ("text", "settings", "error"),
    [
        (GOOD, ImportSettings(event_column="Veranstaltung"), ColumnUnknown),
        ("a,b\n1,2\n", ImportSettings(), NothingToImport),
        (GOOD, ImportSettings(columns={"Event": "warmth"}), UnreadableSettings),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    text: str, settings: ImportSettings, error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(text, settings)


def test_lines_of_settings_are_read() -> None:
    assert parse_lines(["Often = Yes", "a=b = c"]) == {"Often": "Yes", "a=b": "c"}
    with pytest.raises(UnreadableSettings):
        parse_lines(["no sign"])


@pytest.fixture
def officer(db: Session) -> Account:
    organisation = make_organisation()
    make_instrument(organisation)
    make_published_version(make_curriculum(make_program(organisation)))
    return make_account_with(Role.QUALITY_OFFICER, organisation)


def upload(client: PageClient, text: str, expect: int = 302) -> Any:
    address = "/evaluation/import"
    file = (io.BytesIO(text.encode()), "past.csv")
    fields = {"file": file, "period": "2020", "event_column": "Event", "date_column": "Day"}
    return client.send(client.get(address), fields, address=address, expect=expect)


def test_file_is_looked_through_then_brought_in_once(
    client: PageClient, db: Session, officer: Account
) -> None:
    client.sign_in(officer)

    answer = upload(client, GOOD)
    dry_run = client.follow(answer)
    before = db.scalar(select(func.count()).select_from(Response))
    address = answer.response.headers["Location"]
    done = client.follow(
        client.send(dry_run, {"version": dry_run.form("version").values["version"][0]}, address=address)
    )

    assert "Spring course" in dry_run.text
    assert before == 0
    assert db.scalar(select(func.count()).select_from(Response)) == 6
    assert db.scalars(select(Course.title)).all() == ["Spring course"]
    assert "6 answers were brought in." in done.text
    again = upload(client, GOOD, expect=422)
    assert any("This file was brought in with the same settings before" in error for error in again.errors)


def test_file_with_unknown_words_is_not_brought_in(client: PageClient, db: Session, officer: Account) -> None:
    client.sign_in(officer)
    answer = upload(client, HEAD + "A,2020-03-01,Perhaps,right,1,\n")
    address = answer.response.headers["Location"]

    page = client.follow(answer)
    client.post(address, {"version": "1"}, expect=422)

    assert ["2", "C2", "“Perhaps” is no answer to this question."] in page.rows()
    assert db.scalar(select(func.count()).select_from(Response)) == 0


def test_director_brings_in_nothing(client: PageClient) -> None:
    client.sign_in(make_account_with(Role.DIRECTOR, make_organisation()))

    client.get("/evaluation/import", expect=403)


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ("Git; R", [1, 3]),
        ("R|Git", [1, 3]),
        ('"R, Git"', [1, 3]),
        ("Shell, the old one", [2]),
        ("2", [2]),
        ("Git; Perl", None),
    ],
)
def test_several_choices_stand_in_one_cell(cell: str, answers: list[int] | None) -> None:
    options = tuple(map(Option, ("Git", "Shell, the old one", "R")))
    asked = (Question("used", ItemKind.SEVERAL, "Used?", options=options),)
    quoted = cell if cell.startswith('"') or "," not in cell else f'"{cell}"'

    found = plan_import(read_sheet(f"Event,used\nA,{quoted}\n".encode(), name="past.csv"), asked, BY_EVENTS)

    assert [problem.cell for problem in found.problems] == ([] if answers else ["B2"])
    assert found.events[0].sheets[0].get("used") == answers
