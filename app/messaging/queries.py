"""Reading the outbox."""

from app.kernel.db import session
from app.messaging.models import OutgoingMail


def find_waiting_mail(mail_id: int) -> OutgoingMail | None:
    """Return the mail, kept from other workers until the unit of work ends; None when it was sent."""
    mail = session.get(OutgoingMail, mail_id, with_for_update=True)
    return None if mail is None or mail.sent_at is not None else mail
