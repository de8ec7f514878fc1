"""What would help sessions that cannot be placed: single changes, each tried on the whole case before it is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from app.scheduling.optimiser.case import Case, TooLong, open_places
from app.scheduling.optimiser.checker import find_violations
from app.scheduling.optimiser.explanation import Help, Kind, Reason, Remedy
from app.scheduling.optimiser.gathering import gather
from app.scheduling.optimiser.ground import Ground
from app.scheduling.optimiser.problem import UNPLACED, Flags, Problem

_OF_EACH = 3
"""So many remedies are told for one reason …"""
_TRIALS = 8
"""… of so many that are tried, and none for longer than such a part of the time that is left."""
_ORDER = list(Remedy)


@dataclass(frozen=True, slots=True)
class _Context:
    """The case in which remedies are tried: who has to be placed besides the wanted, and who stands."""

    case: Case
    others: list[int]
    standing: list[int]


def find_helps(
    case: Case, reasons: tuple[Reason, ...], others: list[int], standing: list[int]
) -> tuple[Help, ...]:
    """Return the single changes about these reasons after which all have a place, the cheapest kind first.

    When the time is over, those found until then.
    """
    context = _context(case, reasons, others, standing)
    found: list[Help] = []
    try:
        for reason in reasons:
            found.extend(_of_one(context, reason))
    except TooLong:
        pass
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.remedy)))


def _context(case: Case, reasons: tuple[Reason, ...], others: list[int], standing: list[int]) -> _Context:
    """All of it; where it is hinted who could be where, only those whom the reasons concern are to move."""
    if case.hint is None:
        return _Context(case, others, standing)
    plan = case.plan.copy()
    plan.starts[others], plan.rooms[others] = case.hint.starts[others], case.hint.rooms[others]
    plan.starts[list(case.wanted)] = plan.rooms[list(case.wanted)] = UNPLACED
    blamed = frozenset(case.wanted).union(*(reason.sessions for reason in reasons))
    wrong = {session for one in find_violations(case.problem, plan) for session in one.sessions}
    moving = case.related(blamed, others) | (blamed | wrong).intersection(others)
    staying = [session for session in others if session not in moving]
    return _Context(case.with_plan(plan), sorted(moving), [*standing, *staying])


def apply_help(problem: Problem, help: Help) -> Problem:
    """Return the problem after the change. Who moves or is left out is not the problem's affair."""
    reason, day = help.reason, _day(problem, help.day)
    match help.remedy:
        case Remedy.ALLOW_ROOM:
            return replace(problem, room_options=_set(problem.room_options, reason.session, help.room, True))
        case Remedy.ALLOW_DAY:
            return replace(problem, starts=_set(problem.starts, reason.session, day, True))
        case Remedy.OPEN_ROOM:
            return replace(problem, room_busy=_set(problem.room_busy, help.room, day, False))
        case Remedy.FREE_GROUP:
            return replace(problem, group_busy=_set(problem.group_busy, help.group, day, False))
        case Remedy.UNPIN:
            free = _set(problem.starts, reason.session, slice(None), True)
            rooms = _set(problem.room_options, reason.session, slice(None), True)
            return replace(problem, starts=free, room_options=rooms)
        case _:
            return _apply_rule(problem, help)


def _apply_rule(problem: Problem, help: Help) -> Problem:
    reason = help.reason
    if help.remedy is Remedy.RAISE_LIMIT:
        profile = replace(problem.profiles[int(problem.group_profiles[help.group])], limit=help.amount)
        of_groups = problem.group_profiles.copy()
        of_groups[help.group] = len(problem.profiles)
        return replace(problem, profiles=(*problem.profiles, profile), group_profiles=of_groups)
    if help.remedy is Remedy.DROP_ORDER:
        pair = (reason.session, reason.other)
        return replace(problem, precedence=tuple(each for each in problem.precedence if each != pair))
    if help.remedy is Remedy.SHORTEN_TRAVEL:
        ways = problem.travel_slots.copy()
        ways[reason.campus, reason.other] = ways[reason.other, reason.campus] = 0
        return replace(problem, travel_slots=ways)
    return problem


def _of_one(context: _Context, reason: Reason) -> list[Help]:
    found: list[Help] = []
    for candidate in islice(_CANDIDATES[reason.kind](context, reason), _TRIALS):
        places = _try(context, candidate)
        if places is not None:
            found.append(_finished(candidate, places))
            # More hours than are enough are no second remedy.
            if len(found) == _OF_EACH or candidate.remedy is Remedy.RAISE_LIMIT:
                break
    return found


