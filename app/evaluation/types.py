"""Words of the evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.kernel.text import N_, LabelledEnum


class ItemKind(LabelledEnum):
    """What an item asks for."""

    LIKERT = "likert", N_("Agreement scale")
    CHOICE = "choice", N_("Choice")
    MIDDLE = "middle", N_("Choice whose middle is best")
    SEVERAL = "several", N_("Several choices")
    NUMBER = "number", N_("Whole number")
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


class ImportState(LabelledEnum):
    """How far an import of past evaluations is."""

    CHECKED = "checked", N_("Checked")
    DONE = "done", N_("Done")


@dataclass(frozen=True, slots=True)
class Item:
    """One question as rules and statistics need it. ``options`` are in order, the lowest first."""

    code: str
    kind: ItemKind
    required: bool
    options: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """What is wrong with the answer to one item."""

    item_code: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaveProblem:
    """Why a wave cannot be opened, closed or shown."""

    code: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)


# A scale point or choice is answered by its place among the options, counted from 1, several choices by all of
# theirs in order; a number by itself.
Answer = int | str | list[int]

# The kinds that are answered by choosing among options.
WITH_OPTIONS = frozenset((ItemKind.LIKERT, ItemKind.CHOICE, ItemKind.MIDDLE, ItemKind.SEVERAL))


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


@dataclass(frozen=True, slots=True)
class ItemMean:
    """The mean of one item over the closed waves of a course, with its 95 % interval."""

    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Option:
    """A point of a scale or a choice in words, with its translations."""

    text: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it is read: its words with translations, and what may be answered.

    A ``is_reversed`` one is worded against the others of its scale, so that high answers mean little of it.
    """

    code: str
    kind: ItemKind
    text: str
    texts: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    is_reversed: bool = False

    @property
    def item(self) -> Item:
        """The question as rules and statistics need it."""
        words = tuple(option.text for option in self.options)
        return Item(self.code, self.kind, self.required, words, self.minimum, self.maximum)

    @property
    def scale(self) -> tuple[ItemKind, int, int | None, int | None]:
        """What makes answers comparable: kind, number of options, range."""
        return (self.kind, len(self.options), self.minimum, self.maximum)

    @property
    def is_recommendation(self) -> bool:
        """Whether it asks on the scale up to 10 from which promoters and detractors are told."""
        return self.kind is ItemKind.NUMBER and self.minimum in (0, 1) and self.maximum == 10


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How often each answer to one item was given; ``n`` gave any, ``missing`` none.

    Where several choices may be made, the counts add up to more than ``n``.
    """

    code: str
    counts: Mapping[int, int]
    n: int
    missing: int

    @property
    def total(self) -> int:
        """The sum of the answers."""
        return sum(value * count for value, count in self.counts.items())

    @property
    def squares(self) -> int:
        """The sum of the squared answers."""
        return sum(value * value * count for value, count in self.counts.items())


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What is shown of one item. All figures are none, or ``too_few`` says why there are none."""

    question: Question
    n: int
    missing: int
    score: ScoreSummary | None = None
    choice: ChoiceSummary | None = None
    recommendation: RecommendationSummary | None = None
    too_few: InsufficientData | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave in the list of its course."""

    id: int
    title: str
    state: WaveState
    opens_at: datetime
    closes_at: datetime
    instrument_id: int
    instrument: str
    invited: int | None
    answered: int


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """An instrument in a list."""

    id: int
    code: str
    number: int
    title: str
    titles: Mapping[str, str]
    state: InstrumentState
    organisation: str
    items: int


@dataclass(frozen=True, slots=True)
class MyEvaluation:
    """A wave to which the reader is invited."""

    invitation_id: int
    course: str
    course_titles: Mapping[str, str]
    title: str
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    answered: bool
    state: WaveState


@dataclass(frozen=True, slots=True)
class WaveCounts:
    """A closed wave as a pool needs it. ``batch`` is what was closed together with it."""

    id: int
    batch: str
    closed_on: date
    organisation_id: int
    instrument_id: int
    n: int
    invited: int | None
    items: Mapping[str, ItemCounts]


@dataclass(frozen=True, slots=True)
class Pool:
    """The figures of several closed waves together."""

    waves: int
    n: int
    held_back: int
    items: tuple[ItemResult, ...]
    first: date | None = None
    last: date | None = None
