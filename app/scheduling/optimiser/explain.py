"""Says why sessions cannot be placed: a smallest set of reasons, and what would help.

First the reasons that could matter are gathered, in the order in which they take places away, so that what was taken
already is not blamed twice. Then one is taken out after another, many at once first, as long as the sessions stay
impossible: what is left is minimal, for each was missed when it was out (deletion of constraints: Chinneck, Dravnieks
1991; Marques-Silva 2010 for an overview).
"""

import time
from collections.abc import Collection
from dataclasses import replace

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

_PROOF_SHARE, _REASONS_SHARE = 0.5, 0.7
"""Parts of the time, and of what is left after the proof: the rest is for what would help."""
_CHECKS = 10
"""No single check may take a larger part of the time than one of so many."""


def explain(
    problem: Problem,
    wanted: Collection[int],
    plan: Plan | None = None,
    *,
    movable: Collection[int] = (),
    hint: Plan | None = None,
    seconds: float = 5.0,
    threads: int = 1,
) -> Explanation | None:
    """Return why ``wanted`` cannot be placed, or None when they can.

    Sessions that have a place in ``plan`` stand there, except those of ``movable``, which have to be placed as well but
    anywhere; where they are in ``hint`` is tried first. Without a plan and with all others movable, the answer is about
    the problem as a whole.
    """
    begun = time.monotonic()
    case = Case(problem, wanted, plan, begun + seconds, threads, hint)
    others = sorted(set(movable) - set(case.wanted))
    standing = [
        session
        for session in range(problem.session_count)
        if case.plan.starts[session] != UNPLACED and session not in case.wanted and session not in set(others)
    ]
    try:
        found = _impossible(case.changed(problem, _PROOF_SHARE * seconds), others, standing)
    except TooLong:
        return Explanation(sessions=case.wanted, reasons=(), proven=False, minimal=False, seconds=seconds)
    if found is None:
        return None
    left = begun + seconds - time.monotonic()
    reasons, minimal = _minimise(case.changed(problem, _REASONS_SHARE * left), found)
    helps = find_helps(case, reasons, others, standing)
    return Explanation(
        sessions=case.wanted,
        reasons=reasons,
        helps=helps,
        minimal=minimal,
        seconds=time.monotonic() - begun,
    )


def say_of(problem: Problem, found: Explanation, session: int) -> Explanation | None:
    """Return the explanation of one session as that of another: one that is to blame, or one just like it.

    None where it says nothing of the other.
    """
    (told,) = found.sessions
    if told == session:
        return found
    presence = Reason(Kind.PRESENCE, session=session)
    if presence in found.reasons:
        # That not both have a place is said of the one as well as of the other.
        reasons = {*found.reasons, Reason(Kind.PRESENCE, session=told)} - {presence}
        helps = tuple(replace(each, places=()) for each in found.helps if each.reason != presence)
        return replace(found, sessions=(session,), reasons=tuple(sorted(reasons)), helps=helps)
    return _swapped(found, told, session) if _are_alike(problem, told, session) else None


def _swapped(found: Explanation, told: int, session: int) -> Explanation:
    change = {told: session, session: told}

    def swapped(reason: Reason) -> Reason:
        other = change.get(reason.other, reason.other) if reason.kind is Kind.ORDER else reason.other
        return replace(reason, session=change.get(reason.session, reason.session), other=other)

    helps = tuple(
        replace(
            each,
            reason=swapped(each.reason),
            session=change.get(each.session, each.session),
            places=tuple((change.get(who, who), start, room) for who, start, room in each.places),
        )
        for each in found.helps
    )
    return replace(found, sessions=(session,), reasons=tuple(map(swapped, found.reasons)), helps=helps)


def _are_alike(problem: Problem, one: int, other: int) -> bool:
    """Whether nothing but their numbers, and what they cost, tells two sessions apart."""
    change = {one: other, other: one}
    orders = {(change.get(first, first), change.get(second, second)) for first, second in problem.precedence}
    return (
        problem.lengths[one] == problem.lengths[other]
        and set(problem.groups[one]) == set(problem.groups[other])
        and bool((problem.starts[one] == problem.starts[other]).all())
        and bool((problem.room_options[one] == problem.room_options[other]).all())
        and orders == set(problem.precedence)
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
    wider = case.related(circle | set(case.wanted), others)
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
                return tuple(sorted(kept)), needed.issuperset(kept)
            step = max(1, step // 2)
    except TooLong:
        return tuple(sorted(kept)), False


def _take_out(case: Case, kept: list[Reason], needed: set[Reason], step: int) -> list[Reason]:
    """Try to do without so many reasons at a time; those that are missed one by one are needed."""
    at = 0
    while at < len(kept):
        chunk = kept[at : at + step]
        rest = _in_play(case, kept[:at] + kept[at + step :])
        missed = needed.issuperset(chunk) or _is_missed(case, rest)
        if missed is False:
            kept = rest
            continue
        if missed and step == 1:
            needed.update(chunk)
        at += step
    return kept


def _is_missed(case: Case, rest: list[Reason]) -> bool | None:
    """Whether the rest is too little to make it impossible; None when that takes too long to find out."""
    try:
        return case.changed(case.problem, case.remaining() / _CHECKS).is_possible(rest)
    except TooLong:
        case.remaining()
        return None


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
