"""A problem too large for one search, as regions that are planned by themselves and share people.

A region is a ``Problem`` of its own: a school with its rooms, courses and lecturers. People who are needed in several
regions have a seat in each: the group that stands for them there. All regions lie on the same grid of days and slots.
Who of them gets a shared person when is decided in ``allotment``; a region is then planned as if the person were away
at all other times (``within``), so that no two of them need to know of each other while they are planned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.problem import UNPLACED, Flags, Numbers, Plan, Problem


@dataclass(frozen=True, slots=True)
class Seat:
    """A person who is shared, in one of the regions: the group of that number there."""

    person: int
    region: int
    group: int
    limit: int = 60
    """The slots a day that the person may have at most, all regions together: a hard rule."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who is shared between which regions, and the slots it takes to go from one to another."""

    days: int
    slots_per_day: int
    seats: tuple[Seat, ...]
    travel: Numbers
    """[region, region] free slots between sessions at two regions: a hard rule."""

    def of_region(self, region: int) -> list[int]:
        """The seats of a region."""
        return [number for number, seat in enumerate(self.seats) if seat.region == region]

    def by_person(self) -> Iterator[list[int]]:
        """The seats of each person."""
        seats: dict[int, list[int]] = {}
        for number, seat in enumerate(self.seats):
            seats.setdefault(seat.person, []).append(number)
        yield from seats.values()


