"""Tables of the improvement."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.improvement.types import (
    ActionState,
    CauseCategory,
    CycleState,
    Decision,
    Direction,
    FindingKind,
    IndicatorSource,
    KirkpatrickLevel,
)
from app.kernel.access import Role
from app.kernel.db import Base, Identified, Stamped, Versioned, enum_type
from app.people.models import Person
from app.scheduling.models import Course, CourseSession


class Cycle(Identified, Versioned, Stamped, Base):
    """One turn about a course. The state is changed by transitions only.

    ``plan_changed_at`` moves with every change of objectives and indicators, and the version with it, so that
    nobody approves a plan that is no longer the one they read.
    """

    __tablename__ = "cycle"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), unique=True)
    previous_cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), index=True)
    state: Mapped[CycleState]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    approved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    plan_changed_at: Mapped[datetime | None]
    trainee_summary: Mapped[str] = mapped_column(default="", server_default="")
    standard_changed: Mapped[str] = mapped_column(default="", server_default="")
    standard_none_because: Mapped[str] = mapped_column(default="", server_default="")

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    previous_cycle: Mapped["Cycle | None"] = relationship(remote_side="Cycle.id")
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    objectives: Mapped[list["Objective"]] = relationship(
        back_populates="cycle", order_by="Objective.position", cascade="all, delete-orphan"
    )
    indicators: Mapped[list["Indicator"]] = relationship(
        back_populates="cycle", order_by="Indicator.id", cascade="all, delete-orphan"
    )
    deviations: Mapped[list["Deviation"]] = relationship(back_populates="cycle", order_by="Deviation.id")
    findings: Mapped[list["Finding"]] = relationship(back_populates="cycle", order_by="Finding.id")
    actions: Mapped[list["Action"]] = relationship(
        back_populates="cycle", order_by="Action.id", foreign_keys="Action.cycle_id"
    )
    transitions: Mapped[list["CycleTransition"]] = relationship(order_by="CycleTransition.id")

    __table_args__ = (
        CheckConstraint("approved_by_id <> author_id", name="approver_is_not_author"),
        CheckConstraint("previous_cycle_id <> id", name="not_own_previous"),
        Index("ix_cycle_state", "state"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course.organisation_id


class Objective(Identified, Base):
    """What the turn wants to reach, at a Kirkpatrick level."""

    __tablename__ = "objective"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    level: Mapped[KirkpatrickLevel]

    cycle: Mapped[Cycle] = relationship(back_populates="objectives")

    __table_args__ = (CheckConstraint("text <> ''", name="named"),)

    @property
    def version(self) -> int:
        """That of its cycle, which moves with the plan."""
        return self.cycle.version

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.cycle.organisation_id


class Indicator(Identified, Versioned, Base):
    """A measured objective. ``source_key`` is the item's code when it is fed by an evaluation mean.

    ``previous_indicator_id`` is the same indicator in the turn before: what shows the effect of its actions.
    """

    __tablename__ = "indicator"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    objective_id: Mapped[int | None] = mapped_column(
        ForeignKey("objective.id", ondelete="SET NULL"), index=True
    )
    previous_indicator_id: Mapped[int | None] = mapped_column(
        ForeignKey("indicator.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[IndicatorSource]
    source_key: Mapped[str | None]
    direction: Mapped[Direction]
    baseline: Mapped[float | None]
    baseline_none_because: Mapped[str | None]
    target: Mapped[float | None]
    minimum_n: Mapped[int | None]
    actual: Mapped[float | None]
    actual_n: Mapped[int | None]
    actual_low: Mapped[float | None]
    actual_high: Mapped[float | None]
    not_measurable_because: Mapped[str | None]
    measured_at: Mapped[datetime | None]

    cycle: Mapped[Cycle] = relationship(back_populates="indicators")
    objective: Mapped[Objective | None] = relationship()
    amendments: Mapped[list["IndicatorAmendment"]] = relationship(order_by="IndicatorAmendment.id")

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("source <> 'evaluation_mean' OR source_key IS NOT NULL", name="mean_names_its_item"),
        CheckConstraint("actual IS NULL OR actual_n IS NOT NULL", name="measured_with_n"),
        CheckConstraint("minimum_n > 0", name="minimum_n"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.cycle.organisation_id


class IndicatorAmendment(Identified, Base):
    """A change of a locked target: dated, with a reason, visible beside the result."""

    __tablename__ = "indicator_amendment"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"), index=True)
    old_target: Mapped[float | None]
    new_target: Mapped[float]
    reason: Mapped[str]
    amended_at: Mapped[datetime]
    amended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    amended_by: Mapped[Person | None] = relationship()

    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)


class Deviation(Identified, Base):
    """What went otherwise than planned, recorded while doing."""

    __tablename__ = "deviation"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    course_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_session.id", ondelete="SET NULL"), index=True
    )
    noticed_on: Mapped[date]
    text: Mapped[str]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    cycle: Mapped[Cycle] = relationship(back_populates="deviations")
    course_session: Mapped[CourseSession | None] = relationship()
    recorded_by: Mapped[Person | None] = relationship()

    __table_args__ = (CheckConstraint("text <> ''", name="named"),)


class Finding(Identified, Versioned, Base):
    """A gap or a strength found when checking, with its evidence and, for a gap, its cause."""

    __tablename__ = "finding"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    kind: Mapped[FindingKind]
    text: Mapped[str]
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    cause_category: Mapped[CauseCategory | None]
    cause: Mapped[str] = mapped_column(default="", server_default="")
    whys: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default="{}")
    decision: Mapped[Decision | None]
    decision_reason: Mapped[str] = mapped_column(default="", server_default="")

    cycle: Mapped[Cycle] = relationship(back_populates="findings")
    indicator: Mapped[Indicator | None] = relationship()

    __table_args__ = (CheckConstraint("text <> ''", name="named"),)

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.cycle.organisation_id


class Action(Identified, Versioned, Stamped, Base):
    """An answer to a finding, or one taken over from the previous turn."""

    __tablename__ = "action"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    title: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None]
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    state: Mapped[ActionState]
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    done_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    waived_because: Mapped[str | None]
    taken_over_from_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)

    cycle: Mapped[Cycle] = relationship(back_populates="actions", foreign_keys=[cycle_id])
    finding: Mapped[Finding | None] = relationship()
    indicator: Mapped[Indicator | None] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    verified_by: Mapped[Person | None] = relationship(foreign_keys=[verified_by_id])
    taken_over_from: Mapped["Action | None"] = relationship(remote_side="Action.id")

    __table_args__ = (
        CheckConstraint("title <> ''", name="named"),
        CheckConstraint("verified_by_id <> owner_id", name="verifier_is_not_owner"),
        CheckConstraint("state <> 'waived' OR waived_because IS NOT NULL", name="waived_with_reason"),
        Index("ix_action_cycle", "cycle_id", "state"),
        Index("ix_action_due", "due_on", postgresql_where=literal_column("state = 'open'")),
        UniqueConstraint("cycle_id", "taken_over_from_id"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.cycle.organisation_id


class CycleTransition(Identified, Base):
    """One change of a cycle's state: when, by whom, in which role, why."""

    __tablename__ = "cycle_transition"
    __audited__ = False

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    from_state: Mapped[CycleState] = mapped_column(enum_type(CycleState, "from_state"))
    to_state: Mapped[CycleState] = mapped_column(enum_type(CycleState, "to_state"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role | None]
    reason: Mapped[str | None]

    by: Mapped[Person | None] = relationship()
