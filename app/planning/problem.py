"""A situation as the optimiser's arrays, and its plans as places again. Only the worker loads this.

Sessions are first those that are to get a place, then those that stand: where they lie on the grid they are pinned, so
that gaps and full days around them count; whatever cannot be pinned makes its people and its room busy.
"""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.curriculum.types import TeachingMethod
from app.organisations.types import RoomLayout
from app.planning import rules
from app.planning.facts import NOON
from app.planning.grid import Grid, grid_of
from app.planning.groups import groups_of
from app.planning.standing import pinnable
from app.planning.types import (
    WITHOUT_ROOM,
    Booking,
    Emphasis,
    Level,
    Meeting,
    Place,
    RoomFact,
    Situation,
    Wish,
)
from app.scheduling.optimiser.problem import UNPLACED, DayProfile, Flags, Numbers, Plan, Problem, Weights

NO_CAMPUS = 0
_SEATS: Mapping[TeachingMethod, frozenset[RoomLayout]] = {
    TeachingMethod.LECTURE: frozenset({RoomLayout.LECTURE, RoomLayout.HALL, RoomLayout.HORSESHOE}),
    TeachingMethod.PRESENTATION: frozenset({RoomLayout.LECTURE, RoomLayout.HALL, RoomLayout.HORSESHOE}),
    TeachingMethod.DEBATE: frozenset({RoomLayout.HORSESHOE, RoomLayout.GROUPS}),
    TeachingMethod.GROUP_DISCUSSION: frozenset({RoomLayout.GROUPS}),
    TeachingMethod.CASE_STUDY: frozenset({RoomLayout.GROUPS, RoomLayout.HORSESHOE}),
    TeachingMethod.SIMULATION: frozenset({RoomLayout.GROUPS, RoomLayout.COMPUTER}),
}
_WEIGHT_OF_SEATS, _WEIGHT_OF_CAMPUS, _WEIGHT_OF_TIME, _WEIGHT_OF_STAYING = 2, 4, 1, 2


@dataclass(frozen=True, slots=True)
class Task:
    """A problem, and what its numbers mean."""

    problem: Problem
    grid: Grid
    meetings: tuple[Meeting, ...]
    standing: tuple[Booking, ...]
    """The sessions after the meetings: each pinned where it stands."""
    rooms: tuple[int | None, ...]
    group_names: tuple[str, ...]
    """Who each group is: a lecturer by name, the trainees of a course by its code."""
    titles: tuple[str, ...]
    """What each session is called, those that stand included."""
    room_names: tuple[str, ...]

    def places(self, plan: Plan) -> list[Place]:
        """Return where the plan puts the meetings that have a place in it."""
        return [
            Place(meeting.key, self.grid.instant(int(plan.starts[s])), self.rooms[int(plan.rooms[s])])
            for s, meeting in enumerate(self.meetings)
            if UNPLACED not in (plan.starts[s], plan.rooms[s])
        ]

    def plan(self, places: Iterable[Place]) -> Plan:
        """Return the places as a plan to start from; what stands has its place in it already."""
        starts = np.full(self.problem.session_count, UNPLACED, np.int32)
        numbers = starts.copy()
        index = {meeting.key: s for s, meeting in enumerate(self.meetings)}
        room_index = {room: number for number, room in enumerate(self.rooms)}
        for place in places:
            slot = self.grid.slot_at(place.start)
            if place.key in index and slot is not None and place.room_id in room_index:
                starts[index[place.key]], numbers[index[place.key]] = slot, room_index[place.room_id]
        for s in range(len(self.meetings), self.problem.session_count):
            starts[s] = int(np.flatnonzero(self.problem.starts[s])[0])
            numbers[s] = int(np.flatnonzero(self.problem.room_options[s])[0])
        return Plan(starts, numbers)


def build_task(
    situation: Situation,
    levels: Mapping[Wish, Level],
    emphasis: Emphasis = Emphasis.BALANCED,
    *,
    unlike: Sequence[Sequence[Place]] = (),
    loose: Collection[int] = (),
) -> Task:
    """Lay the situation out for the optimiser.

    ``unlike`` are the places of earlier proposals, which are made a little dearer. The bookings of the sessions
    ``loose`` keep their people and rooms busy and count for nothing else.
    """
    return _Builder(situation, levels, emphasis, loose).build(unlike)


