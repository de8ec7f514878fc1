"""Pages on which trainees answer."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.audit.models import AuditEvent
from app.evaluation.models import Invitation, SealedAnswer
from app.evaluation.sealing import make_keys, seal, sheet_size, unseal
from app.evaluation.types import ItemKind, Option, Question, WaveState
from app.kernel.clock import now, stopped_at
from tests.factories.accounts import make_account
from tests.factories.evaluation import (
    QUESTIONS,
    SECRET,
    link_of,
    make_closed_wave,
    make_instrument,
    make_invitation,
    make_trainee,
    make_wave,
)
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

WHOLE = {"q1": "4", "q2": "2", "q3": "9", "q4": "More practice, please."}


def test_trainee_answers_by_the_link_without_an_account(client: PageClient, db: Session) -> None:
    invitation = make_invitation()
    private_key = invitation.wave.sealed_private_key or b""

    answer = client.send(client.get(link_of(invitation)), WHOLE, address=link_of(invitation))

    page = client.follow(answer)
    assert "Thank you. Your answers are kept." in page.text
    assert "answered already" not in page.text
    sealed = db.scalars(select(SealedAnswer)).one()
    assert unseal(SECRET, private_key, [sealed.sealed]) == [
        {"usefulness": 4, "pace": 2, "recommend": 9, "changed": "More practice, please."}
    ]
    assert db.scalars(select(Invitation.answered)).one()


def test_second_answer_is_refused_in_plain_words(client: PageClient, db: Session) -> None:
    invitation = make_invitation()
    client.send(client.get(link_of(invitation)), WHOLE, address=link_of(invitation))

    again = client.post(link_of(invitation), WHOLE, expect=422)

    assert "You have answered already. Your first answer is kept; it cannot be changed." in again.text
    assert db.scalar(select(func.count()).select_from(SealedAnswer)) == 1


def test_refused_sheet_keeps_all_that_was_typed(client: PageClient, db: Session) -> None:
    invitation = make_invitation()
    typed = {"q2": "3", "q3": "8", "q4": "Kéo dài thêm một ngày"}

    page = client.send(client.get(link_of(invitation)), typed, address=link_of(invitation), expect=422)

    assert any("Please answer this question." in error for error in page.errors)
    kept = page.form("q4").values
    assert (kept["q2"], kept["q3"], kept["q4"]) == (["3"], ["8"], ["Kéo dài thêm một ngày"])
    assert db.scalar(select(func.count()).select_from(SealedAnswer)) == 0


def test_answer_off_the_scale_is_refused(client: PageClient, db: Session) -> None:
    invitation = make_invitation()

    client.post(link_of(invitation), {**WHOLE, "q1": "6"}, expect=422)

    assert db.scalar(select(func.count()).select_from(SealedAnswer)) == 0


def test_closed_and_not_yet_open_are_said_plainly(client: PageClient) -> None:
    closed = make_invitation(make_closed_wave())
    planned = make_invitation(
        make_wave(opens_at=now() + timedelta(days=1), closes_at=now() + timedelta(days=2))
    )

    assert "This evaluation closed on" in client.get(link_of(closed)).text
    assert "This evaluation opens on" in client.get(link_of(planned)).text


def test_window_ends_to_the_minute(client: PageClient) -> None:
    invitation = make_invitation(make_wave(state=WaveState.OPEN))
    with stopped_at(invitation.wave.closes_at):
        page = client.post(link_of(invitation), WHOLE, expect=422)

    assert "Answers can no longer be taken." in page.text


def test_unknown_link_leads_nowhere(client: PageClient) -> None:
    client.get("/answer/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", expect=404)


@pytest.fixture
def trainee() -> Account:
    return make_account(make_person())


def test_signed_in_trainee_answers_from_the_own_list(
    client: PageClient, db: Session, trainee: Account
) -> None:
    invitation = make_invitation(person=trainee.person)
    client.sign_in(trainee)
    address = f"/my/evaluations/{invitation.id}"
    assert client.get("/my/evaluations").links()["Answer"] == address

    client.send(client.get(address), WHOLE, address=address)

    assert "You have answered. Thank you." in client.get("/my/evaluations").text


def test_evaluation_of_somebody_else_does_not_exist(client: PageClient, trainee: Account) -> None:
    other = make_invitation()
    client.sign_in(trainee)

    client.get(f"/my/evaluations/{other.id}", expect=404)
    client.post(f"/my/evaluations/{other.id}", WHOLE, expect=404)


def test_answer_leaves_nothing_on_the_audit_trail(client: PageClient, db: Session) -> None:
    invitation = make_invitation()
    before = db.scalar(select(func.count()).select_from(AuditEvent))

    client.post(link_of(invitation), WHOLE)

    assert db.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_every_sheet_has_one_length(client: PageClient, db: Session) -> None:
    wave = make_wave(state=WaveState.OPEN)
    for text in ("", "x", "đ" * 2000):
        client.post(link_of(make_invitation(wave)), {**WHOLE, "q4": text})

    lengths = {len(sealed) for sealed in db.scalars(select(SealedAnswer.sealed))}

    assert len(lengths) == 1
    assert lengths.pop() > sheet_size([question.item for question in QUESTIONS])


def test_page_costs_as_much_with_many_answers(client: PageClient, queries: QueryCounter) -> None:
    wave = make_wave(make_course(), state=WaveState.OPEN)
    first = make_invitation(wave, make_trainee(wave.course))
    client.get(link_of(first))
    with queries.counting():
        client.get(link_of(first))
        client.post(link_of(first), WHOLE)
    few = len(queries)
    for _ in range(8):
        client.post(link_of(make_invitation(wave)), WHOLE)
    last = make_invitation(wave)

    with queries.counting():
        client.get(link_of(last))
        client.post(link_of(last), WHOLE)

    assert len(queries) == few <= 12


def test_several_choices_are_answered_without_scripts(client: PageClient, db: Session) -> None:
    asked = (Question("used", ItemKind.SEVERAL, "Used?", required=True, options=tuple(map(Option, "ABC"))),)
    wave = make_wave(instrument=make_instrument(questions=asked), state=WaveState.OPEN)
    address = link_of(make_invitation(wave))
    page = client.get(address)

    refused = client.post(address, {}, expect=422)
    client.follow(client.send(page, {"q1": ["3", "1"]}, address=address))

    assert "Choose all that apply." in page.text
    assert page.form("q1").values["q1"] == []
    assert any("Please answer this question." in error for error in refused.errors)
    sealed = db.scalars(select(SealedAnswer)).one()
    assert unseal(SECRET, wave.sealed_private_key or b"", [sealed.sealed]) == [{"used": [1, 3]}]


def test_sheets_are_of_one_length_however_many_were_chosen() -> None:
    question = Question("used", ItemKind.SEVERAL, "Used?", options=tuple(Option(str(n)) for n in range(20)))
    size = sheet_size([question.item])
    keys = make_keys(SECRET)

    sealed = [seal(keys.public, {"used": chosen}, size=size) for chosen in ([1], list(range(1, 21)))]

    assert len({len(one) for one in sealed}) == 1
