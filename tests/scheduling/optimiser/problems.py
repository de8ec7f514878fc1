"""Small problems to try the optimiser on: made by hand with a word each, and at random."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from app.scheduling.optimiser.problem import UNPLACED, DayProfile, Plan, Problem, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session in the words of a test; what is left out is no restriction."""

    length: int = 1
    course: int | None = None
    size: int = 10
    groups: tuple[int, ...] = ()
    starts: tuple[int, ...] | None = None
    rooms: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room in the words of a test."""

    capacity: int = 10
    campus: int = 0
    busy: tuple[int, ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group in the words of a test."""

    busy: tuple[int, ...] = ()
    profile: DayProfile = field(default_factory=DayProfile)
    people: int = 1


def state(
    *sessions: Session,
    rooms: tuple[Room, ...] = (Room(),),
    groups: tuple[Group, ...] = (Group(),),
    days: int = 2,
    slots: int = 4,
    travel: int = 0,
    working_days: tuple[int, ...] | None = None,
    **rest: Any,  # the other fields of Problem
) -> Problem:
    """Return the problem that these say; a session is a course of its own unless it names one."""
    count, time = len(sessions), days * slots
    courses = [s.course if s.course is not None else n for n, s in enumerate(sessions)]
    campuses = max((room.campus for room in rooms), default=0) + 1
    fields: dict[str, Any] = {
        "days": days,
        "slots_per_day": slots,
        "lengths": _numbers(s.length for s in sessions),
        "courses": _numbers(courses),
        "sizes": _numbers(s.size for s in sessions),
        "starts": _flags((s.starts for s in sessions), count, time),
        "start_penalties": np.zeros((count, time), np.int32),
        "room_options": _flags((s.rooms for s in sessions), count, len(rooms)),
        "room_penalties": np.zeros((count, len(rooms)), np.int32),
        "groups": tuple(s.groups for s in sessions),
        "people": _numbers(g.people for g in groups) if {g.people for g in groups} != {1} else None,
        "group_profiles": _numbers(range(len(groups))),
        "profiles": tuple(group.profile for group in groups),
        "group_busy": _flags((group.busy for group in groups), len(groups), time),
        "capacities": _numbers(room.capacity for room in rooms),
        "campuses": _numbers(room.campus for room in rooms),
        "room_busy": _flags((room.busy for room in rooms), len(rooms), time),
        "shared": np.array([room.shared for room in rooms], np.bool_),
        "travel_slots": (travel * (1 - np.eye(campuses))).astype(np.int32),
        "working_days": _numbers(working_days or [0] * (max(courses, default=-1) + 1)),
    }
    problem = Problem(**(fields | rest))
    problem.check()
    return problem


def plan(*places: tuple[int, int] | None) -> Plan:
    """Return the plan with each session at its start and in its room."""
    seats = [place or (UNPLACED, UNPLACED) for place in places]
    return Plan(_numbers(start for start, _ in seats), _numbers(room for _, room in seats))


@st.composite
def small_problems(
    draw: st.DrawFn, *, most_sessions: int = 4, most_days: int = 2, alike: bool = False
) -> Problem:
    """Problems that use every rule and every wish, small enough to try all plans.

    With ``alike`` sessions take one slot, all rooms suit and are alike but for their seats, and nobody travels.
    """
    days, slots = draw(st.integers(1, most_days)), draw(st.integers(2, 3))
    time, some = days * slots, st.integers(0, 3)
    rooms = draw(st.lists(_rooms(time, alike=alike), min_size=1, max_size=2))
    groups = draw(st.lists(_groups(time, some, st.integers(1, 4)), min_size=1, max_size=3))
    session = _sessions(time, len(groups), len(rooms), alike=alike)
    sessions = draw(st.lists(session, min_size=1, max_size=most_sessions))
    return state(
        *sessions,
        rooms=tuple(rooms),
        groups=tuple(groups),
        days=days,
        slots=slots,
        travel=draw(st.integers(0, 1)),
        working_days=(draw(st.integers(0, 2)), draw(st.integers(0, 2))),
        **draw(_order_and_prices(len(sessions), time, len(rooms), some)),
    )


