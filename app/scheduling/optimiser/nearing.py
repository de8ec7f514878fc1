"""A sound plan near the given one by search: few moves soon, though perhaps not the fewest."""

import time
from dataclasses import replace

import numpy as np

from app.scheduling.optimiser.checker import Rule, find_violations
from app.scheduling.optimiser.problem import Flags, Plan, Problem
from app.scheduling.optimiser.search import improve

_OF_A_MOVE = 400
"""What a move costs: more than the wishes that it could fulfil."""


def search_near(problem: Problem, plan: Plan, *, staying: Flags, seconds: float, seed: int = 1) -> Plan:
    """Return a plan that breaks no rule, places what it can, and moves few sessions; not the fewest for certain.

    Sessions of ``staying`` are not moved, right or wrong; those of them without a place get none. At first only the
    courses that are hit may change; all others where that is not enough.
    """
    weights = replace(problem.weights, moved_start=_OF_A_MOVE, moved_room=_OF_A_MOVE // 4)
    nearest = _holding(replace(problem, weights=weights, given=plan), plan, staying)
    only_those_hit = _holding(nearest, plan, _not_hit(problem, plan))
    alone = improve(only_those_hit, seconds=seconds / 3, seed=seed, start=plan)
    if alone.cost.unplaced == np.sum(staying & ~plan.placed):
        return _moved_back(problem, plan, alone.plan, seconds / 3)
    found = improve(nearest, seconds=seconds / 3, seed=seed, start=plan)
    return _moved_back(problem, plan, found.plan, seconds / 3)


def _not_hit(problem: Problem, plan: Plan) -> Flags:
    """The sessions of courses without a broken rule."""
    broken = sorted({session for one in find_violations(problem, plan) for session in one.sessions})
    return ~np.isin(problem.courses, problem.courses[broken]) & plan.placed


def _holding(problem: Problem, plan: Plan, staying: Flags) -> Problem:
    """The problem in which these sessions may be nowhere but where they are."""
    starts, rooms = problem.starts.copy(), problem.room_options.copy()
    starts[staying], rooms[staying] = False, False
    placed = staying & plan.placed
    starts[placed, plan.starts[placed]] = rooms[placed, plan.rooms[placed]] = True
    return replace(problem, starts=starts, room_options=rooms)


def _moved_back(problem: Problem, given: Plan, found: Plan, seconds: float) -> Plan:
    """Put back, one after the other, whoever can be put back without breaking a rule, until nobody can."""
    until = time.monotonic() + seconds
    placed, again = given.placed, True
    while again:
        again = False
        moved = placed & ((given.starts != found.starts) | (given.rooms != found.rooms))
        for session in np.flatnonzero(moved).tolist():
            if time.monotonic() > until:
                return found
            tried = found.copy()
            tried.starts[session], tried.rooms[session] = given.starts[session], given.rooms[session]
            if _is_sound(problem, tried):
                found, again = tried, True
    return found


def _is_sound(problem: Problem, plan: Plan) -> bool:
    return all(one.rule is Rule.UNPLACED for one in find_violations(problem, plan))
