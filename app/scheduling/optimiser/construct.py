"""From nothing to a plan in which as many sessions as possible have a place.

Sessions without a place are put in one by one where they push out the least; who is pushed out often weighs more the
next time, so that the search does not go round in circles. The ideas are those of iterative forward search with
conflict statistics (Müller, Barták, Rudová, "Conflict-based statistics", 2004) and of ejection counters (Nagata,
Bräysy, 2009).
"""

from app.scheduling.optimiser.arrays import FORBIDDEN, WORD, Best, Int32s, Model, State
from app.scheduling.optimiser.compiling import compiled
from app.scheduling.optimiser.moves import (
    IMPOSSIBLE,
    NONE,
    bits_of,
    choose_room,
    free_rooms,
    is_group_free,
    keep,
    keeps_order,
    lift,
    pattern_cost,
    put,
    random_below,
)


@compiled
def _weight_of_people(model: Model, state: State, session: int, start: int, limit: int) -> int:
    """How much those weigh who must go so that the people of a session are free; stops above ``limit``."""
    weight = 0
    for slot in range(start, start + model.length[session]):
        for at in range(state.present_count[slot]):
            other = state.present[slot, at]
            if model.conflict[session, other]:
                weight += 1 + state.ejections[other]
                if weight > limit:
                    return weight
    return weight


