"""The outbox."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import literal_column

from app.kernel.db import Base, Identified, Stamped


class OutgoingMail(Identified, Stamped, Base):
    """One message to one address. ``dedupe_key`` makes a repeated cause send one message."""

    __tablename__ = "outgoing_mail"
    __audited__ = False

    to_address: Mapped[str]
    to_name: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_outgoing_mail_waiting", "id", postgresql_where=literal_column("sent_at IS NULL")),
    )
