"""Who gets a shared person when: first by what the regions ask for, then by what their plans have left open.

A day of a person belongs to one region at a time, or its slots to regions so near that the way between them fits in.
So regions can be planned at once, anywhere, without asking each other, and their plans fit together whatever they are.
What a region could not place with the days that it got is reconciled: days that nobody used go to those who lack them,
and where none is left a region gives one up that it can best do without. A day that was taken once is dearer the next
time, so that two regions do not take it from each other for ever, and who still lacks a place gets more from round to
round.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.problem import Flags
from app.scheduling.optimiser.regions import Demand, Sharing, reachable

_GRUDGE = 2
_NO_WAY_OUT = 4
"""What it costs to take a day from sessions that have no other day to go to."""

Grudges = Mapping[tuple[int, int], int]
"""How often a day of a person, (person, day), was taken from a region."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the next round may use: [seat, T], which regions are planned anew, and the grudges after it."""

    allotted: Flags
    regions: tuple[int, ...]
    grudges: Grudges


def allot(sharing: Sharing, demands: Sequence[Demand], *, seed: int) -> Flags:
    """Share the days of all persons out to the regions by what they ask for. Returns [seat, T]."""
    allotted = np.zeros((len(sharing.seats), sharing.days), np.bool_)
    for person, seats in enumerate(sharing.by_person()):
        own = [demand for demand in demands if demand.seat in seats]
        dice = np.random.default_rng([seed, person])
        _share_out(own, allotted, np.ones(sharing.days, np.bool_), dice)
    return np.repeat(allotted, sharing.slots_per_day, axis=1)


def reconcile(
    sharing: Sharing,
    demands: Sequence[Demand],
    use: Flags,
    unplaced: Mapping[int, Collection[int]],
    *,
    grudges: Grudges,
    round_number: int,
    seed: int,
) -> Reconciled:
    """Share out anew what is left, after ``use`` [seat, T], for the sessions that found no place, by region."""
    dealing = _Dealing(sharing, demands, use, unplaced, grudges)
    persons = list(sharing.by_person())
    for seats in persons:
        dealing.take_from_others(seats, round_number)
    for person, seats in enumerate(persons):
        dealing.share_out(seats, np.random.default_rng([seed, person]))
    return Reconciled(dealing.result(), tuple(sorted(dealing.regions)), dealing.grudges)


