"""Tempering: the copies keep true counts, the cold ones are cheap, and the best that any of them meets is kept."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from app.scheduling.optimiser.arrays import Best, State, build_model, empty_state, plan_of
from app.scheduling.optimiser.checker import count_cost, find_violations
from app.scheduling.optimiser.construct import construct
from app.scheduling.optimiser.itc2007 import Formulation, read_instance, to_problem
from app.scheduling.optimiser.moves import restore
from app.scheduling.optimiser.problem import UNPLACED, Plan
from app.scheduling.optimiser.tempering import Tempering

TEMPERATURES = (8.0, 4.0, 2.0, 1.0)
STEPS = 12


class _Tempered:
    """The first instance of the competition after some steps of four copies."""

    def __init__(self, seed: int) -> None:
        path = Path(__file__).parents[2] / "load" / "itc2007" / "comp01.ectt"
        self.problem = to_problem(read_instance(path.read_text()), Formulation.UD2)
        self.model, self.order = build_model(self.problem)
        sessions = self.problem.session_count
        nowhere = np.full(sessions, UNPLACED, np.int32)
        self.empty = count_cost(self.problem, Plan(nowhere, nowhere)).total
        self.best = Best(np.full(1, sessions + 1, np.int64), nowhere.copy(), nowhere.copy())
        state = empty_state(self.problem, self.model, self.order, 1)
        construct(self.model, state, self.best, np.arange(sessions + 1, dtype=np.int32), sessions, 10_000)
        cost = self.best.cost[0] = restore(self.model, state, self.best, 0)
        fixed = np.zeros(sessions, np.int32)
        self.tempering = Tempering(self.model, fixed, self.best, TEMPERATURES, seed)
        self.met = [int(cost)]
        for _ in islice(self.tempering.run(state, int(cost)), len(TEMPERATURES) + STEPS):
            self.met.append(int(self.best.cost[0]))

    def counted(self, start: np.ndarray, room: np.ndarray) -> int:
        """What a plan costs by the checker, over times, counted from the empty plan; it must break no rule."""
        found = plan_of(start, room, self.order)
        assert find_violations(self.problem, found) == []
        cost = count_cost(self.problem, found)
        return cost.total - cost.parts.get("room_stability", 0) - self.empty

    def cost_of(self, state: State) -> int:
        return self.counted(state.start, state.room)


@pytest.fixture(scope="module")
def tempered() -> _Tempered:
    return _Tempered(seed=5)


def test_each_copy_costs_what_the_checker_counts(tempered: _Tempered) -> None:
    copies = tempered.tempering

    assert [tempered.cost_of(state) for state in copies.states] == copies.costs
    assert len({state.start.tobytes() for state in copies.states}) == len(TEMPERATURES)


def test_the_best_that_any_copy_met_is_kept(tempered: _Tempered) -> None:
    best = tempered.best

    assert tempered.counted(best.start, best.room) == best.cost[0]
    assert best.cost[0] <= min(tempered.tempering.costs)
    assert tempered.met == sorted(tempered.met, reverse=True)
    assert tempered.met[-1] < tempered.met[0]


def test_the_colder_the_cheaper(tempered: _Tempered) -> None:
    assert tempered.tempering.costs[-1] < tempered.tempering.costs[0]


def test_the_same_seed_meets_the_same_plans(tempered: _Tempered) -> None:
    again, other = _Tempered(seed=5), _Tempered(seed=6)

    assert again.tempering.costs == tempered.tempering.costs
    assert again.tempering.moves == tempered.tempering.moves
    assert other.tempering.moves != tempered.tempering.moves


@pytest.mark.parametrize(("hot", "cold", "changed"), [(10, 90, True), (50, 50, True), (90_000, 10, False)])
def test_neighbours_change_places_when_the_hotter_is_cheaper(
    tempered: _Tempered, hot: int, cold: int, changed: bool
) -> None:
    tempering = Tempering(tempered.model, np.zeros(0, np.int32), tempered.best, TEMPERATURES, 1)
    tempering.states, tempering.costs = tempered.tempering.states[:2], [hot, cold]
    before = list(tempering.states)

    tempering.exchange(0, 1)

    assert tempering.costs == ([cold, hot] if changed else [hot, cold])
    assert (tempering.states[0] is before[1]) is changed


def test_neighbours_change_places_as_often_as_metropolis_would(tempered: _Tempered) -> None:
    """At 8 and 4 degrees with a difference of 8 the chance is e^-1."""
    tempering = Tempering(tempered.model, np.zeros(0, np.int32), tempered.best, TEMPERATURES, 1)
    changed = 0
    for _ in range(4_000):
        tempering.states, tempering.costs = tempered.tempering.states[:2], [8, 0]
        tempering.exchange(0, 1)
        changed += tempering.costs[0] == 0

    assert changed / 4_000 == pytest.approx(np.exp(-1), abs=0.03)
