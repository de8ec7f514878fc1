"""From columns of ratings and labels to what a crossed model can be fitted to, or why it cannot."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.evaluation.figures.arrays import Floats, UnfitData, caution
from app.evaluation.figures.mixed_fits import encode
from app.evaluation.figures.mixed_models import Codes, Factor
from app.evaluation.figures.outcomes import Caution, InsufficientData, Reason

METHOD = "partial pooling, crossed random intercepts"
# Below this the variance between levels cannot be estimated usefully; a few groups are compared pair by pair.
MINIMUM_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Prepared:
    """Complete ratings with the factors that can be fitted. ``place`` is that of the factor compared."""

    compared: str
    response: Floats
    covariates: Floats
    names: tuple[str, ...]
    factors: tuple[Factor, ...]
    place: int
    labels: tuple[str, ...]
    missing: int
    not_applicable: int
    cautions: tuple[Caution, ...] = ()
    all_codes: Mapping[str, Codes] = field(default_factory=dict)

    def insufficient(
        self, reason: Reason, needed: int | None = None, n: int | None = None
    ) -> InsufficientData:
        """Return why these ratings allow no comparison."""
        return InsufficientData(
            n=len(self.response) if n is None else n,
            missing=self.missing,
            not_applicable=self.not_applicable,
            method=METHOD,
            cautions=self.cautions,
            reason=reason,
            needed=needed,
        )


def prepare(
    ratings: Sequence[float | None] | NDArray[np.floating],
    factors: Mapping[str, Sequence[str | None]],
    covariates: Mapping[str, Sequence[float | None]],
    *,
    compared: str,
    not_applicable: int,
) -> Prepared | InsufficientData:
    """Leave out incomplete ratings, and factors and covariates about which the ratings say nothing."""
    if compared not in factors:
        raise UnfitData(f"There is no factor called {compared}.")
    response, numbers, labels, missing = _complete(ratings, factors, covariates)
    coded = {name: encode(list(column)) for name, column in labels.items()}
    usable, left_out = _usable(coded, compared, len(response))
    used, columns, dropped = _independent(covariates, numbers)
    prepared = Prepared(
        compared=compared,
        response=response,
        covariates=columns,
        names=used,
        factors=usable,
        place=[factor.name for factor in usable].index(compared),
        labels=coded[compared][0],
        missing=missing,
        not_applicable=not_applicable,
        cautions=(*left_out, *dropped),
        all_codes={name: codes for name, (_, codes) in coded.items()},
    )
    return _obstacle(prepared) or prepared


def _complete(
    ratings: Sequence[float | None] | NDArray[np.floating],
    factors: Mapping[str, Sequence[str | None]],
    covariates: Mapping[str, Sequence[float | None]],
) -> tuple[Floats, Floats, dict[str, NDArray[np.object_]], int]:
    response = _numbers(ratings)
    lengths = {name: len(column) for name, column in (*factors.items(), *covariates.items())}
    for name, length in lengths.items():
        if length != len(response):
            raise UnfitData(f"The column {name} has {length} rows, the ratings have {len(response)}.")
    numbers = (
        np.array([_numbers(column) for column in covariates.values()])
        .reshape(len(covariates), len(response))
        .T
    )
    labels = {name: np.array(column, dtype=np.object_) for name, column in factors.items()}
    whole = np.isfinite(response) & np.isfinite(numbers).all(axis=1)
    for column in labels.values():
        whole &= np.array(
            [label is not None and str(label).strip() != "" for label in column], dtype=np.bool_
        )
    kept = {name: column[whole] for name, column in labels.items()}
    return response[whole], numbers[whole], kept, int(np.count_nonzero(~whole))


def _numbers(column: Sequence[float | None] | NDArray[np.floating]) -> Floats:
    return np.array([math.nan if value is None else value for value in column], dtype=np.float64)


def _usable(
    coded: Mapping[str, tuple[tuple[str, ...], Codes]], compared: str, n: int
) -> tuple[tuple[Factor, ...], tuple[Caution, ...]]:
    """Leave out factors of one level, and those whose every level has one rating: they are the residual."""
    usable, left_out = [], []
    for name, (levels, codes) in coded.items():
        if name == compared or 1 < len(levels) < n:
            usable.append(Factor(name, codes, len(levels)))
        else:
            left_out.append(caution("factor_left_out", factor=name, levels=len(levels)))
    return tuple(usable), tuple(left_out)


def _independent(
    covariates: Mapping[str, object], numbers: Floats
) -> tuple[tuple[str, ...], Floats, tuple[Caution, ...]]:
    """Keep the covariates that are neither constant nor follow from those before them."""
    used: list[str] = []
    kept = np.empty((len(numbers), 0))
    dropped = []
    for place, name in enumerate(covariates):
        column = numbers[:, place] - numbers[:, place].mean() if len(numbers) else numbers[:, place]
        spread = float(np.sqrt((column**2).mean())) if len(numbers) else 0.0
        wider = np.column_stack([kept, column / spread]) if spread > 0 else kept
        if spread > 0 and np.linalg.matrix_rank(wider, tol=1e-7 * math.sqrt(len(numbers))) == wider.shape[1]:
            used.append(name)
            kept = wider
        else:
            dropped.append(caution("covariate_left_out", covariate=name))
    places = [list(covariates).index(name) for name in used]
    return tuple(used), numbers[:, places], tuple(dropped)


def _obstacle(prepared: Prepared) -> InsufficientData | None:
    """Say why nothing can be compared, if so."""
    n, levels = len(prepared.response), len(prepared.labels)
    if n == 0:
        return prepared.insufficient(Reason.TOO_FEW, needed=2 * MINIMUM_LEVELS)
    if levels < MINIMUM_LEVELS:
        return prepared.insufficient(Reason.TOO_FEW_GROUPS, needed=MINIMUM_LEVELS, n=levels)
    if n <= levels + len(prepared.names) + 1:
        return prepared.insufficient(Reason.TOO_FEW, needed=2 * levels)
    if float(np.ptp(prepared.response)) == 0.0:
        return prepared.insufficient(Reason.NO_VARIANCE)
    if _confounded(prepared):
        return prepared.insufficient(Reason.NOT_DEFINED)
    return None


def _confounded(prepared: Prepared) -> bool:
    """Whether the levels compared are those of another factor under other names."""
    own = prepared.factors[prepared.place]
    for place, other in enumerate(prepared.factors):
        met = len(np.unique(own.codes * other.levels + other.codes))
        if place != prepared.place and other.levels == own.levels == met:
            return True
    return False
