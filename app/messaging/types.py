"""Words of the messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: one line, as text, and the same as HTML."""

    subject: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter on its way to one address. ``key`` is the same whenever the same mail is sent again."""

    key: str
    to_address: str
    to_name: str
    letter: Letter
    written_at: datetime


class Transport(Protocol):
    """A way out of the house."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over; raises DeliveryFailed when it was not taken."""


# Writes the letter of a name in a language, from what it is to tell.
LetterWriter = Callable[..., Letter]
