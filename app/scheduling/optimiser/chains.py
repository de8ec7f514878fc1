"""Kempe chains: who must change places so that a session can go to another start, compiled.

The sessions of two starts that are tied by common people form chains; exchanging a whole chain keeps everybody free of
clashes (Lü, Hao, "Adaptive tabu search for course timetabling", EJOR 200, 2010).
"""

from app.scheduling.optimiser.arrays import TWINS, Int32s, Model, State
from app.scheduling.optimiser.compiling import inlined
from app.scheduling.optimiser.moves import NONE, random_below

_LONGEST_CHAIN = 24


@inlined
def extend(
    model: Model, state: State, session: int, target: int, source: int, count: int, fixed: Int32s
) -> int:
    """Add a session that goes to ``target`` and all it drives to ``source``. Returns the new length, or ``NONE``."""
    stamp, length = state.stamp[0], model.length[session]
    done = count
    if not model.possible[session, target]:
        return NONE
    state.chain[count] = session
    state.mark[session] = stamp
    count += 1
    while done < count:
        mover = state.chain[done]
        goal = target if state.start[mover] == source else source
        back = source if goal == target else target
        done += 1
        for slot in range(goal, goal + length):
            for at in range(state.present_count[slot]):
                other = state.present[slot, at]
                if model.conflict[mover, other] and state.mark[other] != stamp:
                    if model.conflict[mover, other] == TWINS:
                        return NONE
                    if state.start[other] != goal or model.length[other] != length or fixed[other]:
                        return NONE
                    if count == _LONGEST_CHAIN or not model.possible[other, back]:
                        return NONE
                    state.chain[count] = other
                    state.mark[other] = stamp
                    count += 1
    return count


@inlined
def _free_count(state: State, slot: int, rooms: int) -> int:
    return rooms - state.present_count[slot]


@inlined
def balance(model: Model, state: State, count: int, source: int, target: int, fixed: Int32s) -> int:
    """Send sessions back where a slot would have more sessions than rooms. Returns the chain's length, or ``NONE``."""
    rooms = state.occupant.shape[1]
    if state.present.shape[1] != rooms:
        return count
    for _ in range(4):
        there = 0
        for at in range(count):
            there += 1 if state.start[state.chain[at]] == source else -1
        full = target if there > _free_count(state, target, rooms) else source
        if there <= _free_count(state, target, rooms) and -there <= _free_count(state, source, rooms):
            return count
        other = state.present[full, random_below(state, state.present_count[full])]
        if state.mark[other] == state.stamp[0]:
            return NONE
        if state.start[other] != full or fixed[other] or model.length[other] != model.length[state.chain[0]]:
            return NONE
        count = extend(model, state, other, source if full == target else target, full, count, fixed)
        if count == NONE:
            return NONE
    return NONE


@inlined
def sort_by_size(model: Model, state: State, count: int) -> None:
    """Put the largest sessions of the chain first: they have the fewest rooms to choose from."""
    for at in range(1, count):
        session = state.chain[at]
        place = at
        while place and model.by_size[state.chain[place - 1]] > model.by_size[session]:
            state.chain[place] = state.chain[place - 1]
            place -= 1
        state.chain[place] = session
