"""Tables of the planning: what an organisation wants, who teaches what, runs and their proposals."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.kernel.db import Base, Identified, JsonValue, Stamped, Versioned
from app.organisations.models import Organisation, Room
from app.people.models import Person
from app.planning.types import Emphasis, RunKind, RunState
from app.scheduling.models import Course, CourseModule, CourseSession
from app.teaching.models import Lecturer


class PlanningSettings(Versioned, Base):
    """Teaching times and weights of an organisation, for itself and those below it that have none of their own."""

    __tablename__ = "planning_settings"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    times: Mapped[dict[str, JsonValue]]


class ModuleLecturer(Base):
    """Who is to teach the sessions of a module that are yet to be made; the first of them leads."""

    __tablename__ = "module_lecturer"

    course_module_id: Mapped[int] = mapped_column(
        ForeignKey("course_module.id", ondelete="CASCADE"), primary_key=True
    )
    lecturer_id: Mapped[int] = mapped_column(ForeignKey("lecturer.id"), primary_key=True, index=True)
    position: Mapped[int]

    course_module: Mapped[CourseModule] = relationship()
    lecturer: Mapped[Lecturer] = relationship()

    __table_args__ = (UniqueConstraint("course_module_id", "position"),)


class Absence(Identified, Stamped, Base):
    """A time at which a lecturer cannot come, or a room cannot be used. Whatever is proposed leaves it free.

    ``organisation_id`` is where it was put on record; it holds for the person or the room everywhere.
    """

    __tablename__ = "absence"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    room: Mapped[Room | None] = relationship()

    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (room_id IS NULL)", name="person_or_room"),
        CheckConstraint(
            "NOT isempty(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL", name="bounded"
        ),
        Index("ix_absence_organisation", "organisation_id", "id"),
        Index("ix_absence_person", "person_id", literal_column("lower(during)")),
        Index("ix_absence_room", "room_id", literal_column("lower(during)")),
    )

    @property
    def name(self) -> str:
        """Who or what is away."""
        return self.person.full_name if self.person else self.room.name if self.room else ""


class PlanningRun(Identified, Stamped, Base):
    """A search for timetables of a course, or of all courses of an organisation in some days; or a repair.

    A repair mends what an absence strikes, or a proposal in whose way something stands by now (``again_of``).
    ``situation`` is what it was told. ``kept`` holds the places of the proposal that is being searched, so that a run
    that lost its worker goes on from there. Not audited row by row: it changes each second; its events are.
    """

    __tablename__ = "planning_run"
    __audited__ = False

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[RunKind] = mapped_column(default=RunKind.SEARCH, server_default=RunKind.SEARCH.value)
    absence_id: Mapped[int | None] = mapped_column(ForeignKey("absence.id"), index=True)
    course_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_session.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[RunState]
    seconds: Mapped[int]
    seed: Mapped[int]
    levels: Mapped[dict[str, JsonValue]] = mapped_column(JSONB)
    moving: Mapped[bool]
    again_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("planning_proposal.id", use_alter=True), index=True
    )
    stop_wanted: Mapped[bool] = mapped_column(default=False, server_default="false")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    spent: Mapped[float] = mapped_column(default=0.0, server_default="0")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    situation: Mapped[dict[str, JsonValue]] = mapped_column(deferred=True)
    curve: Mapped[list[JsonValue]] = mapped_column(JSONB, default=list, server_default="[]")
    kept: Mapped[list[JsonValue]] = mapped_column(JSONB, default=list, server_default="[]", deferred=True)
    outcome: Mapped[dict[str, JsonValue]] = mapped_column(JSONB, default=dict, server_default="{}")

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    course: Mapped[Course | None] = relationship()
    absence: Mapped[Absence | None] = relationship()
    course_session: Mapped[CourseSession | None] = relationship()
    asked_by: Mapped[Person] = relationship()
    proposals: Mapped[list["PlanningProposal"]] = relationship(
        back_populates="run", order_by="PlanningProposal.number", foreign_keys="PlanningProposal.run_id"
    )

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("seconds BETWEEN 1 AND 3600", name="seconds"),
        Index("ix_planning_run_organisation", "organisation_id", "id"),
        Index("ix_planning_run_course", "course_id", "id"),
        # One search at a time for a course, and one for an organisation; a repair cannot wait for them.
        Index(
            "uq_planning_run_open_course",
            "course_id",
            unique=True,
            postgresql_where=literal_column("state IN ('waiting', 'running') AND kind = 'search'"),
        ),
        Index(
            "uq_planning_run_open_organisation",
            "organisation_id",
            unique=True,
            postgresql_where=literal_column(
                "state IN ('waiting', 'running') AND kind = 'search' AND course_id IS NULL"
            ),
        ),
    )


class PlanningProposal(Identified, Base):
    """One timetable that a run found. ``before`` is what it replaced, kept while it can be undone."""

    __tablename__ = "planning_proposal"
    __audited__ = False

    run_id: Mapped[int] = mapped_column(ForeignKey("planning_run.id"))
    number: Mapped[int]
    emphasis: Mapped[Emphasis]
    places: Mapped[list[JsonValue]] = mapped_column(JSONB)
    costs: Mapped[dict[str, JsonValue]]
    unplaced: Mapped[int]
    facts: Mapped[list[JsonValue]] = mapped_column(JSONB)
    reasons: Mapped[list[JsonValue]] = mapped_column(JSONB, default=list, server_default="[]")
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    before: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}", deferred=True)

    run: Mapped[PlanningRun] = relationship(
        back_populates="proposals", lazy="joined", innerjoin=True, foreign_keys=[run_id]
    )
    taken_by: Mapped[Person | None] = relationship(foreign_keys=[taken_by_id])

    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 3", name="number"),
        CheckConstraint("(taken_at IS NULL) = (taken_by_id IS NULL)", name="taken_by_somebody"),
        CheckConstraint("undone_at IS NULL OR taken_at IS NOT NULL", name="undone_after_taken"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_somebody"),
        Index(
            "uq_planning_proposal_taken",
            "run_id",
            unique=True,
            postgresql_where=literal_column("taken_at IS NOT NULL AND undone_at IS NULL"),
        ),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the run."""
        return self.run.organisation_id

    @property
    def is_in_timetable(self) -> bool:
        """Whether it was taken and not undone."""
        return self.taken_at is not None and self.undone_at is None
