"""Mends a plan after something happened to it: with the fewest moves, of those plans the one that touches the fewest
people, of those the cheapest.

A move is a session at another time or in another room than in the plan; a session without a place that gets one counts
as a move too, for it is news to its people. The number of moves is raised from what the damage takes at least, one by
one. For each number a constraint model of only the sessions and places that could matter (``neighbourhood``) either
yields a plan or proves that there is none with so few moves. Where it takes more than a few others who make room, a
plan near the given one is searched for first (``nearing``): then only fewer moves than its have to be found or ruled
out.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from app.scheduling.optimiser.alike import give_rooms, rooms_are_alike, times_alone, without_rooms
from app.scheduling.optimiser.checker import Rule, count_cost, find_violations
from app.scheduling.optimiser.explain import explain
from app.scheduling.optimiser.explanation import Explanation
from app.scheduling.optimiser.ground import Ground
from app.scheduling.optimiser.nearing import search_near
from app.scheduling.optimiser.neighbourhood import Damage, find_damage, find_places
from app.scheduling.optimiser.placement import Placement
from app.scheduling.optimiser.problem import UNPLACED, Cost, Flags, Plan, Problem
from app.scheduling.optimiser.pruning import Places, enough_rooms, few_people
from app.scheduling.optimiser.reasons import demand_reasons
from app.scheduling.optimiser.wishes import Price

_SMALL_STEPS = 3
"""So many sessions beside the broken ones are tried with proof by small steps, before all sessions may move."""
_STEPS_SHARE = 0.7
"""The small steps may take this part of the time …"""
_NEAR_SHARE, _NEAR_A_SESSION = 0.15, 0.03
"""… and the search near the plan that one, but at most so many seconds for each session."""
_NEARER_SHARE = 0.1
"""So long it is tried to move fewer of those whom the search moved."""


@dataclass(frozen=True, slots=True)
class Move:
    """One session from where it was to where it goes; slot and room, ``None`` for one that had no place."""

    session: int
    before: tuple[int, int] | None
    after: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A plan without broken rules, and what it takes to get there.

    ``proven`` says that no plan without broken rules has fewer moves; ``best`` that of those with as few moves none
    touches fewer people, and of those none costs less.
    """

    plan: Plan
    moves: tuple[Move, ...]
    groups: tuple[int, ...]
    """The groups that some move touches …"""
    people: int
    """… and how many people they are."""
    cost: Cost
    proven: bool
    best: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRepair:
    """No plan was found. ``proven`` says that there is none; otherwise the time was too short to know."""

    broken: tuple[int, ...]
    """The sessions that would have to move."""
    proven: bool
    explanation: Explanation | None
    """Why there is none, of one of the broken sessions; None where there was no time to find out."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to search, on how many threads, and from which seed."""

    seconds: float = 10.0
    threads: int = 1
    seed: int = 0


def repair(
    problem: Problem,
    plan: Plan,
    *,
    fixed: Collection[int] = (),
    leave: Collection[int] = (),
    limits: Limits | None = None,
) -> Repair | NoRepair:
    """Return the plan nearest to ``plan`` that breaks no rule of ``problem``.

    The problem is the one after the disruption (``disruption.strike``). ``fixed`` sessions are not moved; sessions of
    ``leave`` that have no place need none. All others without a place get one.
    """
    return _Repairer(problem, plan, frozenset(fixed), frozenset(leave), limits or Limits()).run()


