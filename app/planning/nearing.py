"""A mended plan near the given one by search, where the one with the fewest moves takes too long to find and prove."""

from dataclasses import replace

import numpy as np

from app.scheduling.optimiser.checker import Rule, find_violations
from app.scheduling.optimiser.problem import Plan, Problem
from app.scheduling.optimiser.search import improve

_OF_A_MOVE = 400
"""What a move costs: more than the wishes that it could fulfil."""


def search_near(problem: Problem, plan: Plan, *, seconds: float) -> Plan:
    """Return a plan that breaks no rule, places what it can, and moves few sessions; not the fewest for certain.

    At first only the courses that are hit may change; all others where that is not enough.
    """
    weights = replace(problem.weights, moved_start=_OF_A_MOVE, moved_room=_OF_A_MOVE // 4)
    nearest = replace(problem, weights=weights, given=plan)
    alone = improve(_only_those_hit(nearest, plan), seconds=seconds / 2, seed=1, start=plan)
    if not alone.cost.unplaced:
        return _moved_back(problem, plan, alone.plan)
    return _moved_back(problem, plan, improve(nearest, seconds=seconds / 2, seed=1, start=plan).plan)


def _only_those_hit(problem: Problem, plan: Plan) -> Problem:
    """The problem in which the sessions of courses without a broken rule stay where they are."""
    broken = sorted({session for one in find_violations(problem, plan) for session in one.sessions})
    stays = ~np.isin(problem.courses, problem.courses[broken]) & (plan.starts >= 0)
    starts, rooms = problem.starts.copy(), problem.room_options.copy()
    starts[stays], rooms[stays] = False, False
    starts[stays, plan.starts[stays]] = rooms[stays, plan.rooms[stays]] = True
    return replace(problem, starts=starts, room_options=rooms)


def _moved_back(problem: Problem, given: Plan, found: Plan) -> Plan:
    """Put back, one after the other, whoever can be put back without breaking a rule, until nobody can."""
    again = True
    while again:
        again = False
        for session in np.flatnonzero((given.starts != found.starts) | (given.rooms != found.rooms)).tolist():
            tried = found.copy()
            tried.starts[session], tried.rooms[session] = given.starts[session], given.rooms[session]
            if given.starts[session] >= 0 and _is_sound(problem, tried):
                found, again = tried, True
    return found


def _is_sound(problem: Problem, plan: Plan) -> bool:
    return all(one.rule is Rule.UNPLACED for one in find_violations(problem, plan))
