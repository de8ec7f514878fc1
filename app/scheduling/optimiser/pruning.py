"""Places that need not be looked at once more is known about the plans that are looked for."""

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.ground import Ground, Indices
from app.scheduling.optimiser.neighbourhood import Damage
from app.scheduling.optimiser.problem import Flags, Numbers

Places = dict[int, Flags]
# Whole numbers: so small a product of floats would wake the threads of the linear algebra library for nothing.
_Share = NDArray[np.int32]
_ROUNDS = 2
_MANY = 1_000_000


def enough_rooms(ground: Ground, places: Places, moves: int) -> Places:
    """Keep for each session and start no more rooms than ``moves``, where so many are free.

    With at most so many moves one of them stays free, whatever the other moved sessions take; so when only the moves
    and their people count, no other room is needed, least of all one that somebody would have to leave. Where people
    travel, rooms differ, and all are kept.
    """
    if ground.problem.travel_slots.any():
        return places
    everybody = np.ones(ground.problem.session_count, np.int64)
    kept: Places = {}
    for session, where in places.items():
        nobody = ground.drives_away(session, everybody) == ground.drives_away(session, everybody, rooms=False)
        free = where & nobody
        plenty = free.sum(axis=1) >= moves
        first = free & (free.cumsum(axis=1) <= moves)
        kept[session] = np.where(plenty[:, None], first, where)
        _keep_old_place(ground, session, where, kept[session])
    return kept


def few_people(ground: Ground, damage: Damage, places: Places, most: int) -> Places:
    """Leave out the places by which more than ``most`` people would be touched.

    Counted are the people of all that must move, of the session, of somebody who could have driven it away, and of
    each whom it would drive away.
    """
    kinds, shares = _kinds(ground)
    problem = ground.problem
    new = (shares & ~shares[kinds[list(damage.must)]].any(axis=0)).astype(np.int32)
    left = most - problem.people_touched(damage.must)
    for _ in range(_ROUNDS):
        causes = _causes(ground, places)
        kept: Places = {}
        for session, where in places.items():
            driven_by = np.array([session])
            if session not in damage.sessions and not ground.has_daily_limit(session):
                driven_by = np.flatnonzero(causes[:, session])
            too_many = _too_many(new, problem.headcounts, kinds[session], np.unique(kinds[driven_by]), left)[
                kinds
            ]
            kept[session] = where if session in damage.must else _within(ground, session, where, too_many)
        places = kept
    return places


def _kinds(ground: Ground) -> tuple[Indices, Flags]:
    """[S] the kind of each session, and [kind, G] who needs whom: sessions of the same groups are of a kind."""
    kinds: dict[tuple[int, ...], int] = {}
    of_sessions = [kinds.setdefault(tuple(sorted(groups)), len(kinds)) for groups in ground.problem.groups]
    shares = np.zeros((len(kinds), ground.problem.group_count), np.bool_)
    for groups, kind in kinds.items():
        shares[kind, list(groups)] = True
    return np.array(of_sessions, np.int64), shares


def _causes(ground: Ground, places: Places) -> Flags:
    """[S, S] whether the first could drive the second away."""
    count = ground.problem.session_count
    causes = np.zeros((count, count), np.bool_)
    for session, where in places.items():
        moved = where.copy()
        if ground.placed[session]:
            moved[int(ground.starts[session]), int(ground.rooms[session])] = False
        causes[session, ground.driven_away(session, moved)] = True
    return causes


def _too_many(new: _Share, people: Numbers, kind: int, driven_by: Indices, left: int) -> Flags:
    """[kind] whom a session of this kind cannot drive away without touching too many people.

    Its own kind is among them, if it cannot move at all.
    """
    mine = np.maximum(new[kind], new[driven_by]) * people
    together = mine.sum(axis=1)[:, None] + (new * people).sum(axis=1)[None, :] - mine @ new.T
    return np.asarray(together.min(axis=0, initial=_MANY) > left)


def _within(ground: Ground, session: int, where: Flags, too_many: Flags) -> Flags:
    kept = where.copy()
    kept &= not too_many[session] and ground.drives_away(session, too_many.astype(np.int64)) == 0
    _keep_old_place(ground, session, where, kept)
    return kept


def _keep_old_place(ground: Ground, session: int, where: Flags, kept: Flags) -> None:
    if ground.placed[session]:
        place = int(ground.starts[session]), int(ground.rooms[session])
        kept[place] = where[place]
