"""Moves of a repair in the shape in which their page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from app.planning import queries, rules
from app.planning.grid import local_day, to_instant
from app.planning.standing import present_places, struck_by
from app.planning.stored import read_places
from app.planning.types import Place
from app.planning.views.reasons import each_once
from app.planning.views.sentences import say_change
from app.web.filters import write_time, write_weekday_date
from app.web.session import current_actor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
    """A session that cannot stay as it is, with who could teach in it instead."""

    session_id: int
    course: str
    title: str
    when: str
    substitutes: Sequence[queries.Substitute]


class ShownRepair(NamedTuple):
    """What a repair came to."""

    moves: list[ShownMove]
    proven: bool
    best: bool
    left: int
    answers: Sequence[Any]
    struck: list[ShownSession]
    declined: bool
    """Whether the lecturer who is away said no to the session from which the repair was asked for."""


def shown_repair(run: PlanningRun, situation: Situation, substitutes: bool) -> ShownRepair:
    """Return the outcome of a repair that is over; with ``substitutes`` those who could stand in, too."""
    outcome: Mapping[str, Any] = run.outcome
    moves = sorted(read_places(outcome.get("moves", ())), key=lambda place: (place.start, place.key))
    meetings = {meeting.key: meeting for meeting in situation.meetings}
    given, because = _given(run, situation)
    return ShownRepair(
        moves=[_move(meetings[p.key], given.get(p.key), p, situation, because) for p in moves],
        proven=bool(outcome.get("proven")),
        best=bool(outcome.get("best")),
        left=len(outcome.get("left", ())),
        answers=each_once(outcome.get("answers", ())),
        struck=_struck(run, situation, substitutes),
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
    day = write_weekday_date(local_day(place.start, situation.zone))
    hours = f"{write_time(begins, situation.zone)}–{write_time(ends, situation.zone)}"
    room = rooms.get(place.room_id, "") if place.room_id is not None else ""
    return ", ".join(part for part in (day, hours, room) if part)


def _concerns(meeting: Meeting, situation: Situation) -> str:
    names = {person.id: person.full_name for person in situation.persons}
    count = next(len(c.trainee_ids) for c in situation.courses if c.id == meeting.course_id)
    trainees = [str(ngettext("%(count)s trainee", "%(count)s trainees", count, count=count))] if count else []
    return ", ".join([*trainees, *(names[number] for number in meeting.lecturer_ids if number in names)])


def _struck(run: PlanningRun, situation: Situation, substitutes: bool) -> list[ShownSession]:
    """The sessions that the absence strikes, with who else could teach in them."""
    absence = run.absence
    if absence is None or absence.person_id is None:
        return []
    hit = struck_by([queries.away_of(absence)], situation.meetings, present_places(situation))
    numbers = [meeting.session_id for meeting, _away in hit if meeting.session_id is not None]
    found = queries.list_substitutes(current_actor(), numbers, absence.person_id) if substitutes else {}
    codes = {course.id: course.code for course in situation.courses}
    return [
        ShownSession(
            meeting.session_id,
            codes[meeting.course_id],
            meeting.title,
            _where(Place(meeting.key, meeting.start or 0, meeting.room_id), meeting, situation),
            found.get(meeting.session_id, ()),
        )
        for meeting, _away in hit
        if meeting.session_id is not None
    ]
