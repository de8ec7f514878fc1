"""Tables of the organisations."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Identified, Translations, Versioned
from app.organisations.types import OrganisationKind, RoomLayout


class Organisation(Identified, Versioned, Base):
    """A body in the tree. ``path`` lists the numbers of its ancestors from the root, its own last."""

    __tablename__ = "organisation"

    kind: Mapped[OrganisationKind]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    names: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    path: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    time_zone: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(default="", server_default="")

    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")

    __table_args__ = (
        CheckConstraint("code <> '' AND name <> ''", name="named"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name="validity"),
        CheckConstraint("parent_id <> id", name="not_own_parent"),
        Index("ix_organisation_path", "path", postgresql_using="gin"),
        Index(
            "ix_organisation_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    @property
    def organisation_id(self) -> int:
        """Itself: the organisation in which rights on it are decided."""
        return self.id


class OrganisationSuccession(Base):
    """One body followed by another on a day, when bodies merge or split."""

    __tablename__ = "organisation_succession"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    on: Mapped[date]

    successor: Mapped[Organisation] = relationship(foreign_keys=[successor_id])

    __table_args__ = (CheckConstraint("organisation_id <> successor_id", name="not_own_successor"),)


class Campus(Identified, Versioned, Base):
    """A place where an organisation teaches. Its zone decides how the hours of its sessions read."""

    __tablename__ = "campus"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="", server_default="")
    time_zone: Mapped[str]

    organisation: Mapped[Organisation] = relationship()
    rooms: Mapped[list["Room"]] = relationship(back_populates="campus", order_by="Room.name")

    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("name <> ''", name="named"),
    )


class Room(Identified, Versioned, Base):
    """A room of a campus."""

    __tablename__ = "room"

    campus_id: Mapped[int] = mapped_column(ForeignKey("campus.id"))
    name: Mapped[str]
    capacity: Mapped[int]
    layout: Mapped[RoomLayout]
    equipment: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default="{}")

    campus: Mapped[Campus] = relationship(back_populates="rooms", lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("campus_id", "name"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("name <> ''", name="named"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of its campus."""
        return self.campus.organisation_id
