"""What the compiled search is made of: taking a session out of the plan, putting it in, and finding it a room.

Every function keeps all counts of the state true and returns by how much the cost changed.
"""

import numpy as np

from app.scheduling.optimiser.arrays import FORBIDDEN, WORD, Best, Model, State
from app.scheduling.optimiser.bits import count_bits, lowest_bit
from app.scheduling.optimiser.compiling import compiled, inlined

NONE = -1
IMPOSSIBLE = 1 << 60
_EFFORT = 2


@inlined
def random_below(state: State, bound: int) -> int:
    """A whole number from 0 to below ``bound`` (xorshift64*, Vigna 2016)."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    high = (x * np.uint64(2685821657736338717)) >> np.uint64(33)
    return (int(high) * bound) >> 31


@inlined
def pattern_cost(model: Model, profile: int, pattern: int) -> int:
    """What a group's day costs, by the bits of its slots."""
    if model.pattern_cost.shape[1]:
        return int(model.pattern_cost[profile, pattern])
    if pattern == 0:
        return 0
    row = model.profiles[profile]
    load = count_bits(pattern)
    last = 0
    while pattern >> (last + 1):
        last += 1
    windows = last - lowest_bit(pattern) + 1 - load
    isolated = count_bits(pattern & ~(pattern << 1) & ~(pattern >> 1))
    cost = row[0] * isolated + row[1] * windows + row[5]
    cost += row[4] * (max(row[2] - load, 0) + max(load - row[3], 0))
    return int(cost + (FORBIDDEN if load > row[7] else 0))


@inlined
def bits_of(model: Model, session: int, start: int) -> int:
    """The slots that a session takes of its day."""
    return ((1 << model.length[session]) - 1) << (start % model.slots)


@compiled
def is_group_free(model: Model, state: State, session: int, start: int) -> bool:
    """Whether all people of a session are free at a start."""
    day, bits = start // model.slots, bits_of(model, session, start)
    for at in range(model.groups_from[session], model.groups_from[session + 1]):
        if state.busy[model.groups[at], day] & bits:
            return False
    return True


@inlined
def keeps_order(model: Model, state: State, session: int) -> bool:
    """Whether a placed session lies after what must precede it and before what must follow it."""
    start = state.start[session]
    for at in range(model.before_from[session], model.before_from[session + 1]):
        other = model.before[at]
        if state.start[other] != NONE and state.start[other] + model.length[other] > start:
            return False
    end = start + model.length[session]
    for at in range(model.after_from[session], model.after_from[session + 1]):
        other = model.after[at]
        if state.start[other] != NONE and end > state.start[other]:
            return False
    return True


@compiled
def cost_of_ways(model: Model, state: State, session: int, start: int, campus: int) -> int:
    """What the ways of a session's people to and from its campus cost; ``FORBIDDEN`` where time lacks."""
    day, position, length = start // model.slots, start % model.slots, model.length[session]
    cost = 0
    for at in range(model.groups_from[session], model.groups_from[session + 1]):
        group = model.groups[at]
        weight = model.profiles[model.profile[group], 6]
        away = state.busy[group, day] & ~state.busy_at[group, day, campus]
        if weight and away:
            if position and (away >> (position - 1)) & 1:
                cost += weight
            if (away >> (position + length)) & 1:
                cost += weight
        if away:
            for other in range(model.travel_gap.shape[0]):
                gap = model.travel_gap[campus, other]
                if other != campus and gap and state.busy_at[group, day, other]:
                    first = max(position - gap, 0)
                    near = ((1 << (position + length + gap - first)) - 1) << first
                    if state.busy_at[group, day, other] & near:
                        return FORBIDDEN
    return cost


@compiled
def lift(model: Model, state: State, session: int, stability: int) -> int:
    """Take a placed session out of the plan."""
    start, room, course = state.start[session], state.room[session], model.course[session]
    day, bits = start // model.slots, bits_of(model, session, start)
    change = -int(model.start_cost[session, start]) - model.room_cost[session, room]
    state.effort[0] += _EFFORT
    for at in range(model.groups_from[session], model.groups_from[session + 1]):
        group = model.groups[at]
        profile, old = model.profile[group], state.busy[group, day]
        new = old & ~bits
        state.busy[group, day] = new
        change += pattern_cost(model, profile, new) - pattern_cost(model, profile, old)
        if model.travels:
            state.busy_at[group, day, model.campus[room]] &= ~bits
    if model.travels:
        change -= cost_of_ways(model, state, session, start, model.campus[room])
    state.course_days[course, day] -= 1
    if state.course_days[course, day] == 0:
        if state.days_used[course] <= model.fewest_days[course]:
            change += model.day_weight
        state.days_used[course] -= 1
    state.course_rooms[course, room] -= 1
    if state.course_rooms[course, room] == 0:
        if state.rooms_used[course] > 1:
            change -= stability
        state.rooms_used[course] -= 1
    for offset in range(model.length[session]):
        _leave_slot(model, state, session, room, start, offset)
    state.start[session] = NONE
    state.room[session] = NONE
    return change


