"""What the proofs of the repair rest on: no plan that it looks for is left out, and prices are the checker's costs."""

from itertools import islice, product

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from app.scheduling.optimiser.checker import count_cost, find_violations
from app.scheduling.optimiser.disruption import GroupAway, RoomAway, strike
from app.scheduling.optimiser.ground import Ground
from app.scheduling.optimiser.neighbourhood import find_damage, find_places
from app.scheduling.optimiser.placement import Placement
from app.scheduling.optimiser.problem import DayProfile, Flags, Plan, Problem
from app.scheduling.optimiser.pruning import few_people
from app.scheduling.optimiser.wishes import Price
from tests.scheduling.optimiser.problems import Group, Session, plan, small_problems, state

TRIED = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@given(st.data())
@TRIED
def test_every_plan_with_the_fewest_moves_is_within_the_places(data: st.DataObject) -> None:
    problem = data.draw(small_problems(most_sessions=4, most_days=1))
    before = data.draw(st.sampled_from(_some_sound_plans(problem)))
    slots = tuple(data.draw(st.sets(st.integers(0, problem.slot_count - 1), min_size=1, max_size=2)))
    absence = data.draw(
        st.one_of(
            st.builds(GroupAway, st.integers(0, problem.group_count - 1), st.just(slots)),
            st.builds(RoomAway, st.integers(0, problem.room_count - 1), st.just(slots)),
        )
    )
    struck = strike(problem, before, absence)
    mended = _sound_plans(struck, 2_000)
    assume(mended)
    fewest = min(_measure(struck, before, after) for after in mended)
    damage, ground = find_damage(find_violations(struck, before)), Ground(struck, before)
    fixed = np.zeros(problem.session_count, np.bool_)
    places = find_places(ground, damage, extra=fewest[0] - damage.fewest, fixed=fixed)
    closer = few_people(ground, damage, places, fewest[1])
    for after in mended:
        moves, people = _measure(struck, before, after)
        if moves == fewest[0]:
            assert _within(before, after, places)
            assert people > fewest[1] or _within(before, after, closer)


@given(st.data())
@TRIED
def test_prices_differ_as_costs_do(data: st.DataObject) -> None:
    problem = data.draw(small_problems(most_sessions=4))
    sound = _some_sound_plans(problem)
    before, one, other = (data.draw(st.sampled_from(sound)) for _ in range(3))
    moving = [
        s for s in range(problem.session_count) if len({_at(each, s) for each in (before, one, other)}) > 1
    ]
    assume(moving)
    prices = [_price(problem, before, moving, after) for after in (one, other)]
    costs = [count_cost(problem, after).total for after in (one, other)]
    assert prices[0] - prices[1] == costs[0] - costs[1]


def _price(problem: Problem, before: Plan, moving: list[int], after: Plan) -> int:
    """What the model asks for the plan when nothing is left to choose but what follows from it."""
    ground = Ground(problem, before)
    placement = Placement(ground, {session: ground.allowed(session) for session in moving})
    placement.model.minimize(Price(placement).total())
    for session in moving:
        literal = placement.choices[session].literal_of(*_at(after, session))
        assert literal is not None
        placement.model.add_bool_or([literal])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(placement.model) == cp_model.OPTIMAL
    return round(solver.objective_value)


def _some_sound_plans(problem: Problem) -> list[Plan]:
    sound = _sound_plans(problem, 300)
    assume(sound)
    return sound


def _sound_plans(problem: Problem, most: int) -> list[Plan]:
    places = list(product(range(problem.slot_count), range(problem.room_count)))
    ground = Ground(problem, plan(*[None] * problem.session_count))
    choices = [[p for p in places if ground.allowed(s)[p]] for s in range(problem.session_count)]
    every = (plan(*seats) for seats in islice(product(*choices), 20_000))
    return list(islice((after for after in every if not find_violations(problem, after)), most))


def _measure(problem: Problem, before: Plan, after: Plan) -> tuple[int, int]:
    moved = np.flatnonzero((after.starts != before.starts) | (after.rooms != before.rooms)).tolist()
    groups = {group for session in moved for group in problem.groups[session]}
    return len(moved), len(groups) if problem.people is None else sum(int(problem.people[g]) for g in groups)


def _within(before: Plan, after: Plan, places: dict[int, Flags]) -> bool:
    return all(
        bool(places[session][_at(after, session)])
        if session in places
        else _at(after, session) == _at(before, session)
        for session in range(len(before.starts))
    )


def _at(where: Plan, session: int) -> tuple[int, int]:
    return int(where.starts[session]), int(where.rooms[session])


def test_an_empty_day_is_not_too_short() -> None:
    me = Session(groups=(0,))
    problem = state(me, me, groups=(Group(profile=DayProfile(load=5, fewest=2, day=1)),))
    together, apart = plan((0, 0), (1, 0)), plan((0, 0), (4, 0))
    prices = [_price(problem, together, [0, 1], after) for after in (together, apart)]
    # Two days with one slot each: twice 5 for what is missing, and one more day.
    assert prices[1] - prices[0] == 11
