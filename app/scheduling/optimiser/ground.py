"""A plan as the ground on which a few sessions move: where each may go, and whom it would drive away there.

"Where" is always a grid of slots and rooms, [T, R]. Two sessions are in each other's way when they need the same
people or the same room at once, when their people could not travel between them in time, or when one must precede the
other and would not.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.problem import Flags, Plan, Problem

Indices = NDArray[np.int64]
Grid = NDArray[np.int64]
_NOBODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Rooms that are only counted: how many there are at each slot, and how many sessions may move at most."""

    rooms: Indices
    moves: int


class Ground:
    """A problem and a plan of it. Sessions without a place stand in nobody's way.

    With a ``crowd`` each session takes one slot and any room; then a session is in the way where all rooms are taken.
    """

    def __init__(self, problem: Problem, plan: Plan, crowd: Crowd | None = None) -> None:
        self.problem = problem
        self.crowd = crowd
        self.plan = plan
        self.placed: Flags = plan.placed
        self.starts: Indices = plan.starts.astype(np.int64)
        self.rooms: Indices = plan.rooms.astype(np.int64)
        self.lengths: Indices = problem.lengths.astype(np.int64)
        # A session that runs over the end of its day is wrong there, but takes nothing from the next day.
        end_of_day = (self.starts // problem.slots_per_day + 1) * problem.slots_per_day
        self.ends: Indices = np.minimum(self.starts + self.lengths, end_of_day)
        # Of those without a room it is never asked.
        campuses = problem.campuses.astype(np.int64)
        self.campus_of: Indices = campuses[self.rooms] if len(campuses) else self.rooms
        self._possible = problem.possible_starts()
        self._open_rooms: dict[int, Flags] = {}
        self._related: dict[int, Indices] = {}

    @cached_property
    def members(self) -> list[Indices]:
        """For each group the sessions that need it."""
        found: list[list[int]] = [[] for _ in range(self.problem.group_count)]
        for session, groups in enumerate(self.problem.groups):
            for group in groups:
                found[group].append(session)
        return [np.array(sessions, np.int64) for sessions in found]

    @cached_property
    def partners(self) -> list[tuple[list[int], list[int]]]:
        """For each session those that must precede and those that must follow it."""
        found: list[tuple[list[int], list[int]]] = [([], []) for _ in range(self.problem.session_count)]
        for first, second in self.problem.precedence:
            found[second][0].append(first)
            found[first][1].append(second)
        return found

    def limit(self, group: int) -> int:
        """The slots a day of a group may have."""
        return self.problem.profiles[int(self.problem.group_profiles[group])].limit

    def has_daily_limit(self, session: int) -> bool:
        """Whether others may drive the session away by filling its people's day, without meeting it."""
        return any(self.limit(group) < self.problem.slots_per_day for group in self.problem.groups[session])

    def loads(self, group: int, sessions: Flags | None = None) -> Indices:
        """[days] the slots of a group that its sessions, or those of ``sessions``, take."""
        those = self.members[group][self.placed[self.members[group]]]
        if sessions is not None:
            those = those[sessions[those]]
        taken = np.zeros(self.problem.slot_count, np.bool_)
        for start, end in zip(self.starts[those].tolist(), self.ends[those].tolist(), strict=True):
            taken[start:end] = True
        return np.asarray(taken.reshape(self.problem.days, -1).sum(axis=1), np.int64)

    def possible(self, session: int) -> Flags:
        """[T] when a session may start as far as itself and its people's absences are concerned."""
        return np.asarray(self._possible[session], np.bool_)

    def allowed(self, session: int) -> Flags:
        """Where a session may be as far as itself, its people's absences and closed rooms are concerned."""
        rooms = self.problem.room_options[session][None, :] & self._rooms_open_for(int(self.lengths[session]))
        return np.asarray(self._possible[session][:, None] & rooms, np.bool_)

    def drives_away(self, session: int, weight: Indices, *, rooms: bool = True) -> Grid:
        """The summed weight of the placed sessions that are in the session's way, wherever it would be.

        Without ``rooms`` only those that share people or an order with it count, not those that only have the room.
        """
        problem, others = self.problem, self.related(session)
        slots = problem.slot_count
        low, high = self.ranges(session, others)
        change = np.zeros((low.shape[0], slots + 1), np.int64)
        for campus in range(low.shape[0]):
            np.add.at(change[campus], low[campus], weight[others])
            np.add.at(change[campus], high[campus], -weight[others])
        by_people: Grid = change.cumsum(axis=1)[:, :slots].T[:, problem.campuses]
        if self.crowd is not None:
            return np.maximum(by_people, self._crowded(session, weight, self.crowd)[:, None])
        return by_people + self._strangers_there(session, others, weight) if rooms else by_people

    def _strangers_there(self, session: int, others: Indices, weight: Indices) -> Grid:
        slots, strangers = self.problem.slot_count, self._strangers(session, others)
        taken = np.zeros((slots + 1, self.problem.room_count), np.int64)
        first = np.maximum(self.starts[strangers] - self.lengths[session] + 1, 0)
        last = self.ends[strangers]
        np.add.at(taken, (first, self.rooms[strangers]), weight[strangers])
        np.add.at(taken, (last, self.rooms[strangers]), -weight[strangers])
        return np.asarray(taken.cumsum(axis=0)[:slots])

    def driven_away(self, session: int, where: Flags) -> Indices:
        """The placed sessions that would be in the session's way at one of these places."""
        problem, others = self.problem, self.related(session)
        low, high = self.ranges(session, others)
        hit = np.zeros(len(others), np.bool_)
        for campus in range(low.shape[0]):
            before = _counted(np.asarray(where[:, problem.campuses == campus].any(axis=1)))
            hit |= before[high[campus]] > before[low[campus]]
        strangers = self._strangers(session, others)
        first = np.maximum(self.starts[strangers] - self.lengths[session] + 1, 0)
        last = self.ends[strangers]
        counts = np.zeros((problem.slot_count + 1, problem.room_count), np.int64)
        np.cumsum(where, axis=0, out=counts[1:])
        rooms = self.rooms[strangers]
        met = counts[last, rooms] > counts[first, rooms]
        return np.concatenate((others[hit], strangers[met], self._crowded_out(session, where)))

    def crowded(self, slot: int) -> bool:
        """Whether sessions that come to the slot could drive away those there, for want of rooms."""
        crowd = self.crowd
        return crowd is not None and int((self.starts == slot).sum()) + crowd.moves > int(crowd.rooms[slot])

    def _crowded(self, session: int, weight: Indices, crowd: Crowd) -> Indices:
        """[T] the least weight of those of whom one has to go where no room is left; 0 where one is."""
        there = self.placed.copy()
        there[session] = False
        starts = self.starts[there]
        least = np.full(len(crowd.rooms), _NOBODY, np.int64)
        np.minimum.at(least, starts, weight[there])
        taken = np.bincount(starts, minlength=len(crowd.rooms))
        return np.where(taken >= crowd.rooms, least, 0)

    def _crowded_out(self, session: int, where: Flags) -> Indices:
        if self.crowd is None:
            return np.zeros(0, np.int64)
        taken = np.bincount(self.starts[self.placed], minlength=len(self.crowd.rooms))
        tight = where.any(axis=1) & (taken + self.crowd.moves > self.crowd.rooms)
        there = self.placed & tight[self.starts]
        there[session] = False
        return np.flatnonzero(there)

    def related(self, session: int) -> Indices:
        """The placed sessions that share people with this one or precede or follow it by rule."""
        if session not in self._related:
            mine = np.zeros(self.problem.session_count, np.bool_)
            for group in self.problem.groups[session]:
                mine[self.members[group]] = True
            for side in self.partners[session]:
                mine[side] = True
            mine[session] = False
            self._related[session] = np.flatnonzero(mine & self.placed)
        return self._related[session]

    def ranges(self, session: int, others: Indices) -> tuple[Grid, Grid]:
        """[campus, other] the starts at which the session meets each other one: from the first, before the second."""
        problem = self.problem
        campuses = len(problem.travel_slots)
        starts, ends = self.starts[others], self.ends[others]
        theirs = self.campus_of[others]
        own = np.arange(campuses)[:, None]
        apart = own != theirs[None, :]
        there = np.where(apart, problem.travel_slots[own, theirs[None, :]], 0)
        back = np.where(apart, problem.travel_slots[theirs[None, :], own], 0)
        day = starts // problem.slots_per_day * problem.slots_per_day
        low = np.maximum(starts - self.lengths[session] + 1 - there, day)
        high = np.minimum(ends + back, day + problem.slots_per_day)
        before, after = self.partners[session]
        if before or after:
            self._stretch(session, others, low, high)
        return low.astype(np.int64), high.astype(np.int64)

    def _strangers(self, session: int, others: Indices) -> Indices:
        """The placed sessions that only a room could bring into this one's way."""
        strangers = self.placed & ~self.problem.shared[self.rooms]
        strangers[others] = False
        strangers[session] = False
        return np.flatnonzero(strangers)

    def _stretch(self, session: int, others: Indices, low: Grid, high: Grid) -> None:
        """Add to the ranges what precedence forbids; where no people are shared, there is nothing to travel."""
        before, after = self.partners[session]
        mine = set(self.problem.groups[session])
        for column, other in enumerate(others.tolist()):
            if other not in before and other not in after:
                continue
            if not mine.intersection(self.problem.groups[other]):
                low[:, column] = max(self.starts[other] - self.lengths[session] + 1, 0)
                high[:, column] = self.ends[other]
            if other in before:
                low[:, column] = 0
                over = min(self.starts[other] + self.lengths[other], self.problem.slot_count)
                high[:, column] = np.maximum(high[:, column], over)
            if other in after:
                high[:, column] = self.problem.slot_count

    def _rooms_open_for(self, length: int) -> Flags:
        """[T, R] whether a room is open for so many slots from each on; the end of the day is not looked at."""
        if length not in self._open_rooms:
            closed = _counted(self.problem.room_busy.T)
            last = np.minimum(np.arange(self.problem.slot_count) + length, self.problem.slot_count)
            self._open_rooms[length] = closed[last] == closed[:-1]
        return self._open_rooms[length]


def _counted(flags: Flags) -> Indices:
    """How many are true before each place, along the first axis."""
    counts = np.zeros((len(flags) + 1, *flags.shape[1:]), np.int64)
    np.cumsum(flags, axis=0, out=counts[1:])
    return counts
