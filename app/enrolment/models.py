"""Tables of the enrolment. A trigger refuses more seats than the course has, also under concurrent writes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enrolment.types import EnrolmentState, ImportState
from app.kernel.db import Base, Identified, JsonValue, Stamped, Versioned, enum_type
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course


class Enrolment(Identified, Versioned, Stamped, Base):
    """A person's place in a course: the trainee. Organisation and position are those held at the time."""

    __tablename__ = "enrolment"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    home_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[EnrolmentState]
    changed_at: Mapped[datetime]

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship()
    home_organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        UniqueConstraint("course_id", "person_id"),
        Index("ix_enrolment_course", "course_id", "state"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course.organisation_id


class EnrolmentStep(Identified, Base):
    """One step in the history of a place."""

    __tablename__ = "enrolment_step"
    __audited__ = False

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    from_state: Mapped[EnrolmentState | None] = mapped_column(enum_type(EnrolmentState, "from_state"))
    to_state: Mapped[EnrolmentState] = mapped_column(enum_type(EnrolmentState, "to_state"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str | None]


class TraineeImport(Identified, Versioned, Stamped, Base):
    """An uploaded list of trainees: first what it would do, then, once confirmed, what it did."""

    __tablename__ = "trainee_import"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info={"private": True})
    state: Mapped[ImportState]
    # What it will do, row by row; the totals are kept apart so that a look at them need not load it.
    plan: Mapped[dict[str, JsonValue]] = mapped_column(
        default=dict, server_default="{}", deferred=True, info={"private": True}
    )
    totals: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}")
    rows_total: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    # The message and its parameters: why it was not run, in the reader's language when it is shown.
    failure: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}")

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (CheckConstraint("rows_done <= rows_total", name="progress"),)

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course.organisation_id
