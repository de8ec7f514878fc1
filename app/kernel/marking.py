"""The mark of what is translated; a module of its own, as both texts and errors carry it."""


def N_(message: str) -> str:
    """Mark a constant for the message catalogue; the page translates it when it is shown."""
    return message
