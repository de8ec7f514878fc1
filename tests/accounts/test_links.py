"""Mailed links: invitation and reset."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts import jobs as account_jobs
from app.accounts.models import Account, OneTimeLink
from app.accounts.types import LinkPurpose
from app.kernel.access import Role
from app.kernel.clock import now, stopped_at
from app.kernel.db import session
from app.kernel.transaction import unit_of_work
from app.messaging import jobs as messaging_jobs
from app.messaging.models import OutgoingMail
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_account, make_account_with, make_session
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.support.pages import PageClient

NEW = "năm con cá vàng bơi trong ao"


@pytest.fixture
def account(client: PageClient) -> Account:
    return make_account_with(Role.LECTURER, make_organisation(), email="an@example.org", full_name="Lê An")


def work_off(app: Flask) -> None:
    """Do what the worker would do."""
    with app.app_context():
        for name, args in session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).all():
            if name == "accounts.mail_reset_link":
                with unit_of_work():
                    account_jobs.mail_reset_link(**args)


def mails() -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def path_in(mail: OutgoingMail) -> str:
    found = re.search(r"http://localhost(/password/[\w-]+)\n", mail.text)
    assert found, mail.text
    return found[1]


def ask_and_get_link(client: PageClient, app: Flask, email: str = "an@example.org") -> str:
    client.post("/password/forgotten", {"email": email})
    work_off(app)
    return path_in(mails()[-1])


def test_reset_from_forgetting_to_signed_in(client: PageClient, app: Flask, account: Account) -> None:
    path = ask_and_get_link(client, app)

    client.get(path)
    page = client.get(path)
    answer = client.send(page, {"password": NEW, "again": NEW}, address=path)

    assert answer.response.headers["Location"] == "/start"
    assert "Lê An" in client.follow(answer).text
    client.another().get(path, expect=404)


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(
    client: PageClient, app: Flask, account: Account
) -> None:
    disabled = make_account(make_person(email="gone@example.org"))
    disabled.disabled_at = now()

    answers = [
        client.another().post("/password/forgotten", {"email": email})
        for email in ("an@example.org", "nobody@example.org", "gone@example.org")
    ]
    jobs = session.scalar(text("SELECT count(*) FROM procrastinate_jobs"))
    work_off(app)

    assert {answer.response.headers["Location"] for answer in answers} == {"/password/link-sent"}
    assert jobs == 3
    assert [mail.to_address for mail in mails()] == ["an@example.org"]


def test_pages_of_links_tell_nobody_where_they_are(client: PageClient, app: Flask, account: Account) -> None:
    path = ask_and_get_link(client, app)

    page = client.get(path)
    answer = client.send(page, {"password": "short", "again": "short"}, address=path, expect=422)

    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert answer.response.headers["Referrer-Policy"] == "no-referrer"


def test_refused_password_leaves_the_link_good(client: PageClient, app: Flask, account: Account) -> None:
    path = ask_and_get_link(client, app)

    refused = client.send(
        client.get(path),
        {"password": "passwordpassword", "again": "passwordpassword"},
        address=path,
        expect=422,
    )
    different = client.send(client.get(path), {"password": NEW, "again": NEW + "!"}, address=path, expect=422)

    assert any("tried first" in error for error in refused.errors)
    assert any("not the same" in error for error in different.errors)
    client.send(client.get(path), {"password": NEW, "again": NEW}, address=path)


def test_link_ends_after_its_hour(client: PageClient, app: Flask, account: Account) -> None:
    path = ask_and_get_link(client, app)

    with stopped_at(now() + timedelta(minutes=59)):
        client.get(path)
    with stopped_at(now() + timedelta(minutes=61)):
        client.get(path, expect=404)
        client.post(path, {"password": NEW, "again": NEW}, expect=404)


def test_a_new_password_spends_all_other_links_and_ends_all_sessions(
    client: PageClient, app: Flask, account: Account
) -> None:
    first = ask_and_get_link(client, app)
    session.execute(text("DELETE FROM procrastinate_jobs"))
    second = ask_and_get_link(client, app)
    elsewhere = client.another().sign_in(account)
    elsewhere.get("/account")

    client.send(client.get(second), {"password": NEW, "again": NEW}, address=second)

    client.get(first, expect=404)
    elsewhere.get("/account", expect=302)
    assert mails()[-1].subject == "Your password for Rondo was changed"


def test_link_of_another_purpose_is_no_link(client: PageClient, app: Flask, account: Account) -> None:
    path = ask_and_get_link(client, app)
    link = session.scalars(select(OneTimeLink)).one()
    link.purpose = LinkPurpose.FIRST_RUN

    client.get(path, expect=404)


def test_disabling_spends_the_link(client: PageClient, app: Flask, account: Account) -> None:
    path = ask_and_get_link(client, app)
    session.get_one(Account, account.id).disabled_at = now()

    client.get(path, expect=404)
    client.post(path, {"password": NEW, "again": NEW}, expect=404)


def test_database_keeps_no_token(client: PageClient, app: Flask, account: Account) -> None:
    token = ask_and_get_link(client, app).rpartition("/")[2]
    session.commit()
    with app.app_context():
        messaging_jobs.deliver(mails()[-1].id)

    columns = session.execute(
        text("SELECT l.token_hash::text || m.text || m.dedupe_key FROM one_time_link l, outgoing_mail m")
    )
    assert token not in "".join(columns.scalars())


def test_three_mails_an_hour_for_an_address(client: PageClient, account: Account) -> None:
    for _ in range(3):
        client.post("/password/forgotten", {"email": "an@example.org"})

    answer = client.post("/password/forgotten", {"email": "AN@example.org"}, expect=429)

    assert int(answer.response.headers["Retry-After"]) > 3500
    assert "tried too often" in answer.text
    with stopped_at(now() + timedelta(minutes=61)):
        client.post("/password/forgotten", {"email": "an@example.org"})


def test_twenty_mails_an_hour_for_a_network(client: PageClient, account: Account) -> None:
    for number in range(20):
        client.post("/password/forgotten", {"email": f"nobody{number}@example.org"})

    client.post("/password/forgotten", {"email": "somebody@example.org"}, expect=429)
    client.post(
        "/password/forgotten",
        {"email": "somebody@example.org"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )


def test_invitation_is_mailed_in_the_language_of_the_invited(
    client: PageClient, app: Flask, mailbox: Path
) -> None:
    academy = make_organisation()
    invited = make_person(organisation=academy, full_name="Trần Bình", email="binh@example.org")
    client.sign_in(make_account_with(Role.ADMINISTRATOR, academy, full_name="Đỗ Quản Trị"))
    address = f"/people/{invited.id}/account"

    answer = client.send(client.get(address), {"email": "binh@example.org", "locale": "en"}, address=address)

    assert client.follow(answer).heading == "Trần Bình"
    path = path_in(mails()[0])
    with app.app_context():
        messaging_jobs.deliver(mails()[0].id)
    written = message_from_bytes(
        max(mailbox.iterdir(), key=lambda f: f.stat().st_mtime_ns).read_bytes(), policy=SMTP
    )
    assert written["To"] == "Trần Bình <binh@example.org>"
    browser = client.another()
    browser.send(browser.get(path), {"password": PASSWORD, "again": PASSWORD}, address=path)
    assert browser.get("/start").heading == "Welcome, Trần Bình"


def test_session_token_is_not_a_link(client: PageClient, account: Account) -> None:
    token = make_session(account)

    client.get(f"/password/{token}", expect=404)
