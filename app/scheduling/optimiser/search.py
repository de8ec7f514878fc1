"""The search for a good timetable: anytime, repeatable, on as many cores as it is given.

A plan is constructed, melted, and cooled: quickly, to learn at which temperatures there is something to settle; slowly
there, over times, where rooms only have to be there and large enough; and at the end over times and rooms together,
with the rooms of a course kept few. Where there is time for several slow coolings there are several, each from the
melt, and the best goes on: beyond some slowness, luck helps more. How far it is, is counted in work and not in seconds,
so that the same seed finds the same plan; only a machine too slow for that cools by the clock.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.anneal import anneal
from app.scheduling.optimiser.arrays import Best, build_model, empty_state, plan_of
from app.scheduling.optimiser.checker import count_cost
from app.scheduling.optimiser.construct import construct, place_where_free, take_over
from app.scheduling.optimiser.moves import IMPOSSIBLE, restore
from app.scheduling.optimiser.problem import UNPLACED, Cost, Plan, Problem, smallest_problem

WORK_A_SECOND = 15_000_000
"""What a machine must do for the plan of a seed to be repeatable (docs/optimiser.md)."""
_SLACK = 0.2
_CHUNKS = 1_000
_STEPS = 500
_PATIENCE = 400
_LOOK_EVERY = 0.2
PILOT, TIMES, TOGETHER = 0.04, 0.66, 0.30
WORK_A_SESSION = 55_000
SPAN = 400.0
WARMTH = 0.85
LEAST_HEAT = 0.4
FOCUS = 2.0
FROZEN = 0.13

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Progress:
    """A better plan, found after so many seconds."""

    seconds: float
    cost: Cost
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best plan found."""

    plan: Plan
    cost: Cost
    seconds: float
    moves: int


Report = Callable[[Progress], bool]
"""Told of better plans, at most five times a second; False stops the search with the best kept."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """One cooling: its share of the work, whether courses shall have few rooms, and its temperatures."""

    share: float
    stable: bool
    room_moves: int
    temperatures: "Schedule"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Temperatures by how much of a cooling is done."""

    along: FloatArray
    logarithms: FloatArray

    def at(self, along: float) -> float:
        return float(np.exp(np.interp(along, self.along, self.logarithms)))


def straight(hot: float, cold: float) -> Schedule:
    """Cool by the same factor in the same time."""
    return Schedule(np.array([0.0, 1.0]), np.log(np.array([hot, cold])))


