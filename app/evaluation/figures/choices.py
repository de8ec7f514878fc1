"""Figures of items answered by choice: one choice, several choices, and items whose best answer is the middle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.evaluation.figures.arrays import UnfitData, check_points, column, names_for, observed, too_few
from app.evaluation.figures.intervals import wilson_share
from app.evaluation.figures.outcomes import InsufficientData, Outcome, Share


@dataclass(frozen=True, slots=True)
class OptionShare:
    """One option and the share that chose it."""

    option: str
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class BipolarItem(Outcome):
    """An item whose best answer lies in the middle: shares, and no mean because it would hide both sides.

    ``too_little`` is the points before the middle one together, ``too_much`` those after it, whatever they are called.
    """

    points: tuple[OptionShare, ...]
    too_little: Share
    just_right: Share
    too_much: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceItem(Outcome):
    """One choice among options, or several (``variant`` says which); shares are of those who answered."""

    options: tuple[OptionShare, ...]


def bipolar_item(
    values: ArrayLike, *, points: Sequence[str], not_applicable: int = 0
) -> BipolarItem | InsufficientData:
    """Summarise an item whose middle point is the best, answered by place among ``points``, counted from 1.

    Shares with Wilson intervals for every point, for the middle and for either side of it.
    """
    if len(points) < 3 or len(points) % 2 == 0:
        raise UnfitData("An item with a best middle needs an odd number of points, three or more.")
    item = choice_item(values, options=points, not_applicable=not_applicable)
    if isinstance(item, InsufficientData):
        return item
    counts = [option.share.count for option in item.options]
    middle = len(points) // 2
    sides = (sum(counts[:middle]), counts[middle], sum(counts[middle + 1 :]))
    little, right, much = (_share(count, item.n) for count in sides)
    return BipolarItem(
        n=item.n,
        missing=item.missing,
        not_applicable=not_applicable,
        method="shares",
        variant="best in the middle",
        points=item.options,
        too_little=little,
        just_right=right,
        too_much=much,
    )


def choice_item(
    values: ArrayLike, *, options: Sequence[str], not_applicable: int = 0
) -> ChoiceItem | InsufficientData:
    """Summarise one choice, answered by place among ``options``, counted from 1: shares with Wilson intervals."""
    answers = column(values)
    given = observed(answers)
    n, missing = given.size, answers.size - given.size - not_applicable
    if n == 0:
        return too_few(0, 1, "shares", missing=missing, not_applicable=not_applicable)
    check_points(given, range(1, len(options) + 1))
    counts = np.bincount(given.astype(np.intp), minlength=len(options) + 1)[1:]
    shares = zip(options, counts, strict=True)
    return ChoiceItem(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method="shares",
        variant="one choice",
        options=tuple(OptionShare(option, _share(int(count), n)) for option, count in shares),
    )


def multi_select_item(
    chosen: ArrayLike, *, options: Sequence[str] | None = None, answered: ArrayLike | None = None
) -> ChoiceItem | InsufficientData:
    """Summarise a question with several choices: a table of respondents by options, true where chosen.

    The share of an option is of those who answered the question, which are those who chose anything unless
    ``answered`` says otherwise; shares add up to more than one.
    """
    table = np.asarray(chosen, dtype=np.bool_)
    if table.ndim != 2:
        raise UnfitData(f"A table of respondents by options is needed; this has {table.ndim} dimensions.")
    names = names_for(options, table.shape[1])
    took_part = table.any(axis=1) if answered is None else np.asarray(answered, dtype=np.bool_)
    n = int(took_part.sum())
    missing = table.shape[0] - n
    if n == 0:
        return too_few(0, 1, "shares", missing=missing)
    counts = table[took_part].sum(axis=0)
    return ChoiceItem(
        n=n,
        missing=missing,
        method="shares",
        variant="several choices, share of those who answered",
        options=tuple(
            OptionShare(name, _share(int(count), n)) for name, count in zip(names, counts, strict=True)
        ),
    )


def _share(count: int, n: int) -> Share:
    share = wilson_share(count, n)
    if isinstance(share, InsufficientData):
        raise TypeError("A share of nothing was asked for.")
    return share
