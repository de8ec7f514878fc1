"""Agreement of assessors: the six intraclass correlations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from app.evaluation.figures.arrays import (
    Floats,
    UnfitData,
    column,
    complete_rows,
    matrix,
    no_variance,
    too_few,
)
from app.evaluation.figures.outcomes import (
    LEVEL,
    Estimate,
    InsufficientData,
    Interval,
    Outcome,
    Reason,
    SignificanceTest,
)

ICC = "intraclass correlation"
_F_BASED = "F, Shrout and Fleiss (1979)"
_NOTHING = 1e-12
Ends = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """One of the six forms with its F test against no agreement."""

    form: str
    description: str
    estimate: Estimate | InsufficientData
    test: SignificanceTest | InsufficientData


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessorAgreement(Outcome):
    """All six forms; which of them fits follows from how the assessors were chosen. ``n`` counts subjects."""

    raters: int
    forms: tuple[IntraclassCorrelation, ...]


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    n: int
    k: int
    subjects: float
    raters: float
    error: float
    within: float


def intraclass_correlations(ratings: ArrayLike) -> AssessorAgreement | InsufficientData:
    """Return the six intraclass correlations of subjects by raters, with intervals and tests.

    Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428; for ICC(2,1) Satterthwaite's degrees as there, and
    for ICC(2,k) its ends carried over by Spearman and Brown. Subjects with a blank are left out. Where no two subjects
    have all raters, but each has equally many, only the forms for other raters of each subject are given.
    """
    table = matrix(ratings)
    used = complete_rows(table)
    n, k = used.shape
    missing = table.shape[0] - n
    if k < 2:
        return InsufficientData(
            n=k, missing=missing, method=ICC, variant="raters", reason=Reason.TOO_FEW_GROUPS, needed=2
        )
    if n < 2:
        by_others = _by_other_raters(table)
        if by_others is not None:
            return _one_way_only(by_others, table.shape[0])
        return too_few(n, 2, ICC, missing=missing, variant="subjects rated by all")
    squares = _mean_squares(used)
    if squares.subjects <= _NOTHING * max(squares.within, squares.subjects, _NOTHING):
        # The subjects are all alike to the raters; there is nothing to agree on.
        return no_variance(n, ICC, missing=missing, variant="subjects")
    forms = (*_one_way(squares), *_two_way_random(squares), *_two_way_fixed(squares))
    return AssessorAgreement(
        n=n, missing=missing, method=ICC, variant="subjects rated by all", raters=k, forms=forms
    )


def _by_other_raters(table: Floats) -> Floats | None:
    """Subjects by their own raters, where every subject that was rated has equally many, two at least."""
    given = ~np.isnan(table)
    counts = given.sum(axis=1)
    rated = counts > 0
    if rated.sum() < 2 or counts.max() < 2 or (counts[rated] != counts.max()).any():
        return None
    own: Floats = table[rated][given[rated]].reshape(int(rated.sum()), int(counts.max()))
    return own


def _one_way_only(used: Floats, subjects: int) -> AssessorAgreement | InsufficientData:
    n, missing = used.shape[0], subjects - used.shape[0]
    squares = _mean_squares(used)
    if squares.subjects <= _NOTHING * max(squares.within, squares.subjects, _NOTHING):
        return no_variance(n, ICC, missing=missing, variant="subjects")
    return AssessorAgreement(
        n=n,
        missing=missing,
        method=ICC,
        variant="each subject rated by other raters",
        raters=used.shape[1],
        forms=_one_way(squares),
    )


def ratings_table(
    subjects: Sequence[str], raters: Sequence[str], ratings: ArrayLike
) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    """Turn ratings in a long list into subjects by raters, with the names of both; a pair given twice is refused."""
    values = column(ratings)
    rows, row_of = np.unique(np.asarray(subjects, dtype=np.str_), return_inverse=True)
    columns, column_of = np.unique(np.asarray(raters, dtype=np.str_), return_inverse=True)
    table = np.full((rows.size, columns.size), np.nan)
    places = row_of * columns.size + column_of
    _, first, counts = np.unique(places, return_index=True, return_counts=True)
    if (counts > 1).any():
        twice = first[counts > 1][0]
        raise UnfitData(f"Rater {raters[twice]} rated subject {subjects[twice]} more than once.")
    table[row_of, column_of] = values
    return table, tuple(rows.tolist()), tuple(columns.tolist())


def _mean_squares(used: Floats) -> _MeanSquares:
    n, k = used.shape
    centred = used - used.mean()
    of_subjects, of_raters = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - of_subjects[:, None] - of_raters[None, :]
    within = centred - of_subjects[:, None]
    return _MeanSquares(
        n,
        k,
        subjects=k * float(of_subjects @ of_subjects) / (n - 1),
        raters=n * float(of_raters @ of_raters) / (k - 1),
        error=float((rest**2).sum()) / ((n - 1) * (k - 1)),
        within=float((within**2).sum()) / (n * (k - 1)),
    )


def _one_way(s: _MeanSquares) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """ICC(1,1) and ICC(1,k): each subject has raters of its own."""
    f = _FTest.of(s, s.within, s.n * (s.k - 1))
    single = (s.subjects - s.within) / (s.subjects + (s.k - 1) * s.within)
    told = "each subject rated by other raters"
    return (
        _form("ICC(1,1)", f"single rating, {told}", s, single, f.single_ends(s.k), f),
        _form("ICC(1,k)", f"mean rating, {told}", s, 1 - s.within / s.subjects, f.mean_ends(), f),
    )


def _two_way_random(s: _MeanSquares) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """ICC(2,1) and ICC(2,k): the raters are a sample of raters; their strictness counts as disagreement."""
    n, k = s.n, s.k
    f = _FTest.of(s, s.error, (n - 1) * (k - 1))
    single = (s.subjects - s.error) / (s.subjects + (k - 1) * s.error + k * (s.raters - s.error) / n)
    below = s.subjects + (s.raters - s.error) / n
    mean = (s.subjects - s.error) / below if below > _NOTHING * s.subjects else None
    ends = None if f.statistic is None else _satterthwaite_ends(s, single)
    told = "raters a sample, absolute agreement"
    return (
        _form("ICC(2,1)", f"single rating, {told}", s, single, ends, f),
        _form("ICC(2,k)", f"mean rating, {told}", s, mean, _carried_over(ends, k), f),
    )


def _two_way_fixed(s: _MeanSquares) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """ICC(3,1) and ICC(3,k): only these raters matter, and only whether they order the subjects alike."""
    f = _FTest.of(s, s.error, (s.n - 1) * (s.k - 1))
    single = (s.subjects - s.error) / (s.subjects + (s.k - 1) * s.error)
    told = "these raters, consistency"
    return (
        _form("ICC(3,1)", f"single rating, {told}", s, single, f.single_ends(s.k), f),
        _form("ICC(3,k)", f"mean rating, {told}", s, 1 - s.error / s.subjects, f.mean_ends(), f),
    )


@dataclass(frozen=True, slots=True)
class _FTest:
    """The ratio of subjects to disagreement, none where nobody disagrees, and the ends of its interval."""

    statistic: float | None
    upper: int
    lower: int

    @staticmethod
    def of(s: _MeanSquares, disagreement: float, lower: int) -> "_FTest":
        nobody = disagreement <= _NOTHING * s.subjects
        return _FTest(None if nobody else s.subjects / disagreement, s.n - 1, lower)

    def _ends(self) -> Ends:
        if self.statistic is None:
            return None
        far = (1 + LEVEL) / 2
        return (
            self.statistic / float(special.fdtri(self.upper, self.lower, far)),
            self.statistic * float(special.fdtri(self.lower, self.upper, far)),
        )

    def single_ends(self, k: int) -> Ends:
        ends = self._ends()
        return ends and ((ends[0] - 1) / (ends[0] + k - 1), (ends[1] - 1) / (ends[1] + k - 1))

    def mean_ends(self) -> Ends:
        ends = self._ends()
        return ends and (1 - 1 / ends[0], 1 - 1 / ends[1])


def _satterthwaite_ends(s: _MeanSquares, single: float) -> tuple[float, float]:
    n, k, far = s.n, s.k, (1 + LEVEL) / 2
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    degrees = (a * s.raters + b * s.error) ** 2 / (
        (a * s.raters) ** 2 / (k - 1) + (b * s.error) ** 2 / ((n - 1) * (k - 1))
    )
    down = float(special.fdtri(n - 1, degrees, far))
    up = float(special.fdtri(degrees, n - 1, far))
    rest = k * s.raters + (k * n - k - n) * s.error
    return (
        n * (s.subjects - down * s.error) / (down * rest + n * s.subjects),
        n * (up * s.subjects - s.error) / (rest + n * up * s.subjects),
    )


def _carried_over(ends: Ends, k: int) -> Ends:
    """The ends for the mean of k ratings, by Spearman and Brown, where the lower end allows it."""
    if ends is None or 1 + (k - 1) * ends[0] <= _NOTHING:
        return None
    return k * ends[0] / (1 + (k - 1) * ends[0]), k * ends[1] / (1 + (k - 1) * ends[1])


def _form(
    form: str, description: str, s: _MeanSquares, value: float | None, ends: Ends, f: _FTest
) -> IntraclassCorrelation:
    undefined = InsufficientData(n=s.n, method=ICC, variant=form, reason=Reason.NOT_DEFINED)
    estimate = (
        Estimate(
            n=s.n,
            method=ICC,
            variant=form,
            value=value,
            interval=Interval(*ends, _F_BASED) if ends else undefined,
        )
        if value is not None
        else undefined
    )
    test = (
        undefined
        if f.statistic is None
        else SignificanceTest(
            n=s.n,
            method=ICC,
            variant=form,
            statistic=f.statistic,
            name="F",
            degrees=(float(f.upper), float(f.lower)),
            p=float(special.fdtrc(f.upper, f.lower, f.statistic)),
        )
    )
    return IntraclassCorrelation(form, description, estimate, test)
