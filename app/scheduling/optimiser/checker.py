"""Says of any plan which hard rules it breaks and what it costs, by plain counting.

This is the judge of the search and of the repair, so it shares no code with them: no increments, no bit patterns, no
compiled loops; every part is counted afresh from where the sessions are.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from app.scheduling.optimiser.problem import UNPLACED, Cost, DayProfile, Plan, Problem


class Rule(StrEnum):
    """What a plan may never do."""

    UNPLACED = "unplaced"
    START_NOT_ALLOWED = "start not allowed"
    DAY_OVERRUN = "day overrun"
    ROOM_NOT_SUITABLE = "room not suitable"
    ROOM_BUSY = "room busy"
    ROOM_TWICE = "room twice"
    GROUP_BUSY = "group busy"
    GROUP_TWICE = "group twice"
    TRAVEL = "travel"
    DAILY_LIMIT = "daily limit"
    PRECEDENCE = "precedence"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: the sessions that break it, the slot at which, and the group or room it is about.

    Of two sessions that overlap the slot is the first they share; of a day with too many slots, the day's first.
    """

    rule: Rule
    sessions: tuple[int, ...]
    slot: int | None = None
    group: int | None = None
    room: int | None = None


@dataclass(frozen=True, slots=True)
class _Seat:
    """A session where it stands: slots ``start`` to before ``end``, cut at the end of its day."""

    session: int
    day: int
    start: int
    end: int
    room: int
    campus: int


def find_violations(problem: Problem, plan: Plan) -> list[Violation]:
    """Return every hard rule that the plan breaks, in the order of ``Rule``'s members' checks; empty when none."""
    seats = _seats(problem, plan)
    placed = {seat.session: seat for seat in seats}
    found = [
        Violation(Rule.UNPLACED, (session,))
        for session in range(problem.session_count)
        if session not in placed
    ]
    for seat in seats:
        found.extend(_alone(problem, seat))
    found.extend(_rooms_twice(problem, seats))
    found.extend(_people(problem, seats))
    for first, second in problem.precedence:
        if first in placed and second in placed:
            end = placed[first].start + int(problem.lengths[first])
            if end > placed[second].start:
                found.append(Violation(Rule.PRECEDENCE, (first, second), slot=placed[second].start))
    return found


def count_cost(problem: Problem, plan: Plan) -> Cost:
    """Return what the plan costs, by wish. Sessions without a place count as such and cost nothing else."""
    seats = _seats(problem, plan)
    rooms_of, days_of = defaultdict(set), defaultdict(set)
    for seat in seats:
        course = int(problem.courses[seat.session])
        rooms_of[course].add(seat.room)
        days_of[course].add(seat.day)
    weights = problem.weights
    short = sum(
        max(0, int(wanted) - len(days_of[course])) for course, wanted in enumerate(problem.working_days)
    )
    groups = _day_costs(problem, seats)
    return Cost(
        unplaced=problem.session_count - len(seats),
        capacity=weights.capacity
        * sum(max(0, int(problem.sizes[s.session]) - int(problem.capacities[s.room])) for s in seats),
        room_stability=weights.room_stability * sum(len(rooms) - 1 for rooms in rooms_of.values()),
        working_days=weights.working_days * short,
        isolated=groups["isolated"],
        windows=groups["windows"],
        daily_load=groups["daily_load"],
        days=groups["days"],
        travel=groups["travel"],
        starts=sum(int(problem.start_penalties[s.session, s.start]) for s in seats),
        rooms=sum(int(problem.room_penalties[s.session, s.room]) for s in seats),
        moved=_moved(problem, seats),
    )


def _seats(problem: Problem, plan: Plan) -> list[_Seat]:
    seats = []
    for session in range(problem.session_count):
        start, room = int(plan.starts[session]), int(plan.rooms[session])
        if UNPLACED in (start, room):
            continue
        if not 0 <= start < problem.slot_count or not 0 <= room < problem.room_count:
            raise ValueError(f"Session {session} is at slot {start} in room {room}: there is no such place.")
        day = start // problem.slots_per_day
        end = min(start + int(problem.lengths[session]), (day + 1) * problem.slots_per_day)
        seats.append(_Seat(session, day, start, end, room, int(problem.campuses[room])))
    return seats


