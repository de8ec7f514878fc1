"""Words of the timetable, and the shapes in which it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from app.curriculum.types import TeachingMethod
from app.kernel.text import N_, LabelledEnum
from app.organisations.types import RoomLayout


class SessionState(LabelledEnum):
    """What became of a session."""

    PLANNED = "planned", N_("Planned")
    HELD = "held", N_("Held")
    CANCELLED = "cancelled", N_("Cancelled")


class EngagementKind(LabelledEnum):
    """Why a person is bound to a session."""

    LECTURER = "lecturer", N_("Lecturer")
    TRAINEE = "trainee", N_("Trainee")


class CourseState(LabelledEnum):
    """Where a course stands by its dates."""

    PLANNED = "planned", N_("Planned")
    RUNNING = "running", N_("Running")
    OVER = "over", N_("Over")
    CANCELLED = "cancelled", N_("Cancelled")


class ChangeKind(LabelledEnum):
    """What became of a session between two releases of the timetable."""

    ADDED = "added", N_("Added")
    MOVED = "moved", N_("Moved")
    CANCELLED = "cancelled", N_("Cancelled")
    CHANGED = "changed", N_("Changed")


class SessionWarning(LabelledEnum):
    """What is not as it should be with a session, though nothing forbids it."""

    NO_PLACE = "no_place", N_("No room and no link yet")
    NO_LECTURER = "no_lecturer", N_("No lecturer yet")
    ROOM_TOO_SMALL = "room_too_small", N_("The room has fewer places than the course")
    OUTSIDE_COURSE = "outside_course", N_("Outside the days of the course")
    UNRESOLVED = "unresolved", N_("Over, but neither held nor cancelled")


class CourseWarning(LabelledEnum):
    """What still stands between a course and its release or its end."""

    NO_MANAGER = "no_manager", N_("Nobody manages this course yet")
    NO_SESSION = "no_session", N_("No session is scheduled yet")
    HOURS_MISSING = "hours_missing", N_("Modules with hours that are not scheduled yet")
    NO_PLACE = "no_place", N_("Sessions without room and link")
    NO_LECTURER = "no_lecturer", N_("Sessions without a lecturer")
    ROOM_TOO_SMALL = "room_too_small", N_("Sessions in a room that is too small")
    OUTSIDE_COURSE = "outside_course", N_("Sessions outside the days of the course")
    UNRESOLVED = "unresolved", N_("Past sessions that are neither held nor cancelled")
    NOT_RELEASED = "not_released", N_("The timetable has not been released yet")
    DRAFT_DIFFERS = "draft_differs", N_("Changes of the timetable since its last release")


@dataclass(frozen=True, slots=True)
class Clash:
    """Another session that has the room, or the person, at the wanted time.

    What the reader may not see is left empty: then only that somebody or something is busy is known.
    """

    session_id: int
    room_id: int | None
    person_id: int | None
    holder: str
    visible: bool
    session_title: str
    course_id: int | None
    course_code: str
    organisation_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A session as it stood when the timetable was released."""

    session_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None
    method: TeachingMethod
    lecturers: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    online_url: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a session from one release to the next; one side is None when it is new or gone."""

    kind: ChangeKind
    before: ReleaseEntry | None
    after: ReleaseEntry | None

    @property
    def entry(self) -> ReleaseEntry:
        """The session as it is now, or as it was last known."""
        known = self.after or self.before
        if known is None:
            raise ValueError("A difference has at least one side.")
        return known


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course in a list."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]
    organisation_name: str
    organisation_names: Mapping[str, str]
    curriculum_code: str
    starts_on: date
    ends_on: date
    capacity: int
    sessions: int
    state: CourseState


class TimetableRow(NamedTuple):
    """A session as the timetable shows it. There are hundreds to a page, and a tuple is made in a third of the time."""

    id: int
    title: str
    titles: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    room: str | None
    room_capacity: int | None
    online_url: str | None
    method: TeachingMethod
    state: SessionState
    state_reason: str | None
    module_id: int | None
    lecturers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandingClash:
    """A clash that somebody allowed and that still is one, seen from one of its two sessions."""

    session_id: int
    holder: str
    other_title: str
    other_course_code: str
    other_organisation_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """Something that courses can be filtered by."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person to choose."""

    id: int
    full_name: str


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """A room to choose for a session; ``is_free`` says whether nothing else is in it at the wanted time."""

    id: int
    name: str
    campus_id: int
    campus_name: str
    organisation_name: str
    capacity: int
    layout: RoomLayout
    is_free: bool = True


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """A module of a course, with the hours it should have and those that are on the timetable."""

    id: int
    position: int
    title: str
    titles: Mapping[str, str]
    method: TeachingMethod
    planned: Decimal
    scheduled: Decimal

    @property
    def missing(self) -> Decimal:
        """Hours that still have to be scheduled."""
        return max(Decimal(0), self.planned - self.scheduled)
