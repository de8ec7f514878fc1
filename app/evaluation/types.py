"""Words of the evaluation."""

from dataclasses import dataclass

from app.kernel.text import N_, LabelledEnum


class ItemKind(LabelledEnum):
    """What an item asks for."""

    LIKERT = "likert", N_("Agreement scale")
    CHOICE = "choice", N_("Choice")
    NUMBER = "number", N_("Number")
    TEXT = "text", N_("Free text")


class InstrumentState(LabelledEnum):
    """Whether an instrument may still be changed. It is frozen when first opened."""

    DRAFT = "draft", N_("Draft")
    FROZEN = "frozen", N_("Frozen")


class WaveState(LabelledEnum):
    """How far a collection is."""

    PLANNED = "planned", N_("Planned")
    OPEN = "open", N_("Open")
    CLOSED = "closed", N_("Closed")


@dataclass(frozen=True, slots=True)
class Item:
    """One question as rules and statistics need it. ``options`` are in order, the lowest first."""

    code: str
    kind: ItemKind
    required: bool
    options: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


# A scale point or choice is answered by its place among the options, counted from 1; a number by itself.
Answer = int | str


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class InsufficientData:
    """Too few answers to show a figure; never to be read as zero."""

    n: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the Wilson interval. ``value`` and ``interval`` run from 0 to 1."""

    count: int
    n: int
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Bar:
    """How many gave one answer, and which share of the answers that is."""

    value: int
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """Answers on a scale: mean, sample standard deviation, interval of the mean by Student's t."""

    n: int
    missing: int
    mean: float
    sd: float
    interval: Interval
    median: float
    distribution: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class ChoiceSummary:
    """Answers by choice, in the order of the options."""

    n: int
    missing: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class RecommendationSummary:
    """Promoters less detractors, in points from -100 to 100."""

    n: int
    missing: int
    detractors: int
    passives: int
    promoters: int
    score: float
    interval: Interval
