"""Words of the planning of a year, and the shapes in which it is handed about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class YearState(StrEnum):
    """How far the planning of a year is."""

    RUNNING = "running"
    DONE = "done"
    INCOMPLETE = "incomplete"
    """The rounds are over, and some sessions have no place."""
    FAILED = "failed"
    """A part failed again and again."""


class Grudge(NamedTuple):
    """How often a day of a lecturer was taken from a school."""

    person: int
    day: int
    times: int


@dataclass(frozen=True, slots=True)
class NewPart:
    """A school of a year that is to be planned, its problem as bytes."""

    organisation_id: int
    problem: bytes


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done for a year: seconds for each school in a round, how many rounds at most, and the seed."""

    seconds: float
    rounds: int
    seed: int


@dataclass(frozen=True, slots=True)
class PartTask:
    """A school as a worker takes it up. ``allotted`` says when it may use the lecturers whom it shares."""

    part_id: int
    round_number: int
    problem: bytes
    allotted: bytes
    plan: bytes | None
    effort: Effort


@dataclass(frozen=True, slots=True)
class PartResult:
    """What a worker found for a school."""

    plan: bytes
    unplaced: int
    costs: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A school as it stands between two rounds."""

    part_id: int
    problem: bytes
    plan: bytes | None


@dataclass(frozen=True, slots=True)
class YearTask:
    """A year as it stands between two rounds, its schools in their order."""

    run_id: int
    round_number: int
    sharing: bytes
    demands: bytes | None
    grudges: tuple[Grudge, ...]
    parts: tuple[PartPlan, ...]
    effort: Effort


@dataclass(frozen=True, slots=True)
class NextRound:
    """What the next round is told: for each school that is planned anew what it may use of those it shares."""

    demands: bytes
    grudges: tuple[Grudge, ...]
    allotted: Mapping[int, bytes]
    unplaced: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a year is, and what was found until now."""

    state: YearState
    round_number: int
    parts: int
    waiting: int
    unplaced: int
    cost: int
    attempts: int
