"""Asking for proposals, and keeping what the search finds; each a short transaction of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from app.kernel.access import Actor
from app.kernel.db import JsonValue, session
from app.kernel.events import record
from app.kernel.tasks import defer
from app.kernel.transaction import flush
from app.organisations.models import Organisation
from app.planning import events, queries, rules
from app.planning.errors import NoTeachingDay, NothingToPlace
from app.planning.grid import grid_of, to_minutes
from app.planning.models import PlanningProposal, PlanningRun
from app.planning.standing import present_places
from app.planning.stored import read_places, read_situation, write_levels, write_situation
from app.planning.types import Away, Emphasis, Fact, Level, Place, Reached, RunKind, RunState, Situation, Wish
from app.scheduling.models import Course

TASK = "planning.search"


def ask_for_proposals(
    *,
    organisation: Organisation,
    course: Course | None,
    first: date,
    last: date,
    seconds: int,
    levels: Mapping[Wish, Level],
    moving: bool,
    actor: Actor,
    at: datetime,
) -> PlanningRun:
    """Let the worker look for timetables of the course, or of the organisation's courses in these days.

    Nothing is placed before tomorrow. Raises NothingToPlace, NoTeachingDay, or RunIsOpen while such a search goes on.
    """
    zone = course.time_zone if course else organisation.time_zone
    tomorrow = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    first = max(first, tomorrow)
    if last < first:
        raise NoTeachingDay(first=first.isoformat(), last=last.isoformat())
    situation = _look(organisation, course, first, last, moving, at)
    run = PlanningRun(
        kind=RunKind.SEARCH,
        organisation=organisation,
        course=course,
        first_day=first,
        last_day=last,
        asked_by_id=actor.person_id,
        state=RunState.WAITING,
        seconds=seconds,
        seed=1,
        levels=write_levels(levels),
        moving=moving,
        situation=write_situation(situation),
        created_at=at,
    )
    keep_asked(run, events.ProposalsAsked, meetings=len(situation.meetings), actor=actor, at=at)
    defer(TASK, {"run_id": run.id})
    return run


def keep_asked(
    run: PlanningRun,
    asked: type[events.ProposalsAsked] | type[events.RepairAsked],
    *,
    meetings: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep a new run and put on record that it was asked for."""
    session.add(run)
    # The trail and the job name the run by the number that the database gives.
    flush()
    record(
        asked(
            actor=actor,
            at=at,
            organisation_id=run.organisation_id,
            subject_id=run.id,
            course_id=run.course_id,
            meetings=meetings,
        )
    )


def _look(
    organisation: Organisation, course: Course | None, first: date, last: date, moving: bool, at: datetime
) -> Situation:
    situation = queries.look_at(
        organisation=organisation,
        course=course,
        first=first,
        last=last,
        moving=moving,
        times=queries.teaching_times(organisation),
        at_minutes=to_minutes(at),
    )
    if not situation.meetings:
        raise NothingToPlace()
    if not grid_of(situation).days:
        raise NoTeachingDay(first=first.isoformat(), last=last.isoformat())
    return situation


def stop_search(*, run: PlanningRun, actor: Actor, at: datetime) -> None:
    """Let the search end with the best it has; one that no worker has begun is over at once."""
    session.refresh(run, with_for_update={"of": PlanningRun})
    if not run.state.is_open or run.stop_wanted:
        return
    run.stop_wanted = True
    if run.state is RunState.WAITING:
        run.state, run.finished_at = RunState.STOPPED, at
    record(events.SearchStopped(actor=actor, at=at, organisation_id=run.organisation_id, subject_id=run.id))
    flush()


@dataclass(frozen=True, slots=True)
class Search:
    """What the worker is to do: a run as it stands. ``attempt`` is the ticket with which it may write."""

    run_id: int
    attempt: int
    situation: Situation
    levels: Mapping[str, Any]
    seed: int
    seconds: int
    spent: float
    done: tuple[Emphasis, ...]
    found: tuple[Sequence[Place], ...]
    kept: Sequence[Place]
    given: Sequence[Place]
    """For a repair: the places from which as few as possible are to go."""
    away: Away | None
    """For a repair: who cannot come; None when it is a proposal that no longer fits."""


