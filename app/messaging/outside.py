"""What the messages need from outside the features: who writes letters, and by which way they leave."""

from dataclasses import dataclass

from app.messaging.types import Letter, LetterWriter, Mail, Transport


@dataclass(slots=True)
class Outside:
    """Set once when the application is put together."""

    writer: LetterWriter | None = None
    transport: Transport | None = None


_outside = Outside()


def connect(*, writer: LetterWriter, transport: Transport) -> None:
    """Say how letters are written and sent in this process."""
    _outside.writer = writer
    _outside.transport = transport


def write_letter(name: str, locale: str | None, /, **told: object) -> Letter:
    """Return the letter of that name in the language, by default the house's."""
    if _outside.writer is None:
        raise RuntimeError("Nobody writes letters: the application was not put together.")
    return _outside.writer(name, locale, **told)


def hand_over(mail: Mail) -> None:
    """Let the mail leave; raises DeliveryFailed."""
    if _outside.transport is None:
        raise RuntimeError("No way out for mail: the application was not put together.")
    _outside.transport.send(mail)
