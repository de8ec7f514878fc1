"""The names of clocks and languages, in the language of the reader."""

import pytest
from flask import Flask
from flask_babel import force_locale

from app.web.names import write_language, write_zone


@pytest.mark.parametrize(
    ("locale", "zone", "written"),
    [
        ("en", "Asia/Ho_Chi_Minh", "Vietnam"),
        ("vi", "Asia/Ho_Chi_Minh", "Việt Nam"),
        ("ja", "Asia/Tokyo", "日本"),
        ("en", "America/New_York", "United States (New York)"),
        ("vi", "UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_whose_clock_it_is(app: Flask, locale: str, zone: str, written: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert write_zone(zone) == written


@pytest.mark.parametrize(
    ("locale", "code", "written"),
    [("vi", "en", "Tiếng Anh"), ("en", "VI", "Vietnamese"), ("en", "Sign language", "Sign language")],
)
def test_a_language_is_named_and_what_was_written_out_is_kept(
    app: Flask, locale: str, code: str, written: str
) -> None:
    with app.test_request_context(), force_locale(locale):
        assert write_language(code) == written
