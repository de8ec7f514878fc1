"""Columns of the lists of organisations."""

from app.kernel.pages import Column
from app.kernel.text import N_
from app.organisations.types import OrganisationRow

ORGANISATION_COLUMNS: tuple[Column[OrganisationRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("name", N_("Name"), lambda row: row.name, sort="name"),
    Column("kind", N_("Kind"), lambda row: row.kind, sort="kind"),
    Column("parent", N_("Belongs to"), lambda row: row.parent_name, sort="parent"),
    Column("rooms", N_("Rooms"), lambda row: row.rooms, numeric=True),
    Column("valid_to", N_("Valid until"), lambda row: row.valid_to),
)
