"""What the planning leaves to the worker: the search for proposals, and the repair of timetables.

It writes what it has about once a second, each time in a short transaction of its own, and holds no lock in between. A
worker that is killed leaves the proposals found so far and the best places of the one being searched; whoever is given
the job next begins from there with the time that was left.
"""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from app.kernel.clock import now
from app.kernel.transaction import unit_of_work
from app.planning import commands, rules
from app.planning.commands import Found, Search
from app.planning.facts import facts_of
from app.planning.mending import Mended, mend
from app.planning.problem import Task, build_task
from app.planning.standing import struck_by
from app.planning.stored import read_levels
from app.planning.types import Emphasis, Place, Reached, Situation
from app.planning.unplaced import reasons_for
from app.scheduling.optimiser.problem import Cost
from app.scheduling.optimiser.search import Outcome, Progress, improve

NOTE_EVERY = 1.0
_WARM = 0.2
# What is left of a run that was killed at its very end still looks for the proposals that it lacks.
_LEAST = 1.0


def search(run_id: int) -> None:
    """Look for up to three clearly different timetables. Bears being run again after any death."""
    with unit_of_work():
        taken_up = commands.begin_search(run_id=run_id, at=now())
    if taken_up is None:
        return
    goes_on = True
    spent = taken_up.spent
    while goes_on and (emphasis := rules.next_emphasis(taken_up.done)) is not None:
        taken_up, spent, goes_on = _find(taken_up, emphasis, spent)
    with unit_of_work():
        commands.end_search(search=taken_up, at=now())


def repair(run_id: int) -> None:
    """Look for the fewest moves that mend a timetable. Killed on the way it leaves nothing, and is simply run again."""
    with unit_of_work():
        work = commands.begin_search(run_id=run_id, at=now())
    if work is None:
        return
    began = monotonic()
    struck = struck_by([work.away], work.situation.meetings, work.given) if work.away else None
    mended = mend(
        work.situation,
        read_levels(work.levels),
        work.given,
        None if struck is None else {meeting.key for meeting, _away in struck},
        seconds=work.seconds,
    )
    places = mended.moves if work.away else _changed(work.given, mended, work.situation)
    with unit_of_work():
        commands.keep_repair(
            search=work,
            found=Found(
                places=places,
                moves=mended.moves,
                left=mended.left,
                answers=mended.answers,
                proven=mended.proven,
                best=mended.best,
            ),
            facts=() if work.away else facts_of(work.situation, places),
            spent=monotonic() - began,
            at=now(),
        )


def _changed(given: Sequence[Place], mended: Mended, situation: Situation) -> list[Place]:
    """The proposal with the moves in it, without those that found no place and those that are no longer needed."""
    moved = {place.key: place for place in mended.moves}
    known = {meeting.key for meeting in situation.meetings} - set(mended.left)
    return [moved.get(place.key, place) for place in given if place.key in known]


def _find(work: Search, emphasis: Emphasis, spent: float) -> tuple[Search, float, bool]:
    """Search for one proposal and keep it if it is different; return the rest of the work, and whether to go on."""
    task = build_task(work.situation, read_levels(work.levels), emphasis, unlike=work.found)
    if not work.done and not work.kept:
        # What was not compiled yet is compiled now, and not in the time of the search.
        improve(task.problem, seconds=_WARM, seed=work.seed)
    seconds = max(_LEAST, (work.seconds - spent) / (len(Emphasis) - len(work.done)))
    start = task.plan(work.kept) if work.kept else None
    notes = _Notes(work, task, spent)
    outcome = improve(
        task.problem,
        seconds=seconds,
        seed=work.seed + len(work.done),
        start=start,
        report=notes.take,
        goes_on=notes.listen,
    )
    spent += outcome.seconds
    places = task.places(outcome.plan)
    notes.write(outcome, places)
    goes_on = notes.goes_on
    if _is_new(work, places):
        goes_on &= _keep(work, emphasis, task, outcome, places, spent)
    rest = replace(work, done=(*work.done, emphasis), found=(*work.found, places), kept=())
    return rest, spent, goes_on


def _is_new(work: Search, places: Sequence[Place]) -> bool:
    kinds = rules.kinds_of(work.situation.meetings)
    return (
        bool(places)
        and all(rules.difference(places, earlier, kinds) >= rules.CLEARLY for earlier in work.found)
    ) or not work.found


def _keep(
    work: Search, emphasis: Emphasis, task: Task, outcome: Outcome, places: Sequence[Place], spent: float
) -> bool:
    reasons = reasons_for(task, outcome.plan)
    with unit_of_work():
        return commands.keep_proposal(
            search=work,
            emphasis=emphasis,
            places=places,
            costs=outcome.cost.parts,
            facts=facts_of(work.situation, places),
            reasons=reasons,
            spent=spent,
        )


class _Notes:
    """Writes the curve, and hears whether to stop."""

    def __init__(self, work: Search, task: Task, spent: float) -> None:
        self._work, self._task, self._spent = work, task, spent
        self._last = self._heard = -NOTE_EVERY
        self.goes_on = True

    def take(self, progress: Progress) -> bool:
        """Note the better plan, unless one was noted a moment ago; False when the search is to stop."""
        if progress.seconds - self._last >= NOTE_EVERY:
            self._last = progress.seconds
            self._note(progress.seconds, progress.cost, self._task.places(progress.plan))
        return self.goes_on

    def listen(self) -> bool:
        """Ask about once a second whether the search is to go on."""
        at = monotonic()
        if at - self._heard >= NOTE_EVERY:
            self._heard = at
            with unit_of_work():
                self.goes_on = self.goes_on and commands.is_wanted(self._work)
        return self.goes_on

    def write(self, outcome: Outcome, places: Sequence[Place]) -> None:
        """Note where the search ended."""
        self._note(outcome.seconds, outcome.cost, places)

    def _note(self, seconds: float, cost: Cost, places: Sequence[Place]) -> None:
        unplaced = len(self._work.situation.meetings) - len(places)
        reached = Reached(len(self._work.done) + 1, round(self._spent + seconds, 1), unplaced, cost.parts)
        with unit_of_work():
            wanted = commands.note_progress(
                search=self._work, reached=reached, spent=self._spent + seconds, places=places
            )
        self.goes_on = self.goes_on and wanted
