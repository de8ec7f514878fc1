"""Tables of the teaching."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.kernel.db import Base, Identified, Stamped, Versioned
from app.people.models import Person
from app.scheduling.models import CourseSession
from app.teaching.types import AssignmentState, LecturerPart, LecturerState


class Lecturer(Identified, Versioned, Base):
    """A person who teaches, and what is to be known for assigning them."""

    __tablename__ = "lecturer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    specialities: Mapped[str] = mapped_column(default="", server_default="")
    languages: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default="{}")
    weekly_hours_limit: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (CheckConstraint("weekly_hours_limit > 0", name="weekly_hours_limit"),)

    @property
    def organisation_id(self) -> int:
        """The lecturer's home organisation."""
        return self.person.organisation_id

    @property
    def state(self) -> LecturerState:
        """Whether the lecturer is offered for sessions."""
        return LecturerState.ACTIVE if self.active else LecturerState.INACTIVE


class Assignment(Identified, Versioned, Base):
    """A lecturer's part in a session, and the answer given."""

    __tablename__ = "assignment"

    course_session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id", ondelete="CASCADE"))
    lecturer_id: Mapped[int] = mapped_column(ForeignKey("lecturer.id"))
    part: Mapped[LecturerPart]
    state: Mapped[AssignmentState]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    # When anything about it or its session last changed: what calendars are told.
    changed_at: Mapped[datetime]
    # When the lecturer was first written to about it, and last reminded of it.
    told_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    course_session: Mapped[CourseSession] = relationship()
    lecturer: Mapped[Lecturer] = relationship()

    __table_args__ = (
        UniqueConstraint("course_session_id", "lecturer_id"),
        CheckConstraint("state NOT IN ('declined', 'withdrawn') OR reason IS NOT NULL", name="reason"),
        CheckConstraint(
            "state NOT IN ('accepted', 'declined') OR answered_at IS NOT NULL", name="answered_is_dated"
        ),
        Index("ix_assignment_lecturer", "lecturer_id", "state"),
        Index(
            "ix_assignment_unanswered",
            "course_session_id",
            postgresql_where=literal_column("state = 'proposed'"),
        ),
        Index(
            "ix_assignment_untold",
            "lecturer_id",
            postgresql_where=literal_column("state = 'proposed' AND told_at IS NULL"),
        ),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course_session.organisation_id


class CalendarFeed(Identified, Stamped, Base):
    """A private calendar address of one person. It reads assignments and opens nothing else."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True, info={"private": True})
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_calendar_feed_person",
            "person_id",
            unique=True,
            postgresql_where=literal_column("revoked_at IS NULL"),
        ),
    )
