"""Words of the teaching, and the shapes in which it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.curriculum.types import TeachingMethod
from app.kernel.text import N_, LabelledEnum
from app.scheduling.types import SessionState


class LecturerPart(LabelledEnum):
    """What a lecturer does in a session."""

    LEAD = "lead", N_("Lead lecturer")
    CO_LECTURER = "co_lecturer", N_("Co-lecturer")
    FACILITATOR = "facilitator", N_("Facilitator")
    INTERPRETER = "interpreter", N_("Interpreter")
    ASSESSOR = "assessor", N_("Assessor")


class AssignmentState(LabelledEnum):
    """How an assignment stands. A declined or withdrawn one no longer binds the lecturer's hours."""

    PROPOSED = "proposed", N_("Proposed")
    ACCEPTED = "accepted", N_("Accepted")
    DECLINED = "declined", N_("Declined")
    WITHDRAWN = "withdrawn", N_("Withdrawn")

    @property
    def binds(self) -> bool:
        """Whether the lecturer's hours are taken by it."""
        return self in (AssignmentState.PROPOSED, AssignmentState.ACCEPTED)


class LecturerState(LabelledEnum):
    """Whether a lecturer is offered for sessions."""

    ACTIVE = "active", N_("Teaches at present")
    INACTIVE = "inactive", N_("Does not teach at present")

    @property
    def tone(self) -> str:
        """What it asks of the reader."""
        return "good" if self is LecturerState.ACTIVE else "quiet"


@dataclass(frozen=True, slots=True)
class LecturerRow:
    """A lecturer in a list."""

    id: int
    full_name: str
    organisation_name: str
    organisation_names: Mapping[str, str]
    specialities: str
    languages: Sequence[str]
    weekly_hours_limit: int | None
    active: bool
    email: str | None

    @property
    def state(self) -> LecturerState:
        """Whether they are offered for sessions."""
        return LecturerState.ACTIVE if self.active else LecturerState.INACTIVE


@dataclass(frozen=True, slots=True)
class LecturerChoice:
    """A lecturer to choose for a session; ``is_free`` says whether they are elsewhere at its time."""

    id: int
    full_name: str
    organisation_name: str
    specialities: str
    is_free: bool
    week_hours: Decimal
    weekly_hours_limit: int | None


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who teaches in the same session."""

    full_name: str
    part: LecturerPart
    state: AssignmentState


@dataclass(frozen=True, slots=True)
class Material:
    """A link that is needed for a session."""

    title: str
    url: str


class TeachingSession(NamedTuple):
    """A session as the lecturer needs it: when, where, what, and the own part in it.

    A calendar has hundreds of them, and a tuple of so many parts is made in a fifth of the time of an object.
    """

    assignment_id: int
    version: int
    part: LecturerPart
    state: AssignmentState
    reason: str | None
    proposed_at: datetime
    changed_at: datetime
    session_id: int
    session_version: int
    title: str
    titles: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    session_state: SessionState
    method: TeachingMethod
    online_url: str | None
    course_code: str
    course_title: str
    course_titles: Mapping[str, str]
    time_zone: str
    room: str | None
    campus: str | None
    address: str | None
    companions: tuple[Companion, ...] = ()
    materials: tuple[Material, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """How much a lecturer teaches in a month."""

    hours: Decimal
    sessions: int


@dataclass(frozen=True, slots=True)
class ComingSession:
    """A coming session of a lecturer, for those who plan."""

    session_id: int
    course_id: int
    course_code: str
    title: str
    titles: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    part: LecturerPart
    state: AssignmentState


@dataclass(frozen=True, slots=True)
class MyAssignments:
    """A lecturer's own page: what is to be answered, what comes, what was, and the load of this month."""

    unanswered: tuple[TeachingSession, ...]
    coming: tuple[TeachingSession, ...]
    past: tuple[TeachingSession, ...]
    load: Load


@dataclass(frozen=True, slots=True)
class CourseAssignment:
    """An assignment in the list of a course."""

    id: int
    version: int
    lecturer_id: int
    full_name: str
    reachable: bool
    part: LecturerPart
    state: AssignmentState
    reason: str | None
    proposed_at: datetime
    answered_at: datetime | None
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionLecturers:
    """A session of a course with everybody who was asked to teach in it."""

    session_id: int
    title: str
    titles: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    room: str | None
    state: SessionState
    assignments: tuple[CourseAssignment, ...]


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom to write to about assignments, and in which language."""

    lecturer_id: int
    full_name: str
    address: str
    locale: str | None


@dataclass(frozen=True, slots=True)
class FeedOwner:
    """Whose calendar feed a token opens."""

    person_id: int
    full_name: str
    locale: str | None
