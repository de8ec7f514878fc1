"""Which rules and bookings could be in the way of sessions that want a place."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.scheduling.optimiser.case import Case
from app.scheduling.optimiser.explanation import Kind, Reason
from app.scheduling.optimiser.ground import Ground
from app.scheduling.optimiser.problem import Flags


def gather(case: Case, others: Sequence[int], standing: Sequence[int]) -> list[Reason]:
    """Every reason that takes a place away from the wanted or the others which none before it has taken."""
    problem = case.problem
    moving = [*case.wanted, *others]
    ground = Ground(problem, case.plan)
    stands = np.zeros(problem.session_count, np.bool_)
    stands[list(standing)] = True
    found: dict[Reason, None] = dict.fromkeys(Reason(Kind.PRESENCE, session=session) for session in others)
    met: set[int] = set()
    for session in moving:
        found.update(dict.fromkeys(_own(case, ground, session)))
        hit = ground.driven_away(session, ground.allowed(session))
        crowd = [
            ground.members[group]
            for group in problem.groups[session]
            if ground.limit(group) < problem.slots_per_day
        ]
        near = np.unique(np.concatenate((hit, *crowd))) if crowd else hit
        met.update(near[stands[near]].tolist())
    for session in sorted(met):
        place = int(case.plan.starts[session]), int(case.plan.rooms[session])
        found[Reason(Kind.BOOKING, session=session, start=place[0], room=place[1])] = None
    found.update(dict.fromkeys(_between(case, {*moving, *met})))
    return list(found)


def _own(case: Case, ground: Ground, session: int) -> Iterator[Reason]:
    """The reasons that hold for a session by itself."""
    problem = case.problem
    yield from _choice(case, session)
    slots, length = problem.slots_per_day, int(problem.lengths[session])
    reach = _reached(problem.starts[session], length)
    for group in problem.groups[session]:
        for day in _days_met(problem.group_busy[group], reach, slots):
            yield Reason(Kind.GROUP_AWAY, group=group, day=day)
        if ground.limit(group) < slots:
            yield Reason(Kind.LIMIT, group=group)
    reach = _reached(ground.possible(session), length)
    for room in np.flatnonzero(problem.room_options[session]).tolist():
        for day in _days_met(problem.room_busy[room], reach, slots):
            yield Reason(Kind.ROOM_CLOSED, room=room, day=day)


def _choice(case: Case, session: int) -> Iterator[Reason]:
    if case.is_pinned(session):
        yield Reason(Kind.PIN, session=session)
        return
    for kind, allowed in ((Kind.STARTS, case.problem.starts), (Kind.ROOMS, case.problem.room_options)):
        if not allowed[session].all():
            yield Reason(kind, session=session)


def _days_met(busy: Flags, reach: Flags, slots: int) -> list[int]:
    return [int(day) for day in np.flatnonzero((busy & reach).reshape(-1, slots).any(axis=1))]


def _reached(starts: Flags, length: int) -> Flags:
    """[T] the slots that a session of that length may take from these starts."""
    reached = starts.copy()
    for offset in range(1, length):
        reached[offset:] |= starts[: len(starts) - offset]
    return reached


def _between(case: Case, sessions: set[int]) -> Iterator[Reason]:
    """The rules about two sessions."""
    for first, second in case.problem.precedence:
        if first in sessions and second in sessions:
            yield Reason(Kind.ORDER, session=first, other=second)
    ways = case.problem.travel_slots
    for one, other in np.argwhere(np.triu(ways | ways.T, 1)).tolist():
        yield Reason(Kind.TRAVEL, campus=one, other=other)
