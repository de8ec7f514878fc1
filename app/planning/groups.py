"""Who cannot be at two places at once, as the optimiser's groups: lecturers, and trainees who share all their sessions.

Only the worker loads this.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.planning.grid import Grid
from app.planning.types import Booking, Meeting, Situation
from app.scheduling.optimiser.problem import Flags, Numbers

TRAINEES, LECTURERS, NO_WISHES = 0, 1, 2
"""The places of their profiles: trainees, lecturers, and who only must not be asked at certain hours."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups G of the sessions S: those that are to get a place, then those that are pinned."""

    needed: tuple[tuple[int, ...], ...]
    """[S] the groups that a session needs."""
    people: Numbers
    """[G] how many people a group is."""
    profiles: Numbers
    """[G] the place of its profile."""
    busy: Flags
    """[G, T] when it cannot come."""
    names: tuple[str, ...]
    """[G] a lecturer by name, the trainees of a course by its code."""


def groups_of(situation: Situation, grid: Grid, pins: Sequence[tuple[Booking, int]]) -> Groups:
    """Return the groups of a situation whose sessions ``pins`` stand at their slots."""
    return _Builder(situation, grid, [booking for booking, _slot in pins]).build()


@dataclass(frozen=True, slots=True)
class _Group:
    """One group: its sessions, and the slots at which it cannot come."""

    sessions: Sequence[int]
    name: str
    people: int
    profile: int
    slots: Collection[int]


class _Builder:
    def __init__(self, situation: Situation, grid: Grid, pinned: Sequence[Booking]) -> None:
        self.situation, self.grid = situation, grid
        self.everything: list[Meeting | Booking] = [*situation.meetings, *pinned]
        self.pinned = {booking.session_id for booking in pinned}

    def build(self) -> Groups:
        every = [*self._together(), *self._away()]
        needed: list[list[int]] = [[] for _ in self.everything]
        busy = np.zeros((len(every), len(self.grid.days) * self.grid.slots_per_day), np.bool_)
        for number, group in enumerate(every):
            busy[number, list(group.slots)] = True
            for session in group.sessions:
                needed[session].append(number)
        return Groups(
            needed=tuple(tuple(one) for one in needed),
            people=np.array([group.people for group in every], np.int32),
            profiles=np.array([group.profile for group in every], np.int32),
            busy=busy,
            names=tuple(group.name for group in every),
        )

    def _together(self) -> Iterator[_Group]:
        """Whoever has the same sessions is one group: the trainees of a course mostly are."""
        lecturers = {person.id for person in self.situation.persons}
        members: dict[tuple[bool, tuple[int, ...]], list[int]] = defaultdict(list)
        for person, wanted in self._needed().items():
            members[person in lecturers, tuple(sorted(wanted))].append(person)
        for course in self.situation.courses:
            own = [s for s, one in enumerate(self.everything) if one.course_id == course.id]
            members[False, tuple(own)] += ()
        occupied = self._occupied()
        for (teaches, sessions), persons in members.items():
            slots = {slot for person in persons for slot in occupied[person]}
            if not teaches:
                courses = {self.everything[s].course_id for s in sessions}
                slots |= {slot for course in courses for slot in occupied[-course]}
            # A course in which nobody is enrolled yet will have somebody.
            people = max(1, len(persons))
            yield _Group(
                sessions, self._name(sessions, persons), people, LECTURERS if teaches else TRAINEES, slots
            )

    def _away(self) -> Iterator[_Group]:
        """Each lecturer who is away at times, as a lecturer: trainees who are away hold nobody up.

        It is nobody more: they are among those who share their sessions already.
        """
        slots: dict[int, set[int]] = defaultdict(set)
        for away in self.situation.away:
            if away.person_id is not None:
                slots[away.person_id] |= set(self.grid.touched(away.start, away.end))
        for person, missed in slots.items():
            taught = [s for s, one in enumerate(self.situation.meetings) if person in one.lecturer_ids]
            yield _Group(taught, self._name(taught, [person]), 0, NO_WISHES, missed)

    def _name(self, sessions: Sequence[int], persons: Collection[int]) -> str:
        known = [person.full_name for person in self.situation.persons if person.id in persons]
        codes = {course.id: course.code for course in self.situation.courses}
        return ", ".join(known or sorted({codes[self.everything[s].course_id] for s in sessions}))

    def _needed(self) -> dict[int, set[int]]:
        needed: dict[int, set[int]] = defaultdict(set)
        trainees = {course.id: course.trainee_ids for course in self.situation.courses}
        for s, one in enumerate(self.everything):
            people = one.lecturer_ids if isinstance(one, Meeting) else one.person_ids
            for person in (*people, *trainees[one.course_id]):
                needed[person].add(s)
        return needed

    def _occupied(self) -> dict[int, set[int]]:
        """The slots at which persons are elsewhere; under minus its number those at which a course has a session."""
        occupied: dict[int, set[int]] = defaultdict(set)
        for booking in self.situation.bookings:
            if booking.session_id not in self.pinned:
                touched = set(self.grid.touched(booking.start, booking.end))
                for holder in (*booking.person_ids, -booking.course_id):
                    occupied[holder] |= touched
        return occupied
