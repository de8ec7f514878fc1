"""Child processes that do not outlive the process that started them, and that come back when they die."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Loaded once here: between fork and exec a child should do as little as possible.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

MOST_QUICK_DEATHS = 5
STEADY_SECONDS = 60.0


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
    """A program that has to run as long as we do: started, watched, started again, stopped."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        directory: Path,
        descriptors: Sequence[int] = (),
        with_parent: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self._command = list(command)
        self._environ = dict(environ)
        self._directory = directory
        self._descriptors = tuple(descriptors)
        self._with_parent = with_parent
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._quick_deaths = 0
        self._again_at: float | None = None

    def start(self) -> None:
        """Start the program in a session of its own: Ctrl-C is for us, and we stop it in order."""
        self._again_at = None
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._command, env=self._environ, cwd=self._directory, pass_fds=self._descriptors,
            stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=die_with_parent(self._with_parent),  # safe: the starter has one thread
        )  # fmt: skip

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll() if self._process else None

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
            delay = 2.0 ** (self._quick_deaths - 1) - 1
            self._again_at = now + delay
            say(f"The {self.name} ended unexpectedly (code {self.exit_code}) and is started again.")
        if now >= self._again_at:
            self.start()
        return True

    def stop(self, patience_seconds: float) -> None:
        """Ask the program to end, and end it when it does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=patience_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
