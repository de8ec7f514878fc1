"""Results on paper and in workbooks: all that the page shows, asked for by whoever may see it."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evaluation.commands import documents
from app.evaluation.models import ResultsDocument, Wave
from app.evaluation.types import Answer, ItemKind, Option, Question
from app.files.typesetting import typeset
from app.kernel.access import Role
from app.kernel.db import JsonValue
from app.organisations.models import Organisation
from tests.factories.accounts import make_account_with
from tests.factories.evaluation import AGREEMENT, make_closed_wave, make_instrument, sheets_of
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.support.figures import compute_all_figures
from tests.support.pages import PageClient

ASKED = (
    *(
        Question(f"q{number}", ItemKind.LIKERT, f"Statement {number}.", options=AGREEMENT)
        for number in range(1, 5)
    ),
    Question("pace", ItemKind.MIDDLE, "The pace was", options=tuple(map(Option, ("slow", "fine", "fast")))),
    Question(
        "used", ItemKind.SEVERAL, "What did you use?", options=tuple(map(Option, ("Git", "Shell", "R")))
    ),
    Question("recommend", ItemKind.NUMBER, "Would you recommend it?", minimum=0, maximum=10),
    Question("more", ItemKind.TEXT, "What else?"),
)
COMMENTS = (
    *("The room was cold.", "A cold room again.", "It was too cold in the room.", "Cold room, please heat."),
    *("More practice with Git.", "Git needs more practice.", "More Git practice!", "none", "none"),
)


def whole_sheets() -> list[dict[str, Answer]]:
    """Twenty sheets, five of them with one answer throughout."""
    found: list[dict[str, Answer]] = []
    for place in range(20):
        level = 1 + place % 5
        answers = [level] * 4 if place < 5 else [level, min(5, level + place % 2), max(1, level - 1), level]
        sheet: dict[str, Answer] = {f"q{number}": answer for number, answer in enumerate(answers, start=1)}
        sheet |= {"pace": 1 + place % 3, "used": [1, 3] if place % 2 else [1], "recommend": place % 11}
        found.append(sheet | {"more": COMMENTS[place % len(COMMENTS)]})
    return found


def whole_wave(organisation: Organisation) -> Wave:
    course = make_course(organisation)
    wave = make_closed_wave(
        course, whole_sheets(), invited=200, instrument=make_instrument(organisation, ASKED)
    )
    compute_all_figures()
    return wave


def paper_of(reader: PageClient, db: Session, address: str) -> dict[str, Any]:
    """Ask for results on paper, see that they are waited for, and return what is to be written."""
    waiting = reader.follow(reader.post(address))
    assert "Being written" in waiting.text
    number = db.scalars(select(ResultsDocument.id).order_by(ResultsDocument.id.desc())).first() or 0
    return dict(documents.page_of(number) or {})


def workbook(reader: PageClient, address: str) -> dict[str, list[list[Any]]]:
    content = reader.fetch(address).data
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture
def house(db: Session) -> Organisation:
    return make_organisation()


@pytest.fixture
def reader(client: PageClient, house: Organisation) -> PageClient:
    return client.sign_in(make_account_with(Role.DIRECTOR, house))


def test_paper_holds_what_the_page_of_a_wave_shows(
    reader: PageClient, db: Session, house: Organisation
) -> None:
    wave = whole_wave(house)
    page = reader.get(f"/evaluation/waves/{wave.id}/results").text

    told = paper_of(reader, db, f"/evaluation/waves/{wave.id}/document")

    paper = repr(told).replace("\\'", "'")
    for words in (
        "20 of 200 answered: too few to compare",
        "Without the sheets that give one answer throughout: mean",
        "Without the sheets that give one answer throughout: alpha",
        "Cronbach's alpha",
        "McDonald's omega",
        "Correlation with the rest",
        "How the sheets were filled in",
        "give one and the same answer to all questions of a scale",
        "Just right for",
        "below the middle",
        "What they may be about",
        "comments say something",
        "are “none” or the like",
        "Detractors (up to 6)",
        "More Git practice!",
        "95% interval",
    ):
        assert words in page, words
        assert words in paper, words
    (scale,) = told["scales"]
    assert len(scale["members"]) == 4
    assert scale["lines"][0].count("95% interval") == 2
    assert typeset("results.typ", told).startswith(b"%PDF")


def test_paper_shows_comments_only_as_far_as_the_page(
    reader: PageClient, db: Session, house: Organisation
) -> None:
    instrument = make_instrument(house, ASKED)
    wave = make_closed_wave(make_course(house), whole_sheets()[:9], instrument=instrument)
    compute_all_figures()

    told = paper_of(reader, db, f"/evaluation/waves/{wave.id}/document")

    assert "The room was cold." not in repr(told)
    assert "Free text is shown from 10 answers on" in repr(told)


def test_workbook_holds_what_the_page_of_a_wave_shows(reader: PageClient, house: Organisation) -> None:
    wave = whole_wave(house)

    sheets = workbook(reader, f"/evaluation/waves/{wave.id}/results?format=xlsx")

    first, further = sheets.values()
    answers = {(row[0], row[10]): row for row in first[1:] if row[10]}
    assert answers["used", "Git"][11:] == [20.0, 1.0]
    assert answers["used", "R"][11:] == [10.0, 0.5]
    assert answers["used", "R"][5:7] == [pytest.approx(0.299, abs=1e-3), pytest.approx(0.701, abs=1e-3)]
    figures = {row[1] for row in further[1:]}
    assert {
        "Cronbach's alpha",
        "McDonald's omega",
        "Correlation with the rest",
        "Cronbach's alpha without sheets of one answer throughout",
        "Sheets of one answer throughout, as a share",
        "Just right",
        "What they may be about",
        "Promoters less detractors",
        "Response rate",
    } <= figures
    alpha = next(row for row in further if row[1] == "Cronbach's alpha")
    assert all(isinstance(value, float) for value in alpha[2:6])
    assert "20 of 200 answered" in repr(further)


def test_year_on_paper_and_in_a_workbook(reader: PageClient, db: Session, house: Organisation) -> None:
    instrument = make_instrument(house)
    below = [make_organisation(parent=house) for _ in range(5)]
    names = sorted(one.name for one in below)
    for organisation in below:
        for row in ((3, 4, 4, 5, 5), (2, 4, 5, 5, 4)):
            make_closed_wave(make_course(organisation), sheets_of(*row), instrument=instrument, invited=60)
    compute_all_figures()
    address = f"/organisations/{house.id}/results"

    page = reader.get(address)
    told = paper_of(reader, db, f"{address}/document")
    sheets = workbook(reader, f"{address}?format=xlsx")

    assert "Organisations against their average" in page.text
    assert [len(one["rows"]) for one in told["comparisons"]] == [10, 5]
    assert "5 of 60 answered: too few to compare" in page.text
    assert "5 of 60 answered: too few to compare" in repr(told)
    assert names == sorted(row["name"] for row in told["comparisons"][1]["rows"])
    assert list(sheets)[1:] == ["Further figures", "Courses compared", "Organisations compared"]
    assert len(sheets["Organisations compared"]) > 6
    assert typeset("results.typ", told).startswith(b"%PDF")


def test_year_of_which_there_are_no_results_is_not_written(
    reader: PageClient, db: Session, house: Organisation
) -> None:
    answer = reader.follow(reader.post(f"/organisations/{house.id}/results/document"))

    assert "No evaluation with results closed here in this year." in answer.text
    assert db.scalars(select(ResultsDocument.id)).all() == []


def test_year_written_is_fetched_by_its_readers_only(
    reader: PageClient, db: Session, house: Organisation
) -> None:
    make_closed_wave(make_course(house), sheets_of(3, 4, 4, 5, 5))
    compute_all_figures()
    reader.post(f"/organisations/{house.id}/results/document")
    number = db.scalars(select(ResultsDocument.id)).one()
    documents.keep_document(document_id=number, content=b"%PDF-1.7")

    written = reader.get(f"/evaluation/documents/{number}")
    fetched = reader.fetch(f"/evaluation/documents/{number}/file")
    other = reader.another().sign_in(make_account_with(Role.DIRECTOR, make_organisation()))

    assert "Download PDF" in written.text
    assert f"results-{house.code}-" in fetched.headers["Content-Disposition"]
    assert other.status("GET", f"/evaluation/documents/{number}/file") == 404


def test_pdf_is_asked_for_written_and_fetched(client: PageClient, db: Session) -> None:
    course = make_course()
    wave = make_closed_wave(course, sheets_of(3, 4, 4, 5, 5))
    reader = client.sign_in(make_account_with(Role.DIRECTOR, course.organisation))

    title = wave.title
    waiting = reader.follow(reader.post(f"/evaluation/waves/{wave.id}/document"))
    number = db.scalars(select(ResultsDocument.id)).one()
    page = documents.page_of(number) or {}
    content = typeset("results.typ", page)
    documents.keep_document(document_id=number, content=content)
    written = reader.get(f"/evaluation/documents/{number}")
    fetched = reader.fetch(f"/evaluation/documents/{number}/file")

    assert "Being written" in waiting.text
    assert page["subtitle"] == f"Results: {title}"
    assert "Mean 4.20 (95% interval" in str(page["items"])
    assert "Download PDF" in written.text
    assert fetched.data.startswith(b"%PDF")
    assert fetched.headers["Content-Type"] == "application/pdf"
    assert db.get_one(ResultsDocument, number).page is None
    assert documents.page_of(number) is None


def test_pdf_of_another_house_is_not_found(client: PageClient, db: Session) -> None:
    wave = make_closed_wave(sheets=sheets_of(3, 4, 4, 5, 5))
    reader = client.sign_in(make_account_with(Role.DIRECTOR, wave.course.organisation))
    reader.post(f"/evaluation/waves/{wave.id}/document")
    document_id = db.scalars(select(ResultsDocument.id)).one()

    other = client.another().sign_in(make_account_with(Role.DIRECTOR, make_organisation()))
    for address in (f"/evaluation/documents/{document_id}", f"/evaluation/documents/{document_id}/file"):
        assert other.status("GET", address) == 404
    assert reader.status("GET", f"/evaluation/documents/{document_id}/file") == 404


def test_what_was_written_is_data_on_paper_and_never_source() -> None:
    page: dict[str, JsonValue] = {
        "language": "vi",
        "title": '#panic("read as source") $x$ *b*',
        "subtitle": "研修",
        "facts": [["#a", "_b_"]],
        "warnings": ["#c"],
        **{part: [] for part in ("overview", "overview_heads", "comparisons", "items", "scales", "notes")},
        "legend": "",
        "foot": "",
    }

    assert typeset("results.typ", page).startswith(b"%PDF")
