"""Forms of the accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from app.web.forms import BaseForm


class SignInForm(BaseForm):
    """Who one is, and the proof."""

    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=1000)])
