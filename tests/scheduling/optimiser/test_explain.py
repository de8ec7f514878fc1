"""The explanations: each of the reasons is needed, all together suffice, and what is said to help does."""

import time
from collections.abc import Collection, Iterable
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.scheduling.optimiser.case import Case, TooLong
from app.scheduling.optimiser.checker import find_violations
from app.scheduling.optimiser.explain import explain, say_of
from app.scheduling.optimiser.explanation import Explanation, Kind, Reason, Remedy
from app.scheduling.optimiser.problem import DayProfile, Plan, Problem
from app.scheduling.optimiser.remedies import apply_help
from tests.scheduling.optimiser.problems import Group, Room, Session, plan, plans_of, small_problems, state

ME = Session(groups=(0,))
ALL_DAY = (0, 1, 2, 3)
AWAY = (Group(busy=(0, 1)), Group())


def _explained(
    problem: Problem, wanted: Collection[int], before: Plan | None, **rest: Iterable[int]
) -> Explanation:
    found = explain(problem, wanted, before, movable=tuple(rest.get("movable", ())), seconds=20)
    assert found is not None
    assert found.proven
    assert found.minimal
    return found


@pytest.mark.parametrize(
    ("problem", "before", "kinds"),
    [
        # Nothing but absence.
        (state(ME, groups=(Group(busy=ALL_DAY),), days=1), plan(None), {Kind.GROUP_AWAY}),
        # The room is closed all day and there is no other.
        (state(ME, rooms=(Room(busy=ALL_DAY),), days=1), plan(None), {Kind.ROOM_CLOSED}),
        # There is another room, but it does not suit.
        (
            state(Session(rooms=(0,)), rooms=(Room(busy=ALL_DAY), Room()), days=1),
            plan(None),
            {Kind.ROOM_CLOSED, Kind.ROOMS},
        ),
        # On the first day away, and no other day is allowed.
        (
            state(Session(groups=(0,), starts=ALL_DAY), groups=(Group(busy=ALL_DAY),)),
            plan(None),
            {Kind.GROUP_AWAY, Kind.STARTS},
        ),
        # Half away, half taken.
        (
            state(ME, Session(groups=(1,), length=2), groups=AWAY, days=1),
            plan(None, (2, 0)),
            {Kind.GROUP_AWAY, Kind.BOOKING},
        ),
        # Four hours a day are held, and a fifth would be too many.
        (
            state(ME, Session(groups=(0,), length=2), groups=(Group(profile=DayProfile(limit=2)),), days=1),
            plan(None, (0, 0)),
            {Kind.LIMIT, Kind.BOOKING},
        ),
        # Before 1 and after 2 there is time, but not for the way.
        (
            state(
                Session(groups=(0,), rooms=(1,)), Session(groups=(0,), length=2),
                rooms=(Room(), Room(campus=1)), travel=1, days=1,
            ),
            plan(None, (1, 0)),
            {Kind.TRAVEL, Kind.BOOKING, Kind.ROOMS},
        ),
        # What must come before is at the very beginning.
        (
            state(Session(), Session(), precedence=((0, 1),), rooms=(Room(), Room())),
            plan(None, (0, 0)),
            {Kind.ORDER, Kind.BOOKING},
        ),
        (
            state(Session(starts=(1,), rooms=(0,)), Session()),
            plan(None, (1, 0)),
            {Kind.PIN, Kind.BOOKING},
        ),
    ],
)  # fmt: skip
def test_planted_conflicts_are_named(problem: Problem, before: Plan, kinds: set[Kind]) -> None:
    found = _explained(problem, [0], before)
    assert {reason.kind for reason in found.reasons} == kinds
    _each_is_needed(problem, before, found)


def test_what_can_be_placed_needs_no_explanation() -> None:
    assert explain(state(ME, ME), [1], plan((0, 0), None)) is None


