"""Read models across features."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.improvement.rules import phase_of
from app.improvement.types import CycleState, Phase
from app.organisations.types import OrganisationKind
from app.scheduling.types import SessionState


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The days that a report looks at, both included; None leaves the end open."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class CoverageTotals:
    """What a program reached: people counted apart from the places they took."""

    courses: int
    people: int
    places: int
    schools_reached: int
    schools: int
    sites_trained: int
    sites_running_cycles: int
    closed_cycles: int


@dataclass(frozen=True, slots=True)
class StageRow:
    """What was done at one kind of organisation."""

    kind: OrganisationKind
    courses: int
    people: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """How far a provincial school was reached."""

    id: int
    code: str
    name: str
    names: Mapping[str, str]
    parent_name: str | None
    parent_names: Mapping[str, str] | None
    people: int
    courses: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course on a start page: where it stands and what holds it up."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]
    starts_on: date
    ends_on: date
    capacity: int
    cycle_state: CycleState | None
    seats: int
    sessions: int
    unanswered: int
    declined: int
    clashes: int
    releases: int
    open_waves: int
    overdue_actions: int
    unmeasured: int
    gaps_without_cause: int
    undecided: int

    @property
    def phase(self) -> Phase | None:
        """The part of the ring that the course stands in."""
        return phase_of(self.cycle_state) if self.cycle_state else None

    @property
    def open_points(self) -> int:
        """How many things the card has to say."""
        unfinished = (not self.sessions, self.sessions and not self.releases, not self.seats)
        waiting = (self.unanswered, self.declined, self.clashes, self.open_waves, self.overdue_actions)
        cycle = (self.unmeasured, self.gaps_without_cause, self.undecided)
        return sum(map(bool, (*unfinished, *waiting, *cycle)))


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session of this week."""

    id: int
    course_id: int
    course_code: str
    title: str
    titles: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    zone: str
    room: str | None
    state: SessionState


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An action that is due or waits to be verified."""

    id: int
    title: str
    course_id: int
    course_code: str
    owner: str | None
    due_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """How many cycles stand in a state."""

    state: CycleState
    cycles: int


@dataclass(frozen=True, slots=True)
class BranchRow:
    """An organisation and what lies below it, for a director: plan against actual of a year."""

    id: int
    name: str
    names: Mapping[str, str]
    depth: int
    courses: int
    places: int
    taken: int
    closed_cycles: int


@dataclass(frozen=True, slots=True)
class GapCard:
    """A gap whose cause nobody has named yet."""

    id: int
    text: str
    course_id: int
    course_code: str


@dataclass(frozen=True, slots=True)
class OutcomeCard:
    """What came of the answers about a course: of one's own, or of the one before it (``own`` tells which)."""

    title: str
    titles: Mapping[str, str]
    text: str
    closed_at: datetime | None
    own: bool
