"""How one thread searches: it constructs a plan, melts it, and cools it down again.

A plan is constructed, melted, and cooled: quickly, to learn at which temperatures there is something to settle; then
tempered there over times, where rooms only have to be there and large enough, or, where there is little time, cooled
slowly, the best of some coolings; and at the end cooled over times and rooms together, with the rooms of a course kept
few. How far it is, is counted in work and not in seconds, so that the same seed finds the same plan; only a machine too
slow for that goes by the clock.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from app.scheduling.optimiser.anneal import anneal
from app.scheduling.optimiser.arrays import Best, build_model, empty_state, plan_of
from app.scheduling.optimiser.checker import count_cost
from app.scheduling.optimiser.clock import Clock
from app.scheduling.optimiser.construct import construct, place_where_free, take_over
from app.scheduling.optimiser.moves import IMPOSSIBLE, restore
from app.scheduling.optimiser.problem import UNPLACED, Plan, Problem
from app.scheduling.optimiser.temperatures import Heat, Schedule, straight
from app.scheduling.optimiser.tempering import COPIES, STEP, Tempering

_CHUNKS = 1_000
_STEPS = 500
_PATIENCE = 400
"""After so many times ``_STEPS`` without fewer sessions left over, the rest is left over."""

# Shares of the work: the quick cooling, then coolings over times, or tempering. The rest is for times and rooms.
_PILOT, _TIMES, _TEMPERED = 0.04, 0.66, 0.84
_SPAN = 400.0
"""How many times hotter the quick cooling begins than it ends."""
_HOT, _COLD = 0.9, 0.5
"""Copies are tempered from where the heat reaches this part of its peak to where it has this part left."""
_WORTH, _FOCUS = 0.4, 2.0
"""Slow coolings run where there is this part of the peak, and spend time by the heat to this power."""
_WARMTH = 0.85
"""How far along a slow cooling the temperature lies at which times and rooms together begin after it …"""
_FROZEN = 0.13
"""… and the temperature at which they end: whatever costs 1 more is hardly ever taken."""
_ROOM_MOVES = 16
"""Of 64 moves, those of rooms alone."""

_LEAST_STEPS = 100
_WORK_A_SESSION = 400_000
"""Tempering needs so many steps of all copies and so much work for each session."""
_WORK_A_COOLING = 55_000
"""With so much work for each session there is one cooling, with four times as much there are two."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """One cooling: its share of the work, whether rooms move too and courses shall have few, and its temperatures."""

    share: float
    with_rooms: bool
    temperatures: Schedule


class Climber:
    """The search of one thread. ``offer`` is its latest good plan, counted from 1; ``moves`` how many it tried."""

    def __init__(self, problem: Problem, seed: int, clock: Clock, start: Plan | None) -> None:
        self._problem, self._clock, self._start = problem, clock, start
        self._model, self._order = build_model(problem)
        self._state = empty_state(problem, self._model, self._order, seed)
        sessions = problem.session_count
        nowhere = np.full(sessions, UNPLACED, np.int32)
        self._best = Best(np.full(1, sessions + 1, np.int64), nowhere.copy(), nowhere.copy())
        self._fixed = np.ones(sessions, np.int32)
        self._fixed[self._model.movable] = 0
        # The search counts from the empty plan, which lacks all its days.
        self._empty_cost = count_cost(problem, Plan(nowhere.copy(), nowhere.copy())).total
        self._offered = 0
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
        seen: list[tuple[float, float]] = []
        yield from self._cool(Cooling(_PILOT, False, straight(hottest, hottest / _SPAN)), 0.0, seen)
        if not seen:
            # The time was over before there was anything to learn.
            return
        heat = Heat.of(seen)
        slow = heat.schedule(hot=_WORTH, cold=_WORTH, focus=_FOCUS)
        if self._shall_temper:
            yield from self._temper(heat.schedule(hot=_HOT, cold=_COLD, focus=1.0))
            warm, before = slow.at(1.0), _PILOT + _TEMPERED
        else:
            coolings = self._count_coolings()
            for number in range(coolings):
                share = _TIMES / coolings
                yield from self._cool(Cooling(share, False, slow), _PILOT + number * share)
            warm, before = slow.at(_WARMTH), _PILOT + _TIMES
        yield from self._cool(Cooling(1 - before, True, straight(warm, _FROZEN)), before)

    def _count_coolings(self) -> int:
        """How many slow coolings there shall be: with four times the work twice as many, each twice as slow."""
        work = _TIMES * self._clock.work
        return max(1, round(np.sqrt(work / (_WORK_A_COOLING * len(self._model.movable)))))

    @property
    def _shall_temper(self) -> bool:
        """Whether there is work enough for copies, no plan was given, and all copies would have the same sessions.

        Copies with more and with fewer could not be compared; near a given plan only coolings have been tried.
        """
        least = max(_WORK_A_SESSION * len(self._model.movable), _LEAST_STEPS * COPIES * STEP)
        enough = _TEMPERED * self._clock.work >= least
        return enough and self._start is None and self._places_all

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

    def _temper(self, schedule: Schedule) -> Iterator[None]:
        """Temper over times, from the best plan so far."""
        temperatures = [schedule.at((number + 0.5) / COPIES) for number in range(COPIES)]
        seed = int(self._state.random[0])
        tempering = Tempering(self._model, self._fixed, self._best, temperatures, seed)
        for _ in tempering.run(self._state, self._take_best(0)):
            self._offer_if_better()
            if self._is_done(tempering.done, _TEMPERED, _PILOT) or self._is_perfect:
                break
            yield
        self.moves += tempering.moves

    def _cool(
        self, cooling: Cooling, before: float, seen: list[tuple[float, float]] | None = None
    ) -> Iterator[None]:
        """One cooling, from the best plan so far; ``before`` is the share of work done until then."""
        stability = self._problem.weights.room_stability if cooling.with_rooms else 0
        room_moves = _ROOM_MOVES if cooling.with_rooms else 0
        cost = self._take_best(stability)
        share, done = self._clock.work * cooling.share, 0
        chunk = max(int(share / _CHUNKS), 5_000)
        while not self._is_done(done, cooling.share, before) and (seen is not None or not self._is_perfect):
            cost += self._place_more(stability)
            temperature = cooling.temperatures.at(self._along(done, cooling.share, before))
            cost, work, moves, variance = anneal(
                self._model, self._state, self._fixed, self._best,
                cost, stability, room_moves, temperature, chunk,
            )  # fmt: skip
            done, self.moves = done + work, self.moves + moves
            if seen is not None:
                seen.append((temperature, variance))
            self._offer_if_better()
            yield

    def _take_best(self, stability: int) -> int:
        """Go on from the best plan so far. Returns its cost, which is from now on the one to beat."""
        cost = int(restore(self._model, self._state, self._best, stability))
        self._best.cost[0] = self._offered = cost
        return cost

    def _along(self, done: float, share: float, before: float) -> float:
        """How much of a share of the work is done, or of its time on a machine too slow for the work."""
        return max(done / (share * self._clock.work), (self._clock.share(self._began) - before) / share)

    def _is_done(self, done: float, share: float, before: float) -> bool:
        return self._clock.is_over or self._along(done, share, before) >= 1

    @property
    def _is_perfect(self) -> bool:
        """Whether the best plan so far places all sessions and costs nothing."""
        return int(self._best.cost[0]) == -self._empty_cost and self._places_all

    @property
    def _places_all(self) -> bool:
        return bool((self._best.start != UNPLACED).all())

    def _offer_if_better(self) -> None:
        if self._best.cost[0] < self._offered:
            self._offered = int(self._best.cost[0])
            self._make_offer()

    def _place_more(self, stability: int) -> int:
        """Place sessions that found no place, where that has become possible. Returns the change of cost."""
        change = 0
        for session in np.flatnonzero(self._state.start == UNPLACED).tolist():
            cost = place_where_free(self._model, self._state, session, stability)
            if cost < IMPOSSIBLE:
                change += int(cost)
                # With more sessions placed, a plan may cost more.
                self._best.cost[0] = self._offered = int(np.iinfo(np.int64).max)
        return change

    def _make_offer(self) -> None:
        self.offer = (self.offer[0] + 1, plan_of(self._best.start, self._best.room, self._order))
