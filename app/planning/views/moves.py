"""Moves of a repair in the shape in which their page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.clock import now
from app.planning import queries, rules
from app.planning.grid import to_instant
from app.planning.policies import PlanningPermission
from app.planning.standing import present_places, struck_by
from app.planning.stored import read_places
from app.planning.types import Place
from app.planning.views.reasons import each_once
from app.planning.views.sentences import say_change, say_why_by_hand
from app.scheduling.policies import CoursePermission
from app.web.filters import write_time, write_weekday_date
from app.web.session import current_actor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from app.planning.models import PlanningRun
    from app.planning.types import Meeting, Situation


class ShownMove(NamedTuple):
    """One session, where it was, where it goes, why, and whom that concerns."""

    session_id: int | None
    course: str
    title: str
    before: str
    after: str
    because: str
    concerns: str


class ShownSession(NamedTuple):
    """A session that cannot stay as it is, with who could teach in it instead; None where that is not to be shown."""

    session_id: int
    course: str
    title: str
    when: str
    substitutes: Sequence[queries.Substitute] | None
    why: str = ""


class ShownRepair(NamedTuple):
    """What a repair came to."""

    moves: list[ShownMove]
    proven: bool
    best: bool
    left: int
    answers: Sequence[Any]
    struck: list[ShownSession]
    by_hand: list[ShownSession]
    unseen: int
    """How many more have to be settled in organisations whose courses the reader may not see."""
    declined: bool
    """Whether the lecturer who is away said no to the session from which the repair was asked for."""


def shown_repair(run: PlanningRun, situation: Situation, substitutes: bool) -> ShownRepair:
    """Return the outcome of a repair that is over; with ``substitutes`` those who could stand in, too."""
    outcome: Mapping[str, Any] = run.outcome
    moves = sorted(read_places(outcome.get("moves", ())), key=lambda place: (place.start, place.key))
    meetings = {meeting.key: meeting for meeting in situation.meetings}
    given, because = _given(run, situation)
    struck, by_hand = _struck(run, situation), _by_hand(run, situation)
    seen = [one for one in by_hand if current_actor().may(CoursePermission.VIEW, one.organisation_id)]
    others = _substitutes(run, struck, seen) if substitutes else {}
    return ShownRepair(
        moves=[_move(meetings[p.key], given.get(p.key), p, situation, because) for p in moves],
        proven=bool(outcome.get("proven")),
        best=bool(outcome.get("best")),
        left=len(outcome.get("left", ())),
        answers=each_once(outcome.get("answers", ())),
        struck=[_shown_struck(meeting, situation, others) for meeting in struck],
        by_hand=[_shown_by_hand(one, situation, others) for one in seen],
        unseen=len(by_hand) - len(seen),
        declined=bool(moves) and queries.has_declined(run.absence, run.course_session_id),
    )


def _given(run: PlanningRun, situation: Situation) -> tuple[dict[str, Place], dict[str, str]]:
    """The places from which the moves go, and why those that had to go had to."""
    if run.again_of_id is None:
        away = [queries.away_of(run.absence)] if run.absence else []
        places = present_places(situation)
        why = {meeting.key: _because(run) for meeting, _away in struck_by(away, situation.meetings, places)}
    else:
        again = queries.get_proposal(run.again_of_id)
        places, told = read_places(again.places), queries.situation_of(again.run)
        changes = rules.changes_since(told, situation, places, situation.earliest)
        why = {change.key: say_change(change) for change in changes}
    return {place.key: place for place in places}, why


def _because(run: PlanningRun) -> str:
    absence = run.absence
    if absence is None:
        return ""
    if absence.room is not None:
        return str(_("because %(name)s cannot be used", name=absence.name))
    return str(_("because %(name)s is away", name=absence.name))


def _move(
    meeting: Meeting, before: Place | None, after: Place, situation: Situation, because: Mapping[str, str]
) -> ShownMove:
    codes = {course.id: course.code for course in situation.courses}
    return ShownMove(
        session_id=meeting.session_id,
        course=codes[meeting.course_id],
        title=meeting.title,
        before=_where(before, meeting, situation) if before else str(_("no place")),
        after=_where(after, meeting, situation),
        because=because.get(meeting.key) or str(_("to make room for the others")),
        concerns=_concerns(meeting, situation),
    )


def _where(place: Place, meeting: Meeting, situation: Situation) -> str:
    begins, ends = to_instant(place.start), to_instant(place.start + meeting.minutes)
    rooms = {room.id: room.name for room in situation.rooms}
    room = rooms.get(place.room_id, "") if place.room_id is not None else ""
    return _written(begins, ends, room, situation.zone)


def _written(begins: datetime, ends: datetime, room: str, zone: str) -> str:
    hours = f"{write_time(begins, zone)}–{write_time(ends, zone)}"
    return ", ".join(part for part in (write_weekday_date(begins, zone), hours, room) if part)


def _concerns(meeting: Meeting, situation: Situation) -> str:
    names = {person.id: person.full_name for person in situation.persons}
    count = next(len(c.trainee_ids) for c in situation.courses if c.id == meeting.course_id)
    trainees = [str(ngettext("%(count)s trainee", "%(count)s trainees", count, count=count))] if count else []
    return ", ".join([*trainees, *(names[number] for number in meeting.lecturer_ids if number in names)])


def _struck(run: PlanningRun, situation: Situation) -> list[Meeting]:
    """The sessions that may move and whose lecturer is away."""
    absence = run.absence
    if absence is None or absence.person_id is None:
        return []
    hit = struck_by([queries.away_of(absence)], situation.meetings, present_places(situation))
    return [meeting for meeting, _away in hit if meeting.session_id is not None]


def _by_hand(run: PlanningRun, situation: Situation) -> Sequence[queries.ByHand]:
    """The sessions that the absence strikes now and that the repair did not look at."""
    if run.absence is None:
        return []
    return queries.list_by_hand(run.absence, run.organisation_id, run.course_session_id, situation, now())


def _substitutes(
    run: PlanningRun, struck: Sequence[Meeting], by_hand: Sequence[queries.ByHand]
) -> Mapping[int, Sequence[queries.Substitute]]:
    """Who else could teach in the sessions of which the reader may choose the lecturers; nobody for a room."""
    if run.absence is None or run.absence.person_id is None:
        return {}
    actor = current_actor()
    numbers = {meeting.session_id for meeting in struck if meeting.session_id is not None}
    numbers |= {one.session_id for one in by_hand if actor.may(PlanningPermission.PLAN, one.organisation_id)}
    found = queries.list_substitutes(actor, numbers, run.absence.person_id)
    return {number: found.get(number, ()) for number in numbers}


def _shown_struck(
    meeting: Meeting, situation: Situation, others: Mapping[int, Sequence[queries.Substitute]]
) -> ShownSession:
    codes = {course.id: course.code for course in situation.courses}
    number = meeting.session_id or 0
    return ShownSession(
        number,
        codes[meeting.course_id],
        meeting.title,
        _where(Place(meeting.key, meeting.start or 0, meeting.room_id), meeting, situation),
        others.get(number),
    )


def _shown_by_hand(
    one: queries.ByHand, situation: Situation, others: Mapping[int, Sequence[queries.Substitute]]
) -> ShownSession:
    return ShownSession(
        one.session_id,
        one.course_code,
        one.title,
        _written(one.starts_at, one.ends_at, one.room or "", situation.zone),
        others.get(one.session_id),
        say_why_by_hand(one.why),
    )
