"""Asking for the fewest moves that mend a timetable, and keeping what the worker found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.kernel.access import Actor
from app.kernel.db import JsonValue
from app.kernel.tasks import defer
from app.kernel.transaction import flush
from app.planning import events, queries, rules
from app.planning.commands.absences import record_absence
from app.planning.commands.runs import Search, keep_asked, keep_proposal, own_run
from app.planning.errors import NoTeachingDay
from app.planning.grid import local_day, to_minutes
from app.planning.models import Absence, PlanningProposal, PlanningRun
from app.planning.standing import present_places, struck_by
from app.planning.stored import read_levels, write_levels, write_situation
from app.planning.types import Emphasis, Fact, Meeting, Place, RunKind, RunState, Situation
from app.scheduling.errors import SessionIsOver
from app.scheduling.models import CourseSession
from app.scheduling.slots import days_as_period
from app.scheduling.types import SessionState

TASK = "planning.repair"
SECONDS = 60
"""The optimiser has so long for the whole; what then finds no place is tried one by one."""
DAY, LOOK_BACK = timedelta(days=1), timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the worker found: the moves, and the places of the proposal that they make; who is left over, and why.

    ``proven`` says that no fewer moves would do, ``best`` that no other as few concern fewer people.
    """

    places: Sequence[Place]
    moves: Sequence[Place]
    left: Sequence[str]
    answers: Sequence[JsonValue]
    proven: bool
    best: bool


_NO_MOVES = Found(places=(), moves=(), left=(), answers=(), proven=True, best=True)


