"""The search: no broken rule, the same plan for the same seed, and good plans; its counting: test_incremental_cost."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.scheduling.optimiser import climbing, clock
from app.scheduling.optimiser.checker import Rule, count_cost, find_violations
from app.scheduling.optimiser.itc2007 import Formulation, read_instance, to_problem
from app.scheduling.optimiser.problem import UNPLACED, Cost, Plan, Problem
from app.scheduling.optimiser.search import Progress, improve
from tests.scheduling.optimiser.problems import Group, Room, Session, plan, plans_of, small_problems, state

# Moves before the first cooling, in which nearly everything is accepted.
MELTING = 200_000
INSTANCES = Path(__file__).parents[2] / "load" / "itc2007"


@pytest.fixture(autouse=True, scope="module")
def compiled_before() -> None:
    """Compile what is compiled once, so that no search of a test has it in its time."""
    usual, clock.WORK_A_SECOND = clock.WORK_A_SECOND, 10
    improve(state(Session(groups=(0,)), Session(groups=(0,))), seconds=600)
    clock.WORK_A_SECOND = usual


@pytest.fixture
def counted_by_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Little work and much time: so that the load of the machine plays no part."""
    monkeypatch.setattr(clock, "WORK_A_SECOND", 20_000)
    yield


def _broken(problem: Problem, found: Plan) -> list[Rule]:
    return [each.rule for each in find_violations(problem, found) if each.rule is not Rule.UNPLACED]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_hard_rule_is_ever_broken(data: st.DataObject, counted_by_work: None) -> None:
    problem = data.draw(small_problems(most_sessions=6, most_days=3))
    start = data.draw(st.one_of(st.none(), plans_of(problem)))

    outcome = improve(problem, seconds=10, seed=1, start=start)

    assert _broken(problem, outcome.plan) == []


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(problem=small_problems(most_sessions=3))
def test_the_cheapest_plan_of_small_problems_is_found(counted_by_work: None, problem: Problem) -> None:
    """Where sessions are equally long and days have no limit: only those can always change places."""
    problem = replace(
        problem,
        lengths=np.ones_like(problem.lengths),
        profiles=tuple(replace(profile, limit=60) for profile in problem.profiles),
        travel_slots=np.zeros_like(problem.travel_slots),
        precedence=(),
    )
    cheapest = min(
        (_rank(count_cost(problem, each)) for each in _all_plans(problem) if not _broken(problem, each)),
        default=(problem.session_count, 0),
    )

    outcome = improve(problem, seconds=10, seed=3)

    assert outcome.cost.unplaced == cheapest[0]
    if cheapest[0] == 0:
        assert _rank(outcome.cost) == cheapest


def _rank(cost: Cost) -> tuple[int, int]:
    return cost.unplaced, cost.total


def _all_plans(problem: Problem) -> Iterator[Plan]:
    places = [None, *product(range(problem.slot_count), range(problem.room_count))]
    for those in product(places, repeat=problem.session_count):
        yield plan(*those)


@pytest.mark.parametrize("formulation", list(Formulation))
def test_the_same_seed_finds_the_same_plan(formulation: Formulation, counted_by_work: None) -> None:
    problem = _competition("comp01", formulation)

    first, second = (improve(problem, seconds=30, seed=7) for _ in range(2))
    other = improve(problem, seconds=30, seed=8)

    assert np.array_equal(first.plan.starts, second.plan.starts)
    assert np.array_equal(first.plan.rooms, second.plan.rooms)
    assert not np.array_equal(first.plan.starts, other.plan.starts)


def test_by_work_no_clock_ends_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = _competition("comp01")

    def with_work(seconds: float, *, by_work: bool) -> Plan:
        monkeypatch.setattr(clock, "WORK_A_SECOND", round(200_000 / seconds))
        return improve(problem, seconds=seconds, seed=7, by_work=by_work).plan

    unhurried = with_work(1_000.0, by_work=False)

    assert np.array_equal(with_work(0.001, by_work=True).starts, unhurried.starts)
    assert np.array_equal(with_work(0.001, by_work=True).rooms, unhurried.rooms)
    assert not np.array_equal(with_work(0.001, by_work=False).starts, unhurried.starts)