def by_heat(temperatures: FloatArray, deviations: FloatArray, *, least: float = LEAST_HEAT) -> Schedule:
    """Cool slowly where the cost has much to settle: with constant thermodynamic speed.

    The time at a temperature is proportional to the deviation of the cost divided by the temperature (Salamon, Nulton,
    Harland, Pedersen, Ruppeiner, Liao, "Simulated annealing with constant thermodynamic speed", 1988); where that is
    below ``least`` of its peak, no time is spent at all.
    """
    heat = deviations / temperatures
    if len(heat) < 2 or not heat.any():
        return straight(float(temperatures[0]), float(temperatures[-1]))
    heat = np.convolve(np.pad(heat, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    worth = np.flatnonzero(heat >= least * heat.max())
    first, last = worth[0], worth[-1] + 1
    density = heat[first:last] ** FOCUS
    along = np.concatenate([[0.0], np.cumsum(density)]) / density.sum()
    step = np.log(temperatures[1] / temperatures[0])
    logarithms = np.log(temperatures[first]) - step / 2 + step * np.arange(last - first + 1)
    return Schedule(along, logarithms)


def improve(
    problem: Problem,
    *,
    seconds: float,
    threads: int = 1,
    seed: int = 0,
    start: Plan | None = None,
    report: Report | None = None,
    goes_on: Callable[[], bool] | None = None,
) -> Outcome:
    """Search for the cheapest plan that places as many sessions as possible.

    ``goes_on`` is asked at most five times a second, also while nothing better is found; False stops the search.
    ``start`` is a plan to begin from; sessions that break a hard rule in it lose their places. The same problem, seed
    and seconds give the same plan on one thread of a machine that does ``WORK_A_SECOND``. Raises ``InvalidProblem``.
    """
    problem.check()
    compile_search()
    return _search(problem, _Clock(seconds), threads, seed, start, report, goes_on)


@cache
def compile_search() -> None:
    """Have all that is compiled ready before any clock runs: from the disk, or at the first search ever in a minute."""
    _search(smallest_problem(), _StandingClock(0.01), 1, 0, None, None, None)


def _search(
    problem: Problem,
    clock: "_Clock",
    threads: int,
    seed: int,
    start: Plan | None,
    report: Report | None,
    goes_on: Callable[[], bool] | None,
) -> Outcome:
    climbers = [_Climber(problem, seed * 1_000 + number, clock, start) for number in range(max(threads, 1))]
    watch = _Watch(problem, clock, report, goes_on)
    if len(climbers) == 1:
        for _ in climbers[0].climb():
            watch.look(climbers)
    else:
        _climb_together(climbers, watch)
    watch.look(climbers, at_once=True)
    return watch.outcome(climbers)


class _Clock:
    """The time of a search, and whether it was told to stop."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
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
        left = self.seconds - since
        return (self.elapsed - since - _SLACK * left) / max(left - _SLACK * left, 1e-9)


class _StandingClock(_Clock):
    """The clock while things are compiled: the search ends by its work alone."""

    @property
    def elapsed(self) -> float:
        return 0.0


class _Climber:
    """The search of one thread. ``offer`` is its latest good plan, counted from 1."""

    def __init__(self, problem: Problem, seed: int, clock: _Clock, start: Plan | None) -> None:
        self._problem, self._clock, self._start = problem, clock, start
        self._model, self._order = build_model(problem)
        self._state = empty_state(problem, self._model, self._order, seed)
        sessions = problem.session_count
        nowhere = np.full(sessions, UNPLACED, np.int32)
        self._best = Best(np.full(1, sessions + 1, np.int64), nowhere.copy(), nowhere.copy())
        self._fixed = np.ones(sessions, np.int32)
        self._fixed[self._model.movable] = 0
        self.moves = 0
        # When the cooling began: what was spent on placing all sessions is not taken from the coolings alone.
        self._began = 0.0
        self.offer = (0, Plan(nowhere.copy(), nowhere.copy()))

    def climb(self) -> Iterator[None]:
        """Search, handing over now and then, until the work is done or the time is over."""
        yield from self._construct()
        if not len(self._model.movable):
            return
        self._began = self._clock.elapsed
        hottest = yield from self._melt()
        heat: list[tuple[float, float]] = []
        yield from self._cool(Cooling(PILOT, False, 0, straight(hottest, hottest / SPAN)), 0.0, heat)
        if len(heat) < 2:
            # The time was over before there was anything to learn.
            return
        times = self._by_heat(heat)
        coolings = self._count_coolings()
        for number in range(coolings):
            share = TIMES / coolings
            yield from self._cool(Cooling(share, False, 0, times), PILOT + number * share)
        together = straight(times.at(WARMTH), FROZEN)
        yield from self._cool(Cooling(TOGETHER, True, 16, together), PILOT + TIMES)

    def _count_coolings(self) -> int:
        """How many slow coolings there shall be: with four times the work twice as many, each twice as slow."""
        work = TIMES * self._clock.seconds * WORK_A_SECOND
        return max(1, round(np.sqrt(work / (WORK_A_SESSION * len(self._model.movable)))))

    def _melt(self) -> Generator[None, None, float]:
        """Find the temperature at which nearly everything is accepted."""
        cost = int(restore(self._model, self._state, self._best, 0))
        variance = 0.0
        for _ in range(4):
            cost, _, moves, variance = anneal(
                self._model, self._state, self._fixed, Best(np.full(1, -IMPOSSIBLE), self._best.start, self._best.room),
                cost, 0, 0, float(IMPOSSIBLE), 50_000,
            )  # fmt: skip
            self.moves += moves
            yield
        return max(np.sqrt(variance) / 3, 0.5)

    def _by_heat(self, heat: list[tuple[float, float]]) -> Schedule:
        if not heat:
            return straight(FROZEN, FROZEN)
        bins = np.array_split(np.array(heat), min(24, len(heat)))
        temperatures = np.exp([np.log(part[:, 0]).mean() for part in bins])
        deviations = np.sqrt([part[:, 1].mean() for part in bins])
        return by_heat(temperatures, deviations)

    def _construct(self) -> Iterator[None]:
        """Place all sessions, or as many as patience and half of the time allow."""
        queue, patience = np.arange(self._problem.session_count + 1, dtype=np.int32), _PATIENCE
        waiting = take_over(self._model, self._state, queue, *self._given())
        while True:
            fewest = int(self._best.cost[0])
            waiting = int(construct(self._model, self._state, self._best, queue, waiting, _STEPS))
            patience = _PATIENCE if self._best.cost[0] < fewest else patience - 1
            if self._best.cost[0] < fewest:
                self._make_offer()
            if (
                not waiting
                or not patience
                or self._clock.is_over
                or self._clock.elapsed > self._clock.seconds / 2
            ):
                break
            yield
        restore(self._model, self._state, self._best, 0)

    def _given(self) -> tuple[np.ndarray, np.ndarray]:
        """The starts and rooms of the plan to begin from, in the model's order of rooms."""
        sessions = self._problem.session_count
        if self._start is None:
            return np.full(sessions, UNPLACED, np.int32), np.full(sessions, UNPLACED, np.int32)
        place = np.empty(len(self._order), np.int32)
        place[self._order] = np.arange(len(self._order))
        rooms = np.where(self._start.rooms == UNPLACED, UNPLACED, place[self._start.rooms])
        return self._start.starts.astype(np.int32), rooms.astype(np.int32)

    def _cool(
        self, cooling: Cooling, before: float, heat: list[tuple[float, float]] | None = None
    ) -> Iterator[None]:
        """One cooling, from the best plan of the one before; ``before`` is the share of work done until then."""
        stability = self._problem.weights.room_stability if cooling.stable else 0
        cost = int(restore(self._model, self._state, self._best, stability))
        self._best.cost[0] = cost
        whole = self._clock.seconds * WORK_A_SECOND
        share, done = whole * cooling.share, 0
        chunk = max(int(share / _CHUNKS), 5_000)
        while not self._clock.is_over:
            along = max(done / share, (self._clock.share(self._began) - before) / cooling.share)
            if along >= 1:
                break
            cost += self._place_more(stability)
            temperature = cooling.temperatures.at(along)
            cheapest = self._best.cost[0]
            cost, work, moves, variance = anneal(
                self._model, self._state, self._fixed, self._best,
                cost, stability, cooling.room_moves, temperature, chunk,
            )  # fmt: skip
            done, self.moves = done + work, self.moves + moves
            if heat is not None:
                heat.append((temperature, variance))
            if self._best.cost[0] < cheapest:
                self._make_offer()
            yield

    def _place_more(self, stability: int) -> int:
        """Place sessions that found no place, where that has become possible. Returns the change of cost."""
        change = 0
        for session in np.flatnonzero(self._state.start == UNPLACED).tolist():
            cost = place_where_free(self._model, self._state, session, stability)
            if cost < IMPOSSIBLE:
                change += int(cost)
                self._best.cost[0] = np.iinfo(np.int64).max
        return change

    def _make_offer(self) -> None:
        self.offer = (self.offer[0] + 1, plan_of(self._best.start, self._best.room, self._order))


class _Watch:
    """Compares what the climbers offer, by the checker's count, and reports."""

    def __init__(
        self, problem: Problem, clock: _Clock, report: Report | None, goes_on: Callable[[], bool] | None
    ) -> None:
        self._problem, self._clock, self._report, self._goes_on = problem, clock, report, goes_on
        self._seen: dict[int, int] = {}
        self._looked = 0.0
        self._best: tuple[Cost, Plan] | None = None

    def look(self, climbers: list[_Climber], *, at_once: bool = False) -> None:
        """Take over better plans and report the best, unless it was looked a moment ago."""
        if not at_once and self._clock.elapsed - self._looked < _LOOK_EVERY:
            return
        better = [found for number, climber in enumerate(climbers) if (found := self._take(number, climber))]
        self._looked = self._clock.elapsed
        if any(better) and self._report and self._best:
            cost, plan = self._best
            if not self._report(Progress(self._looked, cost, plan)):
                self._clock.stopped = True
        if self._goes_on and not at_once and not self._goes_on():
            self._clock.stopped = True

    def _take(self, number: int, climber: _Climber) -> bool:
        serial, plan = climber.offer
        if self._seen.get(number) == serial and self._best is not None:
            return False
        self._seen[number] = serial
        cost = count_cost(self._problem, plan)
        if self._best is not None and _rank(cost) >= _rank(self._best[0]):
            return False
        self._best = (cost, plan)
        return True

    def outcome(self, climbers: list[_Climber]) -> Outcome:
        """Return the best of all."""
        if self._best is None:
            raise AssertionError("Nobody looked.")
        cost, plan = self._best
        return Outcome(plan, cost, self._clock.elapsed, sum(climber.moves for climber in climbers))


def _rank(cost: Cost) -> tuple[int, int]:
    return cost.unplaced, cost.total


def _climb_together(climbers: list[_Climber], watch: _Watch) -> None:
    failures: list[BaseException] = []

    def run(climber: _Climber) -> None:
        try:
            for _ in climber.climb():
                pass
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(climber,), daemon=True) for climber in climbers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        watch.look(climbers)
        threads[0].join(_LOOK_EVERY) if threads[0].is_alive() else threads[-1].join(_LOOK_EVERY)
    if failures:
        raise failures[0]