class _Dealing:
    """One reconciliation, person by person."""

    def __init__(
        self,
        sharing: Sharing,
        demands: Sequence[Demand],
        use: Flags,
        unplaced: Mapping[int, Collection[int]],
        grudges: Grudges,
    ) -> None:
        self.sharing = sharing
        self.grudges = dict(grudges)
        self.regions = {region for region, sessions in unplaced.items() if sessions}
        self.use: Flags = use.reshape(len(use), sharing.days, sharing.slots_per_day)
        self.used: Flags = np.asarray(self.use.any(axis=2))
        self.held = self.used.copy()
        self.by_seat: dict[int, list[Demand]] = {}
        self.missing: dict[int, int] = {}
        """By demand (its ``id``) the sessions that lack a place."""
        self.patches: list[tuple[int, int, Flags]] = []
        """Seat, day and the slots of it that are allotted, where that is not the whole day."""
        for demand in demands:
            self.by_seat.setdefault(demand.seat, []).append(demand)
            lost = set(unplaced.get(sharing.seats[demand.seat].region, ()))
            self.missing[id(demand)] = sum(1 for session in demand.sessions if session in lost)

    def take_from_others(self, seats: list[int], round_number: int) -> None:
        """Take days from regions, where those who lack a place find too few free ones: more in each round."""
        free = self._free(seats)
        own = [demand for seat in seats for demand in self.by_seat.get(seat, [])]
        # Who loses a day now looks for another one in the next round.
        for demand, missing in [(demand, self.missing[id(demand)]) for demand in own]:
            wanted = (round_number + 1) * missing - int((free & demand.days).sum())
            if missing and wanted > 0:
                self._take(demand, seats, free, min(wanted, missing))

    def _free(self, seats: list[int]) -> Flags:
        free: Flags = np.asarray(~self.held[seats].any(axis=0))
        return free

    def _take(self, demand: Demand, seats: list[int], free: Flags, count: int) -> None:
        alone = self.held[seats].sum(axis=0) == 1
        offers = sorted(
            (self._price(seat, day, free), day, seat)
            for seat in seats
            if seat != demand.seat
            for day in np.flatnonzero(self.held[seat] & self.used[seat] & alone & demand.days).tolist()
        )
        for _, day, seat in offers[:count]:
            self.held[seat, day] = False
            free[day] = not self.held[seats, day].any()
            person = self.sharing.seats[seat].person
            self.grudges[person, day] = self.grudges.get((person, day), 0) + 1
            self.regions.add(self.sharing.seats[seat].region)
            for loser in self.by_seat[seat]:
                if loser.days[day]:
                    self.missing[id(loser)] += 1
            self.held[demand.seat, day] = True
            free[day] = False

    def _price(self, seat: int, day: int, free: Flags) -> int:
        used = int(self.use[seat, day].sum())
        elsewhere = self.held[seat] | free
        ways_out = min(
            (int((demand.days & elsewhere).sum()) - 1 for demand in self.by_seat[seat] if demand.days[day]),
            default=0,
        )
        grudge = self.grudges.get((self.sharing.seats[seat].person, day), 0)
        return used + _GRUDGE * grudge + (_NO_WAY_OUT if ways_out < used else 0)

    def share_out(self, seats: list[int], dice: np.random.Generator) -> None:
        """Give the free days to those who lack a place, and what they do not want to all who are planned anew."""
        own = [demand for seat in seats for demand in self.by_seat.get(seat, [])]
        lacking = [demand for demand in own if self.missing[id(demand)]]
        for day in np.flatnonzero(self.held[seats].sum(axis=0) > 1).tolist():
            # Two regions near each other share it already: each keeps what it has of it.
            self.patches += [(seat, day, self.use[seat, day]) for seat in seats if self.held[seat, day]]
        free = self._free(seats)
        self._share_days(lacking, seats, free)
        _share_out(lacking, self.held, free, dice)
        _share_out([demand for demand in own if self._is_open(demand)], self.held, free, dice)

    def _share_days(self, lacking: list[Demand], seats: list[int], free: Flags) -> None:
        """Let those who lack a place use what the way leaves of days that somebody near uses."""
        for demand in lacking:
            for day in np.flatnonzero(demand.days & ~free & ~self.held[demand.seat]).tolist():
                there = [seat for seat in seats if self.held[seat, day]]
                slots = np.ones(self.sharing.slots_per_day, np.bool_)
                for seat in there:
                    slots &= reachable(self.sharing, seat, demand.seat, self.use[seat, day])
                left = self.sharing.seats[demand.seat].limit - int(self.use[there, day].sum())
                slots &= np.cumsum(slots) <= left
                known = any(seat in seats and place == day for seat, place, _ in self.patches)
                if slots.any() and not known and all(self.use[seat, day].any() for seat in there):
                    self.patches += [(seat, day, self.use[seat, day]) for seat in there]
                    self.patches.append((demand.seat, day, slots))

    def _is_open(self, demand: Demand) -> bool:
        return self.sharing.seats[demand.seat].region in self.regions

    def result(self) -> Flags:
        """Whole days to regions that are planned anew, and to the others what they use."""
        anew = np.array([seat.region in self.regions for seat in self.sharing.seats], np.bool_)
        allotted = np.where(anew[:, None, None], self.held[:, :, None], self.use)
        for seat, day, slots in self.patches:
            allotted[seat, day] = slots
        flat: Flags = allotted.reshape(len(allotted), -1)
        return flat


def _share_out(demands: list[Demand], held: Flags, free: Flags, dice: np.random.Generator) -> None:
    """Give the free days away one by one, each to the demand that has least for what it asks.

    It gets the day that others want least. ``held`` [seat, day] and ``free`` [day] are changed.
    """
    if not demands:
        return
    days = np.array([demand.days for demand in demands])
    seats = np.array([demand.seat for demand in demands])
    # The demands of one region that could use a day share it.
    crowd = np.array([days[seats == seat].sum(axis=0) for seat in seats])
    worth = np.where(days, 1.0 / np.maximum(crowd, 1), 0.0)
    asked: NDArray[np.float64] = np.array([demand.slots for demand in demands], np.float64)
    served = (worth * held[seats]).sum(axis=1)
    chance: NDArray[np.float64] = dice.random((days.shape[1],))
    while free.any():
        choice = days & free
        able = choice.any(axis=1)
        if not able.any():
            return
        poorest = int(np.where(able, served / asked, np.inf).argmin())
        day = _least_wanted(choice, seats, poorest, asked, chance)
        held[seats[poorest], day] = True
        free[day] = False
        served += np.where(seats == seats[poorest], worth[:, day], 0.0)


def _least_wanted(
    choice: Flags,
    seats: NDArray[np.int64],
    poorest: int,
    asked: NDArray[np.float64],
    chance: NDArray[np.float64],
) -> int:
    others = seats != seats[poorest]
    wanted = ((asked / np.maximum(choice.sum(axis=1), 1))[others, None] * choice[others]).sum(axis=0)
    return int(np.where(choice[poorest], wanted + 1e-6 * chance, np.inf).argmin())
