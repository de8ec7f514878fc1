"""Pages of the instruments."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evaluation import commands, queries
from app.evaluation.models import Instrument
from app.evaluation.types import InstrumentState, ItemKind
from app.kernel.access import SYSTEM, Role
from app.kernel.clock import now
from app.kernel.events import take_recorded
from tests.factories.accounts import make_account_with
from tests.factories.evaluation import make_instrument
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter


def test_standard_questions_are_in_three_languages(db: Session) -> None:
    organisation = make_organisation()

    instrument = commands.add_standard_instrument(organisation=organisation, actor=SYSTEM, at=now())
    take_recorded()

    questions = queries.list_questions(instrument)
    asked = {question.kind for question in questions}
    assert asked == {ItemKind.LIKERT, ItemKind.MIDDLE, ItemKind.NUMBER, ItemKind.TEXT}
    assert all(set(question.texts) == {"en", "ja"} for question in questions)
    assert all(set(option.texts) == {"en", "ja"} for question in questions for option in question.options)


def test_instrument_is_made_with_the_standard_questions(client: PageClient, db: Session) -> None:
    organisation = make_organisation()
    client.sign_in(make_account_with(Role.QUALITY_OFFICER, organisation))
    address = "/evaluation/instruments/new"
    start = client.get(address)
    typed = {"organisation": str(organisation.id), "code": "END", "title": "Cuối khóa", "with_standard": "y"}

    page = client.follow(client.send(start, typed, address=address))

    assert page.heading == "Edit Cuối khóa"
    assert page.form("questions-0-text").values["questions-0-code"] == ["usefulness"]


def test_draft_is_edited_on_one_page(client: PageClient, db: Session) -> None:
    instrument = make_instrument()
    number, organisation = instrument.id, instrument.organisation
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, organisation))
    address = f"/evaluation/instruments/{number}/edit"
    changes = {
        "questions-0-text": "Was it useful?",
        "questions-1-text": "",
        "questions-3-position": "1",
        "questions-4-text": "Which part?",
        "questions-4-code": "part",
        "questions-4-kind": "choice",
        "questions-4-options": "Đầu | First | 最初\nCuối | Last | 最後",
    }

    client.send(client.get(address), changes, address=address)

    questions = queries.list_questions(queries.get_instrument(number))
    assert [question.code for question in questions] == ["usefulness", "changed", "recommend", "part"]
    assert questions[0].text == "Was it useful?"
    assert questions[3].options[1].texts == {"en": "Last", "ja": "最後"}


def test_unfinished_question_is_said_at_its_place_and_nothing_is_lost(client: PageClient) -> None:
    instrument = make_instrument()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address = f"/evaluation/instruments/{instrument.id}/edit"
    changes = {
        "questions-4-text": "Which part?",
        "questions-4-code": "part",
        "questions-4-kind": "choice",
        "questions-4-options": "Only one",
    }

    page = client.send(client.get(address), changes, address=address, expect=422)

    assert any("from 2 to 20 options" in error for error in page.errors)
    assert page.form("questions-4-text").values["questions-4-options"] == ["Only one"]


def test_two_questions_cannot_share_a_code(client: PageClient) -> None:
    instrument = make_instrument()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address = f"/evaluation/instruments/{instrument.id}/edit"

    page = client.send(client.get(address), {"questions-1-code": "usefulness"}, address=address, expect=422)

    assert any("Two questions have this code" in error for error in page.errors)


def test_page_left_open_over_another_change_of_questions_is_told(client: PageClient) -> None:
    instrument = make_instrument(title="First")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address = f"/evaluation/instruments/{instrument.id}/edit"
    left_open = client.get(address)
    client.send(client.get(address), {"questions-0-text": "Theirs"}, address=address)

    answer = client.send(left_open, {"questions-0-text": "Mine"}, address=address, expect=409)

    assert "Mine" in answer.form("questions-0-text").values["questions-0-text"]


def test_frozen_instrument_gets_a_next_version(client: PageClient, db: Session) -> None:
    instrument = make_instrument(state=InstrumentState.FROZEN)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address, code = f"/evaluation/instruments/{instrument.id}", instrument.code
    edit = f"{address}/edit"

    refused = client.send(client.get(edit), {"title": "Changed"}, address=edit, expect=422)
    client.post(f"{address}/next")

    assert any("This instrument is frozen" in error for error in refused.errors)
    versions = db.scalars(select(Instrument).where(Instrument.code == code).order_by(Instrument.number)).all()
    assert [(v.number, v.state) for v in versions] == [
        (1, InstrumentState.FROZEN),
        (2, InstrumentState.DRAFT),
    ]
    assert queries.list_questions(versions[0]) == queries.list_questions(versions[1])


def test_list_needs_as_many_queries_for_many_rows(client: PageClient, queries: QueryCounter) -> None:
    organisation = make_organisation()
    make_instrument(organisation)
    client.sign_in(make_account_with(Role.DIRECTOR, organisation))
    client.get("/evaluation/instruments")
    with queries.counting():
        client.get("/evaluation/instruments")
    few = len(queries)
    for _ in range(4):
        make_instrument(organisation)

    with queries.counting():
        page = client.get("/evaluation/instruments")

    assert len(page.rows()) == 5
    assert len(queries) == few <= 12


def test_instrument_of_another_branch_does_not_exist(client: PageClient) -> None:
    instrument = make_instrument()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, make_organisation()))

    client.get(f"/evaluation/instruments/{instrument.id}", expect=404)


def test_questions_may_offer_several_choices_and_be_turned_round(client: PageClient) -> None:
    instrument = make_instrument()
    number, code = instrument.id, instrument.code
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address = f"/evaluation/instruments/{number}/edit"
    changes = {
        "questions-0-is_reversed": "y",
        "questions-1-kind": "middle",
        "questions-4-text": "What did you use?",
        "questions-4-code": "used",
        "questions-4-kind": "several",
        "questions-4-options": "Git\nShell",
    }

    client.send(client.get(address), changes, address=address)
    shown = client.get(f"/evaluation/instruments/{number}")

    questions = {one.code: one for one in queries.list_questions(queries.get_instrument(number))}
    assert questions["usefulness"].is_reversed
    assert questions["pace"].kind is ItemKind.MIDDLE
    assert questions["used"].kind is ItemKind.SEVERAL
    assert "Choose all that apply." in shown.text
    assert code in shown.text


def test_only_a_scale_can_be_turned_round(client: PageClient) -> None:
    instrument = make_instrument()
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, instrument.organisation))
    address = f"/evaluation/instruments/{instrument.id}/edit"

    page = client.send(client.get(address), {"questions-1-is_reversed": "y"}, address=address, expect=422)

    assert any("Only a question on an agreement scale" in error for error in page.errors)
