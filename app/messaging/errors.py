"""What the messages refuse."""

from app.kernel.errors import DomainError, RuleBroken
from app.kernel.text import N_


class UnsafeAddress(RuleBroken):
    """An address, name or subject that would break the head of a mail."""

    message = N_("“%(text)s” cannot stand in the head of a mail. Check the e-mail address and the name.")


class DeliveryFailed(DomainError):
    """A mail was not taken; it is tried again later."""
