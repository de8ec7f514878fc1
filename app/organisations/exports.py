"""Columns of the lists of organisations."""

from app.kernel.pages import Column
from app.kernel.text import N_
from app.organisations.types import OrganisationRow, RoomRow

ORGANISATION_COLUMNS: tuple[Column[OrganisationRow], ...] = (
    Column("code", N_("Code"), lambda row: row.code, sort="code"),
    Column("name", N_("Name"), lambda row: row.name, sort="name"),
    Column("kind", N_("Kind"), lambda row: row.kind, sort="kind"),
    Column("parent", N_("Belongs to"), lambda row: row.parent_name, sort="parent"),
    Column("rooms", N_("Rooms"), lambda row: row.rooms, numeric=True),
    Column("valid_to", N_("Valid until"), lambda row: row.valid_to),
)

ROOM_COLUMNS: tuple[Column[RoomRow], ...] = (
    Column("name", N_("Room"), lambda row: row.name, sort="name"),
    Column("campus", N_("Campus"), lambda row: row.campus_name, sort="campus"),
    Column("organisation", N_("Organisation"), lambda row: row.organisation_name, sort="organisation"),
    Column("places", N_("Places"), lambda row: row.capacity, sort="places", numeric=True),
    Column("layout", N_("Layout"), lambda row: row.layout),
    Column("equipment", N_("Equipment"), lambda row: ", ".join(row.equipment)),
)
