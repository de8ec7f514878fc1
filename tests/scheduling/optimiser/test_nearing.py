"""The search near a plan: it moves who has to move, and few others."""

import numpy as np

from app.scheduling.optimiser.checker import Rule, find_violations
from app.scheduling.optimiser.disruption import GroupAway, RoomAway, strike
from app.scheduling.optimiser.nearing import search_near
from app.scheduling.optimiser.problem import Flags, Plan, Problem
from tests.scheduling.optimiser.problems import Group, Session, plan, state

SECONDS = 0.4


def near(problem: Problem, before: Plan, *staying: int) -> Plan:
    flags: Flags = np.zeros(problem.session_count, np.bool_)
    flags[list(staying)] = True
    return search_near(problem, before, staying=flags, seconds=SECONDS)


def moved(before: Plan, after: Plan) -> list[int]:
    changed = (before.starts != after.starts) | (before.rooms != after.rooms)
    return [int(session) for session in np.flatnonzero(changed)]


def test_a_sound_plan_stays_as_it_is_even_where_another_is_cheaper() -> None:
    prices = np.array([[5, 0, 0, 0, 0, 0, 0, 0]], np.int32)
    before = plan((0, 0))

    assert moved(before, near(state(Session(), start_penalties=prices), before)) == []


def test_only_who_is_struck_moves() -> None:
    sessions = [Session(course=n, groups=(n,)) for n in range(3)]
    before = plan((0, 0), (1, 0), (2, 0))
    problem = strike(state(*sessions, groups=(Group(),) * 3), before, GroupAway(0, (0, 1, 2)))

    after = near(problem, before)

    assert moved(before, after) == [0]
    assert find_violations(problem, after) == []


def test_other_courses_make_room_where_it_takes_them() -> None:
    sessions = (Session(starts=(0, 1)), Session(course=1, starts=(1, 2)), Session(course=2, starts=(2, 3)))
    before = plan((0, 0), (1, 0), (2, 0))
    problem = strike(state(*sessions), before, RoomAway(0, (0,)))

    after = near(problem, before)

    assert after.starts.tolist() == [1, 2, 3]
    assert find_violations(problem, after) == []


def test_who_is_to_stay_stays_even_without_a_place() -> None:
    before = plan((0, 0), (1, 0), None)
    problem = strike(state(Session(), Session(), Session()), before, RoomAway(0, (0,)))

    after = near(problem, before, 1, 2)

    assert moved(before, after) == [0]
    assert after.unplaced == [2]


def test_what_finds_no_place_has_none_and_breaks_nothing() -> None:
    before = plan((0, 0), (1, 0))
    problem = strike(state(Session(starts=(0, 1)), Session(starts=(1,))), before, RoomAway(0, (0,)))

    after = near(problem, before)

    assert [one.rule for one in find_violations(problem, after)] == [Rule.UNPLACED]
