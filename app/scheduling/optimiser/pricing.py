"""What the exchange of a chain would cost, without touching the plan, compiled."""

from app.scheduling.optimiser.arrays import WORD, Model, State
from app.scheduling.optimiser.bits import lowest_bit
from app.scheduling.optimiser.compiling import inlined
from app.scheduling.optimiser.moves import IMPOSSIBLE, NONE, bits_of, pattern_cost


@inlined
def _price_of_group(
    model: Model, state: State, group: int, first: int, second: int, leaving: int, entering: int
) -> int:
    """What it changes in two days of a group when it has these slots of them no longer, or newly."""
    profile, old = model.profile[group], state.busy[group, first]
    if first == second:
        new = old ^ leaving ^ entering
        return pattern_cost(model, profile, new) - pattern_cost(model, profile, old)
    change = pattern_cost(model, profile, old ^ leaving) - pattern_cost(model, profile, old)
    old = state.busy[group, second]
    return change + pattern_cost(model, profile, old ^ entering) - pattern_cost(model, profile, old)


@inlined
def price_of_people(model: Model, state: State, count: int, source: int, target: int) -> int:
    """What the exchange changes in the days of groups. A group on both sides of the chain sees no difference."""
    change = 0
    first, second = source // model.slots, target // model.slots
    leaving, entering = bits_of(model, state.chain[0], source), bits_of(model, state.chain[0], target)
    if count == 1:
        session = state.chain[0]
        for at in range(model.priced_from[session], model.priced_from[session + 1]):
            change += _price_of_group(model, state, model.priced[at], first, second, leaving, entering)
        return change
    touched = 0
    for at in range(count):
        session = state.chain[at]
        for of in range(model.priced_from[session], model.priced_from[session + 1]):
            group = model.priced[of]
            state.touched[touched] = group
            state.toggled[group] ^= 1
            touched += state.toggled[group]
    for at in range(touched):
        group = state.touched[at]
        if state.toggled[group]:
            state.toggled[group] = 0
            change += _price_of_group(model, state, group, first, second, leaving, entering)
    return change


@inlined
def price_of_days(model: Model, state: State, session: int, goal: int) -> int:
    """What a move changes in the number of days of a session's course."""
    course = model.course[session]
    old_day, new_day = state.start[session] // model.slots, goal // model.slots
    if old_day == new_day:
        return 0
    used = state.days_used[course]
    now = used - (state.course_days[course, old_day] == 1) + (state.course_days[course, new_day] == 0)
    fewest = model.fewest_days[course]
    return int(model.day_weight * (max(fewest - now, 0) - max(fewest - used, 0)))


@inlined
def collect_spare(model: Model, state: State, count: int, source: int, target: int) -> None:
    """Find the rooms the chain may use: those free at both starts for its length, and its own."""
    length = model.length[state.chain[0]]
    for word in range(state.spare.shape[1]):
        state.spare[0, word] = state.free[source, word]
        state.spare[1, word] = state.free[target, word]
        for offset in range(1, length):
            state.spare[0, word] &= state.free[source + offset, word]
            state.spare[1, word] &= state.free[target + offset, word]
    for at in range(count):
        session = state.chain[at]
        room = state.room[session]
        side = 0 if state.start[session] == source else 1
        state.spare[side, room // WORD] |= 1 << (room % WORD)


@inlined
def collect_ways(model: Model, state: State, session: int, start: int) -> None:
    """Price the ways of a session's people to and from a start, for each campus where it could be."""
    day, position, after = start // model.slots, start % model.slots, model.length[session] + 1
    state.ways[:] = 0
    for at in range(model.groups_from[session], model.groups_from[session + 1]):
        group = model.groups[at]
        weight = model.profiles[model.profile[group], 6]
        near = ((state.busy[group, day] << 1) >> position) & (1 | 1 << after)
        if weight == 0 or near == 0:
            continue
        for campus in range(len(state.ways)):
            elsewhere = near & ~((state.busy_at[group, day, campus] << 1) >> position)
            state.ways[campus] += weight * ((elsewhere & 1) + ((elsewhere >> after) & 1))


@inlined
def spare_room(model: Model, state: State, session: int, side: int, stability: int) -> int:
    """The spare room that costs a session least; of equals the smallest. ``NONE`` if none suits.

    Where campuses matter, ``collect_ways`` must have priced them.
    """
    if stability == 0 and not model.travels:
        for word in range(state.spare.shape[1]):
            fitting = state.spare[side, word] & model.fitting[session, word]
            if fitting:
                return word * WORD + lowest_bit(fitting)
    best, best_cost = NONE, IMPOSSIBLE
    course, own = model.course[session], state.room[session]
    for word in range(state.spare.shape[1]):
        left = state.spare[side, word] & model.suitable[session, word]
        while left:
            room = word * WORD + lowest_bit(left)
            left &= left - 1
            cost = int(model.room_cost[session, room])
            if state.course_rooms[course, room] == (room == own):
                cost += stability
            if model.travels:
                cost += state.ways[model.campus[room]]
            if cost < best_cost:
                best, best_cost = room, cost
    return best


@inlined
def price_of_rooms(model: Model, state: State, session: int, room: int, stability: int) -> int:
    """What another room changes for a session and its course."""
    own, course = state.room[session], model.course[session]
    change = int(model.room_cost[session, room]) - model.room_cost[session, own]
    if stability and own != room:
        change += stability * (
            int(state.course_rooms[course, room] == 0) - int(state.course_rooms[course, own] == 1)
        )
    return change
