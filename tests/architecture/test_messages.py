"""The catalogues hold what the pages say: all of it in Vietnamese, with the same places to fill."""

import re

import pytest
from babel.messages.catalog import Catalog

from app.cli.messages import LOCALES, extract, load, path_of, untranslated, written

PLACES = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogue_is_up_to_date(locale: str) -> None:
    """Brought up to date with ``python3 rondo.py messages update``."""
    catalog = load(locale)
    catalog.update(extract(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    assert written(catalog) == path_of(locale).read_bytes()


def test_vietnamese_is_complete() -> None:
    assert untranslated(load("vi")) == []


@pytest.mark.parametrize("locale", ["vi", "ja"])
def test_translations_fill_the_same_places(locale: str) -> None:
    catalog = load(locale)
    wrong = [
        str(message.id)
        for message in catalog
        if message.id and not _fits(catalog, message.id, message.string)
    ]
    assert wrong == []


def _fits(_catalog: Catalog, identity: object, string: object) -> bool:
    asked = {place for text in _texts(identity) for place in PLACES.findall(text)}
    return all(set(PLACES.findall(text)) <= asked for text in _texts(string)) and all(
        not text or set(PLACES.findall(text)) >= asked - {"count", "num"} for text in _texts(string)
    )


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())  # type: ignore[arg-type]  # pairs of plural forms
