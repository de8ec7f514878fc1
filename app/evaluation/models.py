"""Tables of the evaluation.

What was answered has no person, no time, no running number and no foreign key towards who was invited. While a
wave is open its answers lie sealed; closing opens, shuffles and stores them in one transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import literal_column

from app.curriculum.models import CurriculumVersion
from app.evaluation.figure_types import DocumentState
from app.evaluation.types import ImportState, InstrumentState, ItemKind, WaveState
from app.kernel.db import Base, Identified, JsonValue, Stamped, Translations, Versioned
from app.organisations.models import Organisation
from app.people.models import Person
from app.scheduling.models import Course


class Instrument(Identified, Versioned, Stamped, Base):
    """A questionnaire, in versions. Frozen when first opened; a change makes the next version."""

    __tablename__ = "instrument"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    titles: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    introduction: Mapped[str] = mapped_column(default="", server_default="")
    introductions: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    state: Mapped[InstrumentState]

    organisation: Mapped[Organisation] = relationship()
    items: Mapped[list["InstrumentItem"]] = relationship(
        back_populates="instrument", order_by="InstrumentItem.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("organisation_id", "code", "number"),
        CheckConstraint("code <> '' AND title <> ''", name="named"),
    )


class InstrumentItem(Identified, Base):
    """One question. ``options`` are the words of the scale points or choices, lowest first, with translations."""

    __tablename__ = "instrument_item"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    position: Mapped[int]
    code: Mapped[str]
    kind: Mapped[ItemKind]
    text: Mapped[str]
    texts: Mapped[Translations] = mapped_column(default=dict, server_default="{}")
    required: Mapped[bool]
    is_reversed: Mapped[bool] = mapped_column(default=False, server_default="false")
    options: Mapped[list[JsonValue]] = mapped_column(JSONB, default=list, server_default="[]")
    minimum: Mapped[int | None]
    maximum: Mapped[int | None]

    instrument: Mapped[Instrument] = relationship(back_populates="items")

    __table_args__ = (
        UniqueConstraint("instrument_id", "position", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("instrument_id", "code"),
        CheckConstraint("text <> '' AND code <> ''", name="named"),
        CheckConstraint(
            "(kind = 'number') = (minimum IS NOT NULL AND maximum IS NOT NULL AND minimum < maximum)",
            name="number_has_range",
        ),
        CheckConstraint(
            "kind NOT IN ('likert', 'choice', 'middle', 'several') OR jsonb_array_length(options) BETWEEN 2 AND 20",
            name="has_options",
        ),
        CheckConstraint("NOT is_reversed OR kind = 'likert'", name="reversed_scale"),
    )


class Wave(Identified, Versioned, Stamped, Base):
    """One collection with an instrument about a course.

    ``results`` is filled once, at closing, at the instant ``counted_at``: for past evaluations that are imported
    that is later than ``closed_at``. ``invited_count`` is none before opening, and for imported ones, where it is
    not known.
    """

    __tablename__ = "wave"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), index=True)
    title: Mapped[str]
    state: Mapped[WaveState]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    evaluation_import_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_import.id"), index=True)
    invited_count: Mapped[int | None]
    response_count: Mapped[int | None]
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary, info={"private": True})
    sealed_private_key: Mapped[bytes | None] = mapped_column(LargeBinary, info={"private": True})
    results: Mapped[dict[str, JsonValue] | None] = mapped_column(JSONB, deferred=True, info={"private": True})

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    instrument: Mapped[Instrument] = relationship()

    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_is_dated"),
        CheckConstraint("(state = 'closed') = (counted_at IS NOT NULL)", name="closed_is_counted"),
        CheckConstraint("(state = 'open') = (sealed_private_key IS NOT NULL)", name="key_only_while_open"),
        Index("ix_wave_state", "state", "closes_at"),
    )

    @property
    def organisation_id(self) -> int:
        """The organisation of the course."""
        return self.course.organisation_id


class EvaluationImport(Identified, Versioned, Stamped, Base):
    """A file of past answers: first what it would do, then, once confirmed, what it did.

    ``content`` is erased when it is done: which answers stood in one row is then known to nobody.
    """

    __tablename__ = "evaluation_import"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    curriculum_version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"), index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), index=True)
    period: Mapped[str]
    file_name: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info={"private": True})
    settings: Mapped[dict[str, JsonValue]] = mapped_column(default=dict, server_default="{}")
    digest: Mapped[str]
    state: Mapped[ImportState]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    finished_at: Mapped[datetime | None]
    responses: Mapped[int | None]
    waves: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship()
    curriculum_version: Mapped[CurriculumVersion] = relationship()
    instrument: Mapped[Instrument] = relationship()

    __table_args__ = (
        CheckConstraint("(state = 'done') = (content IS NULL)", name="done_is_erased"),
        Index(
            "uq_evaluation_import_digest",
            "organisation_id",
            "digest",
            unique=True,
            postgresql_where=literal_column("state = 'done'"),
        ),
    )


class Invitation(Identified, Base):
    """That somebody may answer, and whether they have: by yes or no, without a time."""

    __tablename__ = "invitation"
    __audited__ = False

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    answered: Mapped[bool] = mapped_column(default=False, server_default="false")

    wave: Mapped[Wave] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("wave_id", "person_id"),)


class SealedAnswer(Base):
    """Answers as sent, sealed to the wave's key until it closes; padded so that length tells nothing."""

    __tablename__ = "sealed_answer"
    __audited__ = False

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Response(Base):
    """The closed answers of one person, who is not named: item code to value."""

    __tablename__ = "response"
    __audited__ = False

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    answers: Mapped[dict[str, JsonValue]]


