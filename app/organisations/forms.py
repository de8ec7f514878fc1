"""Forms of the organisations."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.organisations.types import OrganisationKind, RoomLayout
from app.web.fields import EnumField, LinesField, TranslationField
from app.web.forms import VersionedForm


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