def test_what_was_taken_already_is_not_blamed_twice() -> None:
    # All bookings lie where the lecturer is away anyhow.
    problem = state(ME, Session(), Session(), groups=(Group(busy=ALL_DAY),), days=1)
    found = _explained(problem, [0], plan(None, (0, 0), (2, 0)))
    assert found.reasons == (Reason(Kind.GROUP_AWAY, group=0, day=0),)


def test_three_cannot_share_two_hours_wherever_they_are_put() -> None:
    both = Session(groups=(0,), starts=(0, 1))
    problem = state(both, both, both, ME, rooms=(Room(), Room()))
    found = _explained(problem, [0], None, movable=(1, 2, 3))
    assert {reason for reason in found.reasons if reason.kind is Kind.PRESENCE} == {
        Reason(Kind.PRESENCE, session=1),
        Reason(Kind.PRESENCE, session=2),
    }
    assert {reason.session for reason in found.reasons if reason.kind is Kind.STARTS} == {0, 1, 2}
    assert len(found.reasons) == 5
    assert {each.remedy for each in found.helps} == {Remedy.ALLOW_DAY, Remedy.LEAVE_OUT}


def test_rooms_that_are_all_taken_by_others_are_found_beyond_the_own_people() -> None:
    problem = state(
        *(Session(groups=(n,), starts=(0,)) for n in range(3)), groups=(Group(),) * 3, rooms=(Room(),) * 2
    )
    found = _explained(problem, [0], None, movable=(1, 2))
    assert {reason.session for reason in found.reasons} == {0, 1, 2}


def test_the_remedies_are_concrete_and_the_cheapest_stands_first() -> None:
    problem = state(
        Session(groups=(0,), starts=ALL_DAY, rooms=(0,), size=12), Session(groups=(1,), length=2),
        groups=AWAY, rooms=(Room(capacity=20), Room(capacity=9), Room(capacity=11)),
    )  # fmt: skip
    found = _explained(problem, [0], plan(None, (2, 0)))
    assert [(each.remedy, each.room) for each in found.helps[:2]] == [
        (Remedy.ALLOW_ROOM, 2),
        (Remedy.ALLOW_ROOM, 1),
    ]
    told = {each.remedy: each for each in found.helps}
    assert set(told) == {Remedy.ALLOW_ROOM, Remedy.MOVE, Remedy.ALLOW_DAY, Remedy.FREE_GROUP}
    assert told[Remedy.MOVE].session == 1
    assert told[Remedy.ALLOW_DAY].day == 1
    assert (told[Remedy.FREE_GROUP].group, told[Remedy.FREE_GROUP].day) == (0, 0)
    _all_help(problem, plan(None, (2, 0)), found)


def test_a_limit_is_raised_by_no_more_than_is_needed() -> None:
    people = (Group(profile=DayProfile(limit=1)),)
    problem = state(Session(groups=(0,), length=2), ME, groups=people, days=1)
    found = _explained(problem, [0], plan(None, (0, 0)))
    assert [(each.remedy, each.amount) for each in found.helps] == [(Remedy.RAISE_LIMIT, 3)]


def test_no_time_is_no_explanation() -> None:
    both = Session(groups=(0,), starts=(0, 1))
    found = explain(state(both, both, both), [0, 1, 2], seconds=0)
    assert found is not None
    assert not found.proven
    assert not found.minimal
    assert found.reasons == ()


