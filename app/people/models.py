"""Tables of the people."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import func, literal_column

from app.kernel.db import Base, Identified, Stamped, Versioned
from app.organisations.models import Organisation
from app.people.types import AppointmentLevel, Gender


class Person(Identified, Versioned, Stamped, Base):
    """One human being. ``organisation_id`` is the home: the organisation that keeps the record."""

    __tablename__ = "person"

    full_name: Mapped[str]
    birth_date: Mapped[date | None]
    gender: Mapped[Gender | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    staff_code: Mapped[str | None]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    search_text: Mapped[str]
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        CheckConstraint("full_name <> ''", name="named"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        Index(
            "uq_person_staff_code",
            "organisation_id",
            "staff_code",
            unique=True,
            postgresql_where=literal_column("staff_code IS NOT NULL AND merged_into_id IS NULL"),
        ),
        Index("ix_person_email", func.lower(literal_column("email"))),
        Index("ix_person_sort_key", "sort_key", "id"),
        Index("ix_person_birth_date", "birth_date"),
        Index(
            "ix_person_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


class Appointment(Identified, Versioned, Base):
    """A post held by a person in an organisation from one day to another (the last day excluded)."""

    __tablename__ = "appointment"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[str]
    level: Mapped[AppointmentLevel | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name="validity"),
        ExcludeConstraint(
            (literal_column("person_id"), "="),
            (literal_column("organisation_id"), "="),
            (literal_column("position"), "="),
            (literal_column("daterange(valid_from, valid_to)"), "&&"),
            name="same_post_twice",
            using="gist",
        ),
    )
