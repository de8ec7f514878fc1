"""In which language and zone a page speaks: chosen by its reader, else by the browser, else Vietnamese."""

from flask import Flask, has_request_context, request, session
from flask_babel import Babel

from app.web import wording

LOCALES = {"vi": "Tiếng Việt", "en": "English", "ja": "日本語"}


def register(app: Flask, *, default_locale: str, default_zone: str) -> None:
    """Let Babel ask us."""
    babel = Babel(
        app,
        default_locale=default_locale,
        default_timezone=default_zone,
        default_translation_directories=app.config["TRANSLATIONS"],
        locale_selector=lambda: chosen_locale(default_locale),
    )
    wording.register(app, babel)


def chosen_locale(default: str) -> str:
    """Return the reader's language."""
    if not has_request_context():
        return default
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES, default) or default


def choose_locale(code: str) -> bool:
    """Remember the reader's choice in the browser's session; False when there is no such language."""
    if code not in LOCALES:
        return False
    session["locale"] = code
    return True


def has_chosen_locale() -> bool:
    """Tell whether a language was chosen in this browser."""
    return session.get("locale") in LOCALES
