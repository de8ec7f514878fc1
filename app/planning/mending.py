"""Mends a timetable with the fewest moves, and says why of each session that cannot be. Only the worker loads it.

The optimiser's repair mends every rule that a plan breaks. A timetable that people made breaks some on purpose: a
lesson on a Saturday, modules out of their order, a day that is too long. What stood like that before is no reason to
move anything now. So it is taken out of the problem first: such a session stays where it is, such an order or such a
long day is allowed.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.kernel.db import JsonValue
from app.planning.problem import Task, build_task
from app.planning.standing import let_stand
from app.planning.types import Level, Place, Situation, Wish
from app.planning.unplaced import answer_for
from app.scheduling.optimiser.checker import Rule, Violation, find_violations
from app.scheduling.optimiser.explain import say_of
from app.scheduling.optimiser.explanation import Kind
from app.scheduling.optimiser.problem import Plan, Problem
from app.scheduling.optimiser.repair import Limits, NoRepair, Repair, repair

_SECONDS_ALONE, _SECONDS_ALL = 10.0, 90.0
"""How long one session is tried by itself, and how long one after the other is."""
_ROUNDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What a repair came to: who goes where, and who finds no place, with the reasons.

    ``proven`` says that no plan with fewer moves exists; ``best`` that none with as few moves concerns fewer people.
    """

    moves: tuple[Place, ...]
    left: tuple[str, ...]
    answers: tuple[JsonValue, ...]
    proven: bool
    best: bool


def mend(
    situation: Situation,
    levels: Mapping[Wish, Level],
    given: Sequence[Place],
    broken: Collection[str] | None = None,
    *,
    seconds: float,
) -> Mended:
    """Return the fewest moves after which nothing is broken that starts from the places ``given``.

    ``broken`` are the meetings that have to move; None when any may be broken. Where not all of them find a place, as
    many as do, one after the other.
    """
    return _Mender(situation, levels, given, broken, seconds).run()


@dataclass(frozen=True, slots=True)
class _Layout:
    task: Task
    problem: Problem
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Known:
    """Why a session has no place; ``alone`` says that this holds whatever becomes of the others."""

    answer: JsonValue
    alone: bool


