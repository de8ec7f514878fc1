"""The problem and the state of the search, laid out for compiled code."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.problem import UNPLACED, DayProfile, Plan, Problem

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]

WORD = 62
"""Rooms a word of 64 bits holds; the sign stays out of it."""
TWINS = 3
FORBIDDEN = 1 << 24
"""A cost that no wish reaches: the hours of a day are a hard rule."""
_TABLE_SLOTS = 13
"""Up to so many slots a day, the cost of every pattern of a day is kept in a table."""


class Model(NamedTuple):
    """What does not change while searching. Sessions S, slots T, rooms R in W words, groups G, campuses K."""

    slots: int
    movable: Int32s
    """Sessions that have a choice."""
    length: Int32s
    course: Int32s
    course_from: Int64s
    course_sessions: Int32s
    """The sessions of course c: ``course_sessions[course_from[c]:course_from[c + 1]]``."""
    movable_room: Bytes
    """[S] whether a session may sit in more than one room."""
    by_size: Int32s
    """[S] the rank of a session by its size, the largest first."""
    possible: Bytes
    """[S, T]"""
    starts_from: Int64s
    starts: Int32s
    """The possible starts of session s: ``starts[starts_from[s]:starts_from[s + 1]]``."""
    start_cost: Int32s
    suitable: Int64s
    """[S, W] rooms that suit."""
    fitting: Int64s
    """[S, W] rooms that suit and cost nothing."""
    room_cost: Int32s
    shared: Bytes
    groups_from: Int64s
    groups: Int32s
    priced_from: Int64s
    priced: Int32s
    """Those of the groups whose days cost anything."""
    conflict: Bytes
    """[S, S] 1 where two sessions share a group, ``TWINS`` where they are alike in all that matters."""
    profile: Int32s
    pattern_cost: Int32s
    """[profile, pattern of a day]; empty where a day has too many slots for a table."""
    profiles: Int32s
    """[profile, isolated, window, fewest, most, load, day, travel, limit]"""
    fewest_days: Int32s
    day_weight: int
    campus: Int32s
    travel_gap: Int32s
    travels: bool
    """Whether campuses matter at all …"""
    takes_time: bool
    """… and ways between them take time, as a hard rule."""
    before_from: Int64s
    before: Int32s
    """Sessions that must have ended before session s starts."""
    after_from: Int64s
    after: Int32s


class State(NamedTuple):
    """A plan and all that is counted of it."""

    start: Int32s
    room: Int32s
    busy: Int64s
    """[G, days] the slots of a group's day, a bit each."""
    busy_at: Int64s
    """[G, days, K] the same by campus; one empty campus where these do not matter."""
    free: Int64s
    """[T, W] rooms that are free."""
    occupant: Int32s
    """[T, R]"""
    present: Int32s
    """[T, …] sessions of a slot, ``present_count`` of them."""
    present_count: Int32s
    place: Int32s
    """[S, length] where in ``present`` a session is."""
    course_days: Int32s
    """[C, days] sessions of a course."""
    days_used: Int32s
    course_rooms: Int32s
    """[C, R] sessions of a course."""
    rooms_used: Int32s
    ejections: Int32s
    mark: Int32s
    """[S] stamps of the chain being built …"""
    stamp: Int32s
    """[1] … and the stamp in use."""
    chain: Int32s
    chain_start: Int32s
    chain_room: Int32s
    goal_room: Int32s
    toggled: Bytes
    """[G] scratch: whether the chain changes a group's day."""
    touched: Int32s
    """[G + 1] scratch: the groups of the chain."""
    spare: Int64s
    """[2, W] scratch: rooms that the chain may use at its two starts."""
    ways: Int64s
    """[K] scratch: what the ways to and from a session would cost by its campus."""
    effort: Int64s
    """[1] the work done by putting sessions in and taking them out."""
    random: NDArray[np.uint64]


