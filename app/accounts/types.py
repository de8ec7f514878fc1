"""Words of the accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.kernel.access import Actor, Role
from app.kernel.text import N_, LabelledEnum
from app.organisations.types import OrganisationKind


class LinkPurpose(LabelledEnum):
    """What a mailed one-use link is good for."""

    FIRST_RUN = "first_run", N_("First administrator")
    INVITATION = "invitation", N_("Invitation")
    RESET = "reset", N_("Password reset")


class AttemptKind(LabelledEnum):
    """What somebody may try only so often."""

    SIGN_IN = "sign_in", N_("Sign-in")
    MAIL = "mail", N_("Mail with a link")


class AccountState(LabelledEnum):
    """Whether one can sign in with an account."""

    ACTIVE = "active", N_("Active")
    INVITED = "invited", N_("Invited")
    DISABLED = "disabled", N_("Disabled")


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a sign-in lasts: without a request, and in all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether an attempt may be made now: its number, or how long to wait."""

    attempt_id: int | None
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class NewSession:
    """A new session: the token that only the browser keeps, whose it is, and their language."""

    token: str
    actor: Actor
    locale: str | None


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A live session: its number, when it was last noted as used, and who acts in it."""

    session_id: int
    seen_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list."""

    id: int
    full_name: str
    email: str
    organisation_name: str
    organisation_names: Mapping[str, str]
    state: AccountState
    roles: tuple[Role, ...]
    last_sign_in: datetime | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of a person, past, present or to come."""

    id: int
    role: Role
    organisation_id: int
    organisation_name: str
    organisation_names: Mapping[str, str]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser."""

    id: int
    started_at: datetime
    seen_at: datetime
    device: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class FirstHouse:
    """What the first-run page asks for: the first organisation and its administrator."""

    kind: OrganisationKind
    name: str
    code: str
    time_zone: str
    full_name: str
    email: str
    locale: str
