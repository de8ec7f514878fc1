"""What every figure is handed out as: the value with its n, its uncertainty and the name of its method.

A figure that cannot be had is an outcome too, ``InsufficientData`` or ``Refused``; it is never a zero and never NaN.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from typing import TypeAlias

import numpy as np

# Goes up when a figure is computed in another way; whatever is stored keeps the number it was computed by.
METHOD_VERSION = 2
LEVEL = 0.95

_PLAIN = frozenset((bool, int, str))
# The fields of each kind of result, looked up once.
_NAMES: dict[type, tuple[str, ...]] = {}

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Reason(StrEnum):
    """Why there is no figure."""

    TOO_FEW = "too_few"
    NO_VARIANCE = "no_variance"
    TOO_FEW_ITEMS = "too_few_items"
    TOO_FEW_GROUPS = "too_few_groups"
    NOT_CONVERGED = "not_converged"
    NOT_DEFINED = "not_defined"


class Refusal(StrEnum):
    """Why a figure is withheld though it could be computed."""

    DIFFERENT_FORMS = "different_forms"
    FORMS_UNKNOWN = "forms_unknown"
    NOT_ORDERED = "not_ordered"
    BIPOLAR = "bipolar"


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval with its level and the name of its method."""

    low: float
    high: float
    method: str
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class Caution:
    """Something a reader has to know beside a figure: a code, and the numbers that belong into its sentence."""

    code: str
    values: Mapping[str, float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What every result carries.

    ``n`` counts what the figure rests on, ``missing`` what was left blank, ``not_applicable`` what the respondent
    said does not apply. ``method`` and ``variant`` name the formula so that another can compute it again.
    """

    n: int
    missing: int = 0
    not_applicable: int = 0
    method: str
    variant: str = ""
    cautions: tuple[Caution, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the result as plain values, with its kind; refuse to hand out NaN or infinity."""
        return {"kind": type(self).__name__, **_fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class InsufficientData(Outcome):
    """There is no figure. ``needed`` is how many of what ``n`` counts it would take, where that is the reason."""

    reason: Reason
    needed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Outcome):
    """A figure that would mislead, and in ``instead`` the name of the method that answers the question."""

    reason: Refusal
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Outcome):
    """A value with its interval. The interval may be missing where the value is not."""

    value: float
    interval: Interval | InsufficientData
    standard_error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Outcome):
    """``count`` of ``n``; ``value`` and ``interval`` run from 0 to 1."""

    count: int
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SignificanceTest(Outcome):
    """A test of a hypothesis: the statistic by its name, its degrees of freedom, p on both sides."""

    statistic: float
    name: str
    degrees: tuple[float, ...]
    p: float


def to_json(value: object) -> Json:
    """Return a result, or a collection of results, as plain values."""
    # Most of what a result holds is plain already.
    if value is None or type(value) in _PLAIN or (type(value) is float and math.isfinite(value)):
        return value  # type: ignore[return-value]  # mypy does not see what the type is
    if isinstance(value, Outcome):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_json(inner) for inner in value]
    return _plain(value)


def _fields(value: object) -> dict[str, Json]:
    return {name: to_json(getattr(value, name)) for name in _names_of(type(value))}


def _names_of(kind: type) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    return _NAMES[kind]


def _plain(value: object) -> Json:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("A result holds NaN or infinity; it should have been insufficient data.")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")
