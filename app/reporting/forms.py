"""Forms of the reports."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from app.web.forms import BaseForm


class CoverageForm(BaseForm):
    """Which program and days the report of coverage looks at."""

    program = SelectField(_l("Program"), coerce=int, validators=[Optional()])
    first = DateField(_l("From"), [Optional()])
    last = DateField(_l("Until"), [Optional()])
