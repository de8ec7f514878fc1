"""What is to be timetabled: sessions, rooms and people on a grid of days and slots, with rules and priced wishes.

Time is a grid of ``days`` × ``slots_per_day``; slot ``t`` lies on day ``t // slots_per_day``. The days may be those of
a week that repeats or those of a calendar; the optimiser does not know the difference. The competition of 2007 is one
instance of this problem (``itc2007.to_problem``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int32]

UNPLACED = -1
"""The start and the room of a session that has no place."""


class InvalidProblem(ValueError):
    """The problem contradicts itself; the message names the array and the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProfile:
    """What a day costs a group of people, by the slots on which they have sessions that day."""

    isolated: int = 0
    """For each session's slot without another one just before or after it."""
    window: int = 0
    """For each free slot between two sessions."""
    fewest: int = 0
    most: int = 60
    """The slots a day with sessions should have, from ``fewest`` to ``most`` …"""
    load: int = 0
    """… and the cost of each slot below or above."""
    day: int = 0
    """For each day with sessions at all."""
    travel: int = 0
    """For each two sessions in slots next to each other at different campuses."""
    limit: int = 60
    """The slots a day may have at most: a hard rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What the wishes of sessions and courses cost; those of people are in their profiles."""

    capacity: int = 1
    """For each person of a session above the capacity of its room."""
    room_stability: int = 0
    """For each room of a course beyond its first."""
    working_days: int = 0
    """For each day by which a course has fewer days with sessions than it should."""
    moved_start: int = 0
    """For each session that starts at another time than in the given plan."""
    moved_room: int = 0
    """For each session in another room than in the given plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When each session starts and in which room; ``UNPLACED`` for both where it has no place."""

    starts: Numbers
    rooms: Numbers

    def copy(self) -> "Plan":
        return Plan(self.starts.copy(), self.rooms.copy())

    @property
    def placed(self) -> Flags:
        """[S] whether each session has a time and a room."""
        return np.asarray((self.starts != UNPLACED) & (self.rooms != UNPLACED))

    @property
    def unplaced(self) -> list[int]:
        """The sessions without a place."""
        return [int(session) for session in np.flatnonzero(self.starts == UNPLACED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a plan costs, by wish. ``unplaced`` counts sessions without a place and is no part of the total."""

    unplaced: int = 0
    capacity: int = 0
    room_stability: int = 0
    working_days: int = 0
    isolated: int = 0
    windows: int = 0
    daily_load: int = 0
    days: int = 0
    travel: int = 0
    starts: int = 0
    rooms: int = 0
    moved: int = 0

    @property
    def parts(self) -> dict[str, int]:
        """Every part of the total by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "unplaced"}

    @property
    def total(self) -> int:
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Sessions S, rooms R, groups of people G, courses C and slots T, as arrays.

    A group is whoever cannot be at two places at once: a lecturer, a cohort, a curriculum's students. Every session
    needs all of its groups. A pinned session has one allowed start and one allowed room.
    """

    days: int
    slots_per_day: int

    lengths: Numbers
    """[S] slots that a session takes; it ends on the day on which it starts."""
    courses: Numbers
    """[S] the course of a session, from 0."""
    sizes: Numbers
    """[S] people in the room."""
    starts: Flags
    """[S, T] where a session may start as far as itself is concerned (calendar, course, pins)."""
    start_penalties: Numbers
    """[S, T] what a start costs: method by time of day, preferences of lecturers."""
    room_options: Flags
    """[S, R] rooms that suit: layout, equipment, campus, pins."""
    room_penalties: Numbers
    """[S, R] what a room costs besides its capacity."""
    groups: tuple[tuple[int, ...], ...]
    """For each session the groups that it needs."""

    group_profiles: Numbers
    """[G] the place of a group's profile in ``profiles``."""
    profiles: tuple[DayProfile, ...]
    group_busy: Flags
    """[G, T] when a group is away or taken by something outside of this problem."""

    capacities: Numbers
    """[R] seats."""
    campuses: Numbers
    """[R] the campus of a room, from 0."""
    room_busy: Flags
    """[R, T] when a room is closed or taken by something outside of this problem."""
    shared: Flags
    """[R] places that any number of sessions may use at once: online. The search takes it that they seat everybody."""
    travel_slots: Numbers
    """[campus, campus] free slots a group needs between sessions at two campuses, in both directions the same: a hard
    rule."""

    working_days: Numbers
    """[C] days over which a course should at least be spread."""
    precedence: tuple[tuple[int, int], ...] = ()
    """Pairs of sessions: the first ends before the second starts."""

    people: Numbers | None = None
    """[G] how many people a group is; one each where it is not said. Only a repair asks."""
    weights: Weights = field(default_factory=Weights)
    given: Plan | None = None
    """The plan from which distance is counted (``moved_start``, ``moved_room``)."""

    @property
    def session_count(self) -> int:
        return len(self.lengths)

    @property
    def room_count(self) -> int:
        return len(self.capacities)

    @property
    def group_count(self) -> int:
        return len(self.group_profiles)

    @property
    def course_count(self) -> int:
        return len(self.working_days)

    @property
    def slot_count(self) -> int:
        return self.days * self.slots_per_day

    @property
    def headcounts(self) -> Numbers:
        """[G] how many people a group is."""
        return np.ones(self.group_count, np.int32) if self.people is None else self.people

    def people_touched(self, sessions: Iterable[int]) -> int:
        """Return how many people some of the sessions need."""
        groups = {group for session in sessions for group in self.groups[session]}
        return int(self.headcounts[list(groups)].sum())

    def possible_starts(self) -> Flags:
        """[S, T] where a session may start when its people's absences and its length are looked at too.

        What sessions do to each other, and rooms, are not looked at.
        """
        possible = self.starts.copy()
        busy = _by_session(self.groups, self.group_busy, self.slot_count)
        position = np.arange(self.slot_count) % self.slots_per_day
        for length in np.unique(self.lengths):
            those = np.flatnonzero(self.lengths == length)
            possible[np.ix_(those, np.flatnonzero(position + length > self.slots_per_day))] = False
            for offset in range(int(length)):
                taken = busy[those, offset:]
                possible[those, : self.slot_count - offset] &= ~taken
        return possible

    def check(self) -> None:
        """Raise ``InvalidProblem`` unless all arrays fit together."""
        for name, shape in self._shapes():
            found = getattr(self, name).shape
            if found != shape:
                raise InvalidProblem(f"{name} has the shape {found} instead of {shape}.")
        if not 1 <= self.slots_per_day <= 60:
            raise InvalidProblem(f"A day has {self.slots_per_day} slots; it may have 1 to 60.")
        if (self.travel_slots != self.travel_slots.T).any():
            raise InvalidProblem("travel_slots says another way back than there; both are equally long.")
        if len(self.groups) != self.session_count:
            raise InvalidProblem(f"groups names {len(self.groups)} sessions instead of {self.session_count}.")
        if self.session_count and self.lengths.min() < 1:
            raise InvalidProblem("A session takes at least one slot.")
        self._check_groups()

    def _check_groups(self) -> None:
        for session, needed in enumerate(self.groups):
            if len(set(needed)) != len(needed) or any(not 0 <= g < self.group_count for g in needed):
                raise InvalidProblem(
                    f"The groups of session {session} are no distinct known groups: {needed}."
                )

    def _shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        s, r, g, c, t = (
            self.session_count, self.room_count, self.group_count, self.course_count, self.slot_count,
        )  # fmt: skip
        yield from (("lengths", (s,)), ("courses", (s,)), ("sizes", (s,)))
        yield from (("starts", (s, t)), ("start_penalties", (s, t)))
        yield from (("room_options", (s, r)), ("room_penalties", (s, r)))
        if self.people is not None:
            yield "people", (g,)
        yield from (("group_profiles", (g,)), ("group_busy", (g, t)), ("working_days", (c,)))
        yield from (("capacities", (r,)), ("campuses", (r,)), ("room_busy", (r, t)), ("shared", (r,)))


def smallest_problem() -> Problem:
    """Return three sessions of one lecturer for two slots and two rooms, on which every part of the search works."""
    return Problem(
        days=1,
        slots_per_day=2,
        lengths=np.ones(3, np.int32),
        courses=np.zeros(3, np.int32),
        sizes=np.ones(3, np.int32),
        starts=np.ones((3, 2), np.bool_),
        start_penalties=np.eye(3, 2, dtype=np.int32),
        room_options=np.ones((3, 2), np.bool_),
        room_penalties=np.zeros((3, 2), np.int32),
        groups=((0,), (0,), (0,)),
        group_profiles=np.zeros(1, np.int32),
        profiles=(DayProfile(isolated=1),),
        group_busy=np.zeros((1, 2), np.bool_),
        capacities=np.ones(2, np.int32),
        campuses=np.zeros(2, np.int32),
        room_busy=np.zeros((2, 2), np.bool_),
        shared=np.zeros(2, np.bool_),
        travel_slots=np.zeros((1, 1), np.int32),
        working_days=np.ones(1, np.int32),
    )


def _by_session(groups: tuple[tuple[int, ...], ...], busy: Flags, slots: int) -> Flags:
    """[S, T] when somebody of a session is away."""
    result = np.zeros((len(groups), slots), np.bool_)
    if not busy.any():
        return result
    for session, needed in enumerate(groups):
        if needed:
            result[session] = busy[list(needed)].any(axis=0)
    return result
