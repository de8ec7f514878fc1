"""The checker: one case for each rule and each wish, worked out by hand."""

import time
from dataclasses import replace

import numpy as np
import pytest

from app.scheduling.optimiser.checker import Rule, Violation, count_cost, find_violations
from app.scheduling.optimiser.problem import DayProfile, InvalidProblem, Plan, Problem, Weights
from tests.scheduling.optimiser.problems import Group, Room, Session, plan, state

TWO_ROOMS = (Room(), Room(campus=1))
BUSY_AT_1 = (Group(busy=(1,)),)
AT_MOST_2 = (Group(profile=DayProfile(limit=2)),)
ME = Session(groups=(0,))
LONG = Session(groups=(0,), length=2)


@pytest.mark.parametrize(
    ("problem", "places", "found"),
    [
        (state(ME, ME), [(0, 0), (1, 0)], []),
        (state(ME, ME), [(0, 0), None], [Violation(Rule.UNPLACED, (1,))]),
        (state(Session(starts=(2,))), [(1, 0)], [Violation(Rule.START_NOT_ALLOWED, (0,), slot=1)]),
        (state(LONG), [(3, 0)], [Violation(Rule.DAY_OVERRUN, (0,), slot=3)]),
        (
            state(Session(rooms=(1,)), rooms=TWO_ROOMS),
            [(1, 0)],
            [Violation(Rule.ROOM_NOT_SUITABLE, (0,), slot=1, room=0)],
        ),
        (state(LONG, rooms=(Room(busy=(2,)),)), [(1, 0)], [Violation(Rule.ROOM_BUSY, (0,), slot=2, room=0)]),
        (
            state(Session(length=2), Session()),
            [(0, 0), (1, 0)],
            [Violation(Rule.ROOM_TWICE, (0, 1), slot=1, room=0)],
        ),
        (state(Session(), Session(), rooms=(Room(shared=True),)), [(0, 0), (0, 0)], []),
        (state(LONG, groups=BUSY_AT_1), [(0, 0)], [Violation(Rule.GROUP_BUSY, (0,), slot=1, group=0)]),
        (
            state(ME, LONG, rooms=TWO_ROOMS),
            [(2, 0), (1, 1)],
            [Violation(Rule.GROUP_TWICE, (0, 1), slot=2, group=0)],
        ),
        (
            state(ME, LONG, rooms=TWO_ROOMS, travel=1),
            [(2, 0), (0, 1)],
            [Violation(Rule.TRAVEL, (0, 1), slot=2, group=0)],
        ),
        (state(ME, LONG, rooms=TWO_ROOMS, travel=1), [(3, 0), (0, 1)], []),
        # The night is long enough for any way.
        (state(ME, ME, rooms=TWO_ROOMS, travel=1), [(3, 0), (4, 1)], []),
        (
            state(ME, LONG, groups=AT_MOST_2),
            [(4, 0), (6, 0)],
            [Violation(Rule.DAILY_LIMIT, (0, 1), slot=4, group=0)],
        ),
        (state(ME, LONG, groups=AT_MOST_2), [(4, 0), (1, 0)], []),
        (state(LONG, ME, precedence=((0, 1),)), [(1, 0), (3, 0)], []),
        (
            state(LONG, Session(), precedence=((0, 1),)),
            [(4, 0), (3, 0)],
            [Violation(Rule.PRECEDENCE, (0, 1), slot=3)],
        ),
        (state(LONG, ME, precedence=((0, 1),)), [(4, 0), None], [Violation(Rule.UNPLACED, (1,))]),
    ],
)
def test_every_hard_rule(
    problem: Problem, places: list[tuple[int, int] | None], found: list[Violation]
) -> None:
    assert find_violations(problem, plan(*places)) == found


def _of(**profile: int) -> tuple[Group, ...]:
    return (Group(profile=DayProfile(**profile)),)


