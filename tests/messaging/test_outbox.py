"""The outbox: each mail once, with its error kept, and never without the change it belongs to."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel.db import session
from app.kernel.transaction import complete, undo
from app.messaging import jobs, outside
from app.messaging.commands import send
from app.messaging.errors import DeliveryFailed, UnsafeAddress
from app.messaging.models import OutgoingMail
from app.messaging.types import Letter, Mail

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


class Post:
    """A way out that keeps what it was given, or refuses it."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.refusal = ""

    def send(self, mail: Mail) -> None:
        if self.refusal:
            raise DeliveryFailed(self.refusal)
        self.sent.append(mail)


@pytest.fixture
def post(app: Flask, db: Session) -> Iterator[Post]:
    """A post in place of the house's own, and the application around it."""
    post = Post()
    kept = outside._outside.writer, outside._outside.transport
    outside.connect(writer=lambda letter, locale, /, **told: Letter(letter, str(locale)), transport=post)
    with app.app_context():
        yield post
    outside._outside.writer, outside._outside.transport = kept


def write(key: str = "k", address: str = "a@example.org") -> None:
    send(to_address=address, to_name="An", subject="S", text="T", dedupe_key=key, at=AT)


def mails() -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def jobs_waiting() -> list[int]:
    rows = session.execute(
        text("SELECT (args->>'mail_id')::int FROM procrastinate_jobs WHERE task_name = 'messaging.deliver'")
    )
    return [row[0] for row in rows]


def test_a_mail_and_its_job_exist_exactly_when_the_change_does(post: Post) -> None:
    write("undone")
    undo()
    write("done")
    complete()

    assert [mail.dedupe_key for mail in mails()] == ["done"]
    assert jobs_waiting() == [mails()[0].id]


def test_the_same_cause_writes_one_mail_and_one_job(post: Post) -> None:
    write("once")
    write("once")

    assert len(mails()) == len(jobs_waiting()) == 1


def test_delivered_mail_is_not_sent_again(post: Post) -> None:
    write()
    complete()
    number = mails()[0].id

    jobs.deliver(number)
    jobs.deliver(number)

    assert len(post.sent) == 1
    assert mails()[0].sent_at is not None


def test_sent_mail_keeps_nothing_of_what_it_said(post: Post) -> None:
    send(
        to_address="a@example.org",
        to_name="An",
        subject="S",
        text="key",
        html="<p>key",
        dedupe_key="k",
        at=AT,
    )
    complete()

    jobs.deliver(mails()[0].id)

    assert post.sent[0].letter == Letter("S", "key", "<p>key")
    assert (mails()[0].text, mails()[0].html) == ("", None)


def test_refusal_is_kept_with_the_mail_and_the_next_try_clears_it(post: Post) -> None:
    write()
    complete()
    number = mails()[0].id
    post.refusal = "450 try later"

    with pytest.raises(DeliveryFailed):
        jobs.deliver(number)
    assert (mails()[0].attempts, mails()[0].last_error) == (1, "450 try later")
    post.refusal = ""
    jobs.deliver(number)

    assert (mails()[0].attempts, mails()[0].last_error) == (2, None)
    assert len(post.sent) == 1


def test_address_that_would_break_the_head_leaves_nothing(post: Post) -> None:
    with pytest.raises(UnsafeAddress):
        write(address="a@example.org\r\nBcc: b@example.org")

    assert mails() == []
