"""The search for a good timetable: anytime, repeatable, on as many cores as it is given.

Each thread climbs on its own (``climbing``); here they are watched, and what they find is counted and told.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from app.scheduling.optimiser.checker import count_cost
from app.scheduling.optimiser.climbing import Climber
from app.scheduling.optimiser.clock import Clock
from app.scheduling.optimiser.problem import Cost, Plan, Problem, smallest_problem

_LOOK_EVERY = 0.2


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


def improve(
    problem: Problem,
    *,
    seconds: float,
    threads: int = 1,
    seed: int = 0,
    by_work: bool = False,
    start: Plan | None = None,
    report: Report | None = None,
    goes_on: Callable[[], bool] | None = None,
) -> Outcome:
    """Search for the cheapest plan that places as many sessions as possible.

    ``goes_on`` is asked at most five times a second, also while nothing better is found; False stops the search.
    ``start`` is a plan to begin from; sessions that break a hard rule in it lose their places. The same problem, seed
    and seconds give the same plan on one thread of a machine that does ``clock.WORK_A_SECOND``, and of any machine with
    ``by_work``: then the work of so many seconds is done however long it takes.

    Raises ``InvalidProblem``.
    """
    problem.check()
    compile_search()
    return _search(problem, Clock(seconds, by_work=by_work), threads, seed, start, report, goes_on)


@cache
def compile_search() -> None:
    """Have all that is compiled ready before any clock runs: from the disk, or at the first search ever in a minute."""
    _search(smallest_problem(), Clock(0.01, by_work=True), 1, 0, None, None, None)


def _search(
    problem: Problem,
    clock: Clock,
    threads: int,
    seed: int,
    start: Plan | None,
    report: Report | None,
    goes_on: Callable[[], bool] | None,
) -> Outcome:
    climbers = [Climber(problem, seed * 1_000 + number, clock, start) for number in range(max(threads, 1))]
    watch = _Watch(problem, clock, report, goes_on)
    if len(climbers) == 1:
        for _ in climbers[0].climb():
            watch.look(climbers)
    else:
        _climb_together(climbers, watch)
    watch.look(climbers, at_once=True)
    return watch.outcome(climbers)


class _Watch:
    """Compares what the climbers offer, by the checker's count, and reports."""

    def __init__(
        self, problem: Problem, clock: Clock, report: Report | None, goes_on: Callable[[], bool] | None
    ) -> None:
        self._problem, self._clock, self._report, self._goes_on = problem, clock, report, goes_on
        self._seen: dict[int, int] = {}
        self._looked = 0.0
        self._best: tuple[Cost, Plan] | None = None

    def look(self, climbers: list[Climber], *, at_once: bool = False) -> None:
        """Take over better plans and report the best, unless it was looked a moment ago."""
        if not at_once and self._clock.elapsed - self._looked < _LOOK_EVERY:
            return
        better = [found for number, climber in enumerate(climbers) if (found := self._take(number, climber))]
        self._looked = self._clock.elapsed
        if any(better) and self._report and self._best:
            cost, plan = self._best
            if not self._report(Progress(self._looked, cost, plan)):
                self._clock.stopped = True
        if self._best and _rank(self._best[0]) == (0, 0):
            # Nothing can be better.
            self._clock.stopped = True
        if self._goes_on and not at_once and not self._goes_on():
            self._clock.stopped = True

    def _take(self, number: int, climber: Climber) -> bool:
        serial, plan = climber.offer
        if self._seen.get(number) == serial and self._best is not None:
            return False
        self._seen[number] = serial
        cost = count_cost(self._problem, plan)
        if self._best is not None and _rank(cost) >= _rank(self._best[0]):
            return False
        self._best = (cost, plan)
        return True

    def outcome(self, climbers: list[Climber]) -> Outcome:
        """Return the best of all."""
        if self._best is None:
            raise AssertionError("Nobody looked.")
        cost, plan = self._best
        return Outcome(plan, cost, self._clock.elapsed, sum(climber.moves for climber in climbers))


def _rank(cost: Cost) -> tuple[int, int]:
    return cost.unplaced, cost.total


def _climb_together(climbers: list[Climber], watch: _Watch) -> None:
    failures: list[BaseException] = []

    def run(climber: Climber) -> None:
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