class Best(NamedTuple):
    """The cheapest plan found so far."""

    cost: Int64s
    """[1]"""
    start: Int32s
    room: Int32s


def build_model(problem: Problem) -> tuple[Model, Int32s]:
    """Lay out the problem. Returns also the order of the rooms: room r of the model is ``order[r]`` of the problem.

    Rooms are ordered by capacity, so that the first free one that fits is the smallest.
    """
    order = np.argsort(problem.capacities, kind="stable").astype(np.int32)
    options, cost = problem.room_options[:, order], _room_cost(problem)[:, order]
    possible = problem.possible_starts()
    pinned = _is_pinned(possible, options)
    conflict = _conflicts(problem, possible, options)
    before_from, before = _ranges(_neighbours(problem, 1, 0))
    after_from, after = _ranges(_neighbours(problem, 0, 1))
    starts_from, starts = _ranges([np.flatnonzero(row) for row in possible])
    needed = _groups_that_matter(problem)
    groups_from, groups = _ranges(needed)
    priced_from, priced = _ranges(_with_wishes(problem, needed))
    course_from, course_sessions = _ranges(
        [np.flatnonzero(problem.courses == course) for course in range(problem.course_count)]
    )
    campuses = problem.campuses[order]
    travels = _travels(problem)
    model = Model(
        slots=problem.slots_per_day,
        movable=np.flatnonzero(~pinned & possible.any(axis=1)).astype(np.int32),
        length=problem.lengths.astype(np.int32),
        course=problem.courses.astype(np.int32),
        course_from=course_from,
        course_sessions=course_sessions,
        movable_room=(options.sum(axis=1) > 1).astype(np.uint8),
        by_size=np.argsort(np.argsort(-problem.sizes, kind="stable")).astype(np.int32),
        possible=possible.astype(np.uint8),
        starts_from=starts_from,
        starts=starts,
        start_cost=_start_cost(problem),
        suitable=_words(options),
        fitting=_words(options & (cost == 0)),
        room_cost=np.ascontiguousarray(cost),
        shared=problem.shared[order].astype(np.uint8),
        groups_from=groups_from,
        groups=groups,
        priced_from=priced_from,
        priced=priced,
        conflict=conflict,
        profile=problem.group_profiles.astype(np.int32),
        pattern_cost=_pattern_costs(problem.profiles, problem.slots_per_day),
        profiles=np.array([_row(profile) for profile in problem.profiles], np.int32).reshape(-1, 8),
        fewest_days=problem.working_days.astype(np.int32),
        day_weight=problem.weights.working_days,
        campus=(campuses if travels else np.zeros_like(campuses)).astype(np.int32),
        travel_gap=problem.travel_slots.astype(np.int32) if travels else np.zeros((1, 1), np.int32),
        travels=travels,
        takes_time=travels and bool(problem.travel_slots.any()),
        before_from=before_from,
        before=before,
        after_from=after_from,
        after=after,
    )
    return model, order


def empty_state(problem: Problem, model: Model, order: Int32s, seed: int) -> State:
    """Return the state in which nothing is placed."""
    sessions, slots, rooms = problem.session_count, problem.slot_count, problem.room_count
    width = rooms + (sessions if problem.shared.any() else 0)
    longest = int(problem.lengths.max(initial=1))
    free = _words(~problem.room_busy[order].T)
    return State(
        start=np.full(sessions, UNPLACED, np.int32),
        room=np.full(sessions, UNPLACED, np.int32),
        busy=np.zeros((problem.group_count, problem.days), np.int64),
        busy_at=np.zeros((problem.group_count, problem.days, len(model.travel_gap)), np.int64),
        free=free,
        occupant=np.full((slots, rooms), UNPLACED, np.int32),
        present=np.full((slots, width), UNPLACED, np.int32),
        present_count=np.zeros(slots, np.int32),
        place=np.zeros((sessions, longest), np.int32),
        course_days=np.zeros((problem.course_count, problem.days), np.int32),
        days_used=np.zeros(problem.course_count, np.int32),
        course_rooms=np.zeros((problem.course_count, rooms), np.int32),
        rooms_used=np.zeros(problem.course_count, np.int32),
        ejections=np.zeros(sessions, np.int32),
        mark=np.zeros(sessions, np.int32),
        stamp=np.zeros(1, np.int32),
        chain=np.zeros(sessions + 1, np.int32),
        chain_start=np.zeros(sessions + 1, np.int32),
        chain_room=np.zeros(sessions + 1, np.int32),
        goal_room=np.zeros(sessions + 1, np.int32),
        toggled=np.zeros(problem.group_count, np.uint8),
        touched=np.zeros(problem.group_count + 1, np.int32),
        spare=np.zeros((2, free.shape[1]), np.int64),
        ways=np.zeros(len(model.travel_gap), np.int64),
        effort=np.zeros(1, np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64 or 1], np.uint64),
    )