@st.composite
def varied_problems(draw: st.DrawFn) -> Problem:
    """Problems of every kind that the search tells apart, in general too large to try all plans.

    Days with a table of their patterns and without, campuses that do not matter, that only cost, and that take time to
    change, more rooms than a word has bits, and a plan to stay near.
    """
    days, slots = draw(st.integers(1, 3)), draw(st.one_of(st.integers(3, 8), st.integers(14, 60)))
    time, some = days * slots, st.integers(0, 3)
    rooms = draw(st.lists(_rooms(time, campuses=draw(st.integers(1, 3))), min_size=1, max_size=4))
    # A shared place has seats for all: the search takes that for granted.
    rooms = [replace(room, capacity=99) if room.shared else room for room in rooms]
    rooms *= draw(st.sampled_from([1, 1, 1, 1, 32]))
    limits = st.one_of(st.just(60), st.integers(2, 6))
    groups = draw(st.lists(_groups(time, some, limits), min_size=1, max_size=4))
    session = st.builds(
        Session,
        length=st.sampled_from([1, 1, 1, 2, 3]),
        course=st.integers(0, 3),
        size=st.integers(6, 13),
        groups=_subset(len(groups)),
        starts=st.one_of(st.none(), _subset(time).filter(len)),
        rooms=st.one_of(st.none(), _subset(len(rooms)).filter(len)),
    )
    sessions = draw(st.lists(session, min_size=2, max_size=10))
    problem = state(
        *sessions,
        rooms=tuple(rooms),
        groups=tuple(groups),
        days=days,
        slots=slots,
        travel=draw(st.sampled_from([0, 0, 1, 2, 12])),
        working_days=draw(st.tuples(*[st.integers(0, 3)] * 4)),
        **draw(_order_and_prices(len(sessions), time, len(rooms), some)),
    )
    return replace(problem, given=draw(st.one_of(st.none(), plans_of(problem))))


@st.composite
def _order_and_prices(
    draw: st.DrawFn, count: int, time: int, rooms: int, some: st.SearchStrategy[int]
) -> dict[str, Any]:
    order = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=2))
    penalties = np.random.default_rng(draw(st.integers(0, 99)))
    weights = st.builds(
        Weights, capacity=some, room_stability=some, working_days=some, moved_start=some, moved_room=some
    )
    return {
        "start_penalties": penalties.integers(0, 3, (count, time)).astype(np.int32),
        "room_penalties": penalties.integers(0, 3, (count, rooms)).astype(np.int32),
        "precedence": tuple({(a, b) for a, b in order if a < b}),
        "weights": draw(weights),
    }


def _rooms(time: int, *, alike: bool = False, campuses: int = 2) -> st.SearchStrategy[Room]:
    return st.builds(
        Room,
        capacity=st.integers(8, 12),
        campus=st.integers(0, 0 if alike else campuses - 1),
        busy=_subset(time, fewer=True),
        shared=st.sampled_from([False] if alike else [False, False, False, True]),
    )


def _groups(
    time: int, some: st.SearchStrategy[int], limits: st.SearchStrategy[int]
) -> st.SearchStrategy[Group]:
    profile = st.builds(
        DayProfile,
        isolated=some, window=some, fewest=st.integers(0, 2), most=st.integers(1, 3), load=some,
        day=some, travel=some, limit=limits,
    )  # fmt: skip
    people = st.sampled_from([0, 1, 1, 1, 2, 30])
    return st.builds(Group, busy=_subset(time, fewer=True), profile=profile, people=people)


def _sessions(time: int, groups: int, rooms: int, *, alike: bool) -> st.SearchStrategy[Session]:
    return st.builds(
        Session,
        length=st.sampled_from([1] if alike else [1, 1, 2]),
        course=st.integers(0, 1),
        size=st.integers(6, 13),
        groups=_subset(groups),
        starts=st.one_of(st.none(), _subset(time)),
        rooms=st.none() if alike else st.one_of(st.none(), _subset(rooms)),
    )


@st.composite
def plans_of(draw: st.DrawFn, problem: Problem) -> Plan:
    """Any plan of the problem, most of them with broken rules; some sessions may have no place."""
    place = st.tuples(st.integers(0, problem.slot_count - 1), st.integers(0, problem.room_count - 1))
    return plan(*(draw(st.one_of(place, place, place, st.none())) for _ in range(problem.session_count)))


def _subset(count: int, *, fewer: bool = False) -> st.SearchStrategy[tuple[int, ...]]:
    most = min(2, count) if fewer else count
    return st.lists(st.integers(0, count - 1), unique=True, max_size=most).map(
        lambda those: tuple(sorted(those))
    )


def _numbers(values: Any) -> Any:
    return np.array(list(values), np.int32)


def _flags(rows: Any, count: int, width: int) -> Any:
    """[count, width] true where a row names the place; a row of ``None`` is true everywhere."""
    flags = np.zeros((count, width), np.bool_)
    for number, row in enumerate(rows):
        flags[number, slice(None) if row is None else list(row)] = True
    return flags
