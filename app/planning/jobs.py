"""What the planning leaves to the worker: the search for proposals, and the repair of timetables.

It writes what it has about once a second, each time in a short transaction of its own, and holds no lock in between. A
worker that is killed leaves the proposals found so far and the best places of the one being searched; whoever is given
the job next begins from there with the time that was left.
"""

from collections.abc import Mapping, Sequence
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
from app.planning.weekly import FullWeek, full_weeks, say_full_weeks, told_of, without
from app.scheduling.optimiser.problem import Cost
from app.scheduling.optimiser.search import Outcome, Progress, improve

NOTE_EVERY = 1.0
# What is left of a run that was killed at its very end still looks for the proposals that it lacks.
_LEAST = 1.0
# Where hours a week were agreed, so much of the time goes to the first timetable, and the rest to holding them.
_SHARE = 0.7
_ROUNDS = 3
_MOST_WEEKS = 12


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
    mended, full = _mended(work)
    places = mended.moves if work.away else _changed(work.given, mended, work.situation)
    with unit_of_work():
        commands.keep_repair(
            search=work,
            found=Found(
                places=places,
                moves=mended.moves,
                left=mended.left,
                answers=say_full_weeks(mended.answers, full),
                proven=mended.proven,
                best=mended.best,
            ),
            facts=() if work.away else facts_of(work.situation, places),
            spent=monotonic() - began,
            at=now(),
        )


def _mended(work: Search) -> tuple[Mended, list[FullWeek]]:
    """The fewest moves after which nobody teaches more in a week than was agreed, unless it was so before.

    Where weeks had to be closed to lecturers, as few moves as without that are the fewest for certain; more are not.
    """
    struck = struck_by([work.away], work.situation.meetings, work.given) if work.away else None
    broken = None if struck is None else {meeting.key for meeting, _away in struck}
    full: list[FullWeek] = []
    first: Mended | None = None
    while True:
        situation = told_of(work.situation, full)
        found = mend(situation, read_levels(work.levels), work.given, broken, seconds=work.seconds)
        first = first or found
        over = full_weeks(work.situation, _changed(work.given, found, work.situation), work.given)
        if not over or len(full) >= _MOST_WEEKS:
            certain = found.proven and (not full or len(found.moves) == len(first.moves))
            return replace(found, proven=certain, best=certain and found.best and not full), full
        full += over


def _changed(given: Sequence[Place], mended: Mended, situation: Situation) -> list[Place]:
    """The proposal with the moves in it, without those that found no place and those that are no longer needed."""
    moved = {place.key: place for place in mended.moves}
    known = {meeting.key for meeting in situation.meetings} - set(mended.left)
    return [moved.get(place.key, place) for place in given if place.key in known]


def _find(work: Search, emphasis: Emphasis, spent: float) -> tuple[Search, float, bool]:
    """Search for one proposal and keep it if it is different; return the rest of the work, and whether to go on."""
    hunt = _Hunt(work, emphasis, spent)
    hunt.run()
    goes_on = hunt.notes.goes_on
    if _is_new(work, hunt.places):
        goes_on &= _keep(work, emphasis, hunt)
    rest = replace(work, done=(*work.done, emphasis), found=(*work.found, hunt.places), kept=())
    return rest, hunt.spent, goes_on


class _Hunt:
    """The search for one proposal: at first of a whole timetable, then within the hours a week that were agreed."""

    def __init__(self, work: Search, emphasis: Emphasis, spent: float) -> None:
        self.work, self.emphasis, self.spent = work, emphasis, spent
        self.full: list[FullWeek] = []
        self.task = self._task()
        self.notes = _Notes(work)
        self.places: list[Place] = list(work.kept or _whole(work))
        self.costs: Mapping[str, int] = {}

    def run(self) -> None:
        """Search for as long as this proposal may take."""
        work = self.work
        seconds = max(_LEAST, (work.seconds - self.spent) / (len(Emphasis) - len(work.done)))
        agreed = any(person.weekly_hours for person in work.situation.persons)
        self._improve(seconds * _SHARE if agreed else seconds)
        for _round in range(_ROUNDS if agreed else 0):
            over = full_weeks(work.situation, self.places)
            if not over:
                return
            self.full += over
            self.places = without(self.places, over)
            self.task = self._task()
            self._improve(max(_LEAST, seconds * (1 - _SHARE) / _ROUNDS))
        self.places = without(self.places, full_weeks(work.situation, self.places))

    def _task(self) -> Task:
        work = self.work
        situation = told_of(work.situation, self.full)
        return build_task(situation, read_levels(work.levels), self.emphasis, unlike=work.found)

    def _improve(self, seconds: float) -> None:
        self.notes.begin(self.task, self.spent)
        outcome = improve(
            self.task.problem,
            seconds=seconds,
            seed=self.work.seed + len(self.work.done),
            start=self.task.plan(self.places) if self.places else None,
            report=self.notes.take,
            goes_on=self.notes.listen,
        )
        self.spent += outcome.seconds
        self.places, self.costs = self.task.places(outcome.plan), outcome.cost.parts
        self.notes.write(outcome, self.places)


def _whole(work: Search) -> Sequence[Place]:
    """An earlier proposal in which everything has a place: no later one leaves out what it placed.

    Melting makes them different none the less.
    """
    return next((places for places in work.found if len(places) == len(work.situation.meetings)), ())


def _is_new(work: Search, places: Sequence[Place]) -> bool:
    kinds = rules.kinds_of(work.situation.meetings)
    return (
        bool(places)
        and all(rules.difference(places, earlier, kinds) >= rules.CLEARLY for earlier in work.found)
    ) or not work.found


def _keep(work: Search, emphasis: Emphasis, hunt: _Hunt) -> bool:
    reasons = say_full_weeks(reasons_for(hunt.task, hunt.task.plan(hunt.places)), hunt.full)
    with unit_of_work():
        return commands.keep_proposal(
            search=work,
            emphasis=emphasis,
            places=hunt.places,
            costs=hunt.costs,
            facts=facts_of(work.situation, hunt.places),
            reasons=reasons,
            spent=hunt.spent,
        )


class _Notes:
    """Writes the curve, and hears whether to stop."""

    def __init__(self, work: Search) -> None:
        self._work = work
        self._heard = -NOTE_EVERY
        self.goes_on = True

    def begin(self, task: Task, spent: float) -> None:
        """Note from now on what is found for the task, after so many seconds of the run."""
        self._task, self._spent, self._last = task, spent, -NOTE_EVERY

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