@compiled
def _leave_slot(model: Model, state: State, session: int, room: int, start: int, offset: int) -> None:
    slot = start + offset
    if not model.shared[room]:
        state.free[slot, room // WORD] |= 1 << (room % WORD)
        state.occupant[slot, room] = NONE
    last = state.present_count[slot] - 1
    place, moved = state.place[session, offset], state.present[slot, last]
    state.present[slot, place] = moved
    state.place[moved, slot - state.start[moved]] = place
    state.present_count[slot] = last


@compiled
def put(model: Model, state: State, session: int, start: int, room: int, stability: int) -> int:
    """Put a session without a place into the plan; its people and the room must be free."""
    course = model.course[session]
    day, bits = start // model.slots, bits_of(model, session, start)
    change = int(model.start_cost[session, start]) + model.room_cost[session, room]
    state.effort[0] += _EFFORT
    if model.travels:
        change += cost_of_ways(model, state, session, start, model.campus[room])
    for at in range(model.groups_from[session], model.groups_from[session + 1]):
        group = model.groups[at]
        profile, old = model.profile[group], state.busy[group, day]
        new = old | bits
        state.busy[group, day] = new
        change += pattern_cost(model, profile, new) - pattern_cost(model, profile, old)
        if model.travels:
            state.busy_at[group, day, model.campus[room]] |= bits
    if state.course_days[course, day] == 0:
        state.days_used[course] += 1
        if state.days_used[course] <= model.fewest_days[course]:
            change -= model.day_weight
    state.course_days[course, day] += 1
    if state.course_rooms[course, room] == 0:
        state.rooms_used[course] += 1
        if state.rooms_used[course] > 1:
            change += stability
    state.course_rooms[course, room] += 1
    state.start[session] = start
    state.room[session] = room
    for offset in range(model.length[session]):
        slot = start + offset
        if not model.shared[room]:
            state.free[slot, room // WORD] &= ~(1 << (room % WORD))
            state.occupant[slot, room] = session
        state.present[slot, state.present_count[slot]] = session
        state.place[session, offset] = state.present_count[slot]
        state.present_count[slot] += 1
    return change


@compiled
def free_rooms(model: Model, state: State, session: int, start: int, word: int) -> int:
    """The suitable rooms of one word that are free for the whole of a session."""
    free = state.free[start, word] & model.suitable[session, word]
    for offset in range(1, model.length[session]):
        free &= state.free[start + offset, word]
    return free


@compiled
def choose_room(model: Model, state: State, session: int, start: int, stability: int) -> int:
    """The free room that costs least; of equals the smallest. ``NONE`` where no suitable room is free."""
    if stability == 0 and not model.travels:
        for word in range(model.suitable.shape[1]):
            fitting = free_rooms(model, state, session, start, word) & model.fitting[session, word]
            if fitting:
                return word * WORD + lowest_bit(fitting)
    best, best_cost = NONE, IMPOSSIBLE
    course = model.course[session]
    for word in range(model.suitable.shape[1]):
        free = free_rooms(model, state, session, start, word)
        while free:
            room = word * WORD + lowest_bit(free)
            free &= free - 1
            cost = int(model.room_cost[session, room])
            if state.course_rooms[course, room] == 0 and state.rooms_used[course] > 0:
                cost += stability
            if model.travels and cost < best_cost:
                cost += cost_of_ways(model, state, session, start, model.campus[room])
            if cost < best_cost:
                best, best_cost = room, cost
    return NONE if best_cost >= FORBIDDEN else best


@compiled
def keep(state: State, best: Best, cost: int) -> None:
    """Remember the plan as the best one."""
    best.cost[0] = cost
    for session in range(len(best.start)):
        best.start[session] = state.start[session]
        best.room[session] = state.room[session]


@compiled
def restore(model: Model, state: State, best: Best, stability: int) -> int:
    """Make the best plan the current one. Returns what it costs, less what the empty plan costs."""
    for session in range(len(best.start)):
        if state.start[session] != NONE:
            lift(model, state, session, stability)
    cost = 0
    for session in range(len(best.start)):
        if best.start[session] != NONE:
            cost += put(model, state, session, best.start[session], best.room[session], stability)
    return cost
