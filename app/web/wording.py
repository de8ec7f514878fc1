"""The catalogues' words, found quickly: a page asks for hundreds of them.

Flask-Babel finds out for every word anew which request, language and catalogue are meant. Here that is one look at what
it has noted of the request, and a message without places is made ready once for each language.
"""

from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g
from flask_babel import Domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

# Beyond so many, messages are looked up each time: whoever translates what people typed must not fill the memory.
_MOST_KEPT = 10_000


class Words:
    """The catalogue of one language."""

    def __init__(self, translations: NullTranslations, code: str) -> None:
        self.translations = translations
        self.code = code
        self._kept: dict[tuple[str, str], str] = {}

    def bare(self, message: str) -> str:
        """Return the message as the catalogue has it."""
        found = self._kept.get(("bare", message))
        return found if found is not None else self._keep("bare", message, self._look_up(message))

    def written(self, message: str) -> str:
        """Return the message as text of a page: a doubled percent sign is one."""
        found = self._kept.get(("written", message))
        return found if found is not None else self._keep("written", message, self._look_up(message) % {})

    def marked(self, message: str) -> str:
        """Return the message as markup of a page."""
        found = self._kept.get(("marked", message))
        return found if found is not None else self._keep("marked", message, _markup(self.written(message)))

    def _look_up(self, message: str) -> str:
        return str(self.translations.ugettext(message))

    def _keep(self, form: str, message: str, text: str) -> str:
        if len(self._kept) < _MOST_KEPT:
            self._kept[form, message] = text
        return text


class QuickDomain(Domain):  # type: ignore[misc]  # Flask-Babel carries no types
    """Flask-Babel's catalogues, found by the language that it has noted for the request."""

    def __init__(self, *, domain: str) -> None:
        super().__init__(domain=domain)
        self._words: dict[str, Words] = {}

    def words(self) -> Words:
        """Return the catalogue of the language in force."""
        noted = _noted()
        locale = getattr(noted, "babel_locale", None) or flask_babel.get_locale()
        kept: tuple[Locale, Words] | None = getattr(noted, "words", None)
        if kept is not None and kept[0] is locale:
            return kept[1]
        found = self._words.get(str(locale)) or self._words.setdefault(str(locale), self._load(locale))
        if noted is not None:
            noted.words = (locale, found)
        return found

    def get_translations(self) -> Any:
        """Return the catalogue as Flask-Babel knows it."""
        return self.words().translations

    def _load(self, locale: Locale | None) -> Words:
        return Words(super().get_translations(), "" if locale is None else str(locale))


def _noted() -> Any:
    """Return what Flask-Babel has noted of the request; it is compared by identity, never by its language."""
    try:
        return g.get("_flask_babel")
    except RuntimeError:
        return None


def reader_locale() -> Locale | None:
    """Return the language in force; none outside of an application."""
    locale: Locale | None = getattr(_noted(), "babel_locale", None) or flask_babel.get_locale()
    return locale


def reader_language() -> str:
    """Return the code of the language in force, as addresses, cookies and stored translations write it."""
    domain: QuickDomain = current_app.extensions["words"]
    return domain.words().code


def register(app: Flask, babel: flask_babel.Babel) -> None:
    """Let Python and templates read the catalogues this way."""
    domain = QuickDomain(domain="messages")
    babel.domain_instance = app.extensions["words"] = domain

    @pass_eval_context
    def gettext(context: EvalContext, message: str, /, **values: Any) -> str:
        words = domain.words()
        if not values:
            return words.marked(message) if context.autoescape else words.written(message)
        return _filled(context, words.translations.ugettext(message), values)

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
        text = domain.words().translations.ungettext(one, many, num)
        return _filled(context, text, {"num": num, **values})

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    return (_markup(text) if context.autoescape else text) % values


def _markup(message: str) -> Markup:
    # Messages are ours, and may hold markup; what is filled into their places is escaped.
    return Markup(message)  # noqa: S704


def word_of(message: str) -> str:
    """Return a message without places, such as the name of a state, in the reader's language."""
    domain: QuickDomain = current_app.extensions["words"]
    return domain.words().bare(message)
