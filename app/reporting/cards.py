"""What the start pages of registrars and administrators show, as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from app.enrolment.types import ImportState
from app.kernel.access import Role
from app.kernel.text import N_, LabelledEnum
from app.people.types import Likeness

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shortlist(Generic[T]):
    """The first of many, and how many there are in all."""

    items: Sequence[T]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.items)

    def __bool__(self) -> bool:
        return self.total > 0


@dataclass(frozen=True, slots=True)
class ListCard:
    """A course that begins soon, runs or has just ended, and what its list of trainees lacks."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]
    starts_on: date
    ends_on: date
    capacity: int
    seats: int
    waiting: int
    nominated: int
    offered: int
    without_birth_date: int
    without_email: int
    registers: int

    @property
    def free(self) -> int:
        """How many seats nobody holds."""
        return max(self.capacity - self.seats, 0)

    def is_ahead(self, today: date) -> bool:
        """Whether its first day has not come."""
        return self.starts_on > today

    def is_complete(self, today: date) -> bool:
        """Whether nothing is left to be done about it."""
        asked = (self.nominated, self.offered, self.without_birth_date, self.without_email, self.registers)
        movable = self.waiting and self.free
        unfilled = self.is_ahead(today) and self.free
        return not any((*asked, movable, unfilled))


@dataclass(frozen=True, slots=True)
class ImportCard:
    """A list of trainees that was brought in but not taken over."""

    id: int
    file_name: str
    course_code: str
    state: ImportState
    made_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A trainee's record in which something is missing."""

    person_id: int
    full_name: str
    without_birth_date: bool
    without_email: bool
    course_code: str


@dataclass(frozen=True, slots=True)
class TwinCard:
    """Two records that may be one person, as they share more than a name; the elder is to be kept."""

    kept_id: int
    kept_name: str
    other_id: int
    other_name: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class MailCard:
    """A mail that was refused, and whose it is; ``on_its_way`` means that it is tried again by itself."""

    subject: str
    to_name: str
    to_address: str
    person_id: int
    account_id: int | None
    error: str
    attempts: int
    written_at: datetime
    on_its_way: bool


@dataclass(frozen=True, slots=True)
class InvitedCard:
    """An account that nobody has signed in with yet, and until when its newest link is good."""

    id: int
    full_name: str
    email: str
    invited_at: datetime
    link_until: datetime | None


@dataclass(frozen=True, slots=True)
class HeldBackCard:
    """An account with many failed sign-ins, and until when further ones are held back."""

    id: int
    full_name: str
    failures: int
    last_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class GrantCard:
    """A role that ends soon; ``last_day`` is the last on which it holds."""

    person_id: int
    account_id: int | None
    full_name: str
    role: Role
    organisation: str
    organisation_names: Mapping[str, str]
    last_day: date


@dataclass(frozen=True, slots=True)
class RolelessCard:
    """An account whose owner holds no role now or later."""

    id: int
    full_name: str
    email: str


class PlaceLack(LabelledEnum):
    """What is the matter with an organisation that holds courses."""

    NO_CAMPUS = "no_campus", N_("Holds courses, but has no campus")
    NO_ROOM = "no_room", N_("Has no room at any campus")
    ENDS = "ends", N_("Its validity ends")


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """An organisation that needs somebody's attention."""

    id: int
    name: str
    names: Mapping[str, str]
    lack: PlaceLack
    last_day: date | None


@dataclass(frozen=True, slots=True)
class FailedWork:
    """Background work of one kind that failed lately and will not be tried again."""

    task: str
    times: int
    last_at: datetime | None

    @property
    def title(self) -> str:
        """What it would have done, as an English msgid; the task's own name if it has no words."""
        return TASK_TITLES.get(self.task, self.task)


@dataclass(frozen=True, slots=True)
class Machine:
    """How the worker is: when it was last heard of, what waits for it, what was left lying, what failed."""

    heard_at: datetime | None
    waiting: int
    stranded: int
    failed: Sequence[FailedWork]

    def is_silent(self, at: datetime) -> bool:
        """Whether no worker has been heard of lately."""
        return self.heard_at is None or at - self.heard_at > SILENCE


@dataclass(frozen=True, slots=True)
class HouseCounts:
    """How much there is in the scope of an administrator, for the first steps."""

    organisations: int
    rooms: int
    people: int
    accounts: int
    roles: int

    @property
    def is_new(self) -> bool:
        """Whether some first step is still to be done."""
        return self.organisations < 2 or not self.rooms or self.people < 2 or self.accounts < 2


# A worker is heard of every few seconds; after a minute there is none.
SILENCE = timedelta(minutes=1)

# What the worker does, in words; a test holds this against the table of tasks.
TASK_TITLES: Mapping[str, str] = {
    "accounts.forget_the_past": N_("Forget old sign-ins and links"),
    "accounts.mail_reset_link": N_("Mail a link to choose a password"),
    "enrolment.run_import": N_("Import a list of trainees"),
    "evaluation.compute_figures": N_("Compute the figures of evaluations"),
    "evaluation.keep_windows": N_("Open and close evaluations on time"),
    "evaluation.write_document": N_("Write results on paper"),
    "messaging.deliver": N_("Deliver mail"),
    "planning.search": N_("Search for a timetable"),
    "planning.repair": N_("Search for the fewest moves"),
    "recover_lost_jobs": N_("Hand lost work on"),
    "teaching.tell_lecturers": N_("Tell lecturers what is asked of them"),
    "yearplan.plan_school": N_("Plan the year of a school"),
    "yearplan.reconcile": N_("Reconcile lecturers shared by schools"),
}
