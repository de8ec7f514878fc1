"""Sending what waits in the outbox."""

from app.kernel.clock import now
from app.kernel.transaction import unit_of_work
from app.messaging import commands, queries
from app.messaging.errors import DeliveryFailed
from app.messaging.outside import hand_over
from app.messaging.types import Letter, Mail


def deliver(mail_id: int) -> None:
    """Send the mail if it was not sent yet. A refusal is kept with the mail and raised, so that it is tried again."""
    failure: DeliveryFailed | None = None
    with unit_of_work():
        # The row stays locked while the mail leaves: a second worker waits, and then finds it sent.
        waiting = queries.find_waiting_mail(mail_id)
        if waiting is None:
            return
        mail = Mail(
            key=waiting.dedupe_key,
            to_address=waiting.to_address,
            to_name=waiting.to_name,
            letter=Letter(waiting.subject, waiting.text, waiting.html),
            written_at=waiting.created_at,
        )
        try:
            hand_over(mail)
        except DeliveryFailed as error:
            failure = error
            commands.mark_failed(mail=waiting, error=str(error))
        else:
            commands.mark_sent(mail=waiting, at=now())
    if failure is not None:
        raise failure
