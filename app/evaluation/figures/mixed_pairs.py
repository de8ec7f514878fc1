"""The sum over respondents that every step of a fit computes anew with other weights, with all that stays worked out.

With N the table of kept levels by eliminated levels (lecturers by respondents, how often they met), the sum is
N diag(weights) N'. Which respondents two lecturers share never changes, so the pairs are listed once, and a step is one
count with weights. Where the list would be long, a product of sparse matrices does the same more slowly.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.evaluation.figures.arrays import Floats

MOST_PAIRS = 6_000_000


class WeightedCrossproduct:
    """Computes the lower triangle of N diag(weights) N'; what stands above the diagonal is not defined."""

    def __init__(self, table: sparse.csr_array, most_pairs: int = MOST_PAIRS) -> None:
        self._table = table
        self._side = table.shape[0]
        lengths = np.bincount(table.indices, minlength=table.shape[1])
        self._pairs = (
            _pairs_of(table) if float((lengths.astype(np.float64) ** 2).sum()) <= most_pairs else None
        )

    def lower_triangle(self, weights: Floats) -> Floats:
        """Return the sum for these weights of the eliminated levels."""
        if self._pairs is None:
            return np.asarray(((self._table * weights) @ self._table.T).toarray())
        cells, columns, products = self._pairs
        spread = weights[columns] if products is None else weights[columns] * products
        sums = np.bincount(cells, spread, minlength=self._side**2)
        return np.asarray(sums, dtype=np.float64).reshape(self._side, self._side)


def _pairs_of(table: sparse.csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats | None]:
    """For any two entries of a column: the cell they add to, the column, and their product unless all are one."""
    by_column = sparse.csc_array(table)
    by_column.sort_indices()
    starts, rows = by_column.indptr[:-1].astype(np.int64), by_column.indices.astype(np.int64)
    lengths = np.diff(by_column.indptr).astype(np.int64)
    column_of = np.repeat(np.arange(table.shape[1]), lengths)
    # The entries of a column stand in the order of their rows: each is paired with itself and those before it.
    before = np.arange(len(rows)) - starts[column_of] + 1
    later = np.repeat(np.arange(len(rows)), before)
    ends = np.cumsum(before)
    earlier = starts[column_of[later]] + np.arange(len(later)) - np.repeat(ends - before, before)
    cells = rows[later] * table.shape[0] + rows[earlier]
    values = by_column.data
    products = None if bool((values == 1).all()) else values[later] * values[earlier]
    return cells, column_of[later], products
