"""The quick way to the catalogues says what Flask-Babel says, in each language and in markup."""

import pytest
from flask import render_template_string
from flask_babel import force_locale, gettext
from markupsafe import Markup

from app.web import wording
from app.web.links import addresses_of
from tests.support.component_app import make_component_app

APP = make_component_app()


@pytest.mark.parametrize("language", ["vi", "en", "ja"])
def test_the_language_of_the_request_is_used(language: str) -> None:
    with APP.test_request_context(f"/?locale={language}"):
        assert wording.reader_language() == language
        assert wording.word_of("Monday") == gettext("Monday")
        assert render_template_string('{{ _("Monday") }}') == gettext("Monday")


def test_another_language_may_be_forced_inside_and_ends_with_it() -> None:
    with APP.test_request_context("/?locale=en"):
        before = wording.word_of("Monday")
        with force_locale("ja"):
            assert (wording.reader_language(), str(wording.reader_locale())) == ("ja", "ja")
        assert (wording.reader_language(), wording.word_of("Monday")) == ("en", before)


def test_what_is_filled_in_is_escaped_and_a_doubled_percent_sign_is_one() -> None:
    with APP.test_request_context("/"):
        filled = render_template_string('{{ _("of %(course)s", course="<b>") }}')
        assert filled == "of &lt;b&gt;"
        assert render_template_string('{{ _("100%% done") }}') == "100% done"
        assert render_template_string('{{ ngettext("%(num)s day", "%(num)s days", 2) }}') == "2 days"


def test_what_people_typed_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_MOST_KEPT", 3)
    with APP.test_request_context("/"):
        words = APP.extensions["words"]._load(wording.reader_locale())
        assert [words.marked(f"text {number}") for number in range(9)] == [
            Markup("text {}").format(number) for number in range(9)
        ]
        assert len(words._kept) == 3


def test_addresses_of_many_things_are_filled_in() -> None:
    with APP.test_request_context("/"):
        address = addresses_of("_error_page", "status")
        assert [address(404), address(7)] == ["/errors/404", "/errors/7"]
