"""How the inner loops of the search are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile a function once for all runs, to work without Python's lock.

    Reference counts of arrays are left out (``_nrt``): counting those of sixty arrays at each call took nine tenths of
    the time. So a compiled function makes no arrays; it gets all that it needs.
    """
    result: _Function = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)  # type: ignore[call-overload]
    return result
