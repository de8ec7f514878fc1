"""What lies between two rounds of a year: which school gets which lecturer when. Bytes in, bytes out, no database."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from app.scheduling.optimiser.allotment import allot, reconcile
from app.scheduling.optimiser.packing import pack, unpack, unpack_plan, unpack_problem
from app.scheduling.optimiser.problem import Flags
from app.scheduling.optimiser.regions import Demand, Seat, Sharing, find_demands, find_overlaps, use_of
from app.yearplan.types import Grudge, NextRound, YearTask


class LecturerTwice(AssertionError):
    """Two schools want a lecturer at once, although nobody gave him to both: a defect of the sharing out."""


def pack_sharing(sharing: Sharing) -> bytes:
    """Return who is shared, as bytes."""
    seats = [(seat.person, seat.region, seat.group, seat.limit) for seat in sharing.seats]
    return pack(
        {
            "grid": np.array([sharing.days, sharing.slots_per_day]),
            "seats": np.array(seats, np.int32).reshape(-1, 4),
            "travel": sharing.travel,
        }
    )


def unpack_sharing(stored: bytes) -> Sharing:
    """Return who is shared."""
    arrays = unpack(stored)
    days, slots = arrays["grid"].tolist()
    return Sharing(days, slots, tuple(Seat(*row) for row in arrays["seats"].tolist()), arrays["travel"])


def next_round(task: YearTask) -> NextRound:
    """Decide what the next round may use. Raises ``LecturerTwice``, so that no year is done that has such a thing."""
    sharing = unpack_sharing(task.sharing)
    seed = task.effort.seed + task.round_number
    if task.demands is None:
        demands = [
            demand
            for region, part in enumerate(task.parts)
            for demand in find_demands(sharing, region, unpack_problem(part.problem))
        ]
        allotted = allot(sharing, demands, seed=seed)
        regions = range(len(task.parts))
        return NextRound(_pack_demands(demands), (), _told(task, sharing, allotted, regions), 0)
    use, unplaced = _found(task, sharing)
    if overlaps := find_overlaps(sharing, use):
        raise LecturerTwice(overlaps[0])
    left = sum(map(len, unplaced.values()))
    if not left:
        return NextRound(task.demands, task.grudges, {}, 0)
    grudges = {(grudge.person, grudge.day): grudge.times for grudge in task.grudges}
    dealt = reconcile(
        sharing,
        _unpack_demands(task.demands),
        use,
        unplaced,
        grudges=grudges,
        round_number=task.round_number,
        seed=seed,
    )
    kept = tuple(Grudge(person, day, count) for (person, day), count in sorted(dealt.grudges.items()))
    return NextRound(task.demands, kept, _told(task, sharing, dealt.allotted, dealt.regions), left)


def _found(task: YearTask, sharing: Sharing) -> tuple[Flags, dict[int, list[int]]]:
    """When the plans need whom, [seat, T], and the sessions without a place by school."""
    use = np.zeros((len(sharing.seats), sharing.days * sharing.slots_per_day), np.bool_)
    unplaced: dict[int, list[int]] = {}
    for region, part in enumerate(task.parts):
        if part.plan is None:
            raise LookupError(f"Part {part.part_id} was never planned.")
        plan, seats = unpack_plan(part.plan), sharing.of_region(region)
        groups = [sharing.seats[seat].group for seat in seats]
        problem = unpack_problem(part.problem)
        use[seats] = use_of(problem, plan, groups)
        if plan.unplaced:
            unplaced[region] = plan.unplaced
    return use, unplaced


def _told(
    task: YearTask, sharing: Sharing, allotted: Flags, regions: Sequence[int] | range
) -> dict[int, bytes]:
    told = {}
    for region in regions:
        seats = sharing.of_region(region)
        groups = np.array([sharing.seats[seat].group for seat in seats], np.int32)
        told[task.parts[region].part_id] = pack({"groups": groups, "allotted": allotted[seats]})
    return told


def _pack_demands(demands: Sequence[Demand]) -> bytes:
    return pack(
        {
            "seats": np.array([demand.seat for demand in demands], np.int32),
            "slots": np.array([demand.slots for demand in demands], np.int32),
            "days": np.array([demand.days for demand in demands], np.bool_),
            "begins": np.cumsum([0, *(len(demand.sessions) for demand in demands)]),
            "sessions": np.array([session for demand in demands for session in demand.sessions], np.int32),
        }
    )


def _unpack_demands(stored: bytes) -> list[Demand]:
    arrays = unpack(stored)
    sessions = [
        tuple(arrays["sessions"][begin:end].tolist()) for begin, end in pairwise(arrays["begins"].tolist())
    ]
    rows = zip(arrays["seats"].tolist(), sessions, arrays["slots"].tolist(), arrays["days"], strict=True)
    return [Demand(*row) for row in rows]
