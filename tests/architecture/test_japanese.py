"""What lecturers, trainees and partners read is in Japanese too."""

import pytest

from app.cli.messages import ROOT, extract, load, untranslated

PAGES = (
    "templates/layouts/*",
    "templates/components/*",
    "templates/errors/*",
    "templates/emails/*/*",
    "templates/accounts/*",
    "templates/teaching/my_*",
    "templates/teaching/_session.html",
    "templates/attendance/own_*",
    "templates/attendance/register_*",
    "templates/evaluation/answer_*",
    "templates/evaluation/my_evaluations.html",
    "templates/evaluation/_questions.html",
    "templates/scheduling/release_show.html",
    "templates/scheduling/_changes.html",
    "templates/reporting/*_start.html",
    "templates/improvement/cycle_*",
)
WORDS = (
    "app/registry.py",
    "app/*/types.py",
    "app/*/errors.py",
    "app/kernel/access.py",
    "app/kernel/periods.py",
    "app/kernel/text.py",
    "app/web/csrf.py",
    "app/web/fields.py",
    "app/web/filters.py",
    "app/web/form_messages.py",
    "app/accounts/forms.py",
    "app/accounts/views/*.py",
    "app/attendance/forms.py",
    "app/attendance/views.py",
    "app/evaluation/forms/answering.py",
    "app/evaluation/rules.py",
    "app/evaluation/views/answers.py",
    "app/improvement/guards.py",
    "app/teaching/views/calendar.py",
    "app/teaching/views/mine.py",
)


def test_what_lecturers_trainees_and_partners_read_is_in_japanese() -> None:
    """Translated in ``app/translations/ja`` after ``python3 rondo.py messages update``."""
    catalog = load("ja")
    catalog.update(extract(PAGES + WORDS), no_fuzzy_matching=True)
    assert untranslated(catalog) == []


@pytest.mark.parametrize("pattern", PAGES + WORDS)
def test_files_are_where_they_are_looked_for(pattern: str) -> None:
    """A file that moves takes its messages along."""
    assert any(ROOT.glob(pattern))
