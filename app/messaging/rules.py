"""What may stand in the head of a mail."""

import re
import unicodedata

from app.messaging.errors import UnsafeAddress

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
LONGEST_ADDRESS = 254


def require_address(address: str, *, field: str | None = None) -> str:
    """Return the address; raises UnsafeAddress for anything but one plain address that every mail server takes."""
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not _ADDRESS.fullmatch(address):
        raise UnsafeAddress(field=field, text=_shown(address))
    return require_line(address)


def require_line(text: str) -> str:
    """Return the text; raises UnsafeAddress if it holds a line break or another control character."""
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in text):
        raise UnsafeAddress(text=_shown(text))
    return text


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text[:80])
