"""Where the compiled code of the searches is kept, and that it is there before the first search.

The compiler's own place is beside the modules, where an installation may not write; and it does not see that a function
has changed which another one calls. So each state of the sources has a directory of its own under ``var``. Who sets
NUMBA_CACHE_DIR has chosen another place, and fills it.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path

from app.hosting.children import die_with_parent
from app.hosting.local import ROOT
from app.scheduling.optimiser.sources import state_of_sources

CHOSEN = "NUMBA_CACHE_DIR"
_PREPARE = ("-m", "app.scheduling.optimiser.prepare")


def keep_compiled(var: Path, environ: MutableMapping[str, str] = os.environ) -> Path | None:
    """Let this process and its children keep compiled code under ``var``; None when the operator chose the place."""
    if CHOSEN in environ:
        return None
    place = var.absolute() / "compiled" / state_of_sources()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    environ[CHOSEN] = str(place)
    return place


def compile_beforehand(place: Path) -> subprocess.Popen[bytes] | None:
    """Compile in a process beside this one, ended with it; None when another one is at it."""
    lock = (place.parent / "lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    for other in place.parent.iterdir():
        if other.is_dir() and other != place:
            shutil.rmtree(other, ignore_errors=True)
    tie = die_with_parent(signal.SIGKILL)
    with lock:
        # The child holds the lock for as long as it lives.
        return subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, *_PREPARE],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=(lock.fileno(),),
            preexec_fn=tie,
        )