def test_a_check_that_takes_too_long_leaves_its_reason_in(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Session(groups=(0,), starts=(0, 1))
    problem = state(both, both, both, ME, rooms=(Room(), Room()))
    is_possible = Case.is_possible

    def hurried(case: Case, reasons: Collection[Reason]) -> bool:
        present = {reason.session for reason in reasons if reason.kind is Kind.PRESENCE}
        if 2 in present and 1 not in present:
            raise TooLong
        return is_possible(case, reasons)

    monkeypatch.setattr(Case, "is_possible", hurried)
    found = explain(problem, [0], movable=(1, 2, 3), seconds=20)
    assert found is not None
    assert found.proven
    assert not found.minimal
    assert Reason(Kind.PRESENCE, session=1) in found.reasons
    monkeypatch.undo()
    assert not Case(problem, [0], None, time.monotonic() + 60).is_possible(found.reasons)


def test_what_is_said_of_one_session_is_said_of_another_that_is_to_blame() -> None:
    narrow = Session(course=0, groups=(0,), starts=(0, 1))
    problem = state(narrow, narrow, narrow, ME, precedence=((0, 3), (1, 3), (2, 3)), rooms=(Room(), Room()))
    found = _explained(problem, [0], None, movable=(1, 2, 3))
    told = say_of(problem, found, 2)
    assert told is not None
    assert told.sessions == (2,)
    assert {reason.session for reason in told.reasons if reason.kind is Kind.PRESENCE} == {0, 1}
    assert told.helps
    nowhere = plan(None, None, None, None)
    _each_is_needed(problem, nowhere, told)
    for each in told.helps:
        assert _brute_force(apply_help(problem, each), nowhere, {0, 1, 2, 3} - {each.session}), each


@pytest.mark.parametrize(
    "other",
    [
        Session(course=0, groups=(0,), starts=(0, 2)),
        Session(course=0, groups=(0,), starts=(0, 1), rooms=(0,)),
        Session(course=0, groups=(), starts=(0, 1)),
        Session(course=0, groups=(0,), starts=(0, 1), length=2),
    ],
)
def test_of_another_that_differs_nothing_is_said(other: Session) -> None:
    narrow = Session(course=0, groups=(0,), starts=(0, 1))
    problem = state(narrow, narrow, narrow, other, rooms=(Room(), Room()))
    assert say_of(problem, _explained(problem, [0], None, movable=(1, 2)), 3) is None


def test_what_is_said_of_one_session_is_said_of_another_just_like_it() -> None:
    away = Session(course=0, groups=(0,))
    problem = state(away, away, ME, groups=(Group(busy=ALL_DAY),), precedence=((0, 2), (1, 2)), days=1)
    told = say_of(problem, _explained(problem, [0], plan(None, None, (0, 0))), 1)
    assert told is not None
    assert told.sessions == (1,)
    _each_is_needed(problem, plan(None, None, (0, 0)), told)
    _all_help(problem, plan(None, None, (0, 0)), told)


def test_of_another_that_has_to_come_earlier_nothing_is_said() -> None:
    away = Session(course=0, groups=(0,))
    problem = state(away, away, groups=(Group(busy=ALL_DAY),), precedence=((1, 0),), days=1)
    assert say_of(problem, _explained(problem, [0], plan(None, None)), 1) is None


def test_what_helps_is_found_among_sessions_that_share_nothing_but_a_room() -> None:
    early, late = Session(starts=(0, 1)), Session(starts=(1, 2))
    problem, before = state(early, early, late, late), plan(None, None, None, None)
    hint = plan(None, (0, 0), (1, 0), (2, 0))
    found = explain(problem, [0], before, movable=(1, 2, 3), hint=hint, seconds=20)
    assert found is not None
    assert Remedy.LEAVE_OUT in {each.remedy for each in found.helps}
    _all_help(problem, before, found, (1, 2, 3))


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_every_reason_is_needed_and_all_suffice(data: st.DataObject) -> None:
    problem = data.draw(small_problems(most_sessions=4))
    before = data.draw(plans_of(problem))
    wanted = data.draw(st.sets(st.integers(0, problem.session_count - 1), min_size=1, max_size=2))
    others = [session for session in range(problem.session_count) if session not in wanted]
    movable = data.draw(st.sets(st.sampled_from(others), max_size=1)) if others else set()
    hint = data.draw(st.none() | plans_of(problem))
    found = explain(problem, wanted, before, movable=movable, hint=hint, seconds=20)
    assert (found is None) == _brute_force(problem, before, {*wanted, *movable})
    assume(found is not None)
    assert found is not None
    assert found.proven
    assert found.minimal
    _each_is_needed(problem, before, found)
    _all_help(problem, before, found, movable)


def _each_is_needed(problem: Problem, before: Plan, found: Explanation) -> None:
    case = Case(problem, found.sessions, before, time.monotonic() + 60)
    assert not _has_place(case, found.reasons)
    for reason in found.reasons:
        assert _has_place(case, [other for other in found.reasons if other != reason]), reason


def _has_place(case: Case, reasons: Collection[Reason]) -> bool:
    small = case.only(reasons)
    return _brute_force(small.problem, small.plan, set(range(small.wanted)))


def _brute_force(problem: Problem, before: Plan, moving: set[int]) -> bool:
    """Whether these have places at which they break no rule, the others being where they are, right or wrong."""
    places = list(product(range(problem.slot_count), range(problem.room_count)))
    order = sorted(moving)
    alone = [[p for p in places if not _broken(problem, _only(problem, {s: p}), {s})] for s in order]
    return any(
        not _broken(problem, _put(before, dict(zip(order, seats, strict=True))), moving)
        for seats in product(*alone)
    )


def _broken(problem: Problem, after: Plan, moving: set[int]) -> bool:
    return any(
        v.rule != "unplaced" and moving.intersection(v.sessions) for v in find_violations(problem, after)
    )


def _only(problem: Problem, seats: dict[int, tuple[int, int]]) -> Plan:
    return plan(*(seats.get(session) for session in range(problem.session_count)))


def _put(before: Plan, seats: dict[int, tuple[int, int]]) -> Plan:
    after = before.copy()
    for session, (start, room) in seats.items():
        after.starts[session], after.rooms[session] = start, room
    return after


def _all_help(problem: Problem, before: Plan, found: Explanation, movable: Collection[int] = ()) -> None:
    for each in found.helps:
        changed = apply_help(problem, each)
        left = {*movable} - ({each.session} if each.remedy is Remedy.LEAVE_OUT else set())
        told = {session: (start, room) for session, start, room in each.places}
        assert set(told) == {*found.sessions} | ({each.session} if each.remedy is Remedy.MOVE else set())
        stands = _put(before, told)
        stands.starts[list(movable)] = stands.rooms[list(movable)] = -1
        assert not _broken(changed, stands, set(told)), each
        assert _brute_force(changed, _put(stands, {}), left), each


def test_a_session_of_a_school_year_is_explained_at_once() -> None:
    random = np.random.default_rng(5)
    days, slots, count = 120, 8, 1000
    sessions = [Session(groups=(n % 40, 40 + n % 25)) for n in range(count)]
    people = tuple(Group(profile=DayProfile(limit=6)) for _ in range(65))
    problem = state(
        *sessions,
        rooms=tuple(Room(campus=n % 2) for n in range(6)),
        groups=people,
        days=days,
        slots=slots,
        travel=1,
    )
    # Session 0 may only come in the first week, where its lecturer is away or teaches.
    problem.starts[0, 5 * slots :] = False
    problem.group_busy[0, : 3 * slots] = True
    starts = random.integers(5 * slots, days * slots, count)
    starts[[40, 80]] = 3 * slots + 1, 3 * slots + 5
    starts[[120, 160]] = 4 * slots + 1, 4 * slots + 5
    problem.lengths[[40, 80, 120, 160]] = 3
    before = Plan(starts.astype(np.int32), np.array([n % 6 for n in range(count)], np.int32))
    before.starts[0] = before.rooms[0] = -1
    begun = time.process_time()
    found = _explained(problem, [0], before)
    assert time.process_time() - begun < 5
    assert {reason.kind for reason in found.reasons} >= {Kind.STARTS, Kind.GROUP_AWAY, Kind.BOOKING}
    assert found.helps
    _each_is_possible_without(problem, before, found)


def _each_is_possible_without(problem: Problem, before: Plan, found: Explanation) -> None:
    case = Case(problem, found.sessions, before, time.monotonic() + 60)
    assert not case.is_possible(found.reasons)
    for reason in found.reasons:
        assert case.is_possible([other for other in found.reasons if other != reason])
