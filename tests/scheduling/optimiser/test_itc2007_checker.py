"""The judge of the competition's solutions, by hand and against our own checker on random solutions."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scheduling.optimiser.checker import Rule, count_cost, find_violations
from app.scheduling.optimiser.itc2007 import (
    Course,
    Curriculum,
    Formulation,
    Instance,
    Room,
    read_instance,
    to_problem,
    write_solution,
)
from app.scheduling.optimiser.itc2007_checker import judge
from app.scheduling.optimiser.problem import Plan
from tests.load.large_week import write_large_week

INSTANCES = Path(__file__).parents[2] / "load" / "itc2007"
LITTLE = Instance(
    name="little",
    days=2,
    periods=4,
    fewest_a_day=2,
    most_a_day=2,
    courses=(Course("A", "Ann", 3, 2, 30), Course("B", "Bob", 1, 1, 20), Course("C", "Ann", 1, 1, 10)),
    rooms=(Room("R", 20, 0), Room("S", 40, 1)),
    curricula=(Curriculum("K", ("A", "B")),),
    unavailable=frozenset({("B", 1, 3)}),
)


@pytest.mark.parametrize(
    ("lines", "broken"),
    [
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1 1\nC R 0 2", []),
        ("A S 0 0\nA S 0 1\nB R 1 1\nC R 0 2", [("lectures", (1, 2))]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1 1\nC R 0 2\n\nC R 0 3", [("lectures", (5, 7))]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1 3\nC R 0 2", [("availability", (4,))]),
        ("A S 0 0\nA R 0 0\nA S 1 0\nB R 1 1\nC R 0 2", [("conflict", (1, 2))]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1 0\nC R 0 2", [("conflict", (3, 4))]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1 1\nC R 0 1", [("conflict", (2, 5))]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 0 2\nC R 0 2", [("room", (4, 5))]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB X 1 1\nC R 0 2", [("name", (4,)), ("lectures", ())]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 2 1\nC R 0 2", [("name", (4,)), ("lectures", ())]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1\nC R 0 2", [("line", (4,)), ("lectures", ())]),
        ("A S 0 0\nA S 0 1\nA S 1 0\nB R 1 1\nC R 0 2\nD R 1 1", [("name", (6,))]),
    ],
)
def test_hard_rules_name_their_lines(lines: str, broken: list[tuple[str, tuple[int, ...]]]) -> None:
    found = judge(LITTLE, lines, Formulation.UD2).broken
    assert [(each.rule, each.lines) for each in found] == broken


def test_of_several_curricula_in_common_the_first_of_the_file_is_told() -> None:
    courses = (*LITTLE.courses, Course("D", "Eve", 1, 1, 5))
    both, other = ("D", "C"), ("A", "D")
    little = replace(
        LITTLE,
        courses=courses,
        curricula=(Curriculum("K", other), Curriculum("Z", both), Curriculum("Y", both)),
    )
    found = judge(little, "A S 0 0\nA S 0 1\nA S 1 0\nB R 1 1\nC R 0 2\nD S 0 2", Formulation.UD2).broken
    assert [(each.told, each.lines) for each in found] == [
        ("courses C and D share the curriculum Z on day 0 in period 2", (5, 6))
    ]


def test_ud2_by_hand() -> None:
    # A in R: 10 too many. A on one day instead of two: 5. B alone on its day: 2. A in two rooms: 1.
    cost = judge(LITTLE, "A R 0 0\nA S 0 1\nA S 0 2\nB S 1 0\nC R 0 3", Formulation.UD2).cost
    assert (cost.capacity, cost.working_days, cost.isolated, cost.room_stability) == (10, 5, 2, 1)
    assert cost.total == 18


def test_ud5_by_hand() -> None:
    # K has A at 0 and 1 in two buildings (travel 2), a window at 2, B at 3 alone: 1; three lectures that day instead
    # of two: 2; on the other day one instead of two: 2, alone: 1. Ten of A do not fit into R.
    cost = judge(LITTLE, "A R 0 0\nA S 0 1\nB S 0 3\nA S 1 0\nC R 1 3", Formulation.UD5).cost
    assert (cost.capacity, cost.travel, cost.windows, cost.isolated, cost.daily_load) == (10, 2, 2, 2, 4)
    assert cost.total == 20


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    days, periods = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    small = st.integers(0, 3)
    names = "ABCDE"[: draw(st.integers(1, 5))]
    name = st.sampled_from(names)
    return Instance(
        name="random",
        days=days,
        periods=periods,
        fewest_a_day=draw(small),
        most_a_day=draw(small),
        courses=tuple(
            Course(
                each,
                draw(st.sampled_from("xyz")),
                draw(st.integers(1, 3)),
                draw(small),
                draw(st.integers(1, 60)),
            )
            for each in names
        ),
        rooms=tuple(
            Room(f"r{n}", draw(st.integers(1, 60)), draw(st.integers(0, 1))) for n in range(draw(small) + 1)
        ),
        curricula=tuple(
            Curriculum(f"k{n}", tuple(draw(st.lists(name, min_size=1, unique=True))))
            for n in range(draw(small))
        ),
        unavailable=frozenset(
            draw(st.lists(st.tuples(name, st.integers(0, days - 1), st.integers(0, periods - 1)), max_size=5))
        ),
    )


@given(instances(), st.sampled_from(Formulation), st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_both_checkers_say_the_same(instance: Instance, formulation: Formulation, seed: int) -> None:
    problem = to_problem(instance, formulation)
    anywhere = _random_plan(problem.session_count, problem.slot_count, problem.room_count, seed)
    verdict = judge(instance, write_solution(instance, anywhere), formulation)
    assert verdict.cost == count_cost(problem, anywhere)
    found = find_violations(problem, anywhere)
    pairs = {v.sessions for v in found if v.rule is Rule.GROUP_TWICE}
    ours = {
        "room": sum(v.rule is Rule.ROOM_TWICE for v in found),
        "conflict": len(pairs),
        "availability": sum(v.rule is Rule.START_NOT_ALLOWED for v in found),
    }
    assert {rule: sum(each.rule == rule for each in verdict.broken) for rule in ours} == ours


def test_the_timetable_below_the_published_best_costs_what_is_claimed() -> None:
    instance = read_instance((INSTANCES / "comp12.ectt").read_text(encoding="utf-8"))
    lines = (INSTANCES / "comp12-ud2-289.sol").read_text(encoding="utf-8")
    verdict = judge(instance, lines, Formulation.UD2)
    assert not verdict.broken
    assert verdict.cost.total == 289


@pytest.mark.parametrize("formulation", Formulation)
def test_real_instances_are_judged_at_once(formulation: Formulation) -> None:
    instance = read_instance((INSTANCES / "comp12.ectt").read_text(encoding="utf-8"))
    problem = to_problem(instance, formulation)
    anywhere = _random_plan(problem.session_count, problem.slot_count, problem.room_count, 3)
    text = write_solution(instance, anywhere)
    begun = time.process_time()
    verdict = judge(instance, text, formulation)
    judged = time.process_time()
    assert verdict.cost == count_cost(problem, anywhere)
    assert find_violations(problem, anywhere)
    assert judged - begun < 0.5
    assert time.process_time() - judged < 2


_Held = TypeVar("_Held")


class _Watched(tuple[_Held, ...]):
    """Counts how often it is gone through, by what it holds."""

    gone_through: Counter[str] = Counter()

    def __iter__(self) -> Iterator[_Held]:
        self.gone_through[type(self[0]).__name__] += 1
        return super().__iter__()

    def __contains__(self, sought: object) -> bool:
        self.gone_through[type(self[0]).__name__] += 1
        return super().__contains__(sought)


@pytest.mark.parametrize("formulation", Formulation)
def test_a_large_instance_is_gone_through_a_few_times_however_many_lectures_meet(
    formulation: Formulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = read_instance(write_large_week())
    problem = to_problem(large, formulation)
    anywhere = _random_plan(problem.session_count, problem.slot_count, problem.room_count, 3)
    text = write_solution(large, anywhere)
    monkeypatch.setattr(_Watched, "gone_through", Counter())
    watched = replace(
        large,
        courses=_Watched(large.courses),
        rooms=_Watched(large.rooms),
        curricula=_Watched(replace(each, courses=_Watched(each.courses)) for each in large.curricula),
    )

    verdict = judge(watched, text, formulation)

    assert len(verdict.broken) > 1_000
    assert verdict.cost == count_cost(problem, anywhere)
    # The names in a curriculum are strings.
    assert 0 < _Watched.gone_through["str"] <= 5 * len(large.curricula)
    assert all(0 < _Watched.gone_through[kind] <= 5 for kind in ("Course", "Room", "Curriculum"))


def _random_plan(sessions: int, slots: int, rooms: int, seed: int) -> Plan:
    dice = random.Random(seed)
    return Plan(
        np.array([dice.randrange(slots) for _ in range(sessions)], np.int32),
        np.array([dice.randrange(rooms) for _ in range(sessions)], np.int32),
    )
