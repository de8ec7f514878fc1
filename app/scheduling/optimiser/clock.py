"""How long a search lasts: in seconds, and in the work that a machine must do in them."""

import math
import time

WORK_A_SECOND = 15_000_000
"""What a machine must do for the plan of a seed to be repeatable (docs/optimiser.md)."""
_SLACK = 0.2


class Clock:
    """The time of a search, and whether it was told to stop.

    ``work`` is what the search does in its time if the machine is fast enough; ``by_work`` it takes all the time that
    its work needs.
    """

    def __init__(self, seconds: float, *, by_work: bool = False) -> None:
        self.work = seconds * WORK_A_SECOND
        self.seconds = math.inf if by_work else seconds
        self.stopped = False
        self._begin = time.monotonic()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._begin

    @property
    def is_over(self) -> bool:
        return self.stopped or self.elapsed >= self.seconds

    def share(self, since: float = 0.0) -> float:
        """How much of the time from ``since`` on is gone, with slack for a slow start."""
        if math.isinf(self.seconds):
            return 0.0
        left = self.seconds - since
        return (self.elapsed - since - _SLACK * left) / max(left - _SLACK * left, 1e-9)
