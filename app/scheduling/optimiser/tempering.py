"""Tempering: copies of a plan, each at a temperature of its own, that change places.

What a hot copy finds sinks down to the cold ones, and a cold one that went into a poor valley is warmed up again, which
no cooling does: replica exchange (Swendsen, Wang, "Replica Monte Carlo simulation of spin glasses", 1986; Hukushima,
Nemoto, "Exchange Monte Carlo method and application to spin glass simulations", 1996).
"""

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.scheduling.optimiser.anneal import anneal
from app.scheduling.optimiser.arrays import Best, Int32s, Model, State

COPIES = 16
STEP = 20_000
"""The work of a copy between two exchanges."""
_FIRST_STEPS = 10


class Tempering:
    """Copies of a plan at falling temperatures; the cheapest plan that any of them meets is kept in ``best``.

    ``states`` and ``costs`` are those of the copies, the hottest first.
    """

    def __init__(
        self, model: Model, fixed: Int32s, best: Best, temperatures: Sequence[float], seed: int
    ) -> None:
        self._model, self._fixed, self._best = model, fixed, best
        self._temperatures = temperatures
        self.states: list[State] = []
        self.costs: list[int] = []
        self._chance = random.Random(seed)  # noqa: S311  (nothing is to be kept secret)
        self.done = 0
        self.moves = 0

    def run(self, state: State, cost: int) -> Iterator[None]:
        """Cool the plan quickly, leave a copy at each temperature, and temper these without end.

        Hands over after each step of all copies; ``done`` is the work and ``moves`` the moves until then.
        """
        for temperature in self._temperatures:
            cost = self._anneal(state, cost, temperature, STEP * _FIRST_STEPS)
            self.states.append(self._copy(state))
            self.costs.append(cost)
            yield
        for first in itertools.cycle((0, 1)):
            for at, temperature in enumerate(self._temperatures):
                self.costs[at] = self._anneal(self.states[at], self.costs[at], temperature, STEP)
            for hot in range(first, len(self._temperatures) - 1, 2):
                self.exchange(hot, hot + 1)
            yield

    def _anneal(self, state: State, cost: int, temperature: float, work: int) -> int:
        cost, done, moves, _ = anneal(
            self._model, state, self._fixed, self._best, cost, 0, 0, temperature, work
        )
        self.done, self.moves = self.done + done, self.moves + moves
        return cost

    def exchange(self, hot: int, cold: int) -> None:
        """Let two copies change places, always if the hotter one is cheaper, else with Metropolis' chance."""
        slope = 1 / self._temperatures[cold] - 1 / self._temperatures[hot]
        gain = slope * (self.costs[cold] - self.costs[hot])
        if gain >= 0 or self._chance.random() < math.exp(gain):
            self.states[hot], self.states[cold] = self.states[cold], self.states[hot]
            self.costs[hot], self.costs[cold] = self.costs[cold], self.costs[hot]

    def _copy(self, state: State) -> State:
        """A copy with chances of its own."""
        arrays: list[Any] = [array.copy() for array in state]
        copy = State(*arrays)
        copy.random[0] = np.uint64(self._chance.getrandbits(63) | 1)
        return copy
