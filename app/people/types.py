"""Words of the people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.kernel.text import N_, LabelledEnum


class Gender(LabelledEnum):
    """As stated by the person."""

    FEMALE = "female", N_("Female")
    MALE = "male", N_("Male")
    OTHER = "other", N_("Other")


class AppointmentLevel(LabelledEnum):
    """The level of government that a post belongs to."""

    NATIONAL = "national", N_("National")
    PROVINCE = "province", N_("Province")
    DISTRICT = "district", N_("District")
    COMMUNE = "commune", N_("Commune")


class Likeness(LabelledEnum):
    """Why a person on record may be the one who is being entered, the surest first."""

    SAME_CODE = "same_code", N_("Same staff code")
    SAME_EMAIL = "same_email", N_("Same e-mail address")
    SAME_NAME_AND_BIRTH = "same_name_and_birth", N_("Same name and date of birth")
    SAME_NAME = "same_name", N_("Same name")
    SIMILAR_NAME = "similar_name", N_("Similar name")

    @property
    def is_certain(self) -> bool:
        """Whether it stands in the way of entering the person until somebody says why not."""
        return self in (Likeness.SAME_CODE, Likeness.SAME_EMAIL, Likeness.SAME_NAME_AND_BIRTH)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a person is told from others."""

    full_name: str
    birth_date: date | None = None
    email: str | None = None
    staff_code: str | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class DuplicateCandidate:
    """A person on record who may be the one meant."""

    id: int
    full_name: str
    birth_date: date | None
    organisation_id: int
    organisation_name: str
    organisation_names: Mapping[str, str]
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered with many others."""

    full_name: str
    organisation_id: int
    birth_date: date | None = None
    gender: Gender | None = None
    email: str | None = None
    phone: str | None = None
    staff_code: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list; ``position`` is the post held today."""

    id: int
    full_name: str
    birth_date: date | None
    gender: Gender | None
    organisation_name: str
    organisation_names: Mapping[str, str]
    position: str | None
    email: str | None
    phone: str | None
    staff_code: str | None


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person to choose."""

    id: int
    full_name: str
    email: str | None
    organisation_name: str
    organisation_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A dated row of a history: what it is about, and from which day to which (the last day excluded)."""

    id: int
    about: tuple[object, ...]
    start: date | None
    end: date | None
    kept: bool


@dataclass(frozen=True, slots=True)
class JoinedSpan:
    """Rows that say the same of overlapping days, as one: ``id`` stays, ``surplus`` goes."""

    id: int
    start: date | None
    end: date | None
    surplus: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MergeSide:
    """What decides whether a record may be merged with another."""

    id: int
    full_name: str
    merged: bool
    has_account: bool
    holds_roles: bool


@dataclass(frozen=True, slots=True)
class MergeCount:
    """How many things of one kind each of two records has; ``title`` is an English msgid."""

    title: str
    kept: int
    merged: int


# What may be taken over from the record that disappears, in the order of the page.
MERGED_FIELDS = {
    "full_name": N_("Full name"),
    "birth_date": N_("Date of birth"),
    "gender": N_("Gender"),
    "email": N_("E-mail address"),
    "phone": N_("Phone"),
    "staff_code": N_("Staff code"),
    "organisation": N_("Home organisation"),
}

# Every column of the database that points to a person, in the words of the page that merges two persons. A test
# compares this with the tables, so that none is added without somebody thinking of what a merge does to it.
PERSON_REFERENCES: Mapping[str, str] = {
    "account.person_id": N_("Account"),
    "role_grant.person_id": N_("Roles"),
    "person.merged_into_id": N_("Records merged earlier"),
    "appointment.person_id": N_("Posts"),
    "course_manager.person_id": N_("Courses managed"),
    "engagement.person_id": N_("Sessions attended or taught"),
    "allowed_clash.person_id": N_("Allowed clashes"),
    "allowed_clash.allowed_by_id": N_("Clashes allowed for others"),
    "timetable_release.released_by_id": N_("Timetables released"),
    "lecturer.person_id": N_("Lecturer’s record"),
    "calendar_feed.person_id": N_("Calendar feeds"),
    "enrolment.person_id": N_("Places in courses"),
    "enrolment_step.by_id": N_("Enrolments decided"),
    "absence.person_id": N_("Times away"),
    "absence.recorded_by_id": N_("Times away put on record"),
    "planning_run.asked_by_id": N_("Timetables searched for"),
    "planning_proposal.taken_by_id": N_("Proposed timetables taken"),
    "planning_proposal.undone_by_id": N_("Proposed timetables undone"),
    "trainee_import.made_by_id": N_("Imports made"),
    "attendance_mark.person_id": N_("Attendance marks"),
    "attendance_register.closed_by_id": N_("Attendance registers closed"),
    "invitation.person_id": N_("Invitations to evaluations"),
    "evaluation_import.made_by_id": N_("Imports of evaluations made"),
    "results_document.asked_by_id": N_("Results on paper asked for"),
    "cycle.author_id": N_("Cycles written"),
    "cycle.approved_by_id": N_("Cycles approved"),
    "cycle_transition.by_id": N_("Steps of cycles"),
    "indicator_amendment.amended_by_id": N_("Targets amended"),
    "deviation.recorded_by_id": N_("Deviations recorded"),
    "action.owner_id": N_("Actions owned"),
    "action.verified_by_id": N_("Actions verified"),
}
