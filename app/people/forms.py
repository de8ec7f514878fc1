"""Forms of the people."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.kernel.text import N_
from app.people.types import MERGED_FIELDS, AppointmentLevel, Gender
from app.web.fields import EnumField
from app.web.forms import BaseForm, VersionedForm


class PersonForm(VersionedForm):
    """What is known of a person."""

    full_name = StringField(
        _l("Full name"),
        [InputRequired(), Length(max=200)],
        description=_l("As written in Vietnam: family name first, given name last"),
    )
    organisation_id = SelectField(
        _l("Home organisation"), coerce=int, description=_l("The organisation that keeps this record")
    )
    birth_date = DateField(_l("Date of birth"), [Optional()])
    gender = EnumField(_l("Gender"), Gender, blank=N_("Not stated"))
    email = EmailField(
        _l("E-mail address"),
        [
            Optional(),
            Length(max=250),
            Regexp(r"[^@\s]+@[^@\s]+\Z", message=_l("Write it as name@example.vn.")),
        ],
    )
    phone = TelField(_l("Phone"), [Length(max=60)])
    staff_code = StringField(_l("Staff code"), [Length(max=60)])


class NewPersonForm(PersonForm):
    """A person to be entered, and why it is not somebody who is on record already."""

    duplicate_reason = TextAreaField(
        _l("Why this is another person"),
        [Length(max=500)],
        description=_l("For example: twins, or born in another year. The reason is kept on the audit trail."),
    )


class AppointmentForm(BaseForm):
    """A post of a person."""

    organisation_id = SelectField(_l("Organisation"), coerce=int)
    position = StringField(_l("Post"), [InputRequired(), Length(max=200)])
    level = EnumField(_l("Level"), AppointmentLevel, blank=N_("Not stated"))
    valid_from = DateField(_l("Held from"), [Optional()])
    valid_to = DateField(
        _l("Held until (this day excluded)"), [Optional()], description=_l("Empty while the post is held")
    )


class AppointmentEndForm(VersionedForm):
    """The end of a post."""

    on = DateField(_l("First day on which the post is no longer held"), [InputRequired()])


class MergeSearchForm(BaseForm):
    """Whom to merge with."""

    q = SearchField(_l("Search by name, e-mail address or staff code"))


def _side() -> RadioField:
    choices = [SelectChoice("kept", ""), SelectChoice("merged", "")]
    return RadioField(choices=choices, default="kept", validate_choice=False)


class MergeForm(BaseForm):
    """Which of two records each fact is taken from."""

    kept_version = HiddenField()
    merged_version = HiddenField()
    full_name = _side()
    birth_date = _side()
    gender = _side()
    email = _side()
    phone = _side()
    staff_code = _side()
    organisation = _side()

    @property
    def expected_versions(self) -> tuple[int, int]:
        """The versions of both records that the page was made from; 0, which no row has, when tampered with."""
        texts = (str(self.kept_version.data or ""), str(self.merged_version.data or ""))
        kept, merged = (
            int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0 for text in texts
        )
        return kept, merged

    @property
    def taken_over(self) -> frozenset[str]:
        """The names of the facts to take from the record that disappears."""
        return frozenset(name for name, field in self._fields.items() if field.data == "merged")

    def prefer(self, kept: object, merged: object) -> None:
        """Take from the record that disappears what the kept one does not know."""
        for name in MERGED_FIELDS:
            if not getattr(kept, name) and getattr(merged, name):
                self._fields[name].data = "merged"