def ask_for_repair(
    *,
    course_session: CourseSession,
    person_id: int | None,
    room_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    until: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> PlanningRun | None:
    """Put on record that a lecturer or the room is away, and let the worker look for the fewest moves that mend it.

    Sessions of the organisation's courses may move, from tomorrow until the day ``until``. The run is over at once
    when people have to settle all that is struck; None when nothing is struck. Raises SessionIsOver for a session that
    has begun or is no longer planned, NobodyAway or NoTeachingDay.
    """
    if course_session.state is not SessionState.PLANNED or course_session.starts_at <= at:
        raise SessionIsOver()
    course = course_session.course
    absence = record_absence(
        organisation=course.organisation,
        person_id=person_id,
        room_id=room_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        actor=actor,
        at=at,
    )
    first, last, earliest = _window(absence, until, course.time_zone, at)
    situation = _look(absence, course_session, first, last, earliest, at)
    struck = struck_by([queries.away_of(absence)], situation.meetings, present_places(situation))
    if struck:
        nearer = _days_of([meeting for meeting, _away in struck], situation)
        if nearer != (first, last):
            first, last = nearer
            situation = _look(absence, course_session, first, last, earliest, at)
    elif not queries.list_by_hand(absence, course.organisation_id, course_session.id, situation, at):
        return None
    run = _run_like(absence, course_session, situation, first, last, actor, at)
    if not struck:
        run.outcome, run.state, run.finished_at = _outcome(_NO_MOVES), RunState.DONE, at
    keep_asked(run, events.RepairAsked, meetings=len(struck), actor=actor, at=at)
    if struck:
        defer(TASK, {"run_id": run.id})
    return run


def _look(
    absence: Absence, course_session: CourseSession, first: date, last: date, earliest: int, at: datetime
) -> Situation:
    organisation = course_session.course.organisation
    return queries.look_at(
        organisation=organisation,
        course=None,
        first=first,
        last=last,
        moving=True,
        times=queries.teaching_times(organisation),
        at_minutes=to_minutes(at),
        missing=False,
        earliest=earliest,
        with_lecturer=queries.with_lecturer_of(absence, course_session.id),
    )


def _days_of(struck: Sequence[Meeting], situation: Situation) -> tuple[date, date]:
    """The days of the courses of these sessions: elsewhere none of them can go, and who makes room stays near."""
    numbers = {meeting.course_id for meeting in struck}
    courses = [course for course in situation.courses if course.id in numbers]
    own = [local_day(meeting.start or 0, situation.zone) for meeting in struck]
    return (
        min([*own, *(date.fromisoformat(course.first) for course in courses)]),
        max([*own, *(date.fromisoformat(course.last) for course in courses)]),
    )


def _window(absence: Absence, until: date, zone: str, at: datetime) -> tuple[date, date, int]:
    """The days that are looked at, and the instant from which something may be put anywhere."""
    place = ZoneInfo(zone)
    today = at.astimezone(place).date()
    begins, ends = (bound.astimezone(place) for bound in queries.bounds_of(absence))
    first = max(today, min(begins.date(), max(today + DAY, begins.date() - LOOK_BACK)))
    last = max(until, (ends - timedelta(minutes=1)).date())
    return first, last, _earliest(last, zone, at)


def _earliest(last: date, zone: str, at: datetime) -> int:
    """The beginning of tomorrow, before which nothing is put anywhere; the last day must not be over by then."""
    tomorrow = at.astimezone(ZoneInfo(zone)).date() + DAY
    if last < tomorrow:
        raise NoTeachingDay(first=tomorrow.isoformat(), last=last.isoformat())
    return to_minutes(days_as_period(tomorrow, tomorrow, zone).start)


def _run_like(
    absence: Absence,
    course_session: CourseSession,
    situation: Situation,
    first: date,
    last: date,
    actor: Actor,
    at: datetime,
) -> PlanningRun:
    organisation = course_session.course.organisation
    return PlanningRun(
        kind=RunKind.REPAIR,
        organisation=organisation,
        absence=absence,
        course_session=course_session,
        first_day=first,
        last_day=last,
        asked_by_id=actor.person_id,
        state=RunState.WAITING,
        seconds=SECONDS,
        seed=1,
        levels=write_levels(queries.teaching_times(organisation).levels),
        moving=True,
        situation=write_situation(situation),
        created_at=at,
    )


def fit_again(*, proposal: PlanningProposal, actor: Actor, at: datetime) -> PlanningRun:
    """Let the worker change as little of the proposal as may be, so that it fits the timetable as it is now.

    The moves of a repair are looked for anew: they begin with the timetable in any case. Raises NoTeachingDay.
    """
    run = proposal.run
    zone = run.course.time_zone if run.course else run.organisation.time_zone
    situation = queries.look_again(run, at, earliest=_earliest(run.last_day, zone, at))
    again = PlanningRun(
        kind=RunKind.REPAIR,
        organisation=run.organisation,
        course=run.course,
        absence=run.absence,
        course_session=run.course_session,
        first_day=run.first_day,
        last_day=run.last_day,
        asked_by_id=actor.person_id,
        state=RunState.WAITING,
        seconds=SECONDS,
        seed=1,
        levels=write_levels(read_levels(run.levels)),
        moving=run.moving,
        again_of_id=None if run.absence else proposal.id,
        situation=write_situation(situation),
        created_at=at,
    )
    meetings = len(queries.changes_for(proposal, at))
    keep_asked(again, events.RepairAsked, meetings=meetings, actor=actor, at=at)
    defer(TASK, {"run_id": again.id})
    return again


def keep_repair(
    *, search: Search, found: Found, facts: Sequence[Fact] = (), spent: float, at: datetime
) -> bool:
    """Put on record what was found and end the run, in one; False when it was given to another worker meanwhile."""
    run = own_run(search)
    if run is None:
        return False
    if found.moves:
        keep_proposal(
            search=search,
            emphasis=Emphasis.BALANCED,
            places=found.places,
            costs={},
            facts=facts,
            reasons=found.answers,
            unplaced=len(found.left),
            spent=spent,
        )
    run.outcome = _outcome(found)
    run.spent, run.finished_at, run.state = spent, at, rules.end_of(stopped=run.stop_wanted)
    flush()
    return True


def _outcome(found: Found) -> dict[str, JsonValue]:
    return {
        "moves": [list(place) for place in found.moves],
        "left": list(found.left),
        "answers": list(found.answers),
        "proven": found.proven,
        "best": found.best,
    }