class _Repairer:
    def __init__(
        self, problem: Problem, plan: Plan, fixed: frozenset[int], leave: frozenset[int], limits: Limits
    ) -> None:
        self.problem, self.plan, self.limits = problem, plan, limits
        self.begun = time.monotonic()
        self.ground = Ground(problem, plan)
        self.fixed: Flags = np.zeros(problem.session_count, np.bool_)
        self.fixed[list(fixed)] = True
        self.left: Flags = np.zeros(problem.session_count, np.bool_)
        self.left[[session for session in leave if plan.starts[session] == UNPLACED]] = True
        violations = find_violations(problem, plan)
        self.damage: Damage = find_damage(
            [v for v in violations if v.rule is not Rule.UNPLACED or not self.left[v.sessions[0]]]
        )
        self.alike = rooms_are_alike(problem, self.damage)
        self.broken: Flags = np.zeros(problem.session_count, np.bool_)
        self.broken[list(self.damage.sessions)] = True

    def run(self) -> Repair | NoRepair:
        """Raise the number of moves until a plan is found or nothing is left to try."""
        if not self.damage.fewest:
            return self._found(self.plan, proven=True, best=True)
        keep = (1 - _STEPS_SHARE) * self.limits.seconds
        moves = self.damage.fewest
        for extra in range(_SMALL_STEPS + 1):
            step = self._step(extra, moves)
            status = step.fewest_people(moves, keep=keep)
            if status in _SOLVED:
                return self._cheapest(extra, self._plan_of(step), proven=status == cp_model.OPTIMAL)
            if status != cp_model.INFEASIBLE:
                break
            moves += 1
        return self._all_may_move(moves)

    def _all_may_move(self, least: int) -> Repair | NoRepair:
        """Search among all plans; fewer than ``least`` moves are known to be too few."""
        near = self._near()
        if self._is_mended(near):
            near = give_rooms(self.problem, self.plan, near, self.damage) if self.alike else near
            return self._fewer_than(near, least)
        # Where the search finds none there mostly is none, and a few sessions are enough to prove it.
        explanation = self._explain(near)
        if explanation is not None and explanation.proven:
            return self._none(explanation)
        return self._fewest(least, self.problem.session_count)

    def _near(self) -> Plan:
        """What the search finds soon: perhaps a plan that breaks nothing."""
        seconds = min(
            self.remaining(),
            _NEAR_SHARE * self.limits.seconds,
            _NEAR_A_SESSION * self.problem.session_count,
        )
        staying = self.fixed | self.left
        return search_near(self.problem, self.plan, staying=staying, seconds=seconds, seed=self.limits.seed)

    def _is_mended(self, plan: Plan) -> bool:
        return all(
            one.rule is Rule.UNPLACED and self.left[one.sessions[0]]
            for one in find_violations(self.problem, plan)
        )

    def _fewer_than(self, near: Plan, least: int) -> Repair:
        """The best plan, given one with few moves."""
        near = self._nearer(near, least)
        most = len(_moves(self.plan, near)) - 1
        found = self._fewest(least, most) if most >= least else None
        if isinstance(found, Repair):
            return found
        if found is None or found.proven:
            return self._with_fewest(near)
        return self._found(near, proven=False, best=False)

    def _nearer(self, near: Plan, least: int) -> Plan:
        """Where many move: as few of them as can be found soon, while all others stay."""
        moved = {move.session for move in _moves(self.plan, near)}
        if len(moved) - least <= _SMALL_STEPS:
            return near
        step = _Step(self, self.ground, self._places_of(moved), near)
        keep = self.remaining() - _NEARER_SHARE * self.limits.seconds
        step.fewest_moves(least, len(moved) - 1, keep=keep)
        return step.plan

    def _fewest(self, least: int, most: int) -> Repair | NoRepair:
        """The best plan among those with at least and at most so many moves."""
        step = self._step(most - self.damage.fewest, most)
        status = step.fewest_moves(least, most)
        if status not in _SOLVED:
            return self._none(proven=status == cp_model.INFEASIBLE)
        plan = self._plan_of(step)
        if status == cp_model.OPTIMAL:
            return self._with_fewest(plan)
        return self._found(plan, proven=False, best=False)

    def _with_fewest(self, plan: Plan) -> Repair:
        """Of the plans with as few moves as this one, the one that touches the fewest people and is the cheapest."""
        moves = len(_moves(self.plan, plan))
        extra = moves - self.damage.fewest
        step = self._step(extra, moves, plan)
        status = step.fewest_people(moves)
        return self._cheapest(extra, self._plan_of(step), proven=status == cp_model.OPTIMAL)

    def _step(self, extra: int, moves: int, plan: Plan | None = None) -> "_Step":
        """A model that is large enough to count moves and people."""
        ground = self.ground
        if self.alike:
            ground = without_rooms(self.problem, self.plan, moves)
            plan = plan and times_alone(plan)
        places = find_places(ground, self.damage, extra=extra, fixed=self.fixed)
        return _Step(self, ground, enough_rooms(ground, places, moves), plan)

    def _plan_of(self, step: "_Step") -> Plan:
        return give_rooms(self.problem, self.plan, step.plan, self.damage) if self.alike else step.plan

    def _cheapest(self, extra: int, plan: Plan, *, proven: bool) -> Repair:
        """Keep the number of moves and of people of ``plan``, which is as small as can be, and lower its cost."""
        moved = {move.session for move in _moves(self.plan, plan)}
        people = self.problem.people_touched(moved)
        # First with the same sessions: a good plan soon, which makes the proof for all shorter.
        same = _Step(self, self.ground, self._places_of(moved), plan)
        cheapest = same.cheapest(len(moved), people) == cp_model.OPTIMAL
        if moved == self.damage.must and not self.damage.sets:
            return self._found(same.plan, proven=True, best=proven and cheapest)
        if not self.remaining():
            return self._found(same.plan, proven=True, best=False)
        places = find_places(self.ground, self.damage, extra=extra, fixed=self.fixed)
        places = few_people(self.ground, self.damage, places, people)
        step = _Step(self, self.ground, places, same.plan)
        best = step.cheapest(len(moved), people) == cp_model.OPTIMAL
        return self._found(step.plan, proven=True, best=best and proven)

    def _places_of(self, moved: set[int]) -> Places:
        """Where these may be while all others stay."""
        others = np.ones(self.problem.session_count, np.int64)
        others[list(moved)] = 0
        ground = self.ground
        return {
            session: ground.allowed(session) & (ground.drives_away(session, others) == 0) for session in moved
        }

    def remaining(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self.limits.seconds - (time.monotonic() - self.begun))

    def _none(self, explanation: Explanation | None = None, *, proven: bool = True) -> NoRepair:
        return NoRepair(
            broken=tuple(sorted(self.damage.sessions)),
            proven=proven,
            explanation=explanation,
            seconds=time.monotonic() - self.begun,
        )

    def _explain(self, near: Plan) -> Explanation | None:
        """Say why one of the broken sessions has no place: even without the others, or else with them.

        First of those that have none in the plan ``near``.
        """
        seconds, threads = max(self.remaining(), 0.01), self.limits.threads
        broken = sorted(self.damage.sessions, key=lambda each: (near.starts[each] != UNPLACED, each))
        alone = Plan(
            np.where(self.fixed, self.plan.starts, UNPLACED), np.where(self.fixed, self.plan.rooms, UNPLACED)
        )
        for session in broken:
            if session in self.damage.must:
                found = explain(self.problem, [session], alone, seconds=seconds, threads=threads)
                if found is not None and found.proven:
                    return found
        others = {*broken, *np.flatnonzero(self.ground.placed & ~self.fixed).tolist()}
        return explain(
            self.problem, broken[:1], alone, movable=others, hint=self.plan, seconds=seconds, threads=threads
        )

    def _found(self, plan: Plan, *, proven: bool, best: bool) -> Repair:
        moves = _moves(self.plan, plan)
        moved = [move.session for move in moves]
        touched = {group for session in moved for group in self.problem.groups[session]}
        return Repair(
            plan=plan,
            moves=moves,
            groups=tuple(sorted(touched)),
            people=self.problem.people_touched(moved),
            cost=count_cost(self.problem, plan),
            proven=proven,
            best=best,
            seconds=time.monotonic() - self.begun,
        )


_SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


class _Step:
    """One model: the plans in which the sessions of ``places`` move at most; ``plan`` is the best one known."""

    def __init__(self, repairer: _Repairer, ground: Ground, places: Places, plan: Plan | None = None) -> None:
        self.repairer = repairer
        self.placement = Placement(ground, places)
        self.model = self.placement.model
        self.plan = plan or ground.plan
        must = repairer.damage.must
        self.stays = {
            session: None if session in must else self.placement.stays(session) for session in places
        }
        self.moved: list[cp_model.LiteralT] = [
            ~stays if stays is not None else True for stays in self.stays.values()
        ]

    def fewest_moves(self, least: int, most: int, *, keep: float = 0.0) -> cp_model.CpSolverStatus:
        """Search for the plan with the fewest moves among those with at least and at most so many.

        So many seconds are kept for what comes after it.
        """
        demand_reasons(self.placement, self.repairer.broken)
        self.model.add(sum(self.moved) >= least)
        self.model.add(sum(self.moved) <= most)
        self.model.minimize(sum(self.moved))
        return self._solve(keep)

    def fewest_people(self, moves: int, *, keep: float = 0.0) -> cp_model.CpSolverStatus:
        """Search for the plan that touches the fewest people among those with at most so many moves.

        So many seconds are kept for what comes after it.
        """
        demand_reasons(self.placement, self.repairer.broken)
        self.model.add(sum(self.moved) <= moves)
        self.model.minimize(self._people_touched())
        return self._solve(keep)

    def cheapest(self, moves: int, people: int) -> cp_model.CpSolverStatus:
        """Search for the cheapest plan among those with at most so many moves and people touched.

        No plan with fewer moves may exist.
        """
        demand_reasons(self.placement, self.repairer.broken)
        self.model.add(sum(self.moved) <= moves)
        self.model.add(self._people_touched() <= people)
        self.model.minimize(Price(self.placement).total())
        return self._solve()

    def _people_touched(self) -> cp_model.LinearExprT:
        """The people of all groups of which some session moves."""
        problem = self.repairer.problem
        literals: dict[int, cp_model.IntVar] = {}
        for (session, stays), moved in zip(self.stays.items(), self.moved, strict=True):
            for group in problem.groups[session]:
                if group not in literals:
                    literals[group] = self.model.new_bool_var("")
                if stays is None:
                    self.model.add_bool_or([literals[group]])
                else:
                    self.model.add_implication(moved, literals[group])
        people = problem.headcounts[list(literals)].tolist()
        return cp_model.LinearExpr.weighted_sum(list(literals.values()), people)

    def _solve(self, keep: float = 0.0) -> cp_model.CpSolverStatus:
        self.placement.hint(self.plan)
        solver = cp_model.CpSolver()
        limits = self.repairer.limits
        solver.parameters.max_time_in_seconds = max(0.01, self.repairer.remaining() - keep)
        solver.parameters.num_workers = limits.threads
        solver.parameters.random_seed = limits.seed
        # Looking for symmetries and probing take longer here than all the rest.
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        status = solver.solve(self.model)
        if status in _SOLVED:
            self.plan = self.placement.read(solver)
        return status


def _moves(before: Plan, after: Plan) -> tuple[Move, ...]:
    changed = np.flatnonzero((before.starts != after.starts) | (before.rooms != after.rooms))
    return tuple(
        Move(
            session=session,
            before=None
            if before.starts[session] == UNPLACED
            else (int(before.starts[session]), int(before.rooms[session])),
            after=(int(after.starts[session]), int(after.rooms[session])),
        )
        for session in changed.tolist()
    )