@pytest.mark.parametrize(
    ("problem", "places", "costs"),
    [
        (state(Session(size=13), weights=Weights(capacity=2)), [(0, 0)], {"capacity": 6}),
        (
            state(Session(course=0), Session(course=0), rooms=TWO_ROOMS, weights=Weights(room_stability=3)),
            [(0, 0), (1, 1)],
            {"room_stability": 3},
        ),
        (
            state(Session(course=0), Session(course=0), working_days=(3,), weights=Weights(working_days=5)),
            [(0, 0), (1, 0)],
            {"working_days": 10},
        ),
        (state(ME, ME, groups=_of(isolated=2)), [(3, 0), (4, 0)], {"isolated": 4}),
        (state(ME, ME, groups=_of(isolated=2)), [(2, 0), (3, 0)], {}),
        (state(LONG, groups=_of(isolated=2)), [(0, 0)], {}),
        (state(ME, ME, groups=_of(window=2)), [(0, 0), (3, 0)], {"windows": 4}),
        (state(ME, groups=_of(load=2, fewest=3)), [(0, 0)], {"daily_load": 4}),
        (state(ME, LONG, groups=_of(load=2, most=2)), [(0, 0), (1, 0)], {"daily_load": 2}),
        (state(ME, ME, groups=_of(day=7)), [(0, 0), (4, 0)], {"days": 14}),
        (state(ME, ME, rooms=TWO_ROOMS, groups=_of(travel=2)), [(2, 0), (1, 1)], {"travel": 2}),
        (state(ME, ME, rooms=TWO_ROOMS, groups=_of(travel=2)), [(3, 0), (4, 1)], {}),
        (state(ME, start_penalties=np.full((1, 8), 4, np.int32)), [(5, 0)], {"starts": 4}),
        (state(ME, room_penalties=np.full((1, 1), 3, np.int32)), [(5, 0)], {"rooms": 3}),
        (
            state(
                ME, ME, ME, given=plan((0, 0), (1, 0), None), weights=Weights(moved_start=2, moved_room=3),
                rooms=TWO_ROOMS,
            ),
            [(0, 1), (3, 0), (2, 0)],
            {"moved": 5},
        ),
        (state(Session(size=13)), [None], {"unplaced": 1}),
    ],
)  # fmt: skip
def test_every_wish(problem: Problem, places: list[tuple[int, int] | None], costs: dict[str, int]) -> None:
    cost = count_cost(problem, plan(*places))
    assert {
        name: value for name, value in (cost.parts | {"unplaced": cost.unplaced}).items() if value
    } == costs


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sizes": np.ones(2, np.int32)}, "sizes has the shape"),
        ({"lengths": np.zeros(1, np.int32)}, "takes at least one slot"),
        ({"groups": ((0, 0),)}, "no distinct known groups"),
        ({"groups": ((1,),)}, "no distinct known groups"),
        ({"people": np.ones(2, np.int32)}, "people has the shape"),
        ({"travel_slots": np.array([[0, 2], [0, 0]], np.int32)}, "another way back"),
    ],
)
def test_a_problem_that_does_not_fit_together_is_refused(change: dict[str, object], told: str) -> None:
    problem = replace(state(ME, rooms=TWO_ROOMS, travel=2), **change)  # type: ignore[arg-type]
    with pytest.raises(InvalidProblem, match=told):
        problem.check()


def test_a_place_that_does_not_exist_is_no_plan() -> None:
    with pytest.raises(ValueError, match="Session 0 is at slot 8"):
        find_violations(state(ME), plan((8, 0)))


def test_a_thousand_sessions_over_a_year_are_checked_at_once() -> None:
    random = np.random.default_rng(1)
    sessions = [Session(groups=(n % 40, 40 + n % 30), length=1 + n % 3, course=n % 60) for n in range(1000)]
    problem = state(
        *sessions,
        rooms=tuple(Room(campus=n % 2) for n in range(20)),
        groups=(Group(),) * 70,
        days=200,
        slots=10,
    )
    problem = replace(problem, precedence=tuple((n, n + 60) for n in range(900)))
    somewhere = Plan(
        random.integers(0, problem.slot_count, 1000).astype(np.int32),
        random.integers(0, 20, 1000).astype(np.int32),
    )
    begun = time.process_time()
    assert find_violations(problem, somewhere)
    assert count_cost(problem, somewhere).unplaced == 0
    assert time.process_time() - begun < 3
