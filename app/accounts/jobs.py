"""What the worker does for the accounts."""

from app.accounts.commands import links, upkeep
from app.kernel.clock import now


def mail_reset_link(email: str, network: str) -> None:
    """Mail a link to choose a new password, if the address is known."""
    links.mail_reset_link(email=email, network=network, at=now())


def forget_the_past() -> None:
    """Drop attempts, sessions and links that nothing asks about any more."""
    upkeep.forget_the_past(at=now())
