"""Words of the organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.kernel.text import N_, LabelledEnum


class OrganisationKind(LabelledEnum):
    """What sort of body it is."""

    HEADQUARTERS = "headquarters", N_("Headquarters")
    REGIONAL_ACADEMY = "regional_academy", N_("Regional academy")
    AFFILIATED_SCHOOL = "affiliated_school", N_("Affiliated school")
    PROVINCIAL_SCHOOL = "provincial_school", N_("Provincial school")
    MINISTRY = "ministry", N_("Ministry")
    AGENCY = "agency", N_("Agency")
    PARTNER = "partner", N_("Partner")


class RoomLayout(LabelledEnum):
    """How the seats of a room stand."""

    LECTURE = "lecture", N_("Rows of seats")
    GROUPS = "groups", N_("Group tables")
    HORSESHOE = "horseshoe", N_("Horseshoe")
    COMPUTER = "computer", N_("Computer room")
    HALL = "hall", N_("Hall")


class Validity(LabelledEnum):
    """How a body stands on a day."""

    VALID = "valid", N_("Valid")
    AHEAD = "ahead", N_("Not yet valid")
    ENDED = "ended", N_("Ended")


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list."""

    id: int
    code: str
    name: str
    names: Mapping[str, str]
    kind: OrganisationKind
    valid_from: date | None
    valid_to: date | None
    parent_name: str | None
    rooms: int


@dataclass(frozen=True, slots=True)
class OrganisationChoice:
    """An organisation to choose; ``depth`` is its distance from the root, from 1."""

    id: int
    name: str
    names: Mapping[str, str]
    depth: int


@dataclass(frozen=True, slots=True)
class TreeRow:
    """An organisation as it is read for the tree."""

    id: int
    parent_id: int | None
    code: str
    name: str
    names: Mapping[str, str]
    kind: OrganisationKind
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class TreeNode:
    """An organisation in the tree of a day, with those below it."""

    row: TreeRow
    validity: Validity
    below: tuple["TreeNode", ...]


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room in a list."""

    id: int
    name: str
    campus_name: str
    organisation_id: int
    organisation_name: str
    organisation_names: Mapping[str, str]
    capacity: int
    layout: RoomLayout
    equipment: Sequence[str]
