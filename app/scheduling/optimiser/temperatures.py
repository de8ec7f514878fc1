"""At which temperatures a search spends its time.

A quick cooling tells the deviation of the cost at each temperature. Its quotient by the temperature, the *heat*, is
large where there is something to settle. With constant thermodynamic speed the time spent at a temperature is
proportional to it (Salamon, Nulton, Harland, Pedersen, Ruppeiner, Liao, "Simulated annealing with constant
thermodynamic speed", 1988); the copies of a tempering that lie equally far apart by it change places equally often. So
nothing is tuned to a problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_BINS = 24


@dataclass(frozen=True, slots=True)
class Schedule:
    """Temperatures by how much of a way from hot to cold is done, from 0 to 1."""

    along: FloatArray
    logarithms: FloatArray

    def at(self, along: float) -> float:
        return float(np.exp(np.interp(along, self.along, self.logarithms)))


def straight(hot: float, cold: float) -> Schedule:
    """Cool by the same factor in the same time."""
    return Schedule(np.array([0.0, 1.0]), np.log(np.array([hot, cold])))


@dataclass(frozen=True, slots=True)
class Heat:
    """The heat at temperatures that fall by the same factor each."""

    temperatures: FloatArray
    heat: FloatArray

    @classmethod
    def of(cls, seen: Sequence[tuple[float, float]]) -> "Heat":
        """Of a cooling's temperatures and the variances of the cost there, smoothed."""
        bins = np.array_split(np.array(seen), min(_BINS, len(seen)))
        temperatures = np.exp([np.log(part[:, 0]).mean() for part in bins])
        heat = np.sqrt([part[:, 1].mean() for part in bins]) / temperatures
        return cls(temperatures, np.convolve(np.pad(heat, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid"))

    def schedule(self, *, hot: float, cold: float, focus: float) -> Schedule:
        """From where the heat first reaches ``hot`` of its peak to where it is last at ``cold`` of it.

        The time at a temperature is proportional to the heat to the power of ``focus``.
        """
        if len(self.heat) < 2 or not self.heat.any():
            return straight(float(self.temperatures[0]), float(self.temperatures[-1]))
        peak = self.heat.max()
        first = np.flatnonzero(self.heat >= hot * peak)[0]
        last = np.flatnonzero(self.heat >= cold * peak)[-1] + 1
        density = self.heat[first:last] ** focus
        along = np.concatenate([[0.0], np.cumsum(density)]) / density.sum()
        step = np.log(self.temperatures[1] / self.temperatures[0])
        logarithms = np.log(self.temperatures[first]) - step / 2 + step * np.arange(last - first + 1)
        return Schedule(along, logarithms)
