"""Names and titles in the reader's language, where somebody has given them in it."""

from collections.abc import Mapping

from app.web.forms import locale_code


def translated(text: str, translations: Mapping[str, str]) -> str:
    """Return the text in the reader's language, or as it was first given."""
    return translations.get(locale_code()) or text
