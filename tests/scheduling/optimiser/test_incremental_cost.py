"""What the engine sums up from its moves is what the checker counts, for random problems and random moves.

The engine never counts a plan: each move says by how much it changes the cost, and that is added up. Here its own
compiled functions move sessions, and after each move the checker counts the plan afresh and looks for broken rules.
"""

from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.scheduling.optimiser import anneal, climbing, clock, tempering
from app.scheduling.optimiser.arrays import FORBIDDEN, Best, Int32s, State, build_model, empty_state, plan_of
from app.scheduling.optimiser.chains import extend
from app.scheduling.optimiser.checker import Rule, count_cost, find_violations
from app.scheduling.optimiser.construct import construct, place_where_free, take_over
from app.scheduling.optimiser.moves import IMPOSSIBLE, NONE, lift, put, restore
from app.scheduling.optimiser.pricing import price_of_days, price_of_people
from app.scheduling.optimiser.problem import UNPLACED, Plan, Problem
from app.scheduling.optimiser.search import compile_search, improve
from tests.scheduling.optimiser.problems import plans_of, varied_problems

SEEDS = st.integers(0, 999)
TEMPERATURES = st.sampled_from([0.3, 3.0, 30.0, float(IMPOSSIBLE)])
STARTING = varied_problems().flatmap(
    lambda problem: st.tuples(st.just(problem), st.one_of(st.none(), plans_of(problem)))
)
"""A problem and perhaps a plan to begin from, which mostly breaks rules."""
UNKNOWN = int(np.iinfo(np.int64).max)
"""What the best plan costs when a session more has found a place: any plan is better from then on."""


@pytest.fixture(autouse=True, scope="module")
def compiled_before() -> None:
    compile_search()


def nowhere(problem: Problem) -> Int32s:
    return np.full(problem.session_count, UNPLACED, np.int32)


def broken(problem: Problem, plan: Plan) -> set[Rule]:
    return {one.rule for one in find_violations(problem, plan)} - {Rule.UNPLACED}


def counted(problem: Problem, plan: Plan, *, with_rooms: bool) -> int:
    """What the checker counts, put as the engine does: above the empty plan, the rooms of courses only at times.

    Some sessions may have no place; no other rule may be broken.
    """
    assert broken(problem, plan) == set()
    cost, empty = count_cost(problem, plan), count_cost(problem, Plan(nowhere(problem), nowhere(problem)))
    return cost.total - empty.total - (0 if with_rooms else cost.room_stability)


class Engine:
    """A plan in the engine, moved by the engine's own functions; ``total`` is the sum of what these return."""

    def __init__(self, problem: Problem, seed: int, *, with_rooms: bool = True) -> None:
        self.problem, self.with_rooms = problem, with_rooms
        self.model, self.order = build_model(problem)
        self.state = empty_state(problem, self.model, self.order, seed)
        self.best = Best(np.zeros(1, np.int64), nowhere(problem), nowhere(problem))
        self.fixed = np.ones(problem.session_count, np.int32)
        self.fixed[self.model.movable] = 0
        self.stability = problem.weights.room_stability if with_rooms else 0
        self.total = 0

    @property
    def plan(self) -> Plan:
        return plan_of(self.state.start, self.state.room, self.order)

    def counted(self, start: Int32s, room: Int32s) -> int:
        return counted(self.problem, plan_of(start, room, self.order), with_rooms=self.with_rooms)

    def check(self) -> None:
        """Compare the sum with what the checker counts, for the plan and for the best one."""
        assert self.total == self.counted(self.state.start, self.state.room)
        assert self.best.cost[0] in (UNKNOWN, self.counted(self.best.start, self.best.room))

    def lift(self, session: int) -> int:
        change = int(lift(self.model, self.state, session, self.stability))
        self.total += change
        return change

    def put(self, session: int, start: int, room: int) -> int:
        """Put a session into a room by the engine's own number."""
        change = int(put(self.model, self.state, session, start, room, self.stability))
        self.total += change
        return change

    def lift_all(self) -> int:
        """What all sessions together save when a copy of the plan is emptied."""
        arrays: list[Any] = [array.copy() for array in self.state]
        emptied = State(*arrays)
        placed = np.flatnonzero(emptied.start != UNPLACED).tolist()
        return -sum(int(lift(self.model, emptied, session, self.stability)) for session in placed)

    def take_over(self, plan: Plan | None) -> tuple[Int32s, int]:
        """Begin from as much of a plan as breaks no rule. Returns who waits for a place, and how many."""
        queue = np.arange(self.problem.session_count + 1, dtype=np.int32)
        plan = plan or Plan(nowhere(self.problem), nowhere(self.problem))
        rooms = np.append(np.argsort(self.order), UNPLACED).astype(np.int32)[plan.rooms]
        self.best.cost[0] = self.problem.session_count + 1
        return queue, int(take_over(self.model, self.state, queue, plan.starts, rooms))

    def construct(self, queue: Int32s, waiting: int, steps: int) -> int:
        return int(construct(self.model, self.state, self.best, queue, waiting, steps))

    def restore(self) -> None:
        """Go on from the best plan."""
        self.total = self.best.cost[0] = int(restore(self.model, self.state, self.best, self.stability))

    def place_more(self) -> None:
        """Place whoever has found no place, where that is possible now."""
        for session in self.plan.unplaced:
            change = int(place_where_free(self.model, self.state, session, self.stability))
            if change < IMPOSSIBLE:
                self.total += change
                self.best.cost[0] = UNKNOWN

    def anneal(self, room_moves: int, temperature: float, work: int) -> None:
        self.total, *_ = anneal.anneal(
            self.model, self.state, self.fixed, self.best,
            self.total, self.stability, room_moves, temperature, work,
        )  # fmt: skip


