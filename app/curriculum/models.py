"""Tables of the curriculum."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.curriculum.types import TeachingMethod, VersionState
from app.kernel.db import Base, Identified, Translations, Versioned
from app.organisations.models import Organisation


class Program(Identified, Versioned, Base):
    """A lasting line of training with an owner."""

    __tablename__ = "program"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    first_year: Mapped[int | None]
    last_year: Mapped[int | None]
    search_text: Mapped[str] = mapped_column(default="", server_default="")

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        CheckConstraint("code <> '' AND title <> ''", name="named"),
        CheckConstraint("first_year <= last_year", name="years"),
    )


class Curriculum(Identified, Versioned, Base):
    """What is taught in a program; the template of courses, in versions."""

    __tablename__ = "curriculum"

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    search_text: Mapped[str] = mapped_column(default="", server_default="")

    program: Mapped[Program] = relationship(lazy="joined", innerjoin=True)
    versions: Mapped[list["CurriculumVersion"]] = relationship(
        back_populates="curriculum", order_by="CurriculumVersion.number.desc()"
    )

    __table_args__ = (
        CheckConstraint("code <> '' AND title <> ''", name="named"),
        Index(
            "ix_curriculum_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation that owns the program."""
        return self.program.organisation_id


class CurriculumVersion(Identified, Versioned, Base):
    """One version of a curriculum. Courses are made from published versions only.

    A trigger refuses every later change of a published version and of its modules.
    """

    __tablename__ = "curriculum_version"

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"))
    number: Mapped[int]
    state: Mapped[VersionState]
    note: Mapped[str] = mapped_column(default="", server_default="")
    published_at: Mapped[datetime | None]

    curriculum: Mapped[Curriculum] = relationship(back_populates="versions", lazy="joined", innerjoin=True)
    modules: Mapped[list["CurriculumModule"]] = relationship(
        back_populates="curriculum_version",
        order_by="CurriculumModule.position",
        cascade="all, delete-orphan",
    )

    __table_args__ = (
        UniqueConstraint("curriculum_id", "number"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_is_dated"),
        Index(
            "uq_curriculum_version_one_draft",
            "curriculum_id",
            unique=True,
            postgresql_where=literal_column("state = 'draft'"),
        ),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation that owns the curriculum."""
        return self.curriculum.organisation_id


class CurriculumModule(Identified, Base):
    """A part of a version, copied into each course."""

    __tablename__ = "curriculum_module"

    curriculum_version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"))
    position: Mapped[int]
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    objectives: Mapped[str] = mapped_column(default="", server_default="")
    hours: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    method: Mapped[TeachingMethod]

    curriculum_version: Mapped[CurriculumVersion] = relationship(back_populates="modules")

    __table_args__ = (
        UniqueConstraint("curriculum_version_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("hours > 0", name="hours"),
        CheckConstraint("title <> ''", name="named"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation that owns the curriculum."""
        return self.curriculum_version.organisation_id
