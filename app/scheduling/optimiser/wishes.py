"""What the places of a placement cost, as a linear objective: the same wishes that the checker counts.

Only what the moving sessions can change is priced; the rest of the plan adds a constant, which is left out.
"""

from collections import defaultdict

import numpy as np
from ortools.sat.python import cp_model

from app.scheduling.optimiser.placement import Choice, Literal, Placement
from app.scheduling.optimiser.problem import UNPLACED, DayProfile

_Slot = Literal | int
"""Whether a group has a session in a slot: a literal, or known from what stands still."""
_Day = list[_Slot]


class Price:
    """The objective of a placement: terms gathered by literal, so that each stands in it once."""

    def __init__(self, placement: Placement) -> None:
        self.placement = placement
        self.problem = placement.problem
        self.model = placement.model
        self._terms: dict[int, int] = defaultdict(int)
        self._variables: dict[int, Literal] = {}
        self._days: dict[tuple[object, ...], tuple[DayProfile, _Day, int]] = {}
        self._sums: dict[tuple[int, ...], Literal] = {}
        for choice in placement.choices.values():
            self._places(choice)
        self._courses()
        for group in placement.groups():
            self._group(group)
        for profile, day, times in self._days.values():
            self._price_day(profile, day, times)

    def total(self) -> cp_model.LinearExprT:
        """The cost that the moving sessions cause."""
        variables = [self._variables[index] for index in self._terms]
        return cp_model.LinearExpr.weighted_sum(variables, list(self._terms.values()))

    def _pay(self, literal: Literal, price: int) -> None:
        if price:
            self._variables[literal.index] = literal
            self._terms[literal.index] += price

    def _bill(self, price: int, *reasons: cp_model.LiteralT) -> None:
        """Pay when all reasons hold."""
        due = self.model.new_bool_var("")
        self.model.add_bool_or([due, *(~reason for reason in reasons)])
        self._pay(due, price)

    def _places(self, choice: Choice) -> None:
        problem, session = self.problem, choice.session
        over = np.maximum(int(problem.sizes[session]) - problem.capacities[choice.rooms].astype(np.int64), 0)
        prices = over * problem.weights.capacity
        prices += problem.start_penalties[session, choice.starts]
        prices += problem.room_penalties[session, choice.rooms]
        given = problem.given
        if given is not None and UNPLACED not in (given.starts[session], given.rooms[session]):
            prices += problem.weights.moved_start * (choice.starts != given.starts[session])
            prices += problem.weights.moved_room * (choice.rooms != given.rooms[session])
        for literal, price in zip(choice.literals, prices.tolist(), strict=True):
            self._pay(literal, price)

    def _courses(self) -> None:
        by_course: dict[int, list[Choice]] = defaultdict(list)
        for choice in self.placement.choices.values():
            by_course[int(self.problem.courses[choice.session])].append(choice)
        for course, choices in by_course.items():
            those = (self.problem.courses == course) & self.placement.still
            if self.problem.weights.room_stability:
                self._stability(choices, set(self.placement.ground.rooms[those].tolist()))
            if self.problem.weights.working_days:
                days = self.placement.ground.starts[those] // self.problem.slots_per_day
                self._working_days(course, choices, set(days.tolist()))

    def _stability(self, choices: list[Choice], used: set[int]) -> None:
        there: dict[int, list[Literal]] = defaultdict(list)
        for choice in choices:
            for room, literal in zip(choice.rooms.tolist(), choice.literals, strict=True):
                if room not in used:
                    there[room].append(literal)
        for literals in there.values():
            taken = self.model.new_bool_var("")
            for literal in literals:
                self.model.add_implication(literal, taken)
            self._pay(taken, self.problem.weights.room_stability)

    def _working_days(self, course: int, choices: list[Choice], used: set[int]) -> None:
        wanted = int(self.problem.working_days[course]) - len(used)
        if wanted <= 0:
            return
        there: dict[int, list[Literal]] = defaultdict(list)
        for choice in choices:
            for start, literal in choice.at.items():
                day = start // self.problem.slots_per_day
                if day not in used:
                    there[day].append(literal)
        taken = []
        for literals in there.values():
            on_day = self.model.new_bool_var("")
            self.model.add_bool_or([*literals, ~on_day])
            taken.append(on_day)
        short = self.model.new_int_var(0, wanted, "")
        self.model.add(short + sum(taken) >= wanted)
        self._pay(short, self.problem.weights.working_days)

    def _group(self, group: int) -> None:
        profile = self.problem.profiles[int(self.problem.group_profiles[group])]
        if not (profile.isolated or profile.window or profile.load or profile.day or profile.travel):
            return
        taken = self._taken(group)
        slots = self.problem.slots_per_day
        for first in sorted({slot // slots * slots for slot in taken}):
            day: _Day = [taken.get(slot, 0) for slot in range(first, first + slots)]
            moving = [slot for slot in day if not isinstance(slot, int)]
            if moving:
                # Groups whose day is made of the same sessions are priced together.
                key = (profile, *(slot if isinstance(slot, int) else ("s", slot.index) for slot in day))
                _, _, times = self._days.get(key, (profile, day, 0))
                self._days[key] = (profile, day, times + 1)
        if profile.travel:
            self._ways(group, profile.travel)

    def _taken(self, group: int) -> dict[int, Literal | int]:
        """For each slot that the group may have a session in, whether it has."""
        there: dict[int, list[Literal]] = defaultdict(list)
        for session in self.placement.ground.members[group].tolist():
            if session in self.placement.choices:
                length = int(self.problem.lengths[session])
                for start, literal in self.placement.choices[session].at.items():
                    for slot in range(start, start + length):
                        there[slot].append(literal)
        taken: dict[int, Literal | int] = {slot: self._one_of(literals) for slot, literals in there.items()}
        for start, length, _ in self.placement.standing(group):
            taken.update(dict.fromkeys(range(start, start + length), 1))
        return taken

    def _one_of(self, literals: list[Literal]) -> Literal:
        key = tuple(sorted(literal.index for literal in literals))
        if key not in self._sums:
            self._sums[key] = self.placement.either(literals)
        return self._sums[key]

    def _price_day(self, profile: DayProfile, day: _Day, times: int) -> None:
        if profile.isolated:
            for slot, taken in enumerate(day):
                around = (day[slot - 1] if slot else 0, day[slot + 1] if slot + 1 < len(day) else 0)
                self._if_all(profile.isolated * times, taken, *(_not(other) for other in around))
        if profile.window:
            before = self._so_far(day)
            after = self._so_far(day[::-1])[::-1]
            for taken, earlier, later in zip(day, before, after, strict=True):
                self._if_all(profile.window * times, _not(taken), earlier, later)
        if profile.load or profile.day:
            held = self._so_far([*day, 0])[-1]
            self._if_all(profile.day * times, held)
            self._load(profile, day, held, times)

    def _if_all(self, price: int, *reasons: cp_model.LiteralT | int) -> None:
        """Pay when all reasons hold; what is known is decided here."""
        if not price or any(isinstance(reason, int) and not reason for reason in reasons):
            return
        open_reasons = [reason for reason in reasons if not isinstance(reason, int)]
        if open_reasons:
            self._bill(price, *open_reasons)

    def _so_far(self, day: _Day) -> _Day:
        """For each slot whether a session was held in an earlier one."""
        before: _Day = [0]
        for taken in day[:-1]:
            last = before[-1]
            known = [slot for slot in (last, taken) if not isinstance(slot, int)]
            if 1 in (slot for slot in (last, taken) if isinstance(slot, int)):
                before.append(1)
            elif len(known) == 2:
                either = self.model.new_bool_var("")
                for slot in known:
                    self.model.add_implication(slot, either)
                before.append(either)
            else:
                before.append(known[0] if known else 0)
        return before

    def _load(self, profile: DayProfile, day: _Day, held: _Slot, times: int) -> None:
        if not profile.load:
            return
        load = sum(day)
        outside = self.model.new_int_var(0, max(profile.fewest, len(day)), "")
        self.model.add(outside >= profile.fewest * held - load)
        self.model.add(outside >= load - profile.most)
        self._pay(outside, profile.load * times)

    def _ways(self, group: int, price: int) -> None:
        """Pay for sessions in slots next to each other at different campuses."""
        slots, campuses = self.problem.slots_per_day, range(len(self.problem.travel_slots))
        for one in campuses:
            here = self.placement.occupancy(group, one)
            for other in campuses:
                there = self.placement.occupancy(group, other) if one != other else {}
                for slot, literal in here.items():
                    if slot + 1 in there and (slot + 1) % slots:
                        self._bill(price, literal, there[slot + 1])


def _not(slot: _Slot) -> cp_model.LiteralT | int:
    return 1 - slot if isinstance(slot, int) else ~slot
