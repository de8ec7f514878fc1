"""Sessions to be placed, as a constraint model: a literal for each place that each may take.

The rest of the plan stands still. Whoever builds a placement leaves out the places at which a session would meet one
of the rest; the model holds what the sessions do to each other, and the hours a day, which it counts with the rest's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from ortools.sat.python import cp_model

from app.scheduling.optimiser.ground import Ground, Indices
from app.scheduling.optimiser.problem import Flags, Plan

Literal = cp_model.IntVar
Occupancy = dict[int, Literal]


@dataclass(frozen=True, slots=True)
class Choice:
    """The places of one session and the literals that take them; ``at`` the literals of its starts."""

    session: int
    starts: Indices
    rooms: Indices
    literals: list[Literal]
    at: dict[int, Literal]

    def literal_of(self, start: int, room: int) -> Literal | None:
        """The literal of a place; ``None`` where the session may not be."""
        for found in np.flatnonzero((self.starts == start) & (self.rooms == room)):
            return self.literals[int(found)]
        return None


class Placement:
    """A model in which each session of ``places`` takes exactly one of its places, [T, R], and all hard rules hold."""

    def __init__(self, ground: Ground, places: Mapping[int, Flags]) -> None:
        self.ground = ground
        self.problem = ground.problem
        self.model = cp_model.CpModel()
        self.still = ground.placed.copy()
        self.still[list(places)] = False
        self.choices = {session: self._choose(session, where) for session, where in places.items()}
        self._taken: dict[tuple[int, int], Occupancy] = {}
        self._free_rooms()
        self._enough_rooms()
        self._free_people()
        self._travel()
        self._daily_limits()
        self._precedence()

    @property
    def size(self) -> int:
        """How many places there are to choose from."""
        return sum(len(choice.literals) for choice in self.choices.values())

    def stays(self, session: int) -> Literal | None:
        """The literal that the session keeps its place; ``None`` where it cannot or has none."""
        if not self.ground.placed[session]:
            return None
        return self.choices[session].literal_of(
            int(self.ground.starts[session]), int(self.ground.rooms[session])
        )

    def read(self, solver: cp_model.CpSolver) -> Plan:
        """The plan with the sessions where the solver put them."""
        plan = self.ground.plan.copy()
        for session, choice in self.choices.items():
            for start, room, literal in zip(choice.starts, choice.rooms, choice.literals, strict=True):
                if solver.boolean_value(literal):
                    plan.starts[session], plan.rooms[session] = start, room
        return plan

    def hint(self, plan: Plan) -> None:
        """Start the search from the plan."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves it untyped
        for session, choice in self.choices.items():
            literal = choice.literal_of(int(plan.starts[session]), int(plan.rooms[session]))
            if literal is not None:
                self.model.add_hint(literal, True)

    def groups(self) -> list[int]:
        """The groups whose sessions may move."""
        return sorted({group for session in self.choices for group in self.problem.groups[session]})

    def occupancy(self, group: int, campus: int) -> Occupancy:
        """For each slot at which the group may be at the campus, a literal that holds if it is.

        Sessions that stand still count too. It may also hold when the group is elsewhere: whoever pays for it will not.
        """
        if (group, campus) not in self._taken:
            self._taken[group, campus] = self._occupancy(group, campus)
        return self._taken[group, campus]

    def standing(self, group: int) -> Iterator[tuple[int, int, int]]:
        """Start, length and campus of the group's sessions that stand still."""
        ground = self.ground
        for session in ground.members[group].tolist():
            if self.still[session]:
                yield (
                    int(ground.starts[session]),
                    int(ground.lengths[session]),
                    int(ground.campus_of[session]),
                )

    def either(self, literals: list[Literal]) -> Literal:
        """A literal that holds when one of these, of which at most one holds, does."""
        if len(literals) == 1:
            return literals[0]
        either = self.model.new_bool_var("")
        self.model.add_exactly_one([*literals, ~either])
        return either

    def _choose(self, session: int, where: Flags) -> Choice:
        model = self.model
        starts, rooms = np.nonzero(where)
        literals = [model.new_bool_var("") for _ in range(len(starts))]
        model.add_exactly_one(literals)
        by_start: dict[int, list[Literal]] = {}
        for start, literal in zip(starts.tolist(), literals, strict=True):
            by_start.setdefault(start, []).append(literal)
        at = {start: self.either(those) for start, those in by_start.items()}
        return Choice(session, starts, rooms, literals, at)

    def _free_rooms(self) -> None:
        """At most one session in a room at a time."""
        users: dict[tuple[int, int], list[Literal]] = {}
        for choice in self.choices.values():
            length = int(self.ground.lengths[choice.session])
            own = ~self.problem.shared[choice.rooms]
            for place in np.flatnonzero(own).tolist():
                start, room = int(choice.starts[place]), int(choice.rooms[place])
                for slot in range(start, start + length):
                    users.setdefault((room, slot), []).append(choice.literals[place])
        for literals in users.values():
            if len(literals) > 1:
                self.model.add_at_most_one(literals)

    def _enough_rooms(self) -> None:
        """Where rooms are only counted: no more sessions at a time than rooms."""
        crowd = self.ground.crowd
        if crowd is None:
            return
        coming: dict[int, list[Literal]] = {}
        for choice in self.choices.values():
            for start, literal in choice.at.items():
                coming.setdefault(start, []).append(literal)
        for slot, literals in coming.items():
            left = int(crowd.rooms[slot]) - int((self.ground.starts[self.still] == slot).sum())
            if len(literals) > left:
                self.model.add(sum(literals) <= left)

    def _free_people(self) -> None:
        """At most one session of a group at a time. Curricula alike say the same; it is said once."""
        said: set[tuple[int, ...]] = set()
        for group in self.groups():
            users: dict[int, list[Literal]] = {}
            for start, length, literal in self._moving(group):
                for slot in range(start, start + length):
                    users.setdefault(slot, []).append(literal)
            for literals in users.values():
                words = tuple(literal.index for literal in literals)
                if len(literals) > 1 and words not in said:
                    said.add(words)
                    self.model.add_at_most_one(literals)

    def _moving(self, group: int) -> Iterator[tuple[int, int, Literal]]:
        """Start, length and literal of each start that a session of the group may take."""
        for session in self.ground.members[group].tolist():
            if session in self.choices:
                for start, literal in self.choices[session].at.items():
                    yield start, int(self.ground.lengths[session]), literal

    def _travel(self) -> None:
        ways = self.problem.travel_slots
        if not ways.any():
            return
        slots = self.problem.slots_per_day
        for group in self.groups():
            for one, other in product(range(len(ways)), repeat=2):
                way = int(ways[one, other])
                if one == other or not way:
                    continue
                after = self.occupancy(group, other)
                for slot, here in self.occupancy(group, one).items():
                    end_of_day = (slot // slots + 1) * slots
                    for later in range(slot + 1, min(slot + 1 + way, end_of_day)):
                        if later in after:
                            self.model.add_bool_or(~here, ~after[later])

    def _occupancy(self, group: int, campus: int) -> Occupancy:
        occupancy: Occupancy = {}
        for slot, literals in self._users_at(group, campus).items():
            here = self.model.new_bool_var("")
            self.model.add_at_most_one([*literals, ~here])
            occupancy[slot] = here
        for start, length, theirs in self.standing(group):
            if theirs == campus:
                for slot in range(start, start + length):
                    occupancy[slot] = self.model.new_constant(1)
        return occupancy

    def _users_at(self, group: int, campus: int) -> dict[int, list[Literal]]:
        """For each slot the places at the campus by which the group would be there."""
        there: dict[int, list[Literal]] = {}
        for session in self.ground.members[group].tolist():
            if session in self.choices:
                choice, length = self.choices[session], int(self.ground.lengths[session])
                for place in np.flatnonzero(self.problem.campuses[choice.rooms] == campus).tolist():
                    start = int(choice.starts[place])
                    for slot in range(start, start + length):
                        there.setdefault(slot, []).append(choice.literals[place])
        return there

    def _daily_limits(self) -> None:
        slots = self.problem.slots_per_day
        for group in self.groups():
            limit = self.ground.limit(group)
            if limit >= slots:
                continue
            loads = self.ground.loads(group, self.still)
            by_day: dict[int, list[tuple[int, Literal]]] = {}
            for start, length, literal in self._moving(group):
                by_day.setdefault(start // slots, []).append((length, literal))
            for day, terms in by_day.items():
                if sum(length for length, _ in terms) + int(loads[day]) > limit:
                    load = sum(length * literal for length, literal in terms)
                    self.model.add(load <= limit - int(loads[day]))

    def _precedence(self) -> None:
        for first, second in self.problem.precedence:
            if first in self.choices and second in self.choices:
                length = int(self.ground.lengths[first])
                begin = sum(start * literal for start, literal in self.choices[second].at.items())
                end = sum((start + length) * literal for start, literal in self.choices[first].at.items())
                self.model.add(end <= begin)
