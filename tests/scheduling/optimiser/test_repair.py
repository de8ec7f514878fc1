"""The repair: what it says of small plans, and that no plan tried by brute force is better."""

import time
from collections.abc import Iterator
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from app.scheduling.optimiser import repair as repairing
from app.scheduling.optimiser.checker import count_cost, find_violations
from app.scheduling.optimiser.disruption import (
    GroupAway,
    MustLeave,
    NewLength,
    NewStarts,
    RoomAway,
    strike,
)
from app.scheduling.optimiser.explanation import Kind, Reason
from app.scheduling.optimiser.problem import DayProfile, Plan, Problem
from app.scheduling.optimiser.repair import Limits, Move, NoRepair, Repair, repair
from tests.scheduling.optimiser.problems import Group, Room, Session, plan, plans_of, small_problems, state

LIMITS = Limits(seconds=20)
ME = Session(groups=(0,))
TWO_ROOMS = (Room(), Room(campus=1))


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver is never ready."""
    monkeypatch.setattr(cp_model.CpSolver, "solve", lambda *_: cp_model.UNKNOWN)


def _mended(problem: Problem, before: Plan, **rest: tuple[int, ...]) -> Repair:
    found = repair(problem, before, limits=LIMITS, **rest)
    assert isinstance(found, Repair)
    assert found.proven
    assert found.best
    assert find_violations(problem, found.plan) == []
    assert found.cost == count_cost(problem, found.plan)
    return found


def test_a_sound_plan_stays_as_it_is() -> None:
    problem, before = state(ME, ME), plan((0, 0), (1, 0))
    assert _mended(problem, before).moves == ()


def test_one_absence_moves_one_session_to_the_cheapest_place() -> None:
    prices = np.array([[5, 5, 5, 5, 5, 2, 5, 5]] * 2, np.int32)
    before = plan((0, 0), (1, 0))
    problem = strike(state(ME, ME, start_penalties=prices), before, GroupAway(0, (0,)))
    found = _mended(problem, before)
    assert found.moves == (Move(0, (0, 0), (5, 0)),)
    assert found.groups == (0,)
    assert found.cost.starts == 7


def test_somebody_else_makes_room_when_nothing_is_free() -> None:
    # Session 0 may only come at 0 or 1; at 1 stands session 1, which can go anywhere.
    before = plan((0, 0), (1, 0))
    problem = strike(
        state(Session(groups=(0,), starts=(0, 1)), Session(groups=(1,)), groups=(Group(), Group())),
        before,
        GroupAway(0, (0,)),
    )
    assert [move.session for move in _mended(problem, before).moves] == [0, 1]


def test_a_chain_of_three_is_found() -> None:
    before = plan((0, 0), (1, 0), (2, 0))
    sessions = (Session(starts=(0, 1)), Session(starts=(1, 2)), Session(starts=(2, 3)))
    found = _mended(strike(state(*sessions), before, RoomAway(0, (0,))), before)
    assert [move.after for move in found.moves] == [(1, 0), (2, 0), (3, 0)]


def test_a_long_chain_is_found_among_all_sessions() -> None:
    before = plan(*((n, 0) for n in range(7)))
    sessions = [Session(starts=(n, n + 1)) for n in range(7)]
    found = _mended(strike(state(*sessions), before, RoomAway(0, (0,))), before)
    assert len(found.moves) == 7


def test_without_time_for_the_proof_few_moves_are_offered_all_the_same(hurry: None) -> None:
    before = plan((0, 0), (1, 0), (2, 0))
    sessions = (Session(starts=(0, 1)), Session(starts=(1, 2)), Session(starts=(2, 3)))
    problem = strike(state(*sessions), before, RoomAway(0, (0,)))
    found = repair(problem, before, limits=LIMITS)
    assert isinstance(found, Repair)
    assert (len(found.moves), found.proven, found.best) == (3, False, False)
    assert find_violations(problem, found.plan) == []


def test_needless_moves_of_the_search_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plan(*((slot, 0) for slot in range(6)))
    problem = strike(state(*(Session(),) * 6), before, RoomAway(0, (0,)))
    one_later = plan(*((slot + 1, 0) for slot in range(6)))
    monkeypatch.setattr(repairing, "_SMALL_STEPS", -1)
    monkeypatch.setattr(repairing, "search_near", lambda *_args, **_rest: one_later)
    # Among all plans nothing is found in time.
    monkeypatch.setattr(repairing._Repairer, "_fewest", lambda self, *_: self._none(proven=False))
    found = repair(problem, before, limits=LIMITS)
    assert isinstance(found, Repair)
    assert [move.session for move in found.moves] == [0]


def test_without_time_for_the_proof_nothing_is_claimed_of_what_finds_no_place(hurry: None) -> None:
    before = plan((0, 0), (1, 0))
    problem = strike(state(Session(starts=(0, 1)), Session(starts=(1,))), before, RoomAway(0, (0,)))
    found = repair(problem, before, limits=LIMITS)
    assert isinstance(found, NoRepair)
    assert (found.broken, found.proven, found.explanation) == ((0,), False, None)


def test_what_stays_stays_when_there_is_no_time(hurry: None) -> None:
    before = plan((0, 0), (1, 0), None)
    problem = strike(state(ME, ME, ME), before, NewLength(0, 2))
    found = repair(problem, before, fixed=(1,), leave=(2,), limits=LIMITS)
    assert isinstance(found, Repair)
    assert [move.session for move in found.moves] == [0]


def test_of_two_neighbours_of_a_longer_session_one_moves() -> None:
    before = plan((0, 0), (1, 0), (2, 0))
    found = _mended(strike(state(ME, ME, ME), before, NewLength(1, 2)), before)
    assert [move.session for move in found.moves] in ([1], [2])


def test_fewer_people_are_touched_before_it_gets_cheaper() -> None:
    # Either session may make way; the first has two groups, and moving it would be cheaper.
    prices = np.array([[0] * 8, [0, 0, 9, 9, 9, 9, 9, 9]], np.int32)
    before = plan((0, 0), (1, 0))
    problem = state(
        Session(groups=(0, 1)), Session(groups=(2,)), groups=(Group(),) * 3, start_penalties=prices
    )
    found = _mended(strike(problem, before, NewLength(0, 2)), before)
    assert found.groups == (2,)
    assert found.people == 1


def test_two_lecturers_are_fewer_people_than_a_cohort() -> None:
    before = plan((0, 0), (1, 0))
    cohort, lecturer = Group(people=30), Group()
    problem = state(Session(groups=(0,)), Session(groups=(1, 2)), groups=(cohort, lecturer, lecturer))
    found = _mended(strike(problem, before, NewLength(0, 2)), before)
    assert (found.groups, found.people) == ((1, 2), 2)


def test_a_new_session_is_placed_and_one_to_be_left_is_left() -> None:
    problem, before = state(ME, ME, ME), plan((0, 0), None, None)
    found = _mended_with_rest(problem, before)
    assert [move.session for move in found.moves] == [1]
    assert found.moves[0].before is None
    assert found.plan.unplaced == [2]


def _mended_with_rest(problem: Problem, before: Plan) -> Repair:
    found = repair(problem, before, leave=(2,), limits=LIMITS)
    assert isinstance(found, Repair)
    return found


def test_fixed_sessions_stay() -> None:
    before = plan((0, 0), (1, 0))
    problem = strike(state(ME, ME), before, NewLength(0, 2))
    assert [move.session for move in _mended(problem, before, fixed=(0,)).moves] == [1]
    assert [move.session for move in _mended(problem, before, fixed=(1,)).moves] == [0]
    assert isinstance(repair(problem, before, fixed=(0, 1), limits=LIMITS), NoRepair)


def test_a_course_can_be_moved() -> None:
    before = plan((0, 0), (1, 0), (4, 0))
    problem = strike(state(ME, ME, ME), before, NewStarts((0, 1), (4, 5, 6)))
    after = _mended(problem, before).plan.starts
    assert sorted(after.tolist()) == [4, 5, 6]


def test_sessions_can_be_told_to_leave() -> None:
    before = plan((0, 0), (1, 0))
    found = _mended(strike(state(ME, ME), before, MustLeave((1,))), before)
    assert [move.session for move in found.moves] == [1]


def test_two_may_fill_a_day_that_has_room_for_each() -> None:
    # Only together do the two that come make the day of the third too long; it has to go.
    limited = (Group(profile=DayProfile(limit=2)),)
    before = plan((0, 0), (1, 0), (4, 0))
    first, third = Session(groups=(0,), starts=(0, 5)), Session(groups=(0,), starts=(4, 2))
    problem = strike(
        state(first, Session(groups=(0,), starts=(1, 6)), third, groups=limited, days=2),
        before,
        RoomAway(0, (0, 1)),
    )
    assert len(_mended(problem, before).moves) == 3


def test_what_cannot_be_mended_is_said() -> None:
    before = plan((0, 0), (1, 0))
    problem = state(Session(starts=(0,)), Session(starts=(1,)))
    found = repair(strike(problem, before, RoomAway(0, (0,))), before, limits=LIMITS)
    assert isinstance(found, NoRepair)
    assert found.proven
    assert found.broken == (0,)
    assert found.explanation is not None
    assert found.explanation.reasons == (
        Reason(Kind.PIN, session=0),
        Reason(Kind.ROOM_CLOSED, room=0, day=0),
    )


def test_sessions_that_only_together_have_no_place_are_explained_together() -> None:
    before = plan((0, 0), (1, 0), (2, 0))
    narrow = Session(groups=(0,), starts=(0, 1, 2))
    problem = strike(state(narrow, narrow, narrow, rooms=TWO_ROOMS), before, GroupAway(0, (0,)))
    found = repair(problem, before, limits=LIMITS)
    assert isinstance(found, NoRepair)
    assert found.explanation is not None
    assert found.explanation.sessions == (0,)
    present = {reason.session for reason in found.explanation.reasons if reason.kind is Kind.PRESENCE}
    assert present == {1, 2}
    assert Reason(Kind.GROUP_AWAY, group=0, day=0) in found.explanation.reasons


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_brute_force_finds_nothing_better(data: st.DataObject) -> None:
    problem = data.draw(small_problems(most_sessions=3))
    before = data.draw(plans_of(problem))
    _check_against_all(problem, before)


@pytest.mark.parametrize("alike", [True, False])
@given(data=st.data())
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_brute_force_mends_a_sound_plan_no_better(alike: bool, data: st.DataObject) -> None:
    # Where rooms are alike, moves are counted over times alone; that must make no difference.
    problem = data.draw(
        small_problems(most_sessions=4 if alike else 3, most_days=1 if alike else 2, alike=alike)
    )
    sound = list(islice(_sound_plans(problem), 300))
    assume(sound)
    before = data.draw(st.sampled_from(sound))
    slots = tuple(data.draw(st.sets(st.integers(0, problem.slot_count - 1), max_size=3)))
    absence = data.draw(
        st.one_of(
            st.builds(GroupAway, st.integers(0, problem.group_count - 1), st.just(slots)),
            st.builds(RoomAway, st.integers(0, problem.room_count - 1), st.just(slots)),
        )
    )
    _check_against_all(strike(problem, before, absence), before)


def _check_against_all(problem: Problem, before: Plan) -> None:
    found = repair(problem, before, limits=LIMITS)
    best = min(_all_repairs(problem, before), default=None)
    if best is None:
        assert isinstance(found, NoRepair)
        assert found.proven
        assert found.explanation is not None
        assert found.explanation.minimal
    else:
        assert isinstance(found, Repair)
        assert found.proven
        assert found.best
        assert find_violations(problem, found.plan) == []
        assert (len(found.moves), found.people, found.cost.total) == best


def _all_repairs(problem: Problem, before: Plan) -> Iterator[tuple[int, int, int]]:
    """Moves, people and cost of every sound plan."""
    for after in _sound_plans(problem):
        moved = np.flatnonzero((after.starts != before.starts) | (after.rooms != before.rooms)).tolist()
        groups = {group for session in moved for group in problem.groups[session]}
        people = len(groups) if problem.people is None else sum(int(problem.people[g]) for g in groups)
        yield len(moved), people, count_cost(problem, after).total


def _sound_plans(problem: Problem) -> Iterator[Plan]:
    places = list(product(range(problem.slot_count), range(problem.room_count)))
    alone = [
        [place for place in places if not _broken_alone(problem, session, place)]
        for session in range(problem.session_count)
    ]
    for seats in product(*alone):
        after = plan(*seats)
        if not find_violations(problem, after):
            yield after


def _broken_alone(problem: Problem, session: int, place: tuple[int, int]) -> bool:
    only = plan(*(place if n == session else None for n in range(problem.session_count)))
    return any(v.sessions == (session,) for v in find_violations(problem, only) if v.rule != "unplaced")


@pytest.mark.parametrize("seed", range(3))
def test_a_school_year_is_repaired_at_once(seed: int) -> None:
    problem, before = _school_year(np.random.default_rng(seed))
    day = int(before.starts[seed]) // problem.slots_per_day
    slots = tuple(range(day * problem.slots_per_day, (day + 1) * problem.slots_per_day))
    struck = strike(problem, before, GroupAway(problem.groups[seed][0], slots))
    begun = time.process_time()
    assert len(_mended(struck, before).moves) <= 2
    assert time.process_time() - begun < 5


def _school_year(random: np.random.Generator) -> tuple[Problem, Plan]:
    """A thousand sessions over 120 days, put one by one where they fit."""
    days, slots = 120, 8
    count = 1000
    sessions = [
        Session(groups=(n % 40, 40 + n % 25), length=1 + n % 2, course=n % 25, size=20) for n in range(count)
    ]
    rooms = tuple(Room(capacity=20 + n % 3, campus=n % 2) for n in range(6))
    people = (Group(profile=DayProfile(limit=6, isolated=1, window=1)),) * 65
    problem = state(*sessions, rooms=rooms, groups=people, days=days, slots=slots, travel=1)
    taken_room = np.zeros((len(rooms), problem.slot_count), np.bool_)
    free = np.full((65, days), True)
    seats: list[tuple[int, int]] = []
    for session in sessions:
        while True:
            day, slot = int(random.integers(days)), int(random.integers(slots - session.length + 1))
            room, at = int(random.integers(len(rooms))), day * slots + slot
            span = slice(at, at + session.length)
            if free[list(session.groups), day].all() and not taken_room[room, span].any():
                break
        taken_room[room, span] = True
        free[list(session.groups), day] = False
        seats.append((at, room))
    return problem, plan(*seats)
