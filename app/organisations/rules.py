"""Decisions about organisations."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import available_timezones

from app.kernel.text import fold


def is_time_zone(name: str) -> bool:
    """Tell whether the name is one of the IANA database."""
    return name in available_timezones()


def is_valid_on(day: date, valid_from: date | None, valid_to: date | None) -> bool:
    """Tell whether a half-open validity (open ends allowed) contains the day."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def path_below(parent_path: list[int], own_id: int) -> list[int]:
    """Return the path of a body placed below the one with ``parent_path`` (empty for a root)."""
    return [*parent_path, own_id]


def search_text(code: str, name: str, names: Mapping[str, str]) -> str:
    """Return what a search looks in: code and name in every language, without accents."""
    return fold(" ".join((code, name, *names.values())))