@pytest.mark.parametrize(
    ("name", "formulation", "enough"), [("comp01", "ud2", 20), ("comp11", "ud2", 15), ("comp11", "ud5", 40)]
)
def test_a_little_work_makes_a_good_plan(
    name: str, formulation: str, enough: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "WORK_A_SECOND", 200_000)
    problem = _competition(name, Formulation(formulation))

    outcome = improve(problem, seconds=30, seed=1)

    assert find_violations(problem, outcome.plan) == []
    assert outcome.cost.total <= enough


def test_better_and_better_plans_are_told(counted_by_work: None) -> None:
    told: list[Progress] = []

    def report(progress: Progress) -> bool:
        told.append(progress)
        return True

    outcome = improve(_competition("comp01"), seconds=30, report=report)

    ranks = [_rank(progress.cost) for progress in told]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[-1] == _rank(outcome.cost)
    assert [progress.seconds for progress in told] == sorted(progress.seconds for progress in told)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_search_that_is_stopped_keeps_the_best(threads: int) -> None:
    outcome = improve(_competition("comp01"), seconds=60, threads=threads, report=lambda _: False)

    assert outcome.seconds < 50
    assert outcome.cost.unplaced == 0


def test_two_threads_search_together(counted_by_work: None) -> None:
    problem = _competition("comp01")

    outcome = improve(problem, seconds=10, threads=2, seed=5)

    assert find_violations(problem, outcome.plan) == []
    assert outcome.moves > improve(problem, seconds=10, threads=1, seed=5).moves


def test_a_good_plan_to_begin_from_is_not_lost(counted_by_work: None) -> None:
    problem = _competition("comp01")
    good = improve(problem, seconds=60, seed=2)

    again = improve(problem, seconds=0.5, seed=9, start=good.plan)

    assert _rank(again.cost) <= _rank(good.cost)


def test_what_breaks_a_rule_loses_its_place_first() -> None:
    # Both at once for the same people: one of the two must move, the third stays where it is.
    sessions = (Session(groups=(0,)), Session(groups=(0,)), Session(starts=(5,), rooms=(0,)))
    problem = state(*sessions, rooms=(Room(), Room()))

    outcome = improve(problem, seconds=0.5, start=plan((2, 0), (2, 1), (5, 0)))

    assert find_violations(problem, outcome.plan) == []


def test_as_many_as_possible_find_a_place() -> None:
    problem = state(
        *(Session(groups=(0,)) for _ in range(5)), groups=(Group(busy=(0, 1, 2)),), days=1, slots=6
    )

    outcome = improve(problem, seconds=0.5)

    assert len(outcome.plan.unplaced) == 2
    assert outcome.cost.unplaced == 2
    assert _broken(problem, outcome.plan) == []


def test_a_plan_is_cooled_however_long_it_took_to_place_its_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three sessions of one lecturer in two slots: placing them is given up only when half of the time is gone.
    monkeypatch.setattr(climbing, "_PATIENCE", 1_000_000_000)
    crowded = state(*(Session(groups=(0,)) for _ in range(3)), days=1, slots=2)

    outcome = improve(crowded, seconds=2, seed=1)

    assert outcome.cost.unplaced == 1
    assert outcome.moves > MELTING


def test_every_room_can_be_full_in_every_slot() -> None:
    problem = state(
        *(Session(course=n % 6, groups=(n % 6,)) for n in range(24)),
        rooms=(Room(), Room(), Room()),
        groups=tuple(Group() for _ in range(6)),
    )

    assert improve(problem, seconds=0.5).cost.unplaced == 0


def test_nothing_to_plan_is_a_plan() -> None:
    outcome = improve(state(), seconds=0.2)

    assert outcome.plan.starts.tolist() == []
    assert outcome.cost == Cost()


def test_a_session_without_any_start_stays_out() -> None:
    outcome = improve(state(Session(starts=()), Session()), seconds=0.2)

    assert outcome.plan.starts.tolist()[0] == UNPLACED
    assert outcome.cost.unplaced == 1


def _competition(name: str, formulation: Formulation = Formulation.UD2) -> Problem:
    return to_problem(read_instance((INSTANCES / f"{name}.ectt").read_text()), formulation)
