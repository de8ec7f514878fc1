"""What happened to places and imports."""

from dataclasses import dataclass
from typing import ClassVar

from app.enrolment.types import EnrolmentState
from app.kernel.events import Event
from app.kernel.reading import Exported


@dataclass(frozen=True, kw_only=True)
class PersonEnrolled(Event):
    """A person got a place in a course; ``before_id`` is who had waited longest for the seat, if somebody had."""

    subject: ClassVar[str] = "enrolment"
    course_id: int
    person_id: int
    state: EnrolmentState
    before_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class EnrolmentChanged(Event):
    """A place went from one state to another."""

    subject: ClassVar[str] = "enrolment"
    course_id: int
    person_id: int
    from_state: EnrolmentState
    to_state: EnrolmentState


@dataclass(frozen=True, kw_only=True)
class EnrolmentsConfirmed(Event):
    """Several places were confirmed at once."""

    subject: ClassVar[str] = "course"
    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CohortMoved(Event):
    """All trainees of a course for whom the step was open went to the next state together."""

    subject: ClassVar[str] = "course"
    person_ids: tuple[int, ...]
    to_state: EnrolmentState


@dataclass(frozen=True, kw_only=True)
class EnrolmentsMerged(Event):
    """The places of a person went over to the one that the person was merged into."""

    subject: ClassVar[str] = "person"
    merged_id: int


@dataclass(frozen=True, kw_only=True)
class TraineeListChecked(Event):
    """A list of trainees was read, and what it would do was shown."""

    subject: ClassVar[str] = "trainee_import"
    course_id: int
    file_name: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class ImportStarted(Event):
    """Somebody decided that a checked list is imported."""

    subject: ClassVar[str] = "trainee_import"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class TraineesImported(Event):
    """A list of trainees was imported wholly."""

    subject: ClassVar[str] = "trainee_import"
    course_id: int
    file_name: str
    new_person_ids: tuple[int, ...]
    enrolled: int


@dataclass(frozen=True, kw_only=True)
class ImportGivenUp(Event):
    """An import could not be finished; nothing of it remains."""

    subject: ClassVar[str] = "trainee_import"
    course_id: int


@dataclass(frozen=True, kw_only=True)
class TraineesExported(Exported):
    """The trainees of a course were taken out as a file."""

    subject: ClassVar[str] = "course"


@dataclass(frozen=True, kw_only=True)
class CheckedListExported(Exported):
    """The report on a list of trainees was taken out as a file."""

    subject: ClassVar[str] = "trainee_import"
