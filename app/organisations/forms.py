"""Forms of the organisations."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.organisations.types import OrganisationKind, RoomLayout
from app.web.fields import EnumField, LinesField, TranslationField
from app.web.forms import BaseForm, VersionedForm


class OrganisationForm(VersionedForm):
    """What is known of a body."""

    code = StringField(_l("Code"), [InputRequired(), Length(max=40)])
    name = StringField(_l("Name"), [InputRequired(), Length(max=300)])
    name_en = TranslationField(_l("Name in English"), locale="en", source="names")
    name_ja = TranslationField(_l("Name in Japanese"), locale="ja", source="names")
    kind = EnumField(_l("Kind"), OrganisationKind)
    parent = SelectField(_l("Belongs to"), coerce=int, validators=[Optional()])
    time_zone = StringField(
        _l("Time zone"), [InputRequired(), Length(max=60)], description=_l("For example Asia/Ho_Chi_Minh")
    )
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_to = DateField(_l("Valid until (this day excluded)"), [Optional()])


class CampusForm(VersionedForm):
    """A place where an organisation teaches."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    address = TextAreaField(_l("Address"), [Length(max=500)])
    time_zone = StringField(
        _l("Time zone"), [InputRequired(), Length(max=60)], description=_l("For example Asia/Ho_Chi_Minh")
    )


class RoomForm(VersionedForm):
    """A room of a campus."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    capacity = IntegerField(_l("Places"), [InputRequired(), NumberRange(1, 5000)])
    layout = EnumField(_l("Layout"), RoomLayout)
    equipment = LinesField(_l("Equipment"), description=_l("One thing a line"))


class MoveForm(VersionedForm):
    """Where an organisation is to stand in the tree."""

    parent_id = SelectField(_l("Belongs to"), coerce=int)


class SuccessionForm(VersionedForm):
    """By whom an organisation is followed, and from when."""

    successors = SelectMultipleField(
        _l("Followed by"), coerce=int, description=_l("One or several: provinces merge, and are divided")
    )
    on = DateField(
        _l("First day of those who follow"),
        [InputRequired()],
        description=_l("The organisation ends with the day before. Its history stays its own."),
    )


class TreeForm(BaseForm):
    """The day of which the tree is shown."""

    on = DateField(_l("As of"), [Optional()])
    whole = BooleanField(_l("Also those not valid on that day"))

    def day(self, today: date) -> date:
        """Return the day asked for; what is no day counts as not given."""
        asked: date | None = self.on.data
        return asked or today
