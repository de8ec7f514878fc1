"""Columns of the lists of accounts."""

from flask_babel import gettext

from app.accounts.types import AccountRow
from app.kernel.pages import Column
from app.kernel.text import N_

ACCOUNT_COLUMNS: tuple[Column[AccountRow], ...] = (
    Column("name", N_("Name"), lambda row: row.full_name, sort="name"),
    Column("email", N_("E-mail address"), lambda row: row.email, sort="email"),
    Column("organisation", N_("Organisation"), lambda row: row.organisation_name, sort="organisation"),
    Column("roles", N_("Roles"), lambda row: ", ".join(gettext(role.label) for role in row.roles)),
    Column("state", N_("State"), lambda row: row.state, sort="state"),
    Column("last_sign_in", N_("Last sign-in"), lambda row: row.last_sign_in, sort="last_sign_in"),
)