class _Mender:
    def __init__(
        self,
        situation: Situation,
        levels: Mapping[Wish, Level],
        given: Sequence[Place],
        broken: Collection[str] | None,
        seconds: float,
    ) -> None:
        self.situation, self.levels, self.seconds = situation, levels, seconds
        self.given = {place.key: place for place in given}
        every = [meeting.key for meeting in situation.meetings if meeting.key in self.given]
        self.broken = every if broken is None else [key for key in every if key in broken]
        self.any_may_break = broken is None

    def run(self) -> Mended:
        """Mend all at once; where no way is found for all, one after the other.

        Moves that are not proven to be the fewest may be many: nothing is lost by showing them beside who else could
        teach.
        """
        layout, found = self._attempt(self.broken, self.seconds)
        if isinstance(found, Repair):
            return self._mended(layout, found, {})
        wanted = self._named(layout, found)
        return self._one_by_one(wanted, self._known(layout, found, wanted))

    def _known(self, layout: _Layout, found: NoRepair, wanted: Sequence[str]) -> dict[str, _Known]:
        """What the attempt for all has said of one session, said of those just like it too."""
        if found.explanation is None or not found.explanation.proven:
            return {}
        numbers = {meeting.key: s for s, meeting in enumerate(layout.task.meetings) if meeting.key in wanted}
        known = {}
        for key, number in numbers.items():
            said = say_of(layout.problem, found.explanation, number)
            if said is not None:
                others = set(numbers.values()) - {number}
                alone = all(
                    reason.sessions.isdisjoint(others) and reason.kind is not Kind.LIMIT
                    for reason in said.reasons
                )
                known[key] = _Known(answer_for(layout.task, number, said), alone)
        return known

    def _named(self, layout: _Layout, found: NoRepair) -> list[str]:
        """The meetings that would have had to move."""
        count = len(layout.task.meetings)
        return [layout.task.meetings[s].key for s in found.broken if s < count]

    def _one_by_one(self, wanted: Sequence[str], known: Mapping[str, _Known]) -> Mended:
        done: list[str] = []
        answers: dict[str, JsonValue] = {}
        best: tuple[_Layout, Repair] | None = None
        until = time.monotonic() + _SECONDS_ALL
        for key in wanted:
            if key in known and known[key].alone:
                answers[key] = known[key].answer
                continue
            if time.monotonic() > until:
                answers[key] = known[key].answer if key in known else self._untried(key)
                continue
            others = set(wanted) - {*done, key}
            layout, found = self._attempt([*done, key], _SECONDS_ALONE, leave=others)
            if isinstance(found, Repair):
                done.append(key)
                best = layout, found
            else:
                minimal = found.explanation is not None and found.explanation.minimal
                answers[key] = (
                    known[key].answer if key in known and not minimal else _answer(layout, key, found)
                )
        if best is None:
            return Mended(
                moves=(), left=tuple(answers), answers=tuple(answers.values()), proven=True, best=True
            )
        return self._mended(*best, answers)

    def _untried(self, key: str) -> JsonValue:
        title = next(meeting.title for meeting in self.situation.meetings if meeting.key == key)
        return {"title": title, "key": key, "proven": False, "minimal": False, "reasons": [], "helps": []}

    def _mended(self, layout: _Layout, found: Repair, answers: Mapping[str, JsonValue]) -> Mended:
        moved = {move.session for move in found.moves}
        keys = {layout.task.meetings[s].key for s in moved}
        return Mended(
            moves=tuple(place for place in layout.task.places(found.plan) if place.key in keys),
            left=tuple(answers),
            answers=tuple(answers.values()),
            proven=found.proven,
            best=found.best,
        )

    def _attempt(
        self, broken: Collection[str], seconds: float, leave: Collection[str] = ()
    ) -> tuple[_Layout, Repair | NoRepair]:
        layout = self._lay_out(set(self.broken) - {*leave} if self.any_may_break else set(broken), leave)
        return layout, repair(layout.problem, layout.plan, limits=Limits(seconds=seconds))

    def _lay_out(self, may_break: Collection[str], leave: Collection[str]) -> _Layout:
        """The problem in which nothing is broken but what may be; ``leave`` are not to be mended."""
        staying = {m.key for m in self.situation.meetings if m.key not in self.given} | set(leave)
        loose: set[int] = set()
        for _round in range(_ROUNDS):
            task = build_task(let_stand(self.situation, staying), self.levels, loose=loose)
            plan = task.plan(place for key, place in self.given.items() if key not in staying)
            wrong = self._wrong(task, plan, may_break)
            nowhere = {task.meetings[s].key for s in plan.unplaced} - set(may_break)
            odd = {s for one in wrong if one.rule not in _ALLOWED for s in one.sessions}
            if not odd and not nowhere:
                break
            staying |= nowhere
            staying |= {task.meetings[s].key for s in odd if s < len(task.meetings)} - set(may_break)
            loose |= {
                task.standing[s - len(task.meetings)].session_id for s in odd if s >= len(task.meetings)
            }
        return _Layout(task, _allowing(task.problem, wrong), plan)

    def _wrong(self, task: Task, plan: Plan, may_break: Collection[str]) -> list[Violation]:
        """The rules that are broken by those who are not to be mended; an order that people chose is one."""
        count = len(task.meetings)
        return [
            one
            for one in find_violations(task.problem, plan)
            if one.rule is not Rule.UNPLACED
            and (
                (one.rule is Rule.PRECEDENCE and not self.any_may_break)
                or not any(s < count and task.meetings[s].key in may_break for s in one.sessions)
            )
        ]


_ALLOWED = (Rule.PRECEDENCE, Rule.DAILY_LIMIT)
"""Rules that are lifted where they are broken already; whoever breaks another one stays where it is."""


def _allowing(problem: Problem, broken: Sequence[Violation]) -> Problem:
    """The problem in which these are no violations."""
    orders = {one.sessions for one in broken if one.rule is Rule.PRECEDENCE}
    profiles, of_group = list(problem.profiles), problem.group_profiles.copy()
    for one in broken:
        if one.rule is Rule.DAILY_LIMIT and one.group is not None:
            taken = int(np.sum(problem.lengths[list(one.sessions)]))
            known = profiles[int(of_group[one.group])]
            of_group[one.group] = len(profiles)
            profiles.append(replace(known, limit=min(60, max(known.limit, taken))))
    return replace(
        problem,
        precedence=tuple(pair for pair in problem.precedence if pair not in orders),
        profiles=tuple(profiles),
        group_profiles=of_group,
    )


def _answer(layout: _Layout, key: str, found: NoRepair) -> JsonValue:
    session = next(s for s, meeting in enumerate(layout.task.meetings) if meeting.key == key)
    said = say_of(layout.problem, found.explanation, session) if found.explanation else None
    return answer_for(layout.task, session, said)
