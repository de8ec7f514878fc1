"""Words of the curriculum."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.kernel.text import N_, LabelledEnum


class TeachingMethod(LabelledEnum):
    """How a module or a session is taught."""

    LECTURE = "lecture", N_("Lecture")
    DEBATE = "debate", N_("Debate")
    GROUP_DISCUSSION = "group_discussion", N_("Group discussion")
    PRESENTATION = "presentation", N_("Presentation")
    CASE_STUDY = "case_study", N_("Case study")
    SIMULATION = "simulation", N_("Simulation")
    FIELD_SURVEY = "field_survey", N_("Field survey")
    PANEL = "panel", N_("Panel")
    PRACTICE_TEACHING = "practice_teaching", N_("Practice teaching")
    ONLINE = "online", N_("Online")
    SELF_STUDY = "self_study", N_("Self-study")

    @property
    def is_active(self) -> bool:
        """Whether trainees do something with the matter, rather than receive it."""
        return self in _ACTIVE


_ACTIVE = frozenset(
    {
        TeachingMethod.DEBATE,
        TeachingMethod.GROUP_DISCUSSION,
        TeachingMethod.PRESENTATION,
        TeachingMethod.CASE_STUDY,
        TeachingMethod.SIMULATION,
        TeachingMethod.FIELD_SURVEY,
        TeachingMethod.PRACTICE_TEACHING,
    }
)


class VersionState(LabelledEnum):
    """Whether a version of a curriculum may still be changed."""

    DRAFT = "draft", N_("Draft")
    PUBLISHED = "published", N_("Published")


@dataclass(frozen=True, slots=True)
class ModuleDraft:
    """A module as it is entered; ``id`` names the one on record that it changes, None makes a new one."""

    title: str
    hours: Decimal
    method: TeachingMethod
    objectives: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None
    id: int | None = None


class Hours(Protocol):
    """Something that takes hours by a method."""

    @property
    def hours(self) -> Decimal: ...

    @property
    def method(self) -> TeachingMethod: ...


@dataclass(frozen=True, slots=True)
class HourTotals:
    """The hours of some modules, and how many of them are taught by active methods."""

    hours: Decimal
    active_hours: Decimal

    @property
    def active_share(self) -> float:
        """The part of the hours taught by active methods, 0 when there are none."""
        return float(self.active_hours / self.hours) if self.hours else 0.0


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program in a list."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]
    organisation_name: str
    organisation_names: Mapping[str, str]
    first_year: int | None
    last_year: int | None
    curricula: int


@dataclass(frozen=True, slots=True)
class CurriculumRow:
    """A curriculum in a list: its newest published version, and whether a draft waits."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]
    program_id: int
    program_title: str
    program_titles: Mapping[str, str]
    published_number: int | None
    draft_number: int | None
    modules: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a curriculum with its totals."""

    id: int
    number: int
    state: VersionState
    note: str
    published_at: datetime | None
    modules: int
    totals: HourTotals


@dataclass(frozen=True, slots=True)
class ProgramChoice:
    """A program to choose."""

    id: int
    code: str
    title: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """A published version to make a course from."""

    id: int
    number: int
    code: str
    title: str
    titles: Mapping[str, str]
