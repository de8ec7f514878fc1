"""Tables of the planning of a year: a run, and its parts, one for each school."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Identified, JsonValue, Stamped
from app.yearplan.types import YearState


class YearRun(Identified, Stamped, Base):
    """The planning of a year, round by round. Workers have nothing in common but these rows.

    Round 1 plans every school; each further one those that are planned anew after lecturers' days were shared out
    again. Not audited: it changes no timetable.
    """

    __tablename__ = "year_run"
    __audited__ = False

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[YearState]
    seconds: Mapped[float]
    rounds: Mapped[int]
    seed: Mapped[int]
    round_number: Mapped[int] = mapped_column(default=0, server_default="0")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    sharing: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    demands: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    grudges: Mapped[list[list[int]]] = mapped_column(JSONB, default=list, server_default="[]", deferred=True)
    finished_at: Mapped[datetime | None]

    parts: Mapped[list["YearPart"]] = relationship(back_populates="run", order_by="YearPart.number")

    __table_args__ = (
        CheckConstraint("seconds > 0", name="seconds"),
        CheckConstraint("rounds >= 1", name="rounds"),
        CheckConstraint("(state = 'running') = (finished_at IS NULL)", name="finished"),
    )


class YearPart(Identified, Base):
    """A school of a year. It is to be planned as long as ``planned_round`` is behind ``wanted_round``."""

    __tablename__ = "year_part"
    __audited__ = False

    run_id: Mapped[int] = mapped_column(ForeignKey("year_run.id", ondelete="CASCADE"))
    number: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    problem: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    allotted: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    plan: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    wanted_round: Mapped[int] = mapped_column(default=0, server_default="0")
    planned_round: Mapped[int] = mapped_column(default=0, server_default="0")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    unplaced: Mapped[int | None]
    costs: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}")
    spent: Mapped[float] = mapped_column(default=0.0, server_default="0")

    run: Mapped[YearRun] = relationship(back_populates="parts")

    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        CheckConstraint("planned_round <= wanted_round", name="rounds"),
    )