class _Builder:
    def __init__(
        self, situation: Situation, levels: Mapping[Wish, Level], emphasis: Emphasis, loose: Collection[int]
    ) -> None:
        self.situation, self.grid = situation, grid_of(situation)
        self.meetings = situation.meetings
        self.slots = len(self.grid.days) * self.grid.slots_per_day
        self.strength = {wish: rules.strength(levels, wish, emphasis) for wish in Wish}
        self.room_facts: tuple[RoomFact | None, ...] = (*situation.rooms, None)
        self.campus_index = {
            number: place
            for place, number in enumerate(sorted({room.campus_id for room in situation.rooms}), start=1)
        }
        self.room_index = {room.id if room else None: i for i, room in enumerate(self.room_facts)}
        self.pins = [pin for pin in pinnable(situation, self.grid) if pin[0].session_id not in loose]
        self.courses = [course.id for course in situation.courses]
        self.count = len(self.meetings) + len(self.pins)

    def build(self, unlike: Sequence[Sequence[Place]]) -> Task:
        lengths = np.array(
            [self.grid.slots_for(m.minutes) for m in self.meetings]
            + [self.grid.slots_for(b.end - b.start) for b, _slot in self.pins],
            np.int32,
        )
        groups = groups_of(self.situation, self.grid, self.pins)
        problem = Problem(
            days=len(self.grid.days),
            slots_per_day=self.grid.slots_per_day,
            lengths=lengths,
            courses=np.array([self.courses.index(one.course_id) for one in self._everything()], np.int32),
            sizes=np.array([self._size(one.course_id) for one in self._everything()], np.int32),
            starts=self._starts(lengths),
            start_penalties=self._start_penalties(unlike),
            room_options=self._room_options(),
            room_penalties=self._room_penalties(),
            groups=groups.needed,
            people=groups.people,
            group_profiles=groups.profiles,
            profiles=(self._trainee_profile(), self._lecturer_profile(), DayProfile()),
            group_busy=groups.busy,
            capacities=np.array([room.capacity if room else 10_000 for room in self.room_facts], np.int32),
            campuses=np.array([self._campus(room) for room in self.room_facts], np.int32),
            room_busy=self._room_busy(),
            shared=np.array([room is None for room in self.room_facts], np.bool_),
            travel_slots=self._travel(),
            working_days=self._working_days(lengths),
            precedence=self._precedence(lengths),
            weights=Weights(
                capacity=self.strength[Wish.ROOM_SIZE],
                room_stability=self.strength[Wish.SAME_ROOM],
                working_days=2 * self.strength[Wish.SPREAD],
            ),
        )
        rooms = tuple(room.id if room else None for room in self.room_facts)
        titles = tuple(self._title(one) for one in self._everything())
        room_names = tuple(room.name if room else "" for room in self.room_facts)
        standing = tuple(booking for booking, _slot in self.pins)
        return Task(problem, self.grid, self.meetings, standing, rooms, groups.names, titles, room_names)

    def _everything(self) -> list[Meeting | Booking]:
        return [*self.meetings, *(booking for booking, _slot in self.pins)]

    def _title(self, one: Meeting | Booking) -> str:
        """Modules of many courses bear the same name, so the course stands before it."""
        if len(self.courses) == 1:
            return one.title
        return f"{self.situation.courses[self.courses.index(one.course_id)].code} · {one.title}"

    def _size(self, course_id: int) -> int:
        return self.situation.courses[self.courses.index(course_id)].size

    def _campus(self, room: RoomFact | None) -> int:
        return self.campus_index[room.campus_id] if room else NO_CAMPUS

    def _starts(self, lengths: Numbers) -> Flags:
        allowed = np.zeros((self.count, self.slots), np.bool_)
        courses = {course.id: course for course in self.situation.courses}
        for s, meeting in enumerate(self.meetings):
            course = courses[meeting.course_id]
            first, last = date.fromisoformat(course.first), date.fromisoformat(course.last)
            for number, day in enumerate(self.grid.days):
                if first <= day <= last:
                    begins = np.array(self.grid.allowed_starts(int(lengths[s])), np.int64)
                    allowed[s, number * self.grid.slots_per_day + begins] = True
        too_early = [self.grid.instant(slot) < self.situation.earliest for slot in range(self.slots)]
        allowed[:, too_early] = False
        for p, (_booking, slot) in enumerate(self.pins):
            allowed[len(self.meetings) + p, slot] = True
        return allowed

    def _start_penalties(self, unlike: Sequence[Sequence[Place]]) -> Numbers:
        penalties = np.zeros((self.count, self.slots), np.int32)
        afternoon = np.tile(np.array([begin >= NOON for begin in self.grid.starts]), len(self.grid.days))
        kinds = rules.kinds_of(self.meetings)
        taken: dict[object, set[int]] = defaultdict(set)
        for place in (place for places in unlike for place in places):
            taken[kinds[place.key]].add(place.start)
        for s, meeting in enumerate(self.meetings):
            method = TeachingMethod(meeting.method)
            wrong = (
                afternoon if method is TeachingMethod.LECTURE else ~afternoon if method.is_active else None
            )
            if wrong is not None:
                penalties[s] += _WEIGHT_OF_TIME * self.strength[Wish.TIME_OF_DAY] * wrong.astype(np.int32)
            if meeting.start is not None:
                penalties[s] += self._elsewhere(meeting.start, _WEIGHT_OF_STAYING * self.strength[Wish.STAY])
            for start in taken[kinds[meeting.key]]:
                slot = self.grid.slot_at(start)
                if slot is not None:
                    penalties[s, slot] += 6
        return penalties

    def _elsewhere(self, start: int, weight: int) -> Numbers:
        penalties = np.full(self.slots, weight, np.int32)
        slot = self.grid.slot_at(start)
        if slot is not None:
            penalties[slot] = 0
        return penalties

    def _room_options(self) -> Flags:
        options = np.zeros((self.count, len(self.room_facts)), np.bool_)
        for s, meeting in enumerate(self.meetings):
            options[s, -1] = meeting.online or TeachingMethod(meeting.method) in WITHOUT_ROOM
            options[s, :-1] = not options[s, -1]
            if meeting.room_id is not None and meeting.room_id in self.room_index:
                options[s, self.room_index[meeting.room_id]] = True
        for p, (booking, _slot) in enumerate(self.pins):
            options[len(self.meetings) + p, self.room_index[booking.room_id]] = True
        return options

    def _room_penalties(self) -> Numbers:
        penalties = np.zeros((self.count, len(self.room_facts)), np.int32)
        home = {course.id: course.campus_id for course in self.situation.courses}
        for s, meeting in enumerate(self.meetings):
            suitable = _SEATS.get(TeachingMethod(meeting.method))
            for r, room in enumerate(self.situation.rooms):
                if suitable is not None and RoomLayout(room.layout) not in suitable:
                    penalties[s, r] += _WEIGHT_OF_SEATS * self.strength[Wish.SUITABLE_ROOM]
                if home[meeting.course_id] not in (None, room.campus_id):
                    penalties[s, r] += _WEIGHT_OF_CAMPUS * max(self.strength[Wish.TRAVEL], 1)
                if meeting.room_id not in (None, room.id):
                    penalties[s, r] += self.strength[Wish.STAY]
        return penalties

    def _room_busy(self) -> Flags:
        busy = np.zeros((len(self.room_facts), self.slots), np.bool_)
        pinned = {booking.session_id for booking, _slot in self.pins}
        for booking in self.situation.bookings:
            if (
                booking.room_id in self.room_index
                and booking.room_id is not None
                and booking.session_id not in pinned
            ):
                busy[
                    self.room_index[booking.room_id], list(self.grid.touched(booking.start, booking.end))
                ] = True
        for away in self.situation.away:
            if away.room_id is not None and away.room_id in self.room_index:
                busy[self.room_index[away.room_id], list(self.grid.touched(away.start, away.end))] = True
        return busy

    def _travel(self) -> Numbers:
        kinds = len(self.campus_index) + 1
        travel = np.full((kinds, kinds), self.grid.slots_for(max(self.situation.travel_minutes, 1)), np.int32)
        np.fill_diagonal(travel, 0)
        travel[NO_CAMPUS], travel[:, NO_CAMPUS] = 0, 0
        return travel * (self.situation.travel_minutes > 0)

    def _working_days(self, lengths: Numbers) -> Numbers:
        """A course is to be spread over so many days that none has more than half of the hours a day may have."""
        half = max(1, self.situation.hours_a_day * 60 // self.grid.slot // 2)
        wanted = []
        for course in self.situation.courses:
            own = [s for s, one in enumerate(self._everything()) if one.course_id == course.id]
            first, last = date.fromisoformat(course.first), date.fromisoformat(course.last)
            days = sum(first <= day <= last for day in self.grid.days)
            wanted.append(min(days, -(-int(lengths[own].sum()) // half)))
        return np.array(wanted, np.int32)

    def _precedence(self, lengths: Numbers) -> tuple[tuple[int, int], ...]:
        """The sessions of a module end before those of the next one begin, where what stands allows it."""
        if not self.situation.in_order:
            return ()
        pairs: list[tuple[int, int]] = []
        for course in self.courses:
            by_position: dict[int, list[int]] = defaultdict(list)
            for s, meeting in enumerate(self.meetings):
                if meeting.course_id == course and meeting.position:
                    by_position[meeting.position].append(s)
            positions = sorted(by_position)
            for before, after in itertools.pairwise(positions):
                pairs += [(a, b) for a in by_position[before] for b in by_position[after]]
        return tuple(pairs)

    def _trainee_profile(self) -> DayProfile:
        hour = max(1, 60 // self.grid.slot)
        return DayProfile(
            window=self.strength[Wish.NO_GAPS],
            fewest=2 * hour,
            most=max(2 * hour, (self.situation.hours_a_day - 1) * hour),
            load=self.strength[Wish.EVEN_DAYS],
            travel=self.strength[Wish.TRAVEL],
            limit=min(60, self.situation.hours_a_day * hour),
        )

    def _lecturer_profile(self) -> DayProfile:
        hour = max(1, 60 // self.grid.slot)
        return DayProfile(
            window=self.strength[Wish.LECTURER_DAYS],
            day=3 * self.strength[Wish.LECTURER_DAYS],
            travel=self.strength[Wish.TRAVEL],
            limit=min(60, self.situation.hours_a_day * hour),
        )
