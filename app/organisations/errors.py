"""What the organisations refuse."""

from app.kernel.errors import DomainError, NotFound, RuleBroken
from app.kernel.text import N_


class OrganisationNotFound(NotFound):
    """There is no such organisation."""


class CodeTaken(RuleBroken):
    """Two organisations cannot share a code."""

    message = N_("Another organisation has the code “%(code)s”. Choose another code.")


class CodeTakenMeanwhile(RuleBroken):
    """Somebody else took the code between the check and the write."""

    message = N_("Another organisation took this code a moment ago. Choose another code.")


class OwnDescendant(RuleBroken):
    """The tree would have a loop."""

    message = N_("“%(name)s” lies below this organisation, so it cannot be placed above it.")


class UnknownTimeZone(RuleBroken):
    """Not an IANA zone."""

    message = N_("“%(zone)s” is no time zone. Write it as Asia/Ho_Chi_Minh or Europe/Paris.")


class ValidityBackwards(RuleBroken):
    """It would end before it begins."""

    message = N_("The last day of validity must come after the first.")


class SuccessorMissing(RuleBroken):
    """A succession names who follows."""

    message = N_("Choose who follows. If nobody does, edit the organisation and write its last day.")


class OwnSuccessor(RuleBroken):
    """A body cannot follow itself."""

    message = N_("An organisation cannot be followed by itself. Choose another one.")


class AlreadySuccessor(RuleBroken):
    """The same succession twice."""

    message = N_("One of these is named as successor already.")


class CampusNameTaken(RuleBroken):
    """Two campuses of an organisation cannot share a name."""

    message = N_("This organisation already has a campus of that name.")


class RoomNameTaken(RuleBroken):
    """Two rooms of a campus cannot share a name."""

    message = N_("This campus already has a room of that name.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_organisation_code": CodeTakenMeanwhile,
    "ck_organisation_validity": ValidityBackwards,
    "ck_organisation_succession_not_own_successor": OwnSuccessor,
    "pk_organisation_succession": AlreadySuccessor,
    "uq_campus_organisation_id_name": CampusNameTaken,
    "uq_room_campus_id_name": RoomNameTaken,
}
