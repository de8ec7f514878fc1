"""What happened to accounts."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.kernel.access import Role
from app.kernel.events import Event
from app.kernel.reading import Exported


@dataclass(frozen=True, kw_only=True)
class AccountEvent(Event):
    """Something about one account; ``subject_id`` is its number, when there is one."""

    subject: ClassVar[str] = "account"


@dataclass(frozen=True, kw_only=True)
class SignedIn(AccountEvent):
    """Somebody signed in."""

    network: str


@dataclass(frozen=True, kw_only=True)
class SignInFailed(AccountEvent):
    """A sign-in was tried in vain."""

    network: str


@dataclass(frozen=True, kw_only=True)
class SignInHeldBack(AccountEvent):
    """A sign-in was not even tried, because there had been too many."""

    network: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(AccountEvent):
    """Somebody signed out."""


@dataclass(frozen=True, kw_only=True)
class LanguageChosen(AccountEvent):
    """Somebody chose the language of their pages and mails."""


@dataclass(frozen=True, kw_only=True)
class AccountAdded(AccountEvent):
    """A person got an account."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationSent(AccountEvent):
    """A link to choose a first password was mailed."""


@dataclass(frozen=True, kw_only=True)
class ResetAsked(AccountEvent):
    """A link to choose a new password was mailed."""

    network: str


@dataclass(frozen=True, kw_only=True)
class PasswordChosen(AccountEvent):
    """A password was chosen by a mailed link; all earlier sessions ended."""

    by: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(AccountEvent):
    """A password was changed by its owner; all earlier sessions ended."""


@dataclass(frozen=True, kw_only=True)
class EmailChanged(AccountEvent):
    """An account got another address."""


@dataclass(frozen=True, kw_only=True)
class AccountDisabled(AccountEvent):
    """An account was closed; its sessions ended."""


@dataclass(frozen=True, kw_only=True)
class AccountEnabled(AccountEvent):
    """A closed account was opened again."""


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(AccountEvent):
    """Signed-in browsers of an account were signed out."""

    count: int


@dataclass(frozen=True, kw_only=True)
class RoleEvent(Event):
    """Something about a role of a person; ``subject_id`` is the person's number."""

    subject: ClassVar[str] = "person"
    role: Role


@dataclass(frozen=True, kw_only=True)
class RoleGranted(RoleEvent):
    """A person got a role in an organisation."""

    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class RoleEnded(RoleEvent):
    """A person's role ends on a day."""

    on: date


@dataclass(frozen=True, kw_only=True)
class AccountsExported(Exported):
    """The list of accounts was taken out as a file."""

    subject: ClassVar[str] = "account"