def plan_of(start: Int32s, room: Int32s, order: Int32s) -> Plan:
    """Return the plan in the problem's own order of rooms."""
    placed = room != UNPLACED
    rooms = np.full_like(room, UNPLACED)
    rooms[placed] = order[room[placed]]
    return Plan(start.copy(), rooms)


def _room_cost(problem: Problem) -> Int32s:
    overflow = np.maximum(problem.sizes[:, None] - problem.capacities[None, :], 0)
    cost = problem.weights.capacity * np.where(problem.shared[None, :], 0, overflow) + problem.room_penalties
    if problem.given is not None and problem.weights.moved_room:
        cost = cost + problem.weights.moved_room * _differs(problem.given.rooms, problem.room_count)
    return cost.astype(np.int32)


def _start_cost(problem: Problem) -> Int32s:
    cost = problem.start_penalties
    if problem.given is not None and problem.weights.moved_start:
        cost = cost + problem.weights.moved_start * _differs(problem.given.starts, problem.slot_count)
    return np.ascontiguousarray(cost, np.int32)


def _differs(given: Int32s, count: int) -> Int32s:
    """[S, count] 1 where a session with a given place would be elsewhere."""
    return ((given[:, None] != np.arange(count)[None, :]) & (given[:, None] != UNPLACED)).astype(np.int32)


def _travels(problem: Problem) -> bool:
    """Whether it matters at which campus a session is."""
    priced = any(profile.travel for profile in problem.profiles)
    return len(problem.travel_slots) > 1 and (priced or bool(problem.travel_slots.any()))


def _neighbours(problem: Problem, of: int, found: int) -> list[list[int]]:
    """For each session those on the other side of its pairs of precedence."""
    neighbours: list[list[int]] = [[] for _ in range(problem.session_count)]
    for pair in problem.precedence:
        neighbours[pair[of]].append(pair[found])
    return neighbours


def _is_pinned(possible: NDArray[np.bool_], options: NDArray[np.bool_]) -> NDArray[np.bool_]:
    pinned: NDArray[np.bool_] = (possible.sum(axis=1) == 1) & (options.sum(axis=1) == 1)
    return pinned


def _conflicts(problem: Problem, possible: NDArray[np.bool_], options: NDArray[np.bool_]) -> Bytes:
    conflict = np.zeros((problem.session_count, problem.session_count), np.uint8)
    for members in _members(problem):
        conflict[np.ix_(members, members)] = 1
    for twins in _twins(problem, possible, options):
        conflict[np.ix_(twins, twins)] *= TWINS
    np.fill_diagonal(conflict, 0)
    return conflict


