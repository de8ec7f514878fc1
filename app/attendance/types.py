"""Words of the attendance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.enrolment.types import EnrolmentState
from app.kernel.text import N_, LabelledEnum


class Mark(LabelledEnum):
    """Whether a trainee was there."""

    PRESENT = "present", N_("Present")
    LATE = "late", N_("Late")
    EXCUSED = "excused", N_("Excused")
    ABSENT = "absent", N_("Absent")

    @property
    def counts_as_present(self) -> bool:
        """Whether the trainee took part."""
        return self in (Mark.PRESENT, Mark.LATE)


class MarkSource(LabelledEnum):
    """Where a mark comes from."""

    REGISTER = "register", N_("Register")
    IMPORT = "import", N_("Import")


class RegisterState(LabelledEnum):
    """Whether the register of a session can be relied on. Open means that marks were kept, but nobody closed it."""

    OPEN = "open", N_("Being kept")
    COMPLETE = "complete", N_("Complete")
    INCOMPLETE = "incomplete", N_("Incomplete")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register says of one trainee; without a mark nothing is known yet."""

    mark: Mark | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A trainee in the register of a session."""

    person_id: int
    full_name: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Sheet:
    """The register of a session as it is stored. ``version`` is 0 as long as nothing was kept."""

    version: int
    state: RegisterState | None
    reason: str | None
    lines: tuple[RegisterLine, ...]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A session with the state of its register."""

    session_id: int
    title: str
    titles: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    state: RegisterState | None
    reason: str | None
    present: int
    expected: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many marks say that somebody was there, of those that were not excused."""

    present: int = 0
    expected: int = 0

    @property
    def value(self) -> float | None:
        """From 0 to 1; none as long as nothing counts."""
        return self.present / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """A trainee with the marks of all sessions, by the session's number."""

    person_id: int
    full_name: str
    share: Share
    marks: Mapping[int, Mark]


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """A course in which the reader has a place."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]
    time_zone: str
    starts_on: date
    ends_on: date
    cancelled: bool
    place: EnrolmentState
    share: Share


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session of the released timetable, as its trainee sees it: what components/timetable.html wants."""

    id: int
    course_id: int
    course_title: str
    course_titles: Mapping[str, str]
    time_zone: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None
    lecturers: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    online_url: str | None = None
    state: Mark | None = None
    href: str | None = None
    note: str | None = None

    def is_on_day_of(self, at: datetime) -> bool:
        """Whether it begins on the day that it is at the moment, both by the clock of its place."""
        place = ZoneInfo(self.time_zone)
        return self.starts_at.astimezone(place).date() == at.astimezone(place).date()
