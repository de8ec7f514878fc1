"""A case: sessions that want a place, those that stand, and the reasons that count; and whether there is a place."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from app.scheduling.optimiser.explanation import Kind, Reason
from app.scheduling.optimiser.ground import Ground
from app.scheduling.optimiser.placement import Placement
from app.scheduling.optimiser.problem import UNPLACED, Flags, Numbers, Plan, Problem, Weights

MOST_PLACES = 400_000
"""More places than that are not searched."""


class TooLong(Exception):
    """The time was too short to know."""


@dataclass(frozen=True, slots=True)
class Small:
    """The problem of a few sessions of a larger one: ``sessions`` tells which; the first ``wanted`` want a place."""

    problem: Problem
    plan: Plan
    sessions: tuple[int, ...]
    wanted: int


class Case:
    """Sessions that must be placed, in a plan whose other sessions stand still."""

    def __init__(
        self,
        problem: Problem,
        wanted: Collection[int],
        plan: Plan | None,
        deadline: float,
        threads: int = 1,
        hint: Plan | None = None,
    ) -> None:
        nowhere = np.full(problem.session_count, UNPLACED, np.int32)
        self.problem = problem
        self.wanted = tuple(sorted(wanted))
        self.plan = plan or Plan(nowhere, nowhere)
        self.deadline, self.threads = deadline, threads
        self.hint = hint

    def changed(self, problem: Problem, seconds: float) -> "Case":
        """Return the case in another problem, for so many seconds at most."""
        deadline = min(self.deadline, time.monotonic() + seconds)
        return Case(problem, self.wanted, self.plan, deadline, self.threads, self.hint)

    def with_plan(self, plan: Plan) -> "Case":
        """Return the case with the others where they are in this plan."""
        return Case(self.problem, self.wanted, plan, self.deadline, self.threads, self.hint)

    def is_pinned(self, session: int) -> bool:
        """Whether the problem leaves the session one place only."""
        problem = self.problem
        return int(problem.starts[session].sum()) == 1 and int(problem.room_options[session].sum()) == 1

    def related(self, sessions: Collection[int], others: Collection[int]) -> set[int]:
        """Those of the others who share people or an order with one of the sessions."""
        groups = {group for session in sessions for group in self.problem.groups[session]}
        ordered = {
            each for pair in self.problem.precedence if not set(pair).isdisjoint(sessions) for each in pair
        }
        return {
            other for other in others if other in ordered or not groups.isdisjoint(self.problem.groups[other])
        }

    def only(self, reasons: Collection[Reason]) -> Small:
        """Return the case with nothing in the way but these reasons and what always holds: nobody is twice at once."""
        by_kind = {kind: [reason for reason in reasons if reason.kind is kind] for kind in Kind}
        moving = (*self.wanted, *(reason.session for reason in by_kind[Kind.PRESENCE]))
        sessions = (*moving, *(reason.session for reason in by_kind[Kind.BOOKING]))
        chosen = np.array(sessions, np.int64)
        pinned = {reason.session for reason in by_kind[Kind.PIN]}
        small = replace(
            self.problem,
            lengths=self.problem.lengths[chosen],
            courses=self.problem.courses[chosen],
            sizes=self.problem.sizes[chosen],
            starts=_held(self.problem.starts, sessions, pinned, by_kind[Kind.STARTS]),
            room_options=_held(self.problem.room_options, sessions, pinned, by_kind[Kind.ROOMS]),
            start_penalties=_nothing(len(chosen), self.problem.slot_count),
            room_penalties=_nothing(len(chosen), self.problem.room_count),
            groups=tuple(self.problem.groups[session] for session in sessions),
            group_busy=self._busy(
                self.problem.group_busy, ((r.group, r.day) for r in by_kind[Kind.GROUP_AWAY])
            ),
            room_busy=self._busy(
                self.problem.room_busy, ((r.room, r.day) for r in by_kind[Kind.ROOM_CLOSED])
            ),
            travel_slots=self._ways(by_kind[Kind.TRAVEL]),
            precedence=tuple(
                (sessions.index(reason.session), sessions.index(reason.other))
                for reason in by_kind[Kind.ORDER]
                if reason.session in sessions and reason.other in sessions
            ),
            weights=Weights(capacity=0),
            given=None,
        )
        small = self._with_limits(small, {reason.group for reason in by_kind[Kind.LIMIT]})
        plan = Plan(self.plan.starts[chosen].copy(), self.plan.rooms[chosen].copy())
        plan.starts[: len(moving)] = plan.rooms[: len(moving)] = UNPLACED
        return Small(small, plan, sessions, len(moving))

    def solve(self, small: Small) -> Plan | None:
        """Return a plan of the small problem with a place for all that want one, or None. Raises ``TooLong``."""
        ground = Ground(small.problem, small.plan)
        places = {session: open_places(ground, session) for session in range(small.wanted)}
        if not all(where.any() for where in places.values()):
            return None
        if small.wanted == 1:
            start, room = np.argwhere(places[0])[0]
            plan = small.plan.copy()
            plan.starts[0], plan.rooms[0] = start, room
            return plan
        return self._search(ground, places, small.sessions)

    def is_possible(self, reasons: Collection[Reason]) -> bool:
        """Whether all have a place when nothing but these reasons is in the way. Raises ``TooLong``."""
        return self.solve(self.only(reasons)) is not None

    def remaining(self) -> float:
        """Return the seconds that are left. Raises ``TooLong``."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TooLong
        return left

    def _search(self, ground: Ground, places: dict[int, Flags], sessions: tuple[int, ...]) -> Plan | None:
        if sum(int(where.sum()) for where in places.values()) > MOST_PLACES:
            raise TooLong
        placement = Placement(ground, places)
        if self.hint is not None:
            chosen = list(sessions)
            placement.hint(Plan(self.hint.starts[chosen], self.hint.rooms[chosen]))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = self.remaining()
        solver.parameters.num_workers = self.threads
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        status = solver.solve(placement.model)
        if status == cp_model.INFEASIBLE:
            return None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise TooLong
        return placement.read(solver)

    def _busy(self, busy: Flags, kept: Iterable[tuple[int, int]]) -> Flags:
        slots = self.problem.slots_per_day
        result = np.zeros_like(busy)
        for who, day in kept:
            result[who, day * slots : (day + 1) * slots] = busy[who, day * slots : (day + 1) * slots]
        return result

    def _ways(self, kept: list[Reason]) -> Numbers:
        ways = np.zeros_like(self.problem.travel_slots)
        for reason in kept:
            for one, other in ((reason.campus, reason.other), (reason.other, reason.campus)):
                ways[one, other] = self.problem.travel_slots[one, other]
        return ways

    def _with_limits(self, small: Problem, kept: set[int]) -> Problem:
        """Lift the limit of a day's hours for all groups but these."""
        profiles = small.profiles
        free = tuple(replace(profile, limit=small.slots_per_day) for profile in profiles)
        bound = np.array([group in kept for group in range(small.group_count)], np.bool_)
        chosen = np.where(bound, small.group_profiles, small.group_profiles + len(profiles))
        return replace(small, profiles=(*profiles, *free), group_profiles=chosen.astype(np.int32))


def open_places(ground: Ground, session: int) -> Flags:
    """[T, R] where the session has a place while all others stay, its people's hours of the day counted."""
    everybody = np.ones(ground.problem.session_count, np.int64)
    where = np.asarray(ground.allowed(session) & (ground.drives_away(session, everybody) == 0))
    by_day = where.reshape(ground.problem.days, -1)
    for group in ground.problem.groups[session]:
        full = ground.loads(group) + ground.lengths[session] > ground.limit(group)
        by_day[full] = False
    return where


def _held(flags: Flags, sessions: tuple[int, ...], pinned: set[int], kept: list[Reason]) -> Flags:
    """The rows of those whose rule is kept; everything is allowed to the others."""
    bound = pinned | {reason.session for reason in kept}
    rows = flags[np.array(sessions, np.int64)].copy()
    rows[[session not in bound for session in sessions]] = True
    return rows


def _nothing(rows: int, columns: int) -> Numbers:
    return np.broadcast_to(np.int32(0), (rows, columns))