def _groups_that_matter(problem: Problem) -> list[list[int]]:
    """The groups of each session, without those that forbid nothing and wish nothing beyond another group.

    Such is a teacher whose sessions all belong to one curriculum: its students cannot be at two places either.
    """
    members = [frozenset(those) for those in _members(problem)]
    silent = [problem.profiles[profile] == DayProfile() for profile in problem.group_profiles]
    kept: list[list[int]] = [list(needed) for needed in problem.groups]
    if problem.travel_slots.any():
        return kept
    for group, those in enumerate(members):
        if not silent[group] or not those:
            continue
        around = set.intersection(*(set(kept[session]) for session in those)) - {group}
        if any(those <= members[other] for other in around):
            for session in those:
                kept[session].remove(group)
    return kept


def _with_wishes(problem: Problem, needed: list[list[int]]) -> list[list[int]]:
    """Of the groups of each session those whose days can cost anything."""
    silent = [problem.profiles[profile] == DayProfile() for profile in problem.group_profiles]
    return [[group for group in those if not silent[group]] for those in needed]


def _twins(problem: Problem, possible: NDArray[np.bool_], options: NDArray[np.bool_]) -> Iterable[list[int]]:
    """Sessions that could change places without any difference."""
    ordered = {session for pair in problem.precedence for session in pair}
    classes: dict[tuple[object, ...], list[int]] = {}
    for session in range(problem.session_count):
        if session not in ordered and problem.given is None:
            key = (
                problem.courses[session], problem.lengths[session], problem.sizes[session], problem.groups[session],
                possible[session].tobytes(), options[session].tobytes(),
                problem.start_penalties[session].tobytes(), problem.room_penalties[session].tobytes(),
            )  # fmt: skip
            classes.setdefault(key, []).append(session)
    return classes.values()


def _members(problem: Problem) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(problem.group_count)]
    for session, needed in enumerate(problem.groups):
        for group in needed:
            members[group].append(session)
    return members


def _ranges(rows: object) -> tuple[Int64s, Int32s]:
    """Rows of different lengths one after the other, and where each begins."""
    lists = [np.asarray(row, np.int32) for row in rows]  # type: ignore[attr-defined]
    begins = np.zeros(len(lists) + 1, np.int64)
    begins[1:] = np.cumsum([len(row) for row in lists])
    return begins, np.concatenate([*lists, np.zeros(0, np.int32)])


def _words(flags: NDArray[np.bool_]) -> Int64s:
    """[n, R] flags as [n, W] words of ``WORD`` bits."""
    words = max(1, -(-flags.shape[1] // WORD))
    result = np.zeros((flags.shape[0], words), np.int64)
    for room in range(flags.shape[1]):
        result[:, room // WORD] |= flags[:, room].astype(np.int64) << (room % WORD)
    return result


def _row(profile: DayProfile) -> tuple[int, ...]:
    return (
        profile.isolated, profile.window, profile.fewest, profile.most,
        profile.load, profile.day, profile.travel, profile.limit,
    )  # fmt: skip


def _pattern_costs(profiles: tuple[DayProfile, ...], slots: int) -> Int32s:
    if slots > _TABLE_SLOTS:
        return np.zeros((len(profiles), 0), np.int32)
    patterns = np.arange(1 << slots)
    taken = (patterns[:, None] >> np.arange(slots)) & 1
    load = taken.sum(axis=1)
    padded = np.pad(taken, ((0, 0), (1, 1)))
    isolated = (taken * (1 - padded[:, :-2]) * (1 - padded[:, 2:])).sum(axis=1)
    seen = np.maximum.accumulate(taken, axis=1)
    to_come = np.maximum.accumulate(taken[:, ::-1], axis=1)[:, ::-1]
    windows = ((1 - taken) * seen * to_come).sum(axis=1)
    costs = [
        profile.isolated * isolated
        + profile.window * windows
        + np.where(
            load > 0,
            profile.load * (np.maximum(profile.fewest - load, 0) + np.maximum(load - profile.most, 0)),
            0,
        )
        + np.where(load > 0, profile.day, 0)
        + np.where(load > profile.limit, FORBIDDEN, 0)
        for profile in profiles
    ]
    return np.array(costs, np.int32).reshape(len(profiles), -1)
