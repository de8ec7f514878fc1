"""A session that is not broken moves only if somebody who moves now stands in the way of its old place.

That holds for every plan with the fewest moves (``neighbourhood`` says why). Said in so many words, it spares the
constraint solver the search among moves that nothing asks for.
"""

from collections import defaultdict

import numpy as np

from app.scheduling.optimiser.ground import Ground
from app.scheduling.optimiser.placement import Choice, Literal, Placement
from app.scheduling.optimiser.problem import Flags


def demand_reasons(placement: Placement, broken: Flags) -> None:
    """Let each session that is not broken stay unless another one takes its place or its people's time."""
    ground = placement.ground
    takers: dict[int, list[Literal]] = defaultdict(list)
    rooms = _occupants(ground)
    for choice in placement.choices.values():
        _by_room(choice, ground, rooms, takers)
        _by_people(choice, ground, takers)
    _by_number(placement, takers)
    for session in placement.choices:
        stays = placement.stays(session)
        if stays is not None and not broken[session] and not ground.has_daily_limit(session):
            placement.model.add_bool_or([stays, *takers[session]])


def _occupants(ground: Ground) -> dict[tuple[int, int], int]:
    return {
        (int(ground.rooms[session]), slot): session
        for session in np.flatnonzero(ground.placed).tolist()
        if not ground.problem.shared[ground.rooms[session]]
        for slot in range(int(ground.starts[session]), int(ground.ends[session]))
    }


def _by_room(
    choice: Choice, ground: Ground, rooms: dict[tuple[int, int], int], takers: dict[int, list[Literal]]
) -> None:
    length = int(ground.lengths[choice.session])
    for start, room, literal in zip(
        choice.starts.tolist(), choice.rooms.tolist(), choice.literals, strict=True
    ):
        for slot in range(start, start + length):
            other = rooms.get((room, slot), choice.session)
            if other != choice.session:
                takers[other].append(literal)


def _by_people(choice: Choice, ground: Ground, takers: dict[int, list[Literal]]) -> None:
    others = ground.related(choice.session)
    low, high = ground.ranges(choice.session, others)
    campuses = ground.problem.campuses[choice.rooms]
    for column, other in enumerate(others.tolist()):
        if (low[:, column] == low[0, column]).all() and (high[:, column] == high[0, column]).all():
            first, last = int(low[0, column]), int(high[0, column])
            takers[other].extend(literal for start, literal in choice.at.items() if first <= start < last)
        else:
            met = (choice.starts >= low[campuses, column]) & (choice.starts < high[campuses, column])
            takers[other].extend(choice.literals[place] for place in np.flatnonzero(met).tolist())


def _by_number(placement: Placement, takers: dict[int, list[Literal]]) -> None:
    """Where rooms are only counted, whoever comes may take the last."""
    ground = placement.ground
    if ground.crowd is None:
        return
    coming: dict[int, list[tuple[int, Literal]]] = defaultdict(list)
    for session, choice in placement.choices.items():
        for start, literal in choice.at.items():
            coming[start].append((session, literal))
    for session in placement.choices:
        slot = int(ground.starts[session])
        if ground.placed[session] and ground.crowded(slot):
            takers[session].extend(literal for other, literal in coming[slot] if other != session)
