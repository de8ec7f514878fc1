"""Words of the planning, and the shapes in which a situation and its proposals are handed about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple

from app.curriculum.types import TeachingMethod
from app.kernel.text import N_, LabelledEnum


class RunState(LabelledEnum):
    """How far a run is."""

    WAITING = "waiting", N_("Waiting for the worker")
    RUNNING = "running", N_("Searching")
    STOPPED = "stopped", N_("Stopped, the best kept")
    DONE = "done", N_("Finished")
    FAILED = "failed", N_("Not finished")

    @property
    def is_open(self) -> bool:
        """Whether the worker still has to do with it."""
        return self in (RunState.WAITING, RunState.RUNNING)


class RunKind(LabelledEnum):
    """What a run looks for."""

    SEARCH = "search", N_("Places for sessions that have none")
    REPAIR = "repair", N_("The fewest moves that mend a timetable")


class Emphasis(LabelledEnum):
    """What a proposal puts first; each weighs the same wishes differently."""

    BALANCED = "balanced", N_("As your weights say")
    TRAINEES = "trainees", N_("Easy on the trainees")
    LECTURERS = "lecturers", N_("Easy on the lecturers")


class Wish(LabelledEnum):
    """What a good timetable has, beside what it must have."""

    ROOM_SIZE = "room_size", N_("Rooms that hold everybody")
    SAME_ROOM = "same_room", N_("A course stays in one room")
    SUITABLE_ROOM = "suitable_room", N_("Seats that suit the method")
    SPREAD = "spread", N_("A course is spread over its days")
    NO_GAPS = "no_gaps", N_("Trainees do not wait between sessions")
    EVEN_DAYS = "even_days", N_("Days of trainees are neither empty nor full")
    LECTURER_DAYS = "lecturer_days", N_("Lecturers come on few days, without waiting")
    TRAVEL = "travel", N_("Nobody changes campus in a day")
    TIME_OF_DAY = "time_of_day", N_("Lectures in the morning, active work in the afternoon")
    STAY = "stay", N_("What has a time keeps it")


class Spell(LabelledEnum):
    """For how long somebody cannot come."""

    SESSION = "session", N_("During this session")
    DAY = "day", N_("That whole day")
    DAYS = "days", N_("From the first to the last day below")


class Level(IntEnum):
    """How much a wish matters; the steps of a slider."""

    NOT = 0
    LITTLE = 1
    SOME = 2
    MUCH = 3
    VERY = 4


LEVEL_WORDS: Mapping[Level, str] = {
    Level.NOT: N_("does not matter"),
    Level.LITTLE: N_("a little"),
    Level.SOME: N_("somewhat"),
    Level.MUCH: N_("important"),
    Level.VERY: N_("very important"),
}

DEFAULT_LEVELS: Mapping[Wish, Level] = {
    Wish.ROOM_SIZE: Level.VERY,
    Wish.SAME_ROOM: Level.SOME,
    Wish.SUITABLE_ROOM: Level.SOME,
    Wish.SPREAD: Level.SOME,
    Wish.NO_GAPS: Level.MUCH,
    Wish.EVEN_DAYS: Level.SOME,
    Wish.LECTURER_DAYS: Level.SOME,
    Wish.TRAVEL: Level.MUCH,
    Wish.TIME_OF_DAY: Level.LITTLE,
    Wish.STAY: Level.MUCH,
}

WITHOUT_ROOM = frozenset({TeachingMethod.ONLINE, TeachingMethod.FIELD_SURVEY, TeachingMethod.SELF_STUDY})


class Closed(NamedTuple):
    """Days on which nothing is taught, both included: a holiday such as Tết. Days are written 2026-02-16."""

    first: str
    last: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingTimes:
    """When an organisation teaches, and what it wants of a timetable."""

    levels: Mapping[Wish, Level] = field(default_factory=lambda: dict(DEFAULT_LEVELS))
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    hours: tuple[tuple[int, int], ...] = ((480, 690), (810, 1020))
    """Stretches of a day in minutes after midnight; no session goes over the pause between two."""
    session_minutes: int = 210
    """How long a session may be that has yet to be made."""
    hours_a_day: int = 7
    travel_minutes: int = 60
    in_order: bool = True
    """Whether the modules of a course follow each other."""
    closed: tuple[Closed, ...] = ()


class RoomFact(NamedTuple):
    """A room that may be given to a session."""

    id: int
    name: str
    capacity: int
    layout: str
    campus_id: int


class CourseFact(NamedTuple):
    """A course of the run. Days are written 2026-03-02; ``size`` is how many will sit in the room."""

    id: int
    code: str
    campus_id: int | None
    size: int
    first: str
    last: str
    trainee_ids: tuple[int, ...]


class Meeting(NamedTuple):
    """A session that is to get a place: one that exists already, or one that a module still lacks.

    Instants are minutes since 1970. ``key`` stays the same from one look at the database to the next.
    """

    key: str
    course_id: int
    module_id: int | None
    position: int
    title: str
    method: str
    minutes: int
    lecturer_ids: tuple[int, ...]
    session_id: int | None = None
    version: int | None = None
    start: int | None = None
    room_id: int | None = None
    online: bool = False
    """Whether it takes place on the net, so that it needs no room."""


class Booking(NamedTuple):
    """A session that stays where it is, with those of its people who matter to the run."""

    session_id: int
    course_id: int
    course_code: str
    title: str
    position: int
    method: str
    start: int
    end: int
    room_id: int | None
    person_ids: tuple[int, ...]


class Person(NamedTuple):
    """A lecturer who is needed, and the hours a week that were agreed; None when none were."""

    id: int
    full_name: str
    weekly_hours: int | None = None


class Away(NamedTuple):
    """A lecturer who cannot come, or a room that cannot be used, from one instant to another."""

    person_id: int | None
    room_id: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that the search is told, as plain values. It can be kept as JSON and compared with a later one."""

    zone: str
    first: str
    last: str
    weekdays: tuple[int, ...]
    hours: tuple[tuple[int, int], ...]
    closed: tuple[Closed, ...]
    session_minutes: int
    hours_a_day: int
    travel_minutes: int
    in_order: bool
    rooms: tuple[RoomFact, ...]
    courses: tuple[CourseFact, ...]
    meetings: tuple[Meeting, ...]
    bookings: tuple[Booking, ...]
    persons: tuple[Person, ...]
    away: tuple[Away, ...] = ()
    earliest: int = 0
    """The instant before which nothing is put anywhere."""


