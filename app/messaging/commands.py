"""Writing mail into the outbox and marking what became of it."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from app.kernel.db import session
from app.kernel.tasks import defer
from app.kernel.transaction import flush
from app.messaging import rules
from app.messaging.models import OutgoingMail
from app.messaging.outside import write_letter
from app.messaging.types import Letter

DELIVER = "messaging.deliver"
_LONGEST_ERROR = 500


def send(
    *,
    to_address: str,
    to_name: str,
    subject: str,
    text: str,
    html: str | None = None,
    dedupe_key: str,
    at: datetime,
) -> None:
    """Put a mail into the outbox; it leaves once the unit of work is committed, and not otherwise.

    The same ``dedupe_key`` is sent once, however often this is called. Raises UnsafeAddress for an address, name
    or subject that would break the head of the mail.
    """
    values = {
        "to_address": rules.require_address(to_address),
        "to_name": rules.require_line(to_name),
        "subject": rules.require_line(subject),
        "text": text,
        "html": html,
        "dedupe_key": dedupe_key,
        "created_at": at,
    }
    mail_id = session.scalar(
        insert(OutgoingMail)
        .values(values)
        .on_conflict_do_nothing(index_elements=[OutgoingMail.dedupe_key])
        .returning(OutgoingMail.id)
    )
    if mail_id is not None:
        defer(DELIVER, {"mail_id": mail_id})


def send_letter(
    *,
    letter: str,
    locale: str | None,
    to_address: str,
    to_name: str,
    dedupe_key: str,
    at: datetime,
    **told: object,
) -> None:
    """Write the letter of that name (``accounts/invitation``) in the recipient's language and put it into the outbox.

    ``told`` is what its templates, ``templates/emails/<letter>.txt`` and ``.html``, may show.
    """
    written: Letter = write_letter(letter, locale, **told)
    send(
        to_address=to_address,
        to_name=to_name,
        subject=written.subject,
        text=written.text,
        html=written.html,
        dedupe_key=dedupe_key,
        at=at,
    )


def mark_sent(*, mail: OutgoingMail, at: datetime) -> None:
    """Note that the mail was taken, and forget what it said: it may have held a link that is somebody's key."""
    mail.attempts += 1
    mail.text, mail.html = "", None
    mail.sent_at, mail.last_error = at, None
    flush()


def mark_failed(*, mail: OutgoingMail, error: str) -> None:
    """Note why the mail was not taken this time."""
    mail.attempts += 1
    mail.last_error = error[:_LONGEST_ERROR]
    flush()