def _alone(problem: Problem, seat: _Seat) -> Iterator[Violation]:
    """What a session breaks by itself, whatever the others do."""
    session, them = seat.session, (seat.session,)
    if not problem.starts[session, seat.start]:
        yield Violation(Rule.START_NOT_ALLOWED, them, slot=seat.start)
    if seat.start + int(problem.lengths[session]) > seat.end:
        yield Violation(Rule.DAY_OVERRUN, them, slot=seat.start)
    if not problem.room_options[session, seat.room]:
        yield Violation(Rule.ROOM_NOT_SUITABLE, them, slot=seat.start, room=seat.room)
    for slot in range(seat.start, seat.end):
        if problem.room_busy[seat.room, slot]:
            yield Violation(Rule.ROOM_BUSY, them, slot=slot, room=seat.room)
        for group in problem.groups[session]:
            if problem.group_busy[group, slot]:
                yield Violation(Rule.GROUP_BUSY, them, slot=slot, group=group)


def _rooms_twice(problem: Problem, seats: list[_Seat]) -> Iterator[Violation]:
    together: dict[tuple[int, int], list[_Seat]] = defaultdict(list)
    for seat in seats:
        if not problem.shared[seat.room]:
            together[seat.room, seat.day].append(seat)
    for (room, _), there in together.items():
        for one, other in combinations(there, 2):
            shared = _first_shared_slot(one, other)
            if shared is not None:
                yield Violation(Rule.ROOM_TWICE, (one.session, other.session), slot=shared, room=room)


def _people(problem: Problem, seats: list[_Seat]) -> Iterator[Violation]:
    for (group, day), there in _days_of_groups(problem, seats).items():
        for one, other in combinations(there, 2):
            shared = _first_shared_slot(one, other)
            pair = (one.session, other.session)
            if shared is not None:
                yield Violation(Rule.GROUP_TWICE, pair, slot=shared, group=group)
            elif _too_far(problem, one, other):
                yield Violation(Rule.TRAVEL, pair, slot=max(one.start, other.start), group=group)
        taken = {slot for seat in there for slot in range(seat.start, seat.end)}
        if len(taken) > _profile(problem, group).limit:
            sessions = tuple(seat.session for seat in there)
            yield Violation(Rule.DAILY_LIMIT, sessions, slot=day * problem.slots_per_day, group=group)


def _first_shared_slot(one: _Seat, other: _Seat) -> int | None:
    first = max(one.start, other.start)
    return first if first < min(one.end, other.end) else None


def _too_far(problem: Problem, one: _Seat, other: _Seat) -> bool:
    before, after = (one, other) if one.start < other.start else (other, one)
    if before.campus == after.campus:
        return False
    return after.start - before.end < int(problem.travel_slots[before.campus, after.campus])


def _days_of_groups(problem: Problem, seats: list[_Seat]) -> dict[tuple[int, int], list[_Seat]]:
    together: dict[tuple[int, int], list[_Seat]] = defaultdict(list)
    for seat in seats:
        for group in problem.groups[seat.session]:
            together[group, seat.day].append(seat)
    return together


def _profile(problem: Problem, group: int) -> DayProfile:
    return problem.profiles[int(problem.group_profiles[group])]


def _day_costs(problem: Problem, seats: list[_Seat]) -> dict[str, int]:
    """What the days of all groups cost, by wish."""
    sums = dict.fromkeys(("isolated", "windows", "daily_load", "days", "travel"), 0)
    for (group, _), there in _days_of_groups(problem, seats).items():
        profile = _profile(problem, group)
        taken = {slot for seat in there for slot in range(seat.start, seat.end)}
        # A day's last slot and the next day's first are no neighbours; ``taken`` holds one day only.
        alone = sum(1 for slot in taken if slot - 1 not in taken and slot + 1 not in taken)
        sums["isolated"] += profile.isolated * alone
        sums["windows"] += profile.window * (max(taken) - min(taken) + 1 - len(taken))
        outside = max(0, profile.fewest - len(taken)) + max(0, len(taken) - profile.most)
        sums["daily_load"] += profile.load * outside
        sums["days"] += profile.day
        sums["travel"] += profile.travel * sum(
            1
            for one, other in combinations(there, 2)
            if one.campus != other.campus and (one.end == other.start or other.end == one.start)
        )
    return sums


def _moved(problem: Problem, seats: list[_Seat]) -> int:
    given = problem.given
    if given is None:
        return 0
    total = 0
    for seat in seats:
        start, room = int(given.starts[seat.session]), int(given.rooms[seat.session])
        if UNPLACED not in (start, room):
            total += problem.weights.moved_start * (seat.start != start)
            total += problem.weights.moved_room * (seat.room != room)
    return total
