"""Who may do what, where. Denied is the default.

A role is granted in an organisation and holds there and below. A permission names the roles that carry it.
Each decision looks at one organisation and answers with the one grant that allows it, so that a broad role in
one branch never opens another, and the audit trail can say in which role somebody acted.
"""

from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from app.kernel.errors import Denied, NotFound
from app.kernel.text import N_, LabelledEnum


class Role(LabelledEnum):
    """What a person is to an organisation."""

    ADMINISTRATOR = "administrator", N_("Administrator")
    TRAINING_MANAGER = "training_manager", N_("Training manager")
    QUALITY_OFFICER = "quality_officer", N_("Quality officer")
    DIRECTOR = "director", N_("Director")
    REGISTRAR = "registrar", N_("Registrar")
    LECTURER = "lecturer", N_("Lecturer")
    TRAINEE = "trainee", N_("Trainee")
    PARTNER_EXPERT = "partner_expert", N_("Partner expert")


STAFF = frozenset(
    {Role.ADMINISTRATOR, Role.TRAINING_MANAGER, Role.QUALITY_OFFICER, Role.DIRECTOR, Role.REGISTRAR}
)


class Permission(StrEnum):
    """Base of the permissions that each feature names in its ``policies.py``.

    A member is declared as ``NAME = "noun.verb", "What it allows.", {roles that carry it}``.
    """

    description: str
    roles: frozenset[Role]

    def __new__(cls, value: str, description: str, roles: Collection[Role]) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        member.roles = frozenset(roles)
        return member


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that holds today, and every organisation it holds in."""

    role: Role
    organisation_id: int
    organisation_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a signed-in person, or the system itself when a job runs on nobody's behalf."""

    account_id: int | None
    person_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    email: str = ""

    def grant_for(self, permission: Permission, organisation_id: int) -> Grant | None:
        """Return the grant that allows the permission in the organisation, or None."""
        for grant in self.grants:
            if grant.role in permission.roles and organisation_id in grant.organisation_ids:
                return grant
        return None

    def may(self, permission: Permission, organisation_id: int) -> bool:
        """Tell whether some grant allows the permission in the organisation."""
        return self.grant_for(permission, organisation_id) is not None

    def may_somewhere(self, permission: Permission) -> bool:
        """Tell whether some grant allows the permission in any organisation at all."""
        return any(grant.role in permission.roles for grant in self.grants)

    def organisations_for(self, permission: Permission) -> frozenset[int]:
        """Return the organisations in which the permission is allowed: the scope of a list."""
        allowing = (grant.organisation_ids for grant in self.grants if grant.role in permission.roles)
        return frozenset().union(*allowing)

    def has_role(self, role: Role) -> bool:
        """Tell whether the role is held anywhere."""
        return any(grant.role is role for grant in self.grants)

    def knows(self, organisation_id: int) -> bool:
        """Tell whether any grant reaches the organisation, whatever it allows."""
        return any(organisation_id in grant.organisation_ids for grant in self.grants)

    def acting_grant(self, organisation_id: int | None) -> Grant | None:
        """Return the grant in which the actor acts there: the one that was decisive, else the first that reaches it.

        None when no grant reaches the organisation: then one acts for oneself.
        """
        reaching = [grant for grant in self.grants if organisation_id in grant.organisation_ids]
        decisive = _acting.get()
        return decisive if decisive in reaching else next(iter(reaching), None)


# The grant that last allowed something in this request, for the audit trail.
_acting: ContextVar[Grant | None] = ContextVar("acting", default=None)

SYSTEM = Actor(account_id=None, person_id=None, name="Rondo")


def forget_acting_grant() -> None:
    """Begin a request in which nothing was allowed yet."""
    _acting.set(None)


def require(actor: Actor, permission: Permission, organisation_id: int) -> None:
    """Return if the actor may; else raise Denied, or NotFound when even the existence is not theirs to know."""
    grant = actor.grant_for(permission, organisation_id)
    if grant is not None:
        _acting.set(grant)
        return
    raise Denied() if actor.knows(organisation_id) else NotFound()
