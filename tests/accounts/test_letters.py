"""The mails of the accounts, word by word: what was seen once and found right."""

from pathlib import Path

import pytest
from flask import Flask

from app.web.letters import render_letter

GOLDEN = Path(__file__).parents[1] / "golden" / "emails"
TOLD = {
    "accounts/invitation": {"name": "Trần Bình", "inviter": "Đỗ <Quản> Trị", "path": "/password/token"},
    "accounts/reset": {"name": "Trần Bình", "path": "/password/token"},
    "accounts/password_changed": {"name": "Trần Bình"},
}


@pytest.mark.parametrize("letter", TOLD)
def test_letter_reads_as_it_was_approved(app: Flask, letter: str) -> None:
    with app.app_context():
        subject, text, html = render_letter(letter, "en", **TOLD[letter])

    approved = GOLDEN / f"{letter.replace('/', '-')}.txt"
    assert f"Subject: {subject}\n\n{text}\n----\n{html}\n" == approved.read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["vi", "en", "ja", None, "xx"])
@pytest.mark.parametrize("letter", TOLD)
def test_letter_holds_what_it_must_in_every_language(app: Flask, letter: str, locale: str | None) -> None:
    with app.app_context():
        subject, text, html = render_letter(letter, locale, **TOLD[letter])

    assert "\n" not in subject
    for body in (text, html):
        assert "http://localhost/password/" in body
        assert "Trần Bình" in body
    assert "<Quản>" not in html