@compiled
def _lightest_room(model: Model, state: State, session: int, start: int) -> tuple[int, int]:
    """The suitable room whose users weigh least, and their weight; users who must go anyhow weigh nothing."""
    best, best_weight, ties = NONE, IMPOSSIBLE, 0
    for room in range(model.suitable.shape[1] * WORD):
        if not (model.suitable[session, room // WORD] >> (room % WORD)) & 1:
            continue
        weight = 0
        for slot in range(start, start + model.length[session]):
            other = state.occupant[slot, room]
            if other == NONE:
                if not (state.free[slot, room // WORD] >> (room % WORD)) & 1:
                    weight = IMPOSSIBLE
                    break
            elif not model.conflict[session, other]:
                weight += 1 + state.ejections[other]
        if weight < best_weight:
            best, best_weight, ties = room, weight, 1
        elif weight == best_weight and weight < IMPOSSIBLE:
            ties += 1
            if random_below(state, ties) == 0:
                best = room
    return best, best_weight


@compiled
def _has_free_room(model: Model, state: State, session: int, start: int) -> bool:
    for word in range(model.suitable.shape[1]):
        if free_rooms(model, state, session, start, word):
            return True
    return False


@compiled
def _best_start(model: Model, state: State, session: int) -> int:
    """The start that pushes out the least weight; of equals one by chance. ``NONE`` if there is none at all."""
    best, best_weight, ties = NONE, IMPOSSIBLE - 1, 0
    begin, end = model.starts_from[session], model.starts_from[session + 1]
    for at in range(begin, end):
        start = model.starts[at]
        weight = _weight_of_people(model, state, session, start, best_weight)
        if weight > best_weight:
            continue
        if not _has_free_room(model, state, session, start):
            _, of_room = _lightest_room(model, state, session, start)
            if of_room >= IMPOSSIBLE:
                continue
            weight += of_room
        if weight < best_weight:
            best, best_weight, ties = start, weight, 1
        elif weight == best_weight:
            ties += 1
            if random_below(state, ties) == 0:
                best = start
    return best


@compiled
def _push_out(model: Model, state: State, other: int, queue: Int32s, waiting: int) -> int:
    lift(model, state, other, 0)
    state.ejections[other] += 1
    queue[waiting] = other
    return waiting + 1


@compiled
def _clear_people(model: Model, state: State, session: int, start: int, queue: Int32s, waiting: int) -> int:
    for slot in range(start, start + model.length[session]):
        at = 0
        while at < state.present_count[slot]:
            other = state.present[slot, at]
            if model.conflict[session, other]:
                waiting = _push_out(model, state, other, queue, waiting)
            else:
                at += 1
    return waiting


@compiled
def _clear_order(model: Model, state: State, session: int, start: int, queue: Int32s, waiting: int) -> int:
    """Push out what lies on the wrong side of a session that goes to a start."""
    for at in range(model.before_from[session], model.before_from[session + 1]):
        other = model.before[at]
        if state.start[other] != NONE and state.start[other] + model.length[other] > start:
            waiting = _push_out(model, state, other, queue, waiting)
    for at in range(model.after_from[session], model.after_from[session + 1]):
        other = model.after[at]
        if state.start[other] != NONE and start + model.length[session] > state.start[other]:
            waiting = _push_out(model, state, other, queue, waiting)
    return waiting


@compiled
def _make_room(
    model: Model, state: State, session: int, start: int, queue: Int32s, waiting: int
) -> tuple[int, int]:
    room = choose_room(model, state, session, start, 0)
    if room != NONE:
        return room, waiting
    room, _ = _lightest_room(model, state, session, start)
    for slot in range(start, start + model.length[session]):
        other = state.occupant[slot, room]
        if other != NONE:
            waiting = _push_out(model, state, other, queue, waiting)
    return room, waiting


@compiled
def _over_limit(model: Model, state: State, session: int, start: int) -> bool:
    day, bits = start // model.slots, bits_of(model, session, start)
    for at in range(model.groups_from[session], model.groups_from[session + 1]):
        group = model.groups[at]
        pattern = state.busy[group, day] | bits
        if pattern_cost(model, model.profile[group], pattern) >= FORBIDDEN:
            return True
    return False


@compiled
def _clear_days(model: Model, state: State, session: int, start: int, queue: Int32s, waiting: int) -> int:
    """Push sessions of the same people out of a day that would become too long."""
    day = start // model.slots
    for slot in range(day * model.slots, (day + 1) * model.slots):
        at = 0
        while at < state.present_count[slot] and _over_limit(model, state, session, start):
            other = state.present[slot, at]
            if model.conflict[session, other]:
                waiting = _push_out(model, state, other, queue, waiting)
            else:
                at += 1
    return waiting


@compiled
def construct(model: Model, state: State, best: Best, queue: Int32s, waiting: int, steps: int) -> int:
    """Place the ``waiting`` sessions of the queue in at most ``steps`` steps. Returns how many still wait.

    Keeps the plan with the fewest of them in ``best``.
    """
    for _ in range(steps):
        if waiting < best.cost[0]:
            keep(state, best, waiting)
        if waiting == 0:
            break
        chosen = random_below(state, waiting)
        for _ in range(3):
            other = random_below(state, waiting)
            if state.ejections[queue[other]] > state.ejections[queue[chosen]]:
                chosen = other
        session = queue[chosen]
        waiting -= 1
        queue[chosen] = queue[waiting]
        start = _best_start(model, state, session)
        if start == NONE:
            queue[waiting] = session
            waiting += 1
            continue
        waiting = _clear_people(model, state, session, start, queue, waiting)
        waiting = _clear_order(model, state, session, start, queue, waiting)
        if _over_limit(model, state, session, start):
            waiting = _clear_days(model, state, session, start, queue, waiting)
        room, waiting = _make_room(model, state, session, start, queue, waiting)
        if put(model, state, session, start, room, 0) >= FORBIDDEN // 2:
            waiting = _push_out(model, state, session, queue, waiting)
    if waiting < best.cost[0]:
        keep(state, best, waiting)
    return waiting


@compiled
def place_where_free(model: Model, state: State, session: int, stability: int) -> int:
    """Place a session at the first start that pushes out nobody. Returns the change of cost, or ``IMPOSSIBLE``."""
    begin, end = model.starts_from[session], model.starts_from[session + 1]
    if begin == end:
        return IMPOSSIBLE
    offset = random_below(state, end - begin)
    for step in range(end - begin):
        start = model.starts[begin + (offset + step) % (end - begin)]
        if not is_group_free(model, state, session, start):
            continue
        room = choose_room(model, state, session, start, stability)
        if room == NONE:
            continue
        change = put(model, state, session, start, room, stability)
        if change < FORBIDDEN // 2 and keeps_order(model, state, session):
            return change
        lift(model, state, session, stability)
    return int(IMPOSSIBLE)


@compiled
def take_over(model: Model, state: State, queue: Int32s, starts: Int32s, rooms: Int32s) -> int:
    """Put a given plan into the empty state as far as no hard rule is broken. Returns how many wait in the queue."""
    waiting = 0
    for session in range(len(starts)):
        start, room = starts[session], rooms[session]
        if start != NONE and _is_open(model, state, session, start, room):
            if put(model, state, session, start, room, 0) < FORBIDDEN // 2 and keeps_order(
                model, state, session
            ):
                continue
            lift(model, state, session, 0)
        queue[waiting] = session
        waiting += 1
    return waiting


@compiled
def _is_open(model: Model, state: State, session: int, start: int, room: int) -> bool:
    if not model.possible[session, start] or not is_group_free(model, state, session, start):
        return False
    return (free_rooms(model, state, session, start, room // WORD) >> (room % WORD)) & 1 == 1
