"""The audit trail's one table. The application's database role may only read and insert."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.access import Role
from app.kernel.db import Base, Identified, JsonValue


class AuditEvent(Identified, Base):
    """One fact. No foreign keys: the trail outlives what it speaks of."""

    __tablename__ = "audit_event"
    __audited__ = False

    at: Mapped[datetime]
    unit: Mapped[UUID]
    account_id: Mapped[int | None]
    person_id: Mapped[int | None]
    actor_name: Mapped[str]
    role: Mapped[Role | None]
    organisation_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    reason: Mapped[str | None]
    details: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}")
    changes: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}")
    request_id: Mapped[str | None]

    __table_args__ = (
        Index("ix_audit_event_organisation", "organisation_id", "id"),
        Index("ix_audit_event_subject", "subject", "subject_id", "id"),
        Index("ix_audit_event_person", "person_id", "id"),
    )
