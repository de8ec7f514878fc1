"""Says why sessions cannot be placed: a smallest set of reasons, and what would help.

First the reasons that could matter are gathered, in the order in which they take places away, so that what was taken
already is not blamed twice. Then one is taken out after another, many at once first, as long as the sessions stay
impossible: what is left is minimal, for each was missed when it was out (deletion of constraints: Chinneck, Dravnieks
1991; Marques-Silva 2010 for an overview).
"""

import time
from collections.abc import Collection

from app.scheduling.optimiser.case import Case, TooLong
from app.scheduling.optimiser.explanation import Explanation, Kind, Reason
from app.scheduling.optimiser.gathering import gather
from app.scheduling.optimiser.problem import UNPLACED, Plan, Problem
from app.scheduling.optimiser.remedies import find_helps

_ORDER = (
    Kind.PRESENCE,
    Kind.BOOKING,
    Kind.ROOM_CLOSED,
    Kind.TRAVEL,
    Kind.LIMIT,
    Kind.ORDER,
    Kind.GROUP_AWAY,
    Kind.ROOMS,
    Kind.PIN,
    Kind.STARTS,
)
"""What is taken out first when there is a choice: what a planner would least expect to be blamed."""


def explain(
    problem: Problem,
    wanted: Collection[int],
    plan: Plan | None = None,
    *,
    movable: Collection[int] = (),
    seconds: float = 5.0,
    threads: int = 1,
) -> Explanation | None:
    """Return why ``wanted`` cannot be placed, or None when they can.

    Sessions that have a place in ``plan`` stand there, except those of ``movable``, which have to be placed as well but
    anywhere. Without a plan and with all others movable, the answer is about the problem as a whole.
    """
    begun = time.monotonic()
    case = Case(problem, wanted, plan, begun + seconds, threads)
    others = sorted(set(movable) - set(case.wanted))
    standing = [
        session
        for session in range(problem.session_count)
        if case.plan.starts[session] != UNPLACED and session not in case.wanted and session not in set(others)
    ]
    try:
        found = _impossible(case, others, standing)
    except TooLong:
        return Explanation(sessions=case.wanted, reasons=(), proven=False, minimal=False, seconds=seconds)
    if found is None:
        return None
    reasons, minimal = _minimise(case, found)
    helps = find_helps(case, reasons, others, standing)
    return Explanation(
        sessions=case.wanted,
        reasons=reasons,
        helps=helps,
        minimal=minimal,
        seconds=time.monotonic() - begun,
    )


def _impossible(case: Case, others: list[int], standing: list[int]) -> list[Reason] | None:
    """Reasons that make it impossible, about as few sessions as that takes; None when it is possible."""
    circle: set[int] = set()
    while True:
        reasons = gather(case, sorted(circle), standing)
        if not case.is_possible(reasons):
            return reasons
        if len(circle) == len(others):
            return None
        circle = _wider(case, circle, others)


def _wider(case: Case, circle: set[int], others: list[int]) -> set[int]:
    """Add those who share people or an order with somebody of the circle; when nobody is left, all."""
    inside = circle | set(case.wanted)
    groups = {group for session in inside for group in case.problem.groups[session]}
    ordered = {session for pair in case.problem.precedence if inside & set(pair) for session in pair}
    wider = {
        other for other in others if other in ordered or not groups.isdisjoint(case.problem.groups[other])
    }
    return wider | circle if wider - circle else set(others)


def _minimise(case: Case, reasons: list[Reason]) -> tuple[tuple[Reason, ...], bool]:
    """Take out what is not needed; return the rest, and whether each of the rest is known to be needed."""
    kept = sorted(reasons, key=lambda reason: (_ORDER.index(reason.kind), reason))
    needed: set[Reason] = set()
    step = max(1, len(kept) // 2)
    try:
        while True:
            kept = _take_out(case, kept, needed, step)
            if step == 1:
                return tuple(sorted(kept)), True
            step = max(1, step // 2)
    except TooLong:
        return tuple(sorted(kept)), False


def _take_out(case: Case, kept: list[Reason], needed: set[Reason], step: int) -> list[Reason]:
    """Try to do without so many reasons at a time; those that are missed one by one are needed."""
    at = 0
    while at < len(kept):
        chunk = kept[at : at + step]
        rest = _in_play(case, kept[:at] + kept[at + step :])
        if needed.issuperset(chunk) or case.is_possible(rest):
            if step == 1:
                needed.update(chunk)
            at += step
        else:
            kept = rest
    return kept


def _in_play(case: Case, reasons: list[Reason]) -> list[Reason]:
    """Leave out the rules of sessions that no longer have to take place."""
    moving = {*case.wanted, *(reason.session for reason in reasons if reason.kind is Kind.PRESENCE)}
    standing = {reason.session for reason in reasons if reason.kind is Kind.BOOKING}
    own = (Kind.STARTS, Kind.ROOMS, Kind.PIN)
    return [
        reason
        for reason in reasons
        if (reason.kind not in own or reason.session in moving)
        and (reason.kind is not Kind.ORDER or {reason.session, reason.other} <= moving | standing)
    ]
