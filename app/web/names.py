"""Clocks and languages by the names that the reader calls them."""

from babel.core import Locale
from babel.dates import get_timezone_location

from app.web.wording import reader_locale

UNIVERSAL = ("UTC", "Etc/UTC")


def write_zone(zone: str) -> str:
    """Whose clock it is: "Vietnam", or "United States (New York)" where a country has several."""
    if zone in UNIVERSAL:
        return "UTC"
    locale = _locale()
    before, after = locale.zone_formats["region"].split("%s")
    return get_timezone_location(zone, locale=locale).removeprefix(before).removesuffix(after)


def write_language(code: str) -> str:
    """The language of a code, "Vietnamese" for "vi"; whatever is no code is a name already."""
    return str(_locale().languages.get(code.lower(), code))


def _locale() -> Locale:
    return reader_locale() or Locale("en")
