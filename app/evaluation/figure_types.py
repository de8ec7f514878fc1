"""What pages show of the figures that the worker computed and stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.evaluation.types import ItemMean, Question
from app.evaluation.words import SIGNALS, WARNINGS
from app.kernel.text import N_, LabelledEnum


class DocumentState(LabelledEnum):
    """How far a document of results is."""

    WAITING = "waiting", N_("Being written")
    WRITTEN = "written", N_("Written")
    FAILED = "failed", N_("Not written")


class Standing(StrEnum):
    """What an interval allows to say against a figure beside it, and nothing finer."""

    ABOVE = "above"
    BELOW = "below"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a reader has to know beside a figure: a code, and the numbers that belong into its sentence."""

    code: str
    values: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The English msgid that says it; empty where there is nothing to say to a reader."""
        return WARNINGS.get(self.code, "")

    @property
    def shown(self) -> dict[str, str]:
        """The numbers as they stand in the sentence."""
        return {
            name: value if isinstance(value, str) else f"{value:.4g}" for name, value in self.values.items()
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval, where there is one."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Without:
    """The mean of an item without the answer sheets that a pattern flags."""

    pattern: str
    mean: Measured


@dataclass(frozen=True, slots=True)
class Middle:
    """An item whose best answer is the middle: the share of it and of either side, each from 0 to 1."""

    too_little: Measured
    just_right: Measured
    too_much: Measured


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What is known of one item beside its counts."""

    recommendation: Measured | None = None
    middle: Middle | None = None
    without: tuple[Without, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One item in its scale: how it goes with the sum of the others, and alpha were it left out."""

    code: str
    item_rest: float | None
    alpha_without: float | None


@dataclass(frozen=True, slots=True)
class Scale:
    """Items that are answered alike, taken together. ``alpha`` and ``omega`` are none where they cannot be had."""

    n: int
    alpha: Measured | None
    omega: Measured | None
    members: tuple[Member, ...]
    alpha_without: tuple[Without, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Patterns:
    """How many sheets give one answer throughout, and how many repeat an earlier one."""

    n: int
    straight_lined: Measured
    repeated: Measured
    straight_lined_count: int
    repeated_count: int


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that stand together, how many comments use them, and some of those."""

    words: tuple[str, ...]
    count: int
    share: float
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommentFigures:
    """How many comments say something, and what they seem to be about."""

    n: int
    saying_nothing: int
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class WaveReading:
    """All that was computed of a wave."""

    method: int
    computed_at: datetime
    items: Mapping[str, ItemFigures]
    scales: tuple[Scale, ...]
    patterns: Patterns | None
    comments: Mapping[str, CommentFigures]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class LastTime:
    """The same item in the turn before. ``standing`` is where this time lies against it."""

    course: str
    mean: ItemMean
    difference: Measured
    standing: Standing


@dataclass(frozen=True, slots=True)
class Target:
    """What the cycle wants of an item. ``lower_is_better`` tells which side of it is the good one."""

    value: float
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class AgainstTarget:
    """Where an item lies against its target."""

    target: Target
    standing: Standing

    @property
    def is_good(self) -> bool:
        """Whether it lies on the side that is wanted."""
        wanted = Standing.BELOW if self.target.lower_is_better else Standing.ABOVE
        return self.standing is wanted


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the figure of an item."""

    last: LastTime | None = None
    target: AgainstTarget | None = None


class ComparedKind(StrEnum):
    """What is compared with its average."""

    COURSE = "course"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called, with translations."""

    text: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """One course or organisation against the average of those compared."""

    label: str
    name: Name
    n: int
    value: float
    low: float
    high: float
    verdict: Standing
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Courses or organisations compared by partial pooling on one item, in the order of their codes, never of their
    figures.
    """

    kind: ComparedKind
    question: Question
    mean: float
    effects: tuple[Compared, ...]
    share_told_apart: float
    held_back: int
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A course on a chart."""

    label: str
    value: float
    n: int


@dataclass(frozen=True, slots=True)
class ChartSignal:
    """A rule that fired, and over which points."""

    rule: str
    direction: str
    first: str
    last: str
    points: int

    @property
    def sentence(self) -> str:
        """The English msgid that says it."""
        return SIGNALS.get((self.rule, self.direction), "")


@dataclass(frozen=True, slots=True)
class Chart:
    """An item over the courses of a curriculum with the limits of what varies by itself."""

    question: Question
    points: tuple[ChartPoint, ...]
    centre: float
    lower: float
    upper: float
    signals: tuple[ChartSignal, ...]
    doubts: tuple[Doubt, ...]
