"""Tables of the attendance."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.attendance.types import Mark, MarkSource, RegisterState
from app.kernel.db import Base, Identified, Versioned
from app.people.models import Person
from app.scheduling.models import CourseSession


class AttendanceRegister(Versioned, Base):
    """The register of one session: being kept, or closed as complete, or as incomplete with a reason."""

    __tablename__ = "attendance_register"

    course_session_id: Mapped[int] = mapped_column(
        ForeignKey("course_session.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[RegisterState]
    reason: Mapped[str | None]
    kept_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    course_session: Mapped[CourseSession] = relationship()

    __table_args__ = (
        CheckConstraint("state <> 'incomplete' OR reason IS NOT NULL", name="incomplete_with_reason"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    )


class AttendanceMark(Identified, Base):
    """One trainee's mark in one session."""

    __tablename__ = "attendance_mark"

    course_session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    mark: Mapped[Mark]
    source: Mapped[MarkSource]
    note: Mapped[str] = mapped_column(default="", server_default="")
    marked_at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("course_session_id", "person_id"),)
