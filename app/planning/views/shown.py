"""Proposals in the shape in which their pages show them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask_babel import gettext as _

from app.curriculum.types import TeachingMethod
from app.planning import queries
from app.planning.grid import local_day, minute_of_day, to_instant
from app.planning.shortage import SHORT
from app.planning.stored import read_facts, read_places
from app.planning.views.sentences import say_fact
from app.web.filters import write_datetime_in, write_label
from app.web.forms import locale_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from app.planning.models import PlanningProposal, PlanningRun
    from app.planning.types import Meeting, Place, PlanChange, Situation

_NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """A proposal with what it costs in words, what changed since, and its weeks at a glance."""

    proposal: PlanningProposal
    placed: int
    new: int
    moved: int
    words: list[str]
    counted: bool
    """Whether its hours alone say why not everything has a place."""
    reasons: list[Any]
    changes: list[PlanChange]
    weeks: list[tuple[date, list[tuple[int, int]]]]
    weekdays: list[str]

    @property
    def is_blocked(self) -> bool:
        """Whether something stands in its way by now."""
        return any(change.blocks for change in self.changes)


class ShownSession(NamedTuple):
    """A line of the proposed timetable."""

    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str
    room: str | None
    lecturers: tuple[str, ...]
    state: None
    href: None
    note: str | None


def shown_proposals(
    run: PlanningRun, situation: Situation, proposals: Sequence[PlanningProposal], at: datetime
) -> list[ShownProposal]:
    """Return the proposals of a run; once one is taken, what changed since is no longer asked."""
    taken = any(proposal.is_in_timetable for proposal in proposals)
    now = None if taken or run.state.is_open or not proposals else queries.look_again(run, at)
    return [_shown(proposal, situation, now, at) for proposal in proposals]


def shown_proposal(proposal: PlanningProposal, situation: Situation, at: datetime) -> ShownProposal:
    """Return one proposal."""
    now = (
        None
        if proposal.is_in_timetable or proposal.run.state.is_open
        else queries.look_again(proposal.run, at)
    )
    return _shown(proposal, situation, now, at)


def _shown(
    proposal: PlanningProposal, situation: Situation, now: Situation | None, at: datetime
) -> ShownProposal:
    places, facts = read_places(proposal.places), read_facts(proposal.facts)
    meetings = {meeting.key: meeting for meeting in situation.meetings}
    weeks, weekdays = _weeks(situation, places, meetings)
    return ShownProposal(
        proposal=proposal,
        placed=len(places),
        new=sum(meetings[place.key].session_id is None for place in places),
        moved=sum(meetings[place.key].start not in (None, place.start) for place in places),
        words=[say_fact(fact) for fact in facts],
        counted=any(fact.kind in SHORT for fact in facts),
        reasons=list(proposal.reasons),
        changes=queries.compare(situation, now, places, at) if now else [],
        weeks=weeks,
        weekdays=[_short(weekday) for weekday in weekdays],
    )


def _weeks(
    situation: Situation, places: Sequence[Place], meetings: dict[str, Meeting]
) -> tuple[list[tuple[date, list[tuple[int, int]]]], list[int]]:
    """For each week the sessions of each teaching day, before and after noon."""
    halves: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for place in places:
        day = local_day(place.start, situation.zone)
        monday = day.fromordinal(day.toordinal() - day.weekday())
        halves[monday, day.weekday()][minute_of_day(place.start, situation.zone) >= _NOON] += 1
    weekdays = sorted({*situation.weekdays, *(weekday for _monday, weekday in halves)})
    mondays = sorted({monday for monday, _weekday in halves})
    return [
        (monday, [(halves[monday, weekday][0], halves[monday, weekday][1]) for weekday in weekdays])
        for monday in mondays
    ], weekdays


def _short(weekday: int) -> str:
    return str(get_day_names("abbreviated", locale=locale_code())[weekday])


def shown_sessions(proposal: PlanningProposal, situation: Situation) -> list[ShownSession]:
    """Return the sessions of the proposal by time, each with what is different from now."""
    meetings = {meeting.key: meeting for meeting in situation.meetings}
    codes = {course.id: course.code for course in situation.courses}
    rooms = {room.id: room.name for room in situation.rooms}
    names = {person.id: person.full_name for person in situation.persons}
    several = len(situation.courses) > 1
    all_new = all(meeting.session_id is None for meeting in situation.meetings)
    shown = []
    for place in sorted(read_places(proposal.places), key=lambda one: (one.start, one.key)):
        meeting = meetings[place.key]
        title = f"{codes[meeting.course_id]} · {meeting.title}" if several else meeting.title
        shown.append(
            ShownSession(
                starts_at=to_instant(place.start),
                ends_at=to_instant(place.start + meeting.minutes),
                title=title,
                detail=_detail(meeting, all_new=all_new),
                room=rooms.get(place.room_id) if place.room_id else None,
                lecturers=tuple(names[number] for number in meeting.lecturer_ids if number in names),
                state=None,
                href=None,
                note=_note(meeting, place, situation),
            )
        )
    return shown


def _detail(meeting: Meeting, *, all_new: bool) -> str:
    """How it is taught, and that it is new where that is not so of everything."""
    method = write_label(TeachingMethod(meeting.method))
    return method if all_new or meeting.start is not None else f"{method} · {_('new')}"


def days_of(sessions: Sequence[ShownSession], zone: str) -> list[tuple[date, int]]:
    """Return the days of a proposal with the number of their sessions."""
    place = ZoneInfo(zone)
    return sorted(Counter(one.starts_at.astimezone(place).date() for one in sessions).items())


def left_over(proposal: PlanningProposal, situation: Situation) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return for each course what has no place in the proposal, with how many sessions of that name."""
    placed = {place.key for place in read_places(proposal.places)}
    codes = {course.id: course.code for course in situation.courses}
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for meeting in situation.meetings:
        if meeting.key not in placed:
            left[codes[meeting.course_id]][meeting.title] += 1
    return [(code, list(titles.items())) for code, titles in sorted(left.items())]


def _note(meeting: Meeting, place: Place, situation: Situation) -> str | None:
    if meeting.start in (None, place.start):
        return None
    return str(_("now %(when)s", when=write_datetime_in(to_instant(meeting.start), situation.zone)))
