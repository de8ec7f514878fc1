"""Regions that share people: what they may use never meets, and what none of them could place is reconciled."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scheduling.optimiser.allotment import Grudges, allot, reconcile
from app.scheduling.optimiser.checker import Rule, count_cost, find_violations
from app.scheduling.optimiser.packing import pack_plan, pack_problem, unpack_plan, unpack_problem
from app.scheduling.optimiser.problem import Flags, Plan, Problem
from app.scheduling.optimiser.regions import (
    Seat,
    Sharing,
    find_demands,
    find_overlaps,
    unite,
    unite_plans,
    use_of,
    within,
)
from tests.scheduling.optimiser.problems import Group, Session, plan, small_problems, state

DAYS, SLOTS = 3, 2
ME = Session(groups=(0,))


def school(*sessions: Session, busy: tuple[int, ...] = ()) -> Problem:
    return state(*sessions, groups=(Group(busy=busy),), days=DAYS, slots=SLOTS)


def sharing(regions: int = 2, *, way: int = SLOTS, limit: int = 60) -> Sharing:
    """One person at all regions."""
    seats = tuple(Seat(0, region, 0, limit) for region in range(regions))
    return Sharing(DAYS, SLOTS, seats, (way * (1 - np.eye(regions))).astype(np.int32))


def days_of(allotted: Flags) -> list[list[int]]:
    by_day = allotted.reshape(len(allotted), DAYS, SLOTS)
    return [np.flatnonzero(row.any(axis=1)).tolist() for row in by_day]


def used(*rows: tuple[int, ...]) -> Flags:
    flags = np.zeros((len(rows), DAYS * SLOTS), np.bool_)
    for row, slots in enumerate(rows):
        flags[row, list(slots)] = True
    return flags


@settings(max_examples=30, deadline=None)
@given(small_problems(), st.integers(0, 9))
def test_what_is_packed_comes_back(problem: Problem, seed: int) -> None:
    some = Plan(
        np.random.default_rng(seed).integers(-1, problem.slot_count, problem.session_count).astype(np.int32),
        np.zeros(problem.session_count, np.int32),
    )
    problem = replace(problem, given=some)

    again, plan_again = unpack_problem(pack_problem(problem)), unpack_plan(pack_plan(some))

    assert find_violations(again, plan_again) == find_violations(problem, some)
    assert count_cost(again, plan_again) == count_cost(problem, some)
    assert pack_problem(again) == pack_problem(problem)


def test_days_are_shared_out_by_what_is_asked_for() -> None:
    problems = [school(ME), school(ME, ME, ME, ME)]
    demands = [found for region, one in enumerate(problems) for found in find_demands(sharing(), region, one)]

    one, other = days_of(allot(sharing(), demands, seed=1))

    assert (len(one), len(other)) == (1, 2)
    assert not set(one) & set(other)


def test_a_day_goes_to_whom_it_alone_helps() -> None:
    # The first region can only have the last day; the second could have any.
    problems = [school(Session(groups=(0,), starts=(4, 5))), school(ME, busy=())]
    demands = [found for region, one in enumerate(problems) for found in find_demands(sharing(), region, one)]

    assert days_of(allot(sharing(), demands, seed=1)) == [[2], [0, 1]]


def test_a_region_sees_somebody_only_when_he_is_allotted_to_it() -> None:
    problem = within(school(ME), [0], used((2, 3)))

    assert np.flatnonzero(problem.possible_starts()[0]).tolist() == [2, 3]


@pytest.mark.parametrize(
    ("way", "limit", "slots", "overlaps"),
    [
        (2, 60, ((0,), (2,)), 0),
        (2, 60, ((0,), (1,)), 1),
        (0, 60, ((0,), (1,)), 0),
        (0, 60, ((0,), (0,)), 1),
        (1, 60, ((0,), (1,)), 1),
        (0, 1, ((0,), (1,)), 1),
    ],
)
def test_nobody_is_at_two_places_or_on_the_way(
    way: int, limit: int, slots: tuple[tuple[int, ...], ...], overlaps: int
) -> None:
    assert len(find_overlaps(sharing(way=way, limit=limit), used(*slots))) == overlaps


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, DAYS * SLOTS - 1), min_size=2, max_size=4, unique=True), st.integers(0, SLOTS))
def test_the_union_breaks_a_rule_where_two_regions_want_somebody(starts: list[int], way: int) -> None:
    half = len(starts) // 2
    problems = [school(*[ME] * half), school(*[ME] * (len(starts) - half))]
    plans = [plan(*((start, 0) for start in part)) for part in (starts[:half], starts[half:])]
    use = np.concatenate([use_of(one, places, [0]) for one, places in zip(problems, plans, strict=True)])

    whole = unite(sharing(way=way), problems)
    found = find_violations(whole, unite_plans(problems, plans))

    whole.check()
    assert {violation.rule for violation in found} <= {Rule.TRAVEL}
    assert bool(found) == bool(find_overlaps(sharing(way=way), use))


def test_a_day_that_nobody_used_goes_to_whom_one_is_missing() -> None:
    first_or_last = Session(groups=(0,), starts=(0, 1, 4, 5))
    problems = [school(first_or_last, first_or_last), school(ME)]
    demands = [found for region, one in enumerate(problems) for found in find_demands(sharing(), region, one)]

    dealt = reconcile(sharing(), demands, used((0,), (2,)), {0: [1]}, grudges={}, round_number=1, seed=1)

    assert dealt.regions == (0,)
    assert days_of(dealt.allotted) == [[0, 2], [1]]
    # Who is not planned anew keeps what he uses and nothing else.
    assert np.flatnonzero(dealt.allotted[1]).tolist() == [2]
    assert dealt.grudges == {}


def test_a_day_is_taken_from_whom_it_costs_least() -> None:
    last = Session(groups=(0,), starts=(2, 3, 4, 5))
    problems = [school(last, last), school(ME, ME, ME)]
    demands = [found for region, one in enumerate(problems) for found in find_demands(sharing(), region, one)]

    # The second region uses all days; of those that the first could have, the last one for one session only.
    dealt = reconcile(sharing(), demands, used((), (2, 3, 4)), {0: [0]}, grudges={}, round_number=1, seed=1)

    assert dealt.regions == (0, 1)
    assert 2 in days_of(dealt.allotted)[0]
    assert dealt.grudges == {(0, 2): 1}


def test_a_day_that_was_taken_often_stays() -> None:
    last = Session(groups=(0,), starts=(2, 3, 4, 5))
    problems = [school(last), school(ME, ME, ME)]
    demands = [found for region, one in enumerate(problems) for found in find_demands(sharing(), region, one)]

    dealt = reconcile(
        sharing(), demands, used((), (2, 3, 4)), {0: [0]}, grudges={(0, 2): 3}, round_number=1, seed=1
    )

    assert dealt.grudges == {(0, 1): 1, (0, 2): 3}


def test_a_day_is_shared_with_a_region_near_by() -> None:
    problems = [school(Session(groups=(0,), starts=(0, 1))), school(ME)]
    near = sharing(way=0)
    demands = [found for region, one in enumerate(problems) for found in find_demands(near, region, one)]

    dealt = reconcile(near, demands, used((), (0,)), {0: [0]}, grudges={(0, 0): 9}, round_number=1, seed=1)

    assert not (dealt.allotted[0] & dealt.allotted[1]).any()
    assert dealt.allotted[0].any()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_two_regions_may_use_never_meets(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 4))
    slots = st.lists(st.integers(0, DAYS * SLOTS - 1), min_size=1, unique=True).map(tuple)
    session = st.builds(Session, groups=st.just((0,)), starts=st.one_of(st.none(), slots))
    problems = [school(*data.draw(st.lists(session, min_size=1, max_size=4))) for _ in range(count)]
    shared = sharing(count, way=data.draw(st.integers(0, SLOTS)))
    demands = [found for region, one in enumerate(problems) for found in find_demands(shared, region, one)]
    allotted = allot(shared, demands, seed=data.draw(st.integers(0, 9)))
    assert find_overlaps(shared, allotted) == []

    grudges: Grudges = {}
    for seed in range(3):
        # Any use of what was allotted, and any sessions left over.
        wanted = st.lists(st.booleans(), min_size=DAYS * SLOTS, max_size=DAYS * SLOTS)
        use = allotted & np.array(data.draw(st.lists(wanted, min_size=count, max_size=count)))
        unplaced = {
            region: [session]
            for region, one in enumerate(problems)
            for session in data.draw(st.lists(st.integers(0, one.session_count - 1), max_size=1))
        }
        dealt = reconcile(shared, demands, use, unplaced, grudges=grudges, round_number=seed + 1, seed=seed)
        allotted, grudges = dealt.allotted, dealt.grudges

        assert find_overlaps(shared, allotted) == []
        assert set(unplaced) <= set(dealt.regions)
        others = [region for region in range(count) if region not in dealt.regions]
        assert (allotted[others] == use[others]).all()