def _try(context: _Context, help: Help) -> tuple[tuple[int, int, int], ...] | None:
    """Where the wanted, and the session that moves, are after the change; None when it does not help."""
    others, standing, case = context.others, context.standing, context.case
    if help.remedy is Remedy.MOVE:
        others, standing = [*others, help.session], [s for s in standing if s != help.session]
    if help.remedy is Remedy.LEAVE_OUT:
        others = [session for session in others if session != help.session]
    changed = case.changed(apply_help(case.problem, help), case.remaining() / _TRIALS)
    small = changed.only(gather(changed, others, standing))
    try:
        plan = changed.solve(small)
    except TooLong:
        # Others may be found out in the time that is left.
        return None
    if plan is None:
        return None
    told = {*case.wanted, help.session}
    return tuple(
        (session, int(plan.starts[at]), int(plan.rooms[at]))
        for at, session in enumerate(small.sessions[: small.wanted])
        if session in told
    )


def _finished(help: Help, places: tuple[tuple[int, int, int], ...]) -> Help:
    if help.remedy is Remedy.MOVE:
        start, room = next((start, room) for session, start, room in places if session == help.session)
        return replace(help, places=places, start=start, room=room)
    return replace(help, places=places)


def _rooms(context: _Context, reason: Reason) -> Iterator[Help]:
    """Rooms that do not suit, those first in which the fewest people have no seat."""
    problem = context.case.problem
    over = np.maximum(int(problem.sizes[reason.session]) - problem.capacities.astype(np.int64), 0)
    free = _open_without(context, reason).any(axis=0) & ~problem.room_options[reason.session]
    for room in np.argsort(over, kind="stable").tolist():
        if free[room]:
            yield Help(Remedy.ALLOW_ROOM, reason, (), room=room)


def _days(context: _Context, reason: Reason) -> Iterator[Help]:
    """Days on which the session may not start, those nearest to one on which it may first."""
    problem = context.case.problem
    by_day = problem.starts[reason.session].reshape(problem.days, -1)
    allowed = np.flatnonzero(by_day.any(axis=1))
    free = _open_without(context, reason).any(axis=1).reshape(problem.days, -1)
    days = np.flatnonzero((free & ~by_day).any(axis=1))
    far = [int(np.abs(allowed - day).min(initial=problem.days)) for day in days]
    for place in np.argsort(far, kind="stable").tolist():
        yield Help(Remedy.ALLOW_DAY, reason, (), day=int(days[place]))


def _open_without(context: _Context, reason: Reason) -> Flags:
    """[T, R] where the reason's session could be without the reason, whatever the others that move do."""
    case = context.case
    small = case.only([each for each in gather_around(context, reason) if each != reason])
    return open_places(Ground(small.problem, small.plan), small.sessions.index(reason.session))


def gather_around(context: _Context, reason: Reason) -> list[Reason]:
    """All that could be in the way of the reason's session if the reason did not hold."""
    case, problem = context.case, context.case.problem
    relaxed = apply_help(problem, Help(Remedy.UNPIN, reason, ()))
    kept = Case(relaxed, case.wanted, case.plan, case.deadline)
    own = {Kind.STARTS, Kind.ROOMS} - {reason.kind}
    found = gather(kept, context.others, context.standing)
    return [*found, *(Reason(kind, session=reason.session) for kind in own)]


def _limits(context: _Context, reason: Reason) -> Iterator[Help]:
    problem = context.case.problem
    limit = problem.profiles[int(problem.group_profiles[reason.group])].limit
    for amount in range(limit + 1, problem.slots_per_day + 1):
        yield Help(Remedy.RAISE_LIMIT, reason, (), group=reason.group, amount=amount)


_CANDIDATES: Mapping[Kind, Callable[[_Context, Reason], Iterator[Help]]] = {
    Kind.ROOMS: _rooms,
    Kind.STARTS: _days,
    Kind.LIMIT: _limits,
    Kind.PIN: lambda context, reason: iter([Help(Remedy.UNPIN, reason, ())]),
    Kind.GROUP_AWAY: lambda context, reason: iter(
        [Help(Remedy.FREE_GROUP, reason, (), group=reason.group, day=reason.day)]
    ),
    Kind.ROOM_CLOSED: lambda context, reason: iter(
        [Help(Remedy.OPEN_ROOM, reason, (), room=reason.room, day=reason.day)]
    ),
    Kind.BOOKING: lambda context, reason: iter([Help(Remedy.MOVE, reason, (), session=reason.session)]),
    Kind.PRESENCE: lambda context, reason: iter([Help(Remedy.LEAVE_OUT, reason, (), session=reason.session)]),
    Kind.TRAVEL: lambda context, reason: iter([Help(Remedy.SHORTEN_TRAVEL, reason, ())]),
    Kind.ORDER: lambda context, reason: iter([Help(Remedy.DROP_ORDER, reason, ())]),
}


def _day(problem: Problem, day: int) -> slice:
    return slice(day * problem.slots_per_day, (day + 1) * problem.slots_per_day)


def _set(flags: Flags, row: int, columns: int | slice, value: bool) -> Flags:
    changed = flags.copy()
    changed[row, columns] = value
    return changed
