"""Names and titles in the reader's language, where somebody has given them in it."""

from collections.abc import Mapping

from flask import current_app
from flask_babel import gettext

from app.web.forms import locale_code


def translated(text: str, translations: Mapping[str, str]) -> str:
    """Return the text in the reader's language, or as it was first given."""
    return (translations.get(locale_code()) or text) if translations else text


def write_place(room: str | None, online_url: str | None) -> str | None:
    """Return where a session is held: in its room, online, or both; None when nobody has said."""
    if not online_url:
        return room
    # Words inside of a formatted string would not be found for translation.
    online = gettext("online")
    return f"{room} · {online}" if room else str(gettext("Online"))


def reader_zone() -> str:
    """Return the zone in which dates of no particular place are read: that of the installation."""
    return str(current_app.config["SETTINGS"].default_time_zone)
