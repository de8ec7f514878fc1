"""Names and titles in the reader's language, where somebody has given them in it."""

from collections.abc import Mapping

from flask import current_app

from app.web.forms import locale_code


def translated(text: str, translations: Mapping[str, str]) -> str:
    """Return the text in the reader's language, or as it was first given."""
    return (translations.get(locale_code()) or text) if translations else text


def reader_zone() -> str:
    """Return the zone in which dates of no particular place are read: that of the installation."""
    return str(current_app.config["SETTINGS"].default_time_zone)
