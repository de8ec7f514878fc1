"""How the inner loops of the search are compiled."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit, types
from numba.core import config
from numba.np import arrayobj

from app.scheduling.optimiser.sources import state_of_sources

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _index_as_it_is(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    """Take an index as it is.

    Numba asks at every access whether an index counts from the end; that took a seventh of the time. So no compiled
    function may count from the end of an array (held by a test).
    """
    return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)


arrayobj.fix_integer_index = _index_as_it_is

_BESIDE = Path(__file__).parent / "__pycache__"
_settings: Any = config
if not _settings.CACHE_DIR and os.access(_BESIDE, os.W_OK):
    # Numba sees whether the file of a function has changed, not that of one which it calls.
    _settings.CACHE_DIR = str(_BESIDE / f"compiled-{state_of_sources()}")


def compiled(function: _Function) -> _Function:
    """Compile a function once for all runs, to work without Python's lock.

    Reference counts of arrays are left out (``_nrt``): counting those of sixty arrays at each call took nine tenths of
    the time. So a compiled function makes no arrays; it gets all that it needs.
    """
    return _compile(function, forceinline=False)


def inlined(function: _Function) -> _Function:
    """Compile a function into its callers: for those on the way of every move, where handing over the arrays costs."""
    return _compile(function, forceinline=True)


def _compile(function: _Function, *, forceinline: bool) -> _Function:
    decorate: Any = njit
    result: _Function = decorate(
        cache=True, nogil=True, error_model="numpy", forceinline=forceinline, _nrt=False
    )(function)
    return result