@dataclass(frozen=True, slots=True)
class Demand:
    """What a region asks of somebody: sessions that may be on the same days, as far as these sessions know."""

    seat: int
    sessions: tuple[int, ...]
    slots: int
    days: Flags
    """[day]"""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Somebody who cannot be at two regions on a day as they want it."""

    person: int
    regions: tuple[int, int]
    day: int


def find_demands(sharing: Sharing, region: int, problem: Problem) -> list[Demand]:
    """Return what a region asks of those it shares."""
    starts = problem.possible_starts().reshape(problem.session_count, problem.days, -1)
    possible: Flags = np.asarray(starts.any(axis=2))
    found = []
    for number in sharing.of_region(region):
        group = sharing.seats[number].group
        alike: dict[bytes, list[int]] = {}
        for session, needed in enumerate(problem.groups):
            if group in needed:
                alike.setdefault(possible[session].tobytes(), []).append(session)
        found += [
            Demand(number, tuple(sessions), int(problem.lengths[sessions].sum()), possible[sessions[0]])
            for sessions in alike.values()
        ]
    return found


def within(problem: Problem, groups: Sequence[int], allotted: Flags) -> Problem:
    """Return the problem in which the groups are away at all slots that are not allotted to them, [group, T]."""
    busy = problem.group_busy.copy()
    busy[list(groups)] |= ~allotted
    return replace(problem, group_busy=busy)


def use_of(problem: Problem, plan: Plan, groups: Sequence[int]) -> Flags:
    """Return when the plan needs the groups, [group, T]."""
    rows = {group: row for row, group in enumerate(groups)}
    use = np.zeros((len(groups), problem.slot_count), np.bool_)
    for session in np.flatnonzero(plan.starts != UNPLACED).tolist():
        start = int(plan.starts[session])
        for group in problem.groups[session]:
            if group in rows:
                use[rows[group], start : start + int(problem.lengths[session])] = True
    return use


def find_overlaps(sharing: Sharing, use: Flags) -> list[Overlap]:
    """Return where two regions need somebody at once, without the time to go, or for too many hours together.

    ``use`` is [seat, T].
    """
    by_day = use.reshape(len(use), sharing.days, sharing.slots_per_day)
    found = []
    for seats in sharing.by_person():
        for day in np.flatnonzero(by_day[seats].any(axis=2).sum(axis=0) > 1).tolist():
            there = [number for number in seats if by_day[number, day].any()]
            too_long = int(by_day[there, day].sum()) > sharing.seats[there[0]].limit
            for one, other in combinations(there, 2):
                if too_long or not reachable(sharing, one, other, by_day[one, day])[by_day[other, day]].all():
                    regions = (sharing.seats[one].region, sharing.seats[other].region)
                    found.append(Overlap(sharing.seats[one].person, regions, day))
    return found


def reachable(sharing: Sharing, used_at: int, wanted_at: int, used: Flags) -> Flags:
    """[slot of a day] when a person may be at one seat, who is used at another one in the slots ``used``."""
    gap = int(sharing.travel[sharing.seats[used_at].region, sharing.seats[wanted_at].region])
    near = np.zeros(len(used), np.bool_)
    for slot in np.flatnonzero(used).tolist():
        near[max(0, slot - gap) : slot + gap + 1] = True
    return ~near


def unite(sharing: Sharing, problems: Sequence[Problem]) -> Problem:
    """Return all regions as the one problem that they are: each a campus, a shared person one group.

    It is made for the checker. Rooms and courses are numbered region by region; prices of starts and rooms, which only
    the regions' own problems know, are left out.
    """
    groups, counts = _numbers_of_groups(sharing, problems)
    slots = problems[0].slot_count
    busy = np.zeros((counts, slots), np.bool_)
    profiles = {profile: None for problem in problems for profile in problem.profiles}
    places = {profile: place for place, profile in enumerate(profiles)}
    profile_of = np.zeros(counts, np.int32)
    for problem, numbers in zip(problems, groups, strict=True):
        busy[numbers] |= problem.group_busy
        profile_of[numbers] = [places[problem.profiles[row]] for row in problem.group_profiles.tolist()]
    sessions = [problem.session_count for problem in problems]
    rooms = [problem.room_count for problem in problems]
    first_session, first_room = _begins(sessions), _begins(rooms)
    first_course = _begins([problem.course_count for problem in problems])
    options = np.zeros((sum(sessions), sum(rooms)), np.bool_)
    for problem, row, column in zip(problems, first_session, first_room, strict=True):
        options[row : row + problem.session_count, column : column + problem.room_count] = (
            problem.room_options
        )
    return replace(
        problems[0],
        lengths=np.concatenate([problem.lengths for problem in problems]),
        courses=np.concatenate([p.courses + first for p, first in zip(problems, first_course, strict=True)]),
        sizes=np.concatenate([problem.sizes for problem in problems]),
        starts=np.concatenate([problem.starts for problem in problems]),
        start_penalties=np.broadcast_to(np.int32(0), (sum(sessions), slots)),
        room_options=options,
        room_penalties=np.broadcast_to(np.int32(0), options.shape),
        groups=tuple(
            tuple(int(numbers[group]) for group in needed)
            for problem, numbers in zip(problems, groups, strict=True)
            for needed in problem.groups
        ),
        people=None,
        group_profiles=profile_of,
        profiles=tuple(profiles),
        group_busy=busy,
        capacities=np.concatenate([problem.capacities for problem in problems]),
        campuses=np.repeat(np.arange(len(problems), dtype=np.int32), rooms),
        room_busy=np.concatenate([problem.room_busy for problem in problems]),
        shared=np.concatenate([problem.shared for problem in problems]),
        travel_slots=sharing.travel,
        working_days=np.concatenate([problem.working_days for problem in problems]),
        precedence=tuple(
            (one + first, other + first)
            for problem, first in zip(problems, first_session, strict=True)
            for one, other in problem.precedence
        ),
    )


def unite_plans(problems: Sequence[Problem], plans: Sequence[Plan]) -> Plan:
    """Return the regions' plans as the plan of what ``unite`` makes of them."""
    first_room = _begins([problem.room_count for problem in problems])
    rooms = [
        np.where(plan.rooms == UNPLACED, UNPLACED, plan.rooms + first)
        for plan, first in zip(plans, first_room, strict=True)
    ]
    return Plan(np.concatenate([plan.starts for plan in plans]), np.concatenate(rooms).astype(np.int32))


def _numbers_of_groups(sharing: Sharing, problems: Sequence[Problem]) -> tuple[list[NDArray[np.int64]], int]:
    """For each region the numbers of its groups among all; a person who is shared has one number."""
    persons = {(seat.region, seat.group): seat.person for seat in sharing.seats}
    count = max((seat.person for seat in sharing.seats), default=-1) + 1
    numbers = []
    for region, problem in enumerate(problems):
        own = np.zeros(problem.group_count, np.int64)
        for group in range(problem.group_count):
            if (region, group) in persons:
                own[group] = persons[region, group]
            else:
                own[group] = count
                count += 1
        numbers.append(own)
    return numbers, count


def _begins(counts: Sequence[int]) -> list[int]:
    return [0, *np.cumsum(counts)[:-1].tolist()]
