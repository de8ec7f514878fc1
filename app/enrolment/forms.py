"""Forms of the enrolment."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.enrolment.types import EnrolmentState
from app.people.types import Gender
from app.web.fields import EnumField
from app.web.forms import BaseForm, VersionedForm

# How a place may begin when it is given by hand.
FIRST_STATES = (
    EnrolmentState.CONFIRMED,
    EnrolmentState.OFFERED,
    EnrolmentState.WAITING,
    EnrolmentState.NOMINATED,
)


class NewTraineeForm(BaseForm):
    """Somebody who is not on record yet, and the place."""

    full_name = StringField(_l("Full name"), [InputRequired(), Length(max=200)])
    birth_date = DateField(_l("Birth date"), [Optional()])
    gender = EnumField(_l("Gender"), Gender, blank="–")
    email = EmailField(
        _l("E-mail"),
        [
            Optional(),
            Length(max=200),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("This is not an e-mail address.")),
        ],
    )
    phone = TelField(_l("Telephone"), [Length(max=40)])
    staff_code = StringField(_l("Staff code"), [Length(max=40)])
    organisation = SelectField(_l("Home organisation"), coerce=int)
    position = StringField(_l("Post"), [Length(max=200)])
    state = EnumField(_l("Place"), EnrolmentState, members=FIRST_STATES)
    before_waiting = BooleanField(
        _l("Goes before those who wait"),
        description=_l("Only when somebody waits for a seat. It stays on the trail who was passed over."),
    )
    duplicate_reason = StringField(
        _l("Why this is somebody else"),
        [Length(max=300)],
        description=_l("Only when somebody on record looks like the same person. It stays on the trail."),
    )


class KnownTraineeForm(BaseForm):
    """Somebody on record, and the place."""

    person_id = IntegerField(validators=[InputRequired()])
    called = StringField(validators=[InputRequired(), Length(max=200)])
    state = EnumField("", EnrolmentState, members=FIRST_STATES)
    before_waiting = BooleanField()


class StepForm(VersionedForm):
    """Where a place goes next. The view says which states there are."""

    to = SelectField(_l("New state"), coerce=EnrolmentState)
    reason = TextAreaField(_l("Reason"), [Length(max=500)])


class UploadForm(BaseForm):
    """A list of trainees."""

    file = FileField(
        _l("List of trainees"),
        [InputRequired(_l("Choose the file first."))],
        description=_l("XLSX or CSV, up to 10 MB"),
    )


class ImportForm(VersionedForm):
    """A decision about a checked list, made on what was seen."""
