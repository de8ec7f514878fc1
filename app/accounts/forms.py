"""Forms of the accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from app.accounts.rules import SHORTEST_PASSWORD
from app.kernel.access import Role
from app.kernel.text import N_
from app.organisations.types import OrganisationKind
from app.web.fields import EnumField
from app.web.forms import BaseForm, VersionedForm
from app.web.locale import LOCALES

_LONGEST_EMAIL = 254
_PASSWORD_HELP = _l(
    "At least %(least)s characters; no special signs are needed. Four or five words that do not belong together "
    "are easy to remember and hard to guess.",
    least=SHORTEST_PASSWORD,
)
_NOT_THE_SAME = _l("The two passwords are not the same. Type the new password twice.")


class SignInForm(BaseForm):
    """Who one is, and the proof."""

    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=_LONGEST_EMAIL)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=1000)])


class ForgottenForm(BaseForm):
    """To whom a link is to be mailed."""

    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=_LONGEST_EMAIL)])


class ChoosePasswordForm(BaseForm):
    """A new password, typed twice. What makes it good is decided by the command."""

    password = PasswordField(_l("New password"), [InputRequired()], description=_PASSWORD_HELP)
    again = PasswordField(_l("New password once more"), [EqualTo("password", _NOT_THE_SAME)])


class ChangePasswordForm(BaseForm):
    """A new password, with the present one as proof."""

    present = PasswordField(_l("Present password"), [InputRequired()])
    password = PasswordField(_l("New password"), [InputRequired()], description=_PASSWORD_HELP)
    again = PasswordField(_l("New password once more"), [EqualTo("password", _NOT_THE_SAME)])


class FirstRunForm(BaseForm):
    """The first organisation and its administrator."""

    kind = EnumField(_l("Kind of organisation"), OrganisationKind)
    name = StringField(_l("Name of the organisation"), [InputRequired(), Length(max=300)])
    code = StringField(
        _l("Code"), [InputRequired(), Length(max=40)], description=_l("A short name for lists and files.")
    )
    time_zone = StringField(
        _l("Time zone"), [InputRequired(), Length(max=60)], description=_l("For example Asia/Ho_Chi_Minh")
    )
    full_name = StringField(_l("Your full name"), [InputRequired(), Length(max=200)])
    email = EmailField(_l("Your e-mail address"), [InputRequired(), Length(max=_LONGEST_EMAIL)])
    password = PasswordField(_l("Password"), [InputRequired()], description=_PASSWORD_HELP)
    again = PasswordField(_l("Password once more"), [EqualTo("password", _NOT_THE_SAME)])


class InvitationForm(BaseForm):
    """Where an invitation goes, and in which language."""

    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=_LONGEST_EMAIL)])
    locale = SelectField(
        _l("Language of the mails"),
        choices=[SelectChoice(code, name) for code, name in LOCALES.items()],
    )


class EmailForm(VersionedForm):
    """Another address."""

    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=_LONGEST_EMAIL)])


class DisableForm(BaseForm):
    """Why an account is closed."""

    reason = TextAreaField(
        _l("Reason"), [Length(max=500)], description=_l("It stays on the audit trail with the change.")
    )


class RoleForm(BaseForm):
    """A role, where and how long."""

    role = EnumField(
        _l("Role"), Role, blank=N_("Choose a role"), validators=[InputRequired(_l("Choose a role."))]
    )
    organisation = SelectField(
        _l("In the organisation"),
        coerce=int,
        description=_l("The role holds there and in everything below."),
    )
    valid_from = DateField(_l("From"), [InputRequired()])
    valid_to = DateField(_l("Until (this day excluded)"), [Optional()])


class EndRoleForm(BaseForm):
    """The day from which a role is no longer held."""

    on = DateField(_l("No longer held from"), [InputRequired()])
