"""What is asked of a table: which columns are items of which kind, who answered, and what to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.evaluation.figures.arrays import UnfitData
from app.evaluation.figures.cells import Codes, Scale
from app.evaluation.figures.changes import Form
from app.evaluation.figures.knowledge import BlankAnswers
from app.evaluation.figures.reliability import Blanks
from app.evaluation.figures.table import Table


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure before and the same after; without forms no gain is computed."""

    before: str
    after: str
    form_before: Form | None = None
    form_after: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Assessors' ratings: one column a rater, or a list of subject, rater and rating."""

    raters: tuple[str, ...] = ()
    subject: str | None = None
    rater: str | None = None
    rating: str | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Levels of one column compared on the mean of the items, with further columns crossed with it."""

    column: str
    crossed: tuple[str, ...] = ()
    respondent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that is asked. Names are columns of the table."""

    items: tuple[str, ...] = ()
    scales: Mapping[str, Scale] = field(default_factory=dict)
    reversed_items: tuple[str, ...] = ()
    recommendation: tuple[str, ...] = ()
    bipolar: Mapping[str, Scale] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    multi_select: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group: str | None = None
    paired_by: str | None = None
    pairs: tuple[Pair, ...] = ()
    unpaired: bool = False
    key: Mapping[str, str] = field(default_factory=dict)
    scored: tuple[str, ...] = ()
    blank_answers: BlankAnswers = "wrong"
    ratings: Ratings | None = None
    comparison: Comparison | None = None
    time: str | None = None
    changed_at: str | None = None
    comments: tuple[str, ...] = ()
    codes: Codes = field(default_factory=Codes)
    blanks: Blanks = "complete"

    @property
    def asks_nothing(self) -> bool:
        """Whether only a file was named."""
        return not (
            self.items
            or self.recommendation
            or self.bipolar
            or self.choices
            or self.multi_select
            or self.pairs
            or self.key
            or self.scored
            or self.ratings
            or self.comments
        )


def expand_columns(table: Table, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that texts name: a name, several with commas, or ``FIRST..LAST`` in the file's order."""
    found: list[str] = []
    for text in texts:
        parts = [text] if text in table.columns else text.split(",")
        for part in parts:
            found += _columns_of(table, part.strip())
    twice = sorted({name for name in found if found.count(name) > 1}) if len(set(found)) < len(found) else []
    if twice:
        raise UnfitData(f"Column {twice[0]} is named twice.")
    return tuple(found)


def _columns_of(table: Table, part: str) -> tuple[str, ...]:
    first, between, last = part.partition("..")
    if part in table.columns or not between:
        table.cells(part)
        return (part,)
    for name in (first.strip(), last.strip()):
        table.cells(name)
    names = table.names
    start, end = names.index(first.strip()), names.index(last.strip())
    if start > end:
        raise UnfitData(f"{part}: column {last} stands before column {first}.")
    return names[start : end + 1]
