"""The parts of an analysis over time and in words: charts of the items by period, and comments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.evaluation.figures.arrays import Floats, UnfitData, observed
from app.evaluation.figures.cells import Reader
from app.evaluation.figures.changes import Form
from app.evaluation.figures.comments import Comments, summarise_comments
from app.evaluation.figures.outcomes import InsufficientData, Refused
from app.evaluation.figures.periods import Period, by_period
from app.evaluation.figures.request import Request
from app.evaluation.figures.scales import scale_scores
from app.evaluation.figures.survey_parts import Items
from app.evaluation.figures.trends import (
    ChangeEffect,
    RunChart,
    XmrChart,
    change_effect,
    run_chart,
    xmr_chart,
)

ALL_ITEMS = "mean of the items"


@dataclass(frozen=True, slots=True)
class OverTime:
    """One item, or all together, by period; ``change`` is the effect of a change where one was named."""

    run_chart: RunChart | InsufficientData
    xmr_chart: XmrChart | InsufficientData
    change: ChangeEffect | InsufficientData | Refused | None


def time_parts(reader: Reader, request: Request, items: Items) -> Iterator[tuple[str, object]]:
    """Return charts of the mean of the items, and of each item where there are several, by period."""
    if request.time is None:
        return
    labels = _labels(reader, request.time)
    columns = {ALL_ITEMS: scale_scores(items.turned)} if len(items.names) > 1 else {}
    columns |= {name: items.turned[:, place] for place, name in enumerate(items.names)}
    yield (
        "over_time",
        {
            name: _over_time(name, by_period(labels, values), request.changed_at)
            for name, values in columns.items()
        },
    )


def comment_parts(reader: Reader, request: Request) -> Iterator[tuple[str, object]]:
    """Return what the comments of each column are about."""
    if not request.comments:
        return
    found: dict[str, Comments] = {
        name: summarise_comments(reader.table.cells(name)) for name in request.comments
    }
    yield "comments", found


def _labels(reader: Reader, time: str) -> list[str]:
    """The periods: the words of one column, or of several with commas, put together."""
    names = [time] if time in reader.table.columns else [name.strip() for name in time.split(",")]
    columns = [reader.words(name) for name in names]
    return [" ".join(parts) if all(parts) else "" for parts in zip(*columns, strict=True)]


def _over_time(name: str, periods: Sequence[Period], changed_at: str | None) -> OverTime:
    labels = [period.label for period in periods]
    means = np.array([period.mean for period in periods], dtype=np.float64)
    counts = [observed(period.answers).size for period in periods]
    return OverTime(
        run_chart(labels, means, counts=counts),
        xmr_chart(labels, means, counts=counts),
        None if changed_at is None else _change(name, periods, changed_at),
    )


def _change(
    name: str, periods: Sequence[Period], changed_at: str
) -> ChangeEffect | InsufficientData | Refused:
    """The item from the period named on against before it: one column of one table is one item."""
    labels = [period.label for period in periods]
    if changed_at not in labels:
        raise UnfitData(f"There is no period {changed_at}. The periods are: {', '.join(labels[:30])}.")
    place = labels.index(changed_at)
    before: list[Floats] = [period.answers for period in periods[:place]]
    after: list[Floats] = [period.answers for period in periods[place:]]
    return change_effect(before, after, item_before=Form(name), item_after=Form(name))
