"""Tables of the timetable. The database itself refuses a person or a room in two places at once."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.curriculum.models import CurriculumVersion
from app.curriculum.types import TeachingMethod
from app.kernel.db import Base, Identified, JsonValue, Stamped, Translations, Versioned
from app.organisations.models import Campus, Organisation, Room
from app.people.models import Person
from app.scheduling.types import EngagementKind, SessionState


class Course(Identified, Versioned, Stamped, Base):
    """One dated run of a curriculum. ``ends_on`` is the last day; ``time_zone`` is that of its campus."""

    __tablename__ = "course"

    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    campus_id: Mapped[int | None] = mapped_column(ForeignKey("campus.id"), index=True)
    curriculum_version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"), index=True)
    previous_course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    time_zone: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    search_text: Mapped[str] = mapped_column(default="", server_default="")

    organisation: Mapped[Organisation] = relationship()
    campus: Mapped[Campus | None] = relationship()
    curriculum_version: Mapped[CurriculumVersion] = relationship()
    previous_course: Mapped["Course | None"] = relationship(remote_side="Course.id")
    modules: Mapped[list["CourseModule"]] = relationship(
        back_populates="course", order_by="CourseModule.position", cascade="all, delete-orphan"
    )
    managers: Mapped[list["CourseManager"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("code <> '' AND title <> ''", name="named"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason IS NULL)", name="cancelled_with_reason"),
        Index("ix_course_organisation", "organisation_id", "starts_on", "id"),
        Index("ix_course_starts_on", "starts_on", "id"),
        Index(
            "ix_course_search",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    @property
    def manager_ids(self) -> list[int]:
        """The numbers of those who manage it."""
        return sorted(manager.person_id for manager in self.managers)


class CourseManager(Base):
    """Who manages a course."""

    __tablename__ = "course_manager"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship()


class CourseModule(Identified, Base):
    """A module of the curriculum, copied into the course so that later versions do not reach it."""

    __tablename__ = "course_module"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    objectives: Mapped[str] = mapped_column(default="", server_default="")
    hours: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    method: Mapped[TeachingMethod]

    course: Mapped[Course] = relationship(back_populates="modules")

    __table_args__ = (UniqueConstraint("course_id", "position"), CheckConstraint("hours > 0", name="hours"))


class CourseSession(Identified, Versioned, Stamped, Base):
    """One meeting of a course: half-open interval, room, theme, method."""

    __tablename__ = "course_session"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_module_id: Mapped[int | None] = mapped_column(ForeignKey("course_module.id"), index=True)
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    online_url: Mapped[str | None]
    method: Mapped[TeachingMethod]
    state: Mapped[SessionState]
    state_reason: Mapped[str | None]
    room_clash_reason: Mapped[str | None]

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    course_module: Mapped[CourseModule | None] = relationship()
    room: Mapped[Room | None] = relationship()
    materials: Mapped[list["SessionMaterial"]] = relationship(
        order_by="SessionMaterial.position", cascade="all, delete-orphan"
    )
    engagements: Mapped[list["Engagement"]] = relationship(
        back_populates="course_session", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (
        UniqueConstraint("id", "during"),
        CheckConstraint("title <> ''", name="named"),
        CheckConstraint(
            "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during) "
            "AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL",
            name="half_open",
        ),
        CheckConstraint("state <> 'cancelled' OR state_reason IS NOT NULL", name="cancelled_with_reason"),
        CheckConstraint("online_url ~ '^https?://'", name="online_web_address"),
        ExcludeConstraint(
            (literal_column("room_id"), "="),
            (literal_column("during"), "&&"),
            name="room_twice",
            using="gist",
            where=literal_column(
                "room_id IS NOT NULL AND state <> 'cancelled' AND room_clash_reason IS NULL"
            ),
        ),
        Index("ix_course_session_course", "course_id", literal_column("lower(during)")),
        Index("ix_course_session_during", "during", postgresql_using="gist"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course.organisation_id

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return _bound(self.during.lower)

    @property
    def ends_at(self) -> datetime:
        """When it is over; this instant belongs to what follows."""
        return _bound(self.during.upper)

    @property
    def day(self) -> date:
        """The day on which it begins at the place."""
        return self._local(self.starts_at).date()

    @property
    def start(self) -> time:
        """What the clock of the place shows when it begins."""
        return self._local(self.starts_at).time()

    @property
    def end(self) -> time:
        """What the clock of the place shows when it is over."""
        return self._local(self.ends_at).time()

    @property
    def material_lines(self) -> list[str]:
        """The materials as they are typed: title and address, one a line."""
        return [f"{material.title} {material.url}" for material in self.materials]

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.course.time_zone))


def _bound(instant: datetime | None) -> datetime:
    if instant is None:
        raise ValueError("A session has a beginning and an end.")
    return instant


class SessionMaterial(Identified, Base):
    """A link that lecturers and trainees need for the session."""

    __tablename__ = "session_material"

    course_session_id: Mapped[int] = mapped_column(
        ForeignKey("course_session.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[str]
    url: Mapped[str]

    __table_args__ = (CheckConstraint("url ~ '^https?://'", name="web_address"),)


class Engagement(Identified, Base):
    """A person bound to a session, and so to its hours. Moves with the session by the composite key.

    Whoever teaches in a session of the course in which they are a trainee is bound once, as a lecturer, and
    ``as_trainee`` keeps that they stay when they no longer teach in it.
    """

    __tablename__ = "engagement"
    __audited__ = False

    course_session_id: Mapped[int]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[EngagementKind]
    as_trainee: Mapped[bool] = mapped_column(default=False, server_default="false")
    clash_reason: Mapped[str | None]

    course_session: Mapped[CourseSession] = relationship(back_populates="engagements")
    person: Mapped[Person] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(
            ["course_session_id", "during"],
            ["course_session.id", "course_session.during"],
            name="fk_engagement_session_during",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        UniqueConstraint("course_session_id", "person_id"),
        ExcludeConstraint(
            (literal_column("person_id"), "="),
            (literal_column("during"), "&&"),
            name="person_twice",
            using="gist",
            where=literal_column("clash_reason IS NULL"),
        ),
        Index("ix_engagement_person", "person_id", literal_column("lower(during)")),
    )


class AllowedClash(Identified, Stamped, Base):
    """A named clash that a training manager allowed, with the reason; it stays visible."""

    __tablename__ = "allowed_clash"

    course_session_id: Mapped[int] = mapped_column(
        ForeignKey("course_session.id", ondelete="CASCADE"), index=True
    )
    other_session_id: Mapped[int] = mapped_column(
        ForeignKey("course_session.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    reason: Mapped[str]
    allowed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    __table_args__ = (
        CheckConstraint("course_session_id <> other_session_id", name="two_sessions"),
        CheckConstraint("(person_id IS NULL) <> (room_id IS NULL)", name="person_or_room"),
        CheckConstraint("reason <> ''", name="reason"),
    )


class TimetableRelease(Identified, Base):
    """A named release of a course's timetable. ``entries`` is its content, which never changes."""

    __tablename__ = "timetable_release"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    released_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    entries: Mapped[list[JsonValue]] = mapped_column(JSONB, info={"private": True})

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("course_id", "number"), CheckConstraint("name <> ''", name="named"))

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course.organisation_id