def begin_search(*, run_id: int, at: datetime) -> Search | None:
    """Take the run up, anew or where a lost worker left it; None when there is nothing left to do.

    A run that keeps losing its worker is set aside as not finished. Whoever had it before can no longer write.
    """
    run = session.get(PlanningRun, run_id, with_for_update={"of": PlanningRun}, populate_existing=True)
    if run is None or not run.state.is_open:
        return None
    run.attempts += 1
    if rules.is_given_up(run.attempts):
        _end(run, RunState.FAILED, at)
        return None
    run.state, run.started_at = RunState.RUNNING, run.started_at or at
    proposals = queries.list_proposals(run)
    again = queries.get_proposal(run.again_of_id) if run.again_of_id else None
    situation = read_situation(run.situation)
    flush()
    return Search(
        run_id=run.id,
        attempt=run.attempts,
        situation=situation,
        levels=run.levels,
        seed=run.seed,
        seconds=run.seconds,
        spent=run.spent,
        done=tuple(one.emphasis for one in proposals),
        found=tuple(read_places(one.places) for one in proposals),
        kept=read_places(run.kept),
        given=read_places(again.places) if again else present_places(situation),
        away=queries.away_of(run.absence) if run.absence and not again else None,
    )


def note_progress(*, search: Search, reached: Reached, spent: float, places: Sequence[Place]) -> bool:
    """Add a point to the curve and keep the places; return whether the search is to go on.

    It is not to when somebody wants it to stop, or when the run was given to another worker.
    """
    wanted = session.scalar(
        update(PlanningRun)
        .where(
            PlanningRun.id == search.run_id,
            PlanningRun.attempts == search.attempt,
            PlanningRun.state == RunState.RUNNING,
        )
        .values(
            curve=PlanningRun.curve.op("||")(literal([list(reached)], JSONB)),
            kept=[list(place) for place in places],
            spent=spent,
        )
        .returning(PlanningRun.stop_wanted)
        .execution_options(synchronize_session=False)
    )
    return wanted is False


def is_wanted(search: Search) -> bool:
    """Tell whether the search is to go on: nobody stopped it, and no other worker has it."""
    wanted = session.scalar(
        select(PlanningRun.stop_wanted).where(
            PlanningRun.id == search.run_id,
            PlanningRun.attempts == search.attempt,
            PlanningRun.state == RunState.RUNNING,
        )
    )
    return wanted is False


def keep_proposal(
    *,
    search: Search,
    emphasis: Emphasis,
    places: Sequence[Place],
    costs: Mapping[str, int],
    facts: Sequence[Fact],
    reasons: Sequence[JsonValue] = (),
    unplaced: int | None = None,
    spent: float,
) -> bool:
    """Put a proposal on record; False when the run was given to another worker meanwhile.

    ``unplaced`` says how many sessions found no place where that is not all without one in ``places``.
    """
    run = own_run(search)
    if run is None:
        return False
    number = len(queries.list_proposals(run)) + 1
    session.add(
        PlanningProposal(
            run_id=run.id,
            number=number,
            emphasis=emphasis,
            places=[list(place) for place in places],
            costs=dict(costs),
            unplaced=len(search.situation.meetings) - len(places) if unplaced is None else unplaced,
            facts=[list(fact) for fact in facts],
            reasons=list(reasons),
        )
    )
    run.kept, run.spent = [], spent
    flush()
    return True


def end_search(*, search: Search, at: datetime) -> None:
    """Say that the run is over, by its own time or because it was stopped."""
    run = own_run(search)
    if run is not None:
        _end(run, rules.end_of(stopped=run.stop_wanted), at)


def own_run(search: Search) -> PlanningRun | None:
    """Return the run, locked, if it is still this worker's; None when it is over or another one has it."""
    return session.scalar(
        select(PlanningRun)
        .where(PlanningRun.id == search.run_id, PlanningRun.attempts == search.attempt)
        .where(PlanningRun.state == RunState.RUNNING)
        .with_for_update(of=PlanningRun)
        .execution_options(populate_existing=True)
    )


def _end(run: PlanningRun, state: RunState, at: datetime) -> None:
    run.state, run.finished_at = state, at
    flush()
