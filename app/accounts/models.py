"""Tables of the accounts. Tokens are stored as SHA-256 only."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.accounts.types import AccountState, AttemptKind, LinkPurpose
from app.kernel.access import Role
from app.kernel.db import Base, Identified, Stamped, Versioned
from app.organisations.models import Organisation
from app.people.models import Person


class Account(Identified, Versioned, Stamped, Base):
    """How a person signs in."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(info={"private": True})
    locale: Mapped[str | None]
    disabled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def organisation_id(self) -> int:
        """The home organisation of its person."""
        return self.person.organisation_id

    @property
    def state(self) -> AccountState:
        """Whether one can sign in with it."""
        if self.disabled_at is not None:
            return AccountState.DISABLED
        return AccountState.ACTIVE if self.password_hash else AccountState.INVITED

    __table_args__ = (
        Index("uq_account_email", func.lower(literal_column("email")), unique=True),
        CheckConstraint("email LIKE '%_@_%'", name="email"),
    )


class AccountSession(Identified, Base):
    """One signed-in browser. Ending the row ends the sign-in, whatever the cookie says."""

    __tablename__ = "account_session"
    __audited__ = False

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="", server_default="")


class OneTimeLink(Base):
    """A mailed link, good for one use until it expires."""

    __tablename__ = "one_time_link"
    __audited__ = False

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[LinkPurpose]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("purpose = 'first_run' OR account_id IS NOT NULL", name="for_somebody"),
    )


class RoleGrant(Identified, Versioned, Base):
    """A role held by a person in an organisation and below, from one day to another (the last day excluded)."""

    __tablename__ = "role_grant"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
        ExcludeConstraint(
            (literal_column("person_id"), "="),
            (literal_column("organisation_id"), "="),
            (literal_column("role"), "="),
            (literal_column("daterange(valid_from, valid_to)"), "&&"),
            name="same_role_twice",
            using="gist",
        ),
    )


class GuardedAttempt(Identified, Base):
    """An attempt that is counted, for throttling: by the address typed (hashed) and where it came from.

    A sign-in is entered before it is tried and taken out when it succeeds, so that attempts made at the same
    time are counted too.
    """

    __tablename__ = "guarded_attempt"
    __audited__ = False

    kind: Mapped[AttemptKind]
    email_hash: Mapped[bytes] = mapped_column(LargeBinary)
    network: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_guarded_attempt_email", "kind", "email_hash", "at"),
        Index("ix_guarded_attempt_network", "kind", "network", "at"),
    )
