"""Words of the organisations."""

from app.kernel.text import LabelledEnum, N_


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

    LECTURE = "lecture", N_("Rows")
    GROUPS = "groups", N_("Group tables")
    HORSESHOE = "horseshoe", N_("Horseshoe")
    COMPUTER = "computer", N_("Computer room")
    HALL = "hall", N_("Hall")
