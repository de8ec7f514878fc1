"""Words of the accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kernel.access import Actor
from app.kernel.text import N_, LabelledEnum


class LinkPurpose(LabelledEnum):
    """What a mailed one-use link is good for."""

    FIRST_RUN = "first_run", N_("First administrator")
    INVITATION = "invitation", N_("Invitation")
    RESET = "reset", N_("Password reset")


class AttemptKind(LabelledEnum):
    """What somebody may try only so often."""

    SIGN_IN = "sign_in", N_("Sign-in")
    MAIL = "mail", N_("Mail with a link")


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