class Comment(Base):
    """One free-text answer, apart from the closed ones."""

    __tablename__ = "comment"
    __audited__ = False

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    item_code: Mapped[str]
    text: Mapped[str]

    __table_args__ = (Index("ix_comment_wave", "wave_id", "item_code", "id"),)


class WaveFigures(Base):
    """What the worker computed of a closed wave beside its counts, and by which version of the methods."""

    __tablename__ = "wave_figures"
    __audited__ = False

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True, autoincrement=False)
    method: Mapped[int]
    computed_at: Mapped[datetime] = mapped_column(index=True)
    figures: Mapped[dict[str, JsonValue]] = mapped_column(info={"private": True})


class YearFigures(Base):
    """The waves of one questionnaire that closed in a year in an organisation and below it, together.

    ``instrument_id`` is the latest version of the questionnaire that was used.
    """

    __tablename__ = "year_figures"
    __audited__ = False

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), primary_key=True, index=True)
    method: Mapped[int]
    computed_at: Mapped[datetime]
    responses: Mapped[int]
    figures: Mapped[dict[str, JsonValue]] = mapped_column(info={"private": True})


class CurriculumFigures(Base):
    """The items of a curriculum over time, in the courses that one organisation held."""

    __tablename__ = "curriculum_figures"
    __audited__ = False

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    method: Mapped[int]
    computed_at: Mapped[datetime]
    figures: Mapped[dict[str, JsonValue]] = mapped_column(info={"private": True})

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class ResultsDocument(Identified, Base):
    """The results of a wave, or of a year of an organisation, on paper: asked for by somebody, written by the worker.

    ``page`` is what its reader saw, in the language of the reader; it goes when ``content`` is there.
    """

    __tablename__ = "results_document"
    __audited__ = False

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id"), index=True)
    year: Mapped[int | None]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[DocumentState]
    page: Mapped[dict[str, JsonValue] | None] = mapped_column(JSONB, deferred=True, info={"private": True})
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info={"private": True})

    organisation: Mapped[Organisation] = relationship()
    wave: Mapped[Wave | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("(state = 'written') = (content IS NOT NULL)", name="written_has_content"),
        CheckConstraint("(wave_id IS NULL) <> (year IS NULL)", name="of_wave_or_year"),
    )
