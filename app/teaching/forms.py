"""Forms of the teaching."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.teaching.types import LecturerPart
from app.web.fields import EnumField
from app.web.forms import BaseForm, VersionedForm
from app.web.names import write_language

# Those taught in, most often first; beside them stands what a record names already.
LANGUAGES = ("vi", "en", "ja", "fr", "zh", "ko", "lo", "km", "th", "ru", "de")


class LanguagesField(SelectMultipleField):
    """Languages, chosen by their names in the reader's language."""

    option_widget = CheckboxInput()
    widget = ListWidget(prefix_label=False)

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, choices=lambda: _named(LANGUAGES), **options)

    def process_data(self, value: Any) -> None:
        """Take the record's languages, and offer those of them that are not on the list too."""
        super().process_data(value)
        others = [language for language in self.data or () if language not in LANGUAGES]
        self.choices = _named([*LANGUAGES, *others])


def _named(languages: Iterable[str]) -> list[tuple[str, str]]:
    return [(language, write_language(language)) for language in languages]


class LecturerFields(BaseForm):
    """What is to be known for assigning a lecturer."""

    specialities = TextAreaField(
        _l("Specialities"), [Length(max=1000)], description=_l("What this person teaches, in a few words")
    )
    languages = LanguagesField(_l("Languages of teaching"), validators=[Optional()])
    weekly_hours_limit = IntegerField(
        _l("Hours a week at most"),
        [Optional(), NumberRange(1, 80)],
        description=_l("Leave it empty if nothing is agreed"),
    )


class LecturerForm(LecturerFields, VersionedForm):
    """A lecturer's record."""

    active = BooleanField(
        _l("Teaches at present"), description=_l("Whoever does not is no longer offered for sessions")
    )


class LecturerOfPersonForm(LecturerFields):
    """Somebody on record becomes a lecturer; the choices are those that a search found."""

    person = RadioField(_l("Person"), [InputRequired()], coerce=int)


class NewLecturerForm(LecturerFields):
    """Somebody who is not on record yet becomes a lecturer."""

    full_name = StringField(_l("Full name"), [InputRequired(), Length(max=200)])
    organisation = SelectField(_l("Home organisation"), coerce=int, validators=[InputRequired()])
    email = EmailField(
        _l("E-mail address"),
        [
            Optional(),
            Length(max=254),
            Regexp(r"[^@\s]+@[^@\s]+\Z", message=_l("Write it as name@example.vn.")),
        ],
        description=_l("Proposals are sent there"),
    )
    phone = StringField(_l("Phone"), [Length(max=40)])
    birth_date = DateField(_l("Date of birth"), [Optional()])
    duplicate_reason = TextAreaField(
        _l("Why this is somebody else"),
        [Length(max=300)],
        description=_l("Only if somebody on record looks the same"),
    )


class ProposalForm(BaseForm):
    """A lecturer is asked to teach in a session."""

    lecturer = SelectField(_l("Lecturer"), coerce=int, validators=[InputRequired()])
    part = EnumField(_l("Part"), LecturerPart)
    clash_reason = StringField(
        _l("Reason to allow a clash"),
        [Length(max=300)],
        description=_l("Only if the lecturer is busy then, or over the agreed hours; it stays on record"),
    )


class BulkProposalForm(ProposalForm):
    """A lecturer is asked to teach in several sessions of a course."""

    sessions = SelectMultipleField(
        _l("Sessions"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired()],
    )


class PartForm(VersionedForm):
    """A lecturer gets another part in the session."""

    part = EnumField(_l("Part"), LecturerPart)


class ReasonForm(VersionedForm):
    """A no, or taking back, and why."""

    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=500)])


class AcceptForm(VersionedForm):
    """A yes: nothing but the version of what was read."""
