"""Words of the enrolment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.kernel.text import N_, LabelledEnum
from app.people.types import Gender


class EnrolmentState(LabelledEnum):
    """How a person's place in a course stands."""

    NOMINATED = "nominated", N_("Nominated")
    WAITING = "waiting", N_("Waiting")
    OFFERED = "offered", N_("Offered")
    CONFIRMED = "confirmed", N_("Confirmed")
    ATTENDING = "attending", N_("Attending")
    COMPLETED = "completed", N_("Completed")
    NOT_COMPLETED = "not_completed", N_("Not completed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    TRANSFERRED = "transferred", N_("Transferred")


class ImportState(LabelledEnum):
    """How far an import is."""

    CHECKING = "checking", N_("Being checked")
    CHECKED = "checked", N_("Checked")
    RUNNING = "running", N_("Running")
    DONE = "done", N_("Done")
    FAILED = "failed", N_("Failed")


class RowFate(LabelledEnum):
    """What an import will do with one row."""

    NEW_PERSON = "new_person", N_("New person")
    KNOWN_PERSON = "known_person", N_("Known person")
    ENROLLED_ALREADY = "enrolled_already", N_("Enrolled already")
    REFUSED = "refused", N_("Needs correction")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row. ``message`` is an English msgid, filled from ``parameters``."""

    code: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    column: str = ""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of a list of trainees as it was understood, with all that could not be."""

    number: int
    full_name: str = ""
    birth_date: date | None = None
    email: str = ""
    phone: str = ""
    organisation: str = ""
    position: str = ""
    gender: Gender | None = None
    staff_code: str = ""
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person on record, as far as an import compares them."""

    id: int
    full_name: str
    birth_date: date | None = None
    email: str = ""
    staff_code: str = ""
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An organisation on record, with every name it goes by."""

    id: int
    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roll:
    """The course that trainees are imported into, and whom and what is known already.

    ``organisation_id`` is the home of new persons whose row names none.
    """

    organisation_id: int
    capacity: int
    enrolled: Mapping[int, EnrolmentState] = field(default_factory=dict)
    persons: tuple[KnownPerson, ...] = ()
    organisations: tuple[KnownOrganisation, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What will happen with one row. ``state`` is that of the place afterwards; a refused row has none."""

    row: ImportRow
    fate: RowFate
    person_id: int | None = None
    organisation_id: int | None = None
    state: EnrolmentState | None = None
    problems: tuple[RowProblem, ...] = ()
    candidates: tuple[KnownPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import will do, row by row. It runs wholly, or, with any row refused, not at all."""

    rows: tuple[PlannedRow, ...]

    @property
    def may_run(self) -> bool:
        """Whether every row can be taken."""
        return self.count(RowFate.REFUSED) == 0

    @property
    def waiting(self) -> int:
        """How many will stand on the waiting list, because no seat is left for them."""
        added = (RowFate.NEW_PERSON, RowFate.KNOWN_PERSON)
        return sum(1 for row in self.rows if row.fate in added and row.state is EnrolmentState.WAITING)

    def count(self, fate: RowFate) -> int:
        """How many rows meet the fate."""
        return sum(1 for row in self.rows if row.fate is fate)


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A place in the list of a course. ``queue`` is the position on the waiting list, from 1."""

    id: int
    version: int
    person_id: int
    full_name: str
    organisation: str | None
    organisation_names: Mapping[str, str] | None
    position: str
    state: EnrolmentState
    changed_at: datetime
    queue: int | None


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a course, and how many wait for one."""

    capacity: int
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """How many more places can be given."""
        return max(self.capacity - self.taken, 0)


@dataclass(frozen=True, slots=True)
class HomeOrganisation:
    """An organisation that trainees are sent from."""

    id: int
    name: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step in the history of a place."""

    from_state: EnrolmentState | None
    to_state: EnrolmentState
    at: datetime
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class CheckedProblem:
    """A problem of a row as the dry run shows it; ``cell`` names where it stands, as in C7."""

    cell: str
    message: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of the dry run, as it was stored."""

    number: int
    full_name: str
    birth_date: date | None
    organisation: str
    position: str
    fate: RowFate
    state: EnrolmentState | None
    problems: tuple[CheckedProblem, ...]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An earlier import of a course."""

    id: int
    file_name: str
    state: ImportState
    rows_total: int
    made_by: str
    created_at: datetime
