"""Simulated annealing over whole plans, compiled.

A move sends a session to another of its starts and exchanges those who are in the way, or changes rooms only. Annealing
over such moves: Bellio, Ceschia, Di Gaspero, Schaerf, Urli, "Feature-based tuning of simulated annealing applied to the
curriculum-based course timetabling problem", Computers & Operations Research 65, 2016.
"""

import math

from app.scheduling.optimiser.arrays import FORBIDDEN, WORD, Best, Int32s, Model, State
from app.scheduling.optimiser.chains import balance, extend, sort_by_size
from app.scheduling.optimiser.compiling import compiled, inlined
from app.scheduling.optimiser.moves import (
    NONE,
    choose_room,
    cost_of_ways,
    keep,
    keeps_order,
    lift,
    put,
    random_below,
)
from app.scheduling.optimiser.pricing import (
    collect_spare,
    collect_ways,
    price_of_days,
    price_of_people,
    price_of_rooms,
    spare_room,
)


@inlined
def _threshold(state: State, temperature: float) -> float:
    """Up to which change of cost a move is accepted: Metropolis' rule with its random number drawn beforehand.

    No heat is enough for what is forbidden.
    """
    most = -temperature * math.log((random_below(state, 1 << 30) + 1) / float(1 << 30))
    return min(most, float(FORBIDDEN // 4))


@compiled
def _undo(model: Model, state: State, placed: int, count: int, stability: int) -> None:
    """Undo an exchange of which the first ``placed`` sessions are already in their new places."""
    for at in range(placed):
        lift(model, state, state.chain[at], stability)
    for at in range(count):
        put(model, state, state.chain[at], state.chain_start[at], state.chain_room[at], stability)


@compiled
def _exchange_on_trial(
    model: Model, state: State, count: int, source: int, target: int, stability: int, temperature: float
) -> int:
    """Exchange the chain, look what it costs and undo it unless annealing accepts. Returns the change of cost."""
    change = 0
    for at in range(count):
        session = state.chain[at]
        state.chain_start[at] = state.start[session]
        state.chain_room[at] = state.room[session]
        change += lift(model, state, session, stability)
    for at in range(count):
        session = state.chain[at]
        goal = target if state.chain_start[at] == source else source
        room = choose_room(model, state, session, goal, stability)
        if room == NONE:
            _undo(model, state, at, count, stability)
            return 0
        change += put(model, state, session, goal, room, stability)
    kept = change <= _threshold(state, temperature)
    for at in range(count):
        kept = kept and keeps_order(model, state, state.chain[at])
    if kept:
        return change
    _undo(model, state, count, count, stability)
    return 0


@inlined
def _exchange(
    model: Model, state: State, count: int, source: int, target: int, stability: int, temperature: float
) -> int:
    """Price the exchange without touching the plan, and do it if annealing accepts. Returns the change of cost."""
    threshold = _threshold(state, temperature)
    change, saved = 0, 0
    for at in range(count):
        session = state.chain[at]
        start, room = state.start[session], state.room[session]
        goal = target if start == source else source
        change += model.start_cost[session, goal] - model.start_cost[session, start]
        change += price_of_days(model, state, session, goal)
        saved += model.room_cost[session, room] + stability
        if model.travels:
            saved += cost_of_ways(model, state, session, start, model.campus[room])
    change += price_of_people(model, state, count, source, target)
    if change - saved > threshold:
        return 0
    rooms = _price_of_all_rooms(model, state, count, source, target, stability)
    if rooms > 0 and stability == 0 and not model.travels and change <= threshold:
        return _exchange_and_pack(model, state, count, source, target, threshold)
    if change + rooms > threshold:
        return 0
    return _carry_out(model, state, count, source, target, stability)


@inlined
def _price_of_all_rooms(
    model: Model, state: State, count: int, source: int, target: int, stability: int
) -> int:
    """Choose a room for each of the chain. Returns what it changes; ``FORBIDDEN`` where there is none."""
    change = 0
    collect_spare(model, state, count, source, target)
    for at in range(count):
        session = state.chain[at]
        start = state.start[session]
        side = 1 if start == source else 0
        if model.travels:
            collect_ways(model, state, session, target if side else source)
        room = spare_room(model, state, session, side, stability)
        if room == NONE:
            return FORBIDDEN
        if not model.shared[room]:
            state.spare[side, room // WORD] &= ~(1 << (room % WORD))
        state.goal_room[at] = room
        change += price_of_rooms(model, state, session, room, stability)
        if model.travels:
            own = model.campus[state.room[session]]
            change += state.ways[model.campus[room]] - cost_of_ways(model, state, session, start, own)
    return change


@compiled
def _exchange_and_pack(
    model: Model, state: State, count: int, source: int, target: int, threshold: float
) -> int:
    """Exchange the chain and give all of both starts their rooms anew, the largest first. Returns the change of cost.

    For when a session finds no room that fits because a smaller one sits in it.
    """
    total = count
    for slot in (source, target):
        for at in range(state.present_count[slot]):
            other = state.present[slot, at]
            if state.mark[other] == state.stamp[0] or state.start[other] != slot:
                continue
            if model.length[other] == model.length[state.chain[0]] and model.movable_room[other]:
                state.chain[total] = other
                total += 1
    for at in range(count):
        state.mark[state.chain[at]] = state.stamp[0] + 1
    state.stamp[0] += 1
    sort_by_size(model, state, total)
    change = 0
    for at in range(total):
        session = state.chain[at]
        state.chain_start[at] = state.start[session]
        state.chain_room[at] = state.room[session]
        change += lift(model, state, session, 0)
    for at in range(total):
        session = state.chain[at]
        goal = state.chain_start[at]
        if state.mark[session] == state.stamp[0]:
            goal = target if goal == source else source
        room = choose_room(model, state, session, goal, 0)
        if room == NONE:
            _undo(model, state, at, total, 0)
            return 0
        change += put(model, state, session, goal, room, 0)
    kept = change <= threshold
    for at in range(total):
        kept = kept and keeps_order(model, state, state.chain[at])
    if kept:
        return change
    _undo(model, state, total, total, 0)
    return 0


@inlined
def _carry_out(model: Model, state: State, count: int, source: int, target: int, stability: int) -> int:
    """Do a priced exchange, unless it breaks an order of sessions. Returns the change of cost."""
    change = 0
    for at in range(count):
        session = state.chain[at]
        state.chain_start[at] = state.start[session]
        state.chain_room[at] = state.room[session]
        change += lift(model, state, session, stability)
    for at in range(count):
        goal = target if state.chain_start[at] == source else source
        change += put(model, state, state.chain[at], goal, state.goal_room[at], stability)
    for at in range(count):
        if not keeps_order(model, state, state.chain[at]):
            _undo(model, state, count, count, stability)
            return 0
    return change


@inlined
def change_time(
    model: Model, state: State, fixed: Int32s, stability: int, temperature: float
) -> tuple[int, int]:
    """Try one session at another start. Returns the change of cost and the work done."""
    session = model.movable[random_below(state, len(model.movable))]
    source = state.start[session]
    begin = model.starts_from[session]
    target = model.starts[begin + random_below(state, model.starts_from[session + 1] - begin)]
    if source == NONE or target == source or abs(target - source) < model.length[session]:
        return 0, 1
    state.stamp[0] += 1
    count = extend(model, state, session, target, source, 0, fixed)
    if count != NONE:
        count = balance(model, state, count, source, target, fixed)
    if count == NONE:
        return 0, 2
    if count > 1:
        sort_by_size(model, state, count)
    work = 2 + count
    near = abs(target - source) <= model.length[session]
    if model.takes_time or (model.travels and near):
        return _exchange_on_trial(model, state, count, source, target, stability, temperature), work
    return _exchange(model, state, count, source, target, stability, temperature), work


@inlined
def _room_to_try(model: Model, state: State, session: int, stability: int) -> int:
    """Any room, or half of the time that of another session of the course where its rooms should be few."""
    if stability and random_below(state, 2):
        begin = model.course_from[model.course[session]]
        count = model.course_from[model.course[session] + 1] - begin
        return int(state.room[model.course_sessions[begin + random_below(state, count)]])
    return random_below(state, state.occupant.shape[1])


@inlined
def _who_has(model: Model, state: State, session: int, room: int, fixed: Int32s) -> int:
    """Who uses a room during a session: a session that can change places with it, ``NONE``, or -2 for neither."""
    start = state.start[session]
    if not (model.suitable[session, room // WORD] >> (room % WORD)) & 1:
        return -2
    other = state.occupant[start, room]
    for slot in range(start, start + model.length[session]):
        if state.occupant[slot, room] != other:
            return -2
        if other == NONE and not (state.free[slot, room // WORD] >> (room % WORD)) & 1:
            return -2
    if other == NONE:
        return NONE
    if state.start[other] != start or model.length[other] != model.length[session] or fixed[other]:
        return -2
    own = state.room[session]
    return other if (model.suitable[other, own // WORD] >> (own % WORD)) & 1 else -2


@inlined
def change_room(
    model: Model, state: State, fixed: Int32s, stability: int, temperature: float
) -> tuple[int, int]:
    """Try one session in another room at the same time, exchanging with who is there. Returns change and work."""
    session = model.movable[random_below(state, len(model.movable))]
    start, room = state.start[session], state.room[session]
    if start == NONE:
        return 0, 1
    goal = _room_to_try(model, state, session, stability)
    if goal < 0 or goal == room:
        return 0, 1
    other = _who_has(model, state, session, goal, fixed)
    if other < NONE:
        return 0, 1
    change = lift(model, state, session, stability)
    if other != NONE:
        change += lift(model, state, other, stability)
        change += put(model, state, other, start, room, stability)
    change += put(model, state, session, start, goal, stability)
    if change <= _threshold(state, temperature):
        return change, 1
    lift(model, state, session, stability)
    if other != NONE:
        lift(model, state, other, stability)
        put(model, state, other, start, goal, stability)
    put(model, state, session, start, room, stability)
    return 0, 1


@compiled
def anneal(
    model: Model,
    state: State,
    fixed: Int32s,
    best: Best,
    cost: int,
    stability: int,
    room_moves: int,
    temperature: float,
    work: int,
) -> tuple[int, int, int, float]:
    """Anneal at one temperature until ``work`` is done; of 64 moves so many change rooms only.

    Keeps the cheapest plan in ``best``. Returns the cost, the work done, the moves tried and the variance of the cost.
    """
    done, moves, first = 0, 0, cost
    total, squares = 0.0, 0.0
    state.effort[0] = 0
    while done + state.effort[0] < work:
        moves += 1
        if (moves & 63) < room_moves:
            change, effort = change_room(model, state, fixed, stability, temperature)
        else:
            change, effort = change_time(model, state, fixed, stability, temperature)
        done += effort
        cost += change
        total += cost - first
        squares += float(cost - first) * float(cost - first)
        if cost < best.cost[0]:
            keep(state, best, cost)
    return cost, done + state.effort[0], moves, max(squares / moves - (total / moves) ** 2, 0.0)
