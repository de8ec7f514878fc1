"""Rooms that are all alike to the sessions, so that the fewest moves can be found over times alone.

Where every session takes one slot and may be in every room, and nobody travels, a moved session gets a room whenever
fewer sessions than rooms are there at its time, and nobody has to change the room for it. Then a place is a time, and
the model a tenth as large. What the rooms cost does not matter until the moves are counted.
"""

from dataclasses import replace

import numpy as np

from app.scheduling.optimiser.ground import Crowd, Ground
from app.scheduling.optimiser.neighbourhood import Damage
from app.scheduling.optimiser.problem import Plan, Problem


def rooms_are_alike(problem: Problem, damage: Damage) -> bool:
    """Whether times are enough to count moves by."""
    return (
        not damage.sets
        and bool((problem.lengths == 1).all())
        and not problem.travel_slots.any()
        and not problem.shared.any()
        and bool((problem.room_options == problem.room_options[:1]).all())
    )


def without_rooms(problem: Problem, plan: Plan, moves: int) -> Ground:
    """Return the plan as ground on which places are times; at most so many sessions may move."""
    count, slots = problem.session_count, problem.slot_count
    suitable = problem.room_options[0] if count else np.zeros(problem.room_count, np.bool_)
    open_rooms = (~problem.room_busy[suitable]).sum(axis=0).astype(np.int64)
    times = replace(
        problem,
        room_options=np.ones((count, 1), np.bool_),
        room_penalties=np.zeros((count, 1), np.int32),
        capacities=np.zeros(1, np.int32),
        campuses=np.zeros(1, np.int32),
        room_busy=np.zeros((1, slots), np.bool_),
        shared=np.ones(1, np.bool_),
        travel_slots=np.zeros((1, 1), np.int32),
        given=None,
    )
    return Ground(times, times_alone(plan), Crowd(open_rooms, moves))


def times_alone(plan: Plan) -> Plan:
    """Return the plan on the ground on which places are times."""
    return Plan(plan.starts, np.minimum(plan.rooms, 0))


def give_rooms(problem: Problem, before: Plan, times: Plan, damage: Damage) -> Plan:
    """Return ``before`` with the sessions that moved at their new times, in rooms that are free there."""
    after = before.copy()
    moved = [
        session
        for session in range(problem.session_count)
        if session in damage.must or times.starts[session] != before.starts[session]
    ]
    after.starts[moved], after.rooms[moved] = times.starts[moved], -1
    for session in sorted(moved, key=lambda each: -int(problem.sizes[each])):
        start = int(after.starts[session])
        free = problem.room_options[session] & ~problem.room_busy[:, start]
        free[after.rooms[(after.starts == start) & (after.rooms >= 0)]] = False
        rooms = np.flatnonzero(free)
        after.rooms[session] = rooms[np.argmax(problem.capacities[rooms])]
    return after