class Place(NamedTuple):
    """Where a proposal puts a meeting."""

    key: str
    start: int
    room_id: int | None


class FactKind(StrEnum):
    """What there may be to say of a proposal."""

    UNPLACED = "unplaced"
    ROOMS_SHORT = "rooms_short"
    LECTURER_SHORT = "lecturer_short"
    COURSE_SHORT = "course_short"
    OVERFULL = "overfull"
    DAYS_IN_A_ROW = "days_in_a_row"
    LECTURER_WAITS = "lecturer_waits"
    TRAINEES_WAIT = "trainees_wait"
    OVER_HOURS = "over_hours"
    CAMPUS_CHANGE = "campus_change"
    MANY_ROOMS = "many_rooms"
    LONG_DAY = "long_day"
    AFTERNOON_LECTURES = "afternoon_lectures"
    MOVED = "moved"
    LECTURER_DAYS = "lecturer_days"
    NOTHING = "nothing"


class Fact(NamedTuple):
    """Something that a proposal costs, or that is good about it. What does not apply is empty."""

    kind: FactKind
    name: str = ""
    number: int = 0
    other: int = 0
    day: str = ""
    total: int = 0


class ChangeKind(StrEnum):
    """What has become of the timetable since a run looked at it."""

    GONE = "gone"
    CHANGED = "changed"
    ROOM_TAKEN = "room_taken"
    PERSON_TAKEN = "person_taken"
    AWAY = "away"
    OUTSIDE = "outside"
    PAST = "past"
    NEW = "new"


class PlanChange(NamedTuple):
    """One thing that changed: which meeting, and what stands in its way now."""

    kind: ChangeKind
    course_code: str
    title: str
    holder: str = ""
    key: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the proposal can no longer be taken as it is."""
        return self.kind is not ChangeKind.NEW


class WhyByHand(StrEnum):
    """Why a session that an absence strikes does not move by itself."""

    SHARED = "shared"
    ELSEWHERE = "elsewhere"
    BEGUN = "begun"
    NOT_LOOKED_AT = "not_looked_at"


class Reached(NamedTuple):
    """A point of the curve: after so many seconds, for the proposal of that number."""

    number: int
    seconds: float
    unplaced: int
    parts: Mapping[str, int]