def _begun(problem: Problem, seed: int, *, with_rooms: bool, steps: int = 100) -> Engine:
    """The engine with as many sessions placed as so many steps of construction manage."""
    engine = Engine(problem, seed, with_rooms=with_rooms)
    assume(len(engine.model.movable))
    engine.construct(*engine.take_over(None), steps)
    engine.restore()
    engine.check()
    return engine


@given(varied_problems(), SEEDS)
def test_putting_a_session_in_and_taking_it_out(problem: Problem, seed: int) -> None:
    engine, dice = Engine(problem, seed), Random(seed)
    possible, suitable = problem.possible_starts(), problem.room_options[:, engine.order]
    for _ in range(40):
        session = dice.randrange(problem.session_count)
        start, room = int(engine.state.start[session]), int(engine.state.room[session])
        if start != UNPLACED:
            saved = engine.lift(session)
            engine.check()
            if dice.random() < 0.5:
                assert engine.put(session, start, room) == -saved
        elif possible[session].any() and suitable[session].any():
            start = int(dice.choice(np.flatnonzero(possible[session])))
            room = int(dice.choice(np.flatnonzero(suitable[session])))
            tried = engine.plan
            tried.starts[session], tried.rooms[session] = start, engine.order[room]
            rules = broken(problem, tried)
            if rules <= {Rule.TRAVEL, Rule.DAILY_LIMIT}:
                change = engine.put(session, start, room)
                # These two rules are told by a price that no wish reaches.
                assert (change >= FORBIDDEN // 2) is bool(rules)
                if rules:
                    assert engine.lift(session) == -change
        engine.check()


@given(STARTING, SEEDS)
def test_pushing_out_who_is_in_the_way(starting: tuple[Problem, Plan | None], seed: int) -> None:
    problem, start = starting
    engine = Engine(problem, seed)
    queue, waiting = engine.take_over(start)
    for _ in range(30):
        assert waiting == len(engine.plan.unplaced)
        assert engine.lift_all() == engine.counted(engine.state.start, engine.state.room)
        waiting = engine.construct(queue, waiting, 1)
        assert engine.best.cost[0] == (engine.best.start == UNPLACED).sum()
    engine.restore()
    engine.check()


@pytest.mark.parametrize("room_moves", [0, 16, 64])
@given(varied_problems(), SEEDS, TEMPERATURES, st.sampled_from([5, 100]))
def test_annealing(room_moves: int, problem: Problem, seed: int, temperature: float, steps: int) -> None:
    """Over times alone, over times and rooms, and over rooms alone: a move at a time, then many."""
    engine = _begun(problem, seed, with_rooms=room_moves > 0, steps=steps)
    for _ in range(60):
        before = engine.state.start.tobytes() + engine.state.room.tobytes()
        engine.anneal(room_moves, temperature, 1)
        if engine.state.start.tobytes() + engine.state.room.tobytes() != before:
            engine.check()
    for _ in range(3):
        engine.place_more()
        engine.check()
        engine.anneal(room_moves, temperature, 2_000)
        engine.check()


@settings(max_examples=120)
@given(varied_problems(), SEEDS, st.booleans(), st.booleans())
def test_pricing_an_exchange_before_it_is_done(
    problem: Problem, seed: int, with_rooms: bool, apart: bool
) -> None:
    """Exact where no two who change places are of one course: each is priced as if it alone did."""
    if apart:
        count = problem.session_count
        courses, days = np.arange(count, dtype=np.int32), np.resize(problem.working_days, count)
        problem = replace(problem, courses=courses, working_days=days)
    # Ways that take time, and ways to sessions that move too, are not priced: such moves are done on trial.
    problem = replace(problem, travel_slots=np.zeros_like(problem.travel_slots))
    engine, dice = _begun(problem, seed, with_rooms=with_rooms), Random(seed)
    model, state = engine.model, engine.state
    for _ in range(60):
        session, other = dice.choices(model.movable.tolist(), k=2)
        source, target = int(state.start[session]), int(dice.choice(np.flatnonzero(model.possible[session])))
        if state.start[other] != UNPLACED and dice.random() < 0.8:
            # Where somebody is who may have to change places, or right before or after.
            target = int(state.start[other] + dice.choice((0, -model.length[session], model.length[other])))
        if source == UNPLACED or not 0 <= target < problem.slot_count:
            continue
        if abs(target - source) < model.length[session] + model.travels:
            continue
        state.stamp[0] += 1
        count = int(extend(model, state, session, target, source, 0, engine.fixed))
        chain = state.chain[: max(count, 0)].tolist()
        if count == NONE or len(set(model.course[chain])) < count:
            continue
        price = _price(engine, chain, source, target)
        if price < FORBIDDEN // 2:
            change = int(anneal._carry_out(model, state, count, source, target, engine.stability))
            # It is taken back where somebody would come before whom he must follow.
            assert change == (price if state.start[session] == target else 0)
            engine.total += change
            engine.check()


def _price(engine: Engine, chain: list[int], source: int, target: int) -> int:
    model, state, count = engine.model, engine.state, len(chain)
    price = int(price_of_people(model, state, count, source, target))
    for session in chain:
        goal = target if state.start[session] == source else source
        price += int(model.start_cost[session, goal] - model.start_cost[session, state.start[session]])
        price += int(price_of_days(model, state, session, goal))
    return price + int(anneal._price_of_all_rooms(model, state, count, source, target, engine.stability))


@settings(max_examples=30)
@given(varied_problems(), SEEDS)
def test_tempering_copies_over_times(problem: Problem, seed: int) -> None:
    engine = _begun(problem, seed, with_rooms=False)
    temperatures = (8.0, 4.0, 2.0, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempering, "STEP", 300)
        copies = tempering.Tempering(engine.model, engine.fixed, engine.best, temperatures, seed)
        for _ in islice(copies.run(engine.state, engine.total), len(temperatures) + 6):
            assert copies.costs == [engine.counted(copy.start, copy.room) for copy in copies.states]
            assert engine.best.cost[0] == engine.counted(engine.best.start, engine.best.room)


@given(STARTING, SEEDS, st.booleans())
def test_a_whole_search(starting: tuple[Problem, Plan | None], seed: int, tempers: bool) -> None:
    """What the search hands from one part to the next is the cost of its plan: placing, melting, cooling, tempering."""
    problem, start = starting
    _, order = build_model(problem)
    real = anneal.anneal

    def watched(model: Any, state: Any, fixed: Any, best: Any, cost: int, stability: int, *rest: Any) -> Any:
        def checked(start: Int32s, room: Int32s) -> int:
            return counted(problem, plan_of(start, room, order), with_rooms=stability > 0)

        assert cost == checked(state.start, state.room)
        result = real(model, state, fixed, best, cost, stability, *rest)
        assert result[0] == checked(state.start, state.room)
        # While melting no plan is the best.
        assert best.cost[0] in (-IMPOSSIBLE, checked(best.start, best.room))
        return result

    with pytest.MonkeyPatch.context() as patch:
        # Little work and much time: so that the load of the machine plays no part.
        patch.setattr(clock, "WORK_A_SECOND", 2_000)
        patch.setattr(climbing, "anneal", watched)
        patch.setattr(tempering, "anneal", watched)
        patch.setattr(tempering, "STEP", 100)
        if tempers:
            patch.setattr(climbing, "_WORK_A_SESSION", 0)
            patch.setattr(climbing, "_LEAST_STEPS", 0)
        else:
            # Some find a place only while the plan cools.
            patch.setattr(climbing, "_STEPS", 3)
            patch.setattr(climbing, "_PATIENCE", 1)
        outcome = improve(problem, seconds=10, seed=seed, start=None if tempers else start)

    assert broken(problem, outcome.plan) == set()
