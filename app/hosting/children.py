"""Child processes that do not outlive the process that started them, and that come back when they die."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
# Loaded once here: between fork and exec a child should do as little as possible.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# Forked, not started anew: what we have imported already, a child need not import again.
_FORK = multiprocessing.get_context("fork")

MOST_QUICK_DEATHS = 6
LONGEST_PAUSE_SECONDS = 5.0
# Who served so long can start: its death came from outside, as with a database that was killed, and may come often.
STEADY_SECONDS = 10.0
OUR_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program, so that the kernel ends it with its parent.

    Only Linux can promise this; elsewhere a killed parent leaves its children to the operator.
    """
    parent = os.getpid()

    def tie() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), with_signal)

    return tie


class Child:
    """A Python program that runs beside us: started, watched, started again, stopped."""

    def __init__(
        self,
        name: str,
        words: Sequence[str],
        *,
        environ: Mapping[str, str],
        directory: Path,
        with_parent: signal.Signals = signal.SIGTERM,
    ) -> None:
        """`words` are what would follow `python -m`."""
        self.name = name
        self._words = list(words)
        self._environ = dict(environ)
        self._directory = directory
        self._with_parent = with_parent
        self._process: BaseProcess | None = None
        self._started = 0.0
        self._quick_deaths = 0
        self._again_at: float | None = None

    def start(self) -> None:
        """Start the program in a session of its own: Ctrl-C is for us, and we stop it in order."""
        self._again_at = None
        self._started = time.monotonic()
        sys.stdout.flush()
        self._process = _FORK.Process(
            target=self._run, args=(die_with_parent(self._with_parent),), name=self.name
        )
        self._process.start()

    def _run(self, tie: Callable[[], None]) -> None:
        os.setsid()
        tie()
        for number in OUR_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_NAME, f"rondo-{self.name.split()[0]}".encode(), 0, 0, 0)
        os.environ.clear()
        os.environ.update(self._environ)
        os.chdir(self._directory)
        sys.argv = list(self._words)
        runpy.run_module(self._words[0], run_name="__main__", alter_sys=True)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        return self._process.exitcode if self._process else None

    def look_after(self, say: Callable[[str], None]) -> bool:
        """Start the program again if it died, later each time; return False when that is hopeless."""
        if self.is_running:
            return True
        now = time.monotonic()
        if self._again_at is None:
            steady = now - self._started > STEADY_SECONDS
            self._quick_deaths = 1 if steady else self._quick_deaths + 1
            if self._quick_deaths > MOST_QUICK_DEATHS:
                return False
            self._again_at = now + min(2.0 ** (self._quick_deaths - 1) - 1, LONGEST_PAUSE_SECONDS)
            say(f"The {self.name} ended unexpectedly (code {self.exit_code}) and is started again.")
        if now >= self._again_at:
            self.start()
        return True

    def stop(self, patience_seconds: float) -> None:
        """Ask the program to end, and end it when it does not."""
        if self._process is None or not self._process.is_alive():
            return
        self._process.terminate()
        self._process.join(patience_seconds)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
