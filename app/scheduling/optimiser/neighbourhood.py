"""Which sessions may have to move to mend a plan with so many moves, and where to: few of many, and provably enough.

In a plan mended with as few moves as possible, whoever moves has a reason. Either the session is itself part of what
is broken, or somebody who moved now stands in the way of its old place; if not, it could go back and one move would be
saved. So the moved sessions hang together in chains that begin at what is broken. Let at least ``fewest`` of the
broken sessions have to move, and look for plans with at most ``fewest + extra`` moves: then a chain leads over at most
``extra`` other sessions, and a place at which more of them would be driven away is not worth a thought. The sessions
are found in waves, those driven away by the wave before; what is left out is in no such plan.

The idea of bounding the ejections of a chain is old (Glover, "Ejection chains", 1996); Phillips, Walker, Ehrgott, Ryan,
"Integer programming for minimal perturbation problems in university course timetabling", 2017, grow neighbourhoods for
repairs in steps. Here the bound makes each step a proof.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from app.scheduling.optimiser.checker import Rule, Violation
from app.scheduling.optimiser.ground import Ground, Indices
from app.scheduling.optimiser.problem import Flags

_NEVER = 1_000_000
_ALONE = {
    Rule.UNPLACED,
    Rule.START_NOT_ALLOWED,
    Rule.DAY_OVERRUN,
    Rule.ROOM_NOT_SUITABLE,
    Rule.ROOM_BUSY,
    Rule.GROUP_BUSY,
}
"""Rules that a session breaks by where it is, whatever the others do."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What is broken: sessions that must move, sets of which one must, and how many moves that takes at least."""

    must: frozenset[int]
    sets: tuple[frozenset[int], ...]
    fewest: int

    @property
    def sessions(self) -> frozenset[int]:
        """All sessions that are part of what is broken."""
        return self.must.union(*self.sets)


def find_damage(violations: Collection[Violation]) -> Damage:
    """Return what these violations ask for."""
    must = frozenset(v.sessions[0] for v in violations if v.rule in _ALONE)
    # Where one must move anyhow, that may mend the rest.
    sets = tuple({frozenset(v.sessions): None for v in violations if v.rule not in _ALONE})
    fewest, counted = len(must), set(must)
    for each in sorted(sets, key=lambda those: (len(those), sorted(those))):
        if counted.isdisjoint(each):
            fewest += 1
            counted |= each
    return Damage(must, sets, fewest)


def find_places(ground: Ground, damage: Damage, *, extra: int, fixed: Flags) -> dict[int, Flags]:
    """Return for each session that may move where it may be, [T, R], its old place included where it may stay.

    ``fixed`` sessions never move. Every plan with at most ``damage.fewest + extra`` moves, that being the fewest
    possible, is within these places.
    """
    broken = np.zeros(ground.problem.session_count, np.bool_)
    broken[list(damage.sessions)] = True
    search = _Waves(ground, broken, fixed, extra)
    search.run(damage)
    return search.settled()


class _Waves:
    def __init__(self, ground: Ground, broken: Flags, fixed: Flags, extra: int) -> None:
        self.ground, self.broken, self.fixed, self.extra = ground, broken, fixed, extra
        self.known = broken.copy()
        self.places: dict[int, Flags] = {}

    def run(self, damage: Damage) -> None:
        wave = sorted(damage.sessions)
        # Whoever is driven away costs a move; who is fixed costs more than there are.
        costs = np.where(self.fixed, _NEVER, ~self.broken).astype(np.int64)
        deeper = costs
        for depth in range(self.extra + 1):
            driven: set[int] = set()
            for session in wave:
                self.places[session] = self._affordable(session, depth, costs, deeper)
                if depth < self.extra:
                    driven.update(self._drives(session).tolist())
            # The next wave and those after it are not among the ones by which its chains have come.
            deeper = np.where(self.fixed, _NEVER, ~self.known).astype(np.int64)
            wave = sorted(
                session for session in driven if not self.known[session] and not self.fixed[session]
            )
            self.known[wave] = True

    def _affordable(self, session: int, depth: int, costs: Indices, deeper: Indices) -> Flags:
        where = self.ground.allowed(session)
        if self.fixed[session]:
            where[:] = False
        else:
            own = 0 if self.broken[session] else 1
            where &= self.ground.drives_away(session, costs) <= self.extra - own
            where &= self.ground.drives_away(session, deeper) <= self.extra - depth
        self._keep_old_place(session, where)
        return where

    def _keep_old_place(self, session: int, where: Flags) -> None:
        ground = self.ground
        if ground.placed[session]:
            place = int(ground.starts[session]), int(ground.rooms[session])
            where[place] = ground.allowed(session)[place]

    def _drives(self, session: int) -> Indices:
        where = self.places[session].copy()
        if self.ground.placed[session]:
            where[int(self.ground.starts[session]), int(self.ground.rooms[session])] = False
        return np.concatenate((self.ground.driven_away(session, where), self._over_the_limit(session, where)))

    def _over_the_limit(self, session: int, where: Flags) -> Indices:
        """Those who may have to make room because a day of a group would get too long, by this and further moves."""
        ground, problem = self.ground, self.ground.problem
        days = where.reshape(problem.days, -1).any(axis=1)
        found: list[Indices] = []
        for group in problem.groups[session]:
            if ground.limit(group) < problem.slots_per_day:
                loads, members = ground.loads(group), ground.members[group]
                for day in np.flatnonzero(days & (loads > 0)):
                    there = members[
                        ground.placed[members] & (ground.starts[members] // problem.slots_per_day == day)
                    ]
                    coming = np.sort(ground.lengths[np.setdiff1d(members, there)])
                    if loads[day] + coming[::-1].sum() > ground.limit(group):
                        found.append(there)
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def settled(self) -> dict[int, Flags]:
        """The places, without those from which a session would drive away one that has nowhere to go."""
        places, stuck = self.places, self.fixed | ~self.known
        while True:
            stuck_now = stuck.copy()
            for session, where in places.items():
                stuck_now[session] |= (
                    self.ground.placed[session] and int(where.sum()) <= 1 and self._stays(session)
                )
            costs = stuck_now.astype(np.int64)
            for session, where in places.items():
                where &= self.ground.drives_away(session, costs) == 0
            if (stuck_now == stuck).all():
                return places
            stuck = stuck_now

    def _stays(self, session: int) -> bool:
        ground = self.ground
        return bool(self.places[session][int(ground.starts[session]), int(ground.rooms[session])])
