"""Answers as arrays: one column of an item, or a matrix of respondents by items. NaN is a blank, nothing else."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.evaluation.figures.outcomes import Caution, InsufficientData, Reason

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


class UnfitData(ValueError):
    """The data do not fit the method they were handed to; the message says why."""


def column(values: ArrayLike) -> Floats:
    """Return one item's answers as floats; refuse anything that has another shape, and infinity."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise UnfitData(f"One column is needed; this has {array.ndim} dimensions.")
    return _without_infinity(array)


def matrix(values: ArrayLike) -> Floats:
    """Return respondents by items as floats; refuse anything that has another shape, and infinity."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2:
        raise UnfitData(f"A table of respondents by items is needed; this has {array.ndim} dimensions.")
    return _without_infinity(array)


def observed(values: Floats) -> Floats:
    """Return the answers that are there."""
    return values[~np.isnan(values)]


def complete_rows(values: Floats) -> Floats:
    """Return the rows without a blank."""
    return values[~np.isnan(values).any(axis=1)]


def is_constant(values: Floats) -> bool:
    """Whether all are the same, but for what rounding leaves of a difference."""
    if values.size == 0:
        return True
    return bool(np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())))


def check_points(given: Floats, scale: Sequence[float]) -> None:
    """Refuse answers that are no point of the scale; without a scale all are."""
    if not scale:
        return
    points = frozenset(scale)
    outside = [value for value in np.unique(given).tolist() if value not in points]
    if outside:
        raise UnfitData(f"{outside[0]:g} is no point of the scale from {min(scale):g} to {max(scale):g}.")


def rows_by_group(groups: Sequence[str]) -> dict[str, NDArray[np.intp]]:
    """Return the places of each group's rows, groups in alphabetical order; the empty name is no group."""
    names, codes = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=names.size))[:-1]
    parts = np.split(order, ends) if names.size else []
    return {name: rows for name, rows in zip(names.tolist(), parts, strict=True) if name}


def too_few(
    n: int, needed: int, method: str, *, missing: int = 0, not_applicable: int = 0, variant: str = ""
) -> InsufficientData:
    """Say that there are too few for the method."""
    return InsufficientData(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method=method,
        variant=variant,
        reason=Reason.TOO_FEW,
        needed=needed,
    )


def no_variance(
    n: int, method: str, *, missing: int = 0, not_applicable: int = 0, variant: str = ""
) -> InsufficientData:
    """Say that all answers are the same, so that the method has nothing to divide by."""
    return InsufficientData(
        n=n,
        missing=missing,
        not_applicable=not_applicable,
        method=method,
        variant=variant,
        reason=Reason.NO_VARIANCE,
    )


def names_for(names: Iterable[str] | None, count: int) -> tuple[str, ...]:
    """Return the names of ``count`` items; without any they are numbered from 1."""
    if names is None:
        return tuple(str(place) for place in range(1, count + 1))
    given = tuple(names)
    if len(given) != count:
        raise UnfitData(f"{len(given)} names were given for {count} items.")
    return given


def caution(code: str, **values: float | str) -> Caution:
    """Return a caution with its numbers."""
    return Caution(code, values)


def _without_infinity(array: Floats) -> Floats:
    if np.isinf(array).any():
        raise UnfitData("The answers hold infinity; leave such a cell blank.")
    return array
