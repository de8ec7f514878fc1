"""What happened in the planning."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ProposalsAsked(Event):
    """Somebody asked for proposals of a timetable; ``subject_id`` is the run."""

    subject: ClassVar[str] = "planning run"
    course_id: int | None = None
    meetings: int = 0


@dataclass(frozen=True, kw_only=True)
class AbsenceRecorded(Event):
    """It was put on record that a lecturer cannot come, or a room cannot be used; ``subject_id`` is the absence."""

    subject: ClassVar[str] = "absence"
    person_id: int | None = None
    room_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AbsenceWithdrawn(Event):
    """A lecturer can come after all, or a room can be used."""

    subject: ClassVar[str] = "absence"
    person_id: int | None = None
    room_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RepairAsked(Event):
    """Somebody asked for the fewest moves that mend a timetable; ``subject_id`` is the run."""

    subject: ClassVar[str] = "planning run"
    course_id: int | None = None
    meetings: int = 0


@dataclass(frozen=True, kw_only=True)
class SearchStopped(Event):
    """Somebody stopped a search."""

    subject: ClassVar[str] = "planning run"


@dataclass(frozen=True, kw_only=True)
class ProposalTakenOver(Event):
    """A proposal became the timetable: sessions were made, and others moved."""

    subject: ClassVar[str] = "planning proposal"
    course_ids: tuple[int, ...]
    made_ids: tuple[int, ...]
    moved_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ProposalUndone(Event):
    """What a proposal had changed was put back."""

    subject: ClassVar[str] = "planning proposal"
    course_ids: tuple[int, ...]
    removed_ids: tuple[int, ...]
    moved_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TeachingTimesChanged(Event):
    """An organisation's teaching times and weights were changed."""

    subject: ClassVar[str] = "organisation"


@dataclass(frozen=True, kw_only=True)
class ModuleLecturersChosen(Event):
    """It was said who teaches the modules of a course."""

    subject: ClassVar[str] = "course"
    course_id: int
    lecturer_ids: tuple[int, ...]
