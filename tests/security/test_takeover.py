"""Ways to somebody else's rights and letters."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant
from app.evaluation.models import Comment, Wave
from app.evaluation.types import WaveState
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.messaging.commands import mark_sent
from app.messaging.models import OutgoingMail
from tests.factories.accounts import make_account_with, make_grant
from tests.factories.evaluation import link_of, make_instrument, make_invitation, make_trainee, make_wave
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.support.pages import PageClient


def test_invitation_hands_nobody_the_roles_of_a_higher_body(client: PageClient, db: Session) -> None:
    headquarters = make_organisation()
    branch = make_organisation(headquarters)
    director = make_person(organisation=branch)
    make_grant(director, Role.ADMINISTRATOR, headquarters)
    address, sent = f"/people/{director.id}/account", {"email": "mine@example.org", "locale": "en"}

    client.sign_in(make_account_with(Role.ADMINISTRATOR, branch)).post(address, sent, expect=422)
    # The control: whoever administers the higher body may.
    client.another().sign_in(make_account_with(Role.ADMINISTRATOR, headquarters)).post(address, sent)


@pytest.mark.parametrize(
    "email",
    ["lan,all@example.org", "lan;x@example.org", "<lan@example.org>", '"a"@example.org', "đ@example.org"],
)
def test_one_odd_address_never_keeps_the_letters_of_a_cohort_back(
    client: PageClient, db: Session, email: str
) -> None:
    organisation = make_organisation()
    client.sign_in(make_account_with(Role.ADMINISTRATOR, organisation))

    page = client.post(
        "/people/new",
        {"full_name": "Trần Thị Lan", "organisation_id": str(organisation.id), "email": email},
        expect=422,
    )

    assert any("E-mail address" in said or "head of a mail" in said for said in page.errors)


def test_answer_of_control_characters_keeps_no_wave_from_closing(client: PageClient, db: Session) -> None:
    organisation = make_organisation()
    course = make_course(organisation)
    wave = make_wave(course, make_instrument(organisation), state=WaveState.OPEN)
    invitations = [make_invitation(wave, make_trainee(course)) for _ in range(6)]
    browser = client.another()

    hostile = "\x00\x01\u2028" * 600
    refused = browser.post(link_of(invitations[0]), {"q1": "5", "q4": hostile}, expect=422)
    assert "cannot be shown" in refused.text
    for invitation in invitations:
        browser.post(link_of(invitation), {"q1": "5", "q4": '"\\\n<>đ' * 300})

    client.sign_in(make_account_with(Role.QUALITY_OFFICER, organisation))
    client.post(f"/evaluation/waves/{wave.id}/close")

    assert session.get_one(Wave, wave.id).response_count == 6
    assert len(db.scalars(select(Comment).where(Comment.wave_id == wave.id)).all()) == 6


def test_answer_by_somebody_elses_link_names_nobody(client: PageClient, db: Session) -> None:
    course = make_course()
    wave = make_wave(course, make_instrument(course.organisation), state=WaveState.OPEN)
    person = make_person(full_name="Lê Văn Kín", email="kin@example.org")
    invitation = make_invitation(wave, make_trainee(course, person))
    other = make_account_with(Role.TRAINEE, course.organisation)

    page = client.get(link_of(invitation))
    assert "Kín" not in page.html
    assert "kin@example.org" not in page.html
    client.sign_in(other).get(f"/my/evaluations/{invitation.id}", expect=404)
    client.post(f"/my/evaluations/{invitation.id}", {"q1": "5"}, expect=404)
    assert invitation.answered is False


@pytest.mark.parametrize("address", ["/answer/{}", "/password/{}", "/first-run/{}", "/calendar/{}.ics"])
@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "%ed%b0%80", "a" * 3000, "..%2f..%2f", "%0d%0aX: y"])
def test_tokens_that_are_none_open_nothing(client: PageClient, address: str, token: str) -> None:
    answer = client._client.get(address.format(token))

    assert answer.status_code == 404
    assert not {"X", "x"} & set(answer.headers.keys())


def test_reader_of_the_mail_table_finds_no_link_once_it_was_sent(client: PageClient, db: Session) -> None:
    organisation = make_organisation()
    course = make_course(organisation)
    make_trainee(course, make_person(email="lan@example.org"))
    wave = make_wave(course, make_instrument(organisation))
    client.sign_in(make_account_with(Role.QUALITY_OFFICER, organisation))
    client.post(f"/evaluation/waves/{wave.id}/open")

    mail = db.scalars(select(OutgoingMail)).one()
    assert "/answer/" in mail.text
    mark_sent(mail=mail, at=now())
    assert (mail.text, mail.html) == ("", None)


def test_role_that_ended_yesterday_opens_nothing_today(client: PageClient, db: Session) -> None:
    organisation = make_organisation()
    person_account = make_account_with(Role.REGISTRAR, organisation)
    ended = make_grant(
        person_account.person, Role.ADMINISTRATOR, organisation, valid_to=now().date() + timedelta(days=1)
    )
    client.sign_in(person_account)

    client.get("/accounts")
    yesterday = now().date() - timedelta(days=1)
    session.execute(update(RoleGrant).where(RoleGrant.id == ended.id).values(valid_to=yesterday))
    client.get("/accounts", expect=403)
