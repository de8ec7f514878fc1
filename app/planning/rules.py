"""Decisions of the planning."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.planning.grid import local_day, minute_of_day, teaching_days
from app.planning.standing import as_booking, struck_by
from app.planning.types import (
    Booking,
    ChangeKind,
    Emphasis,
    Level,
    Meeting,
    Place,
    PlanChange,
    RunState,
    Situation,
    Wish,
)

SHORTEST = 30
"""Minutes under which what a module lacks is no session of its own, and the steps of the others."""
_STRENGTH = {Level.NOT: 0, Level.LITTLE: 1, Level.SOME: 3, Level.MUCH: 8, Level.VERY: 20}
_FIRST = {
    Emphasis.TRAINEES: (Wish.NO_GAPS, Wish.EVEN_DAYS, Wish.SPREAD, Wish.SAME_ROOM),
    Emphasis.LECTURERS: (Wish.LECTURER_DAYS,),
}
_MOST_ATTEMPTS = 4
# Of the sessions placed by both, so many must lie elsewhere for two proposals to be called different.
CLEARLY = 0.2


def pieces(lacking: int, longest: int) -> list[int]:
    """Return the minutes of the sessions that a module lacks: few, none too long, and as even as half hours allow."""
    if lacking < SHORTEST:
        return []
    count = -(-lacking // longest)
    even = lacking // count // SHORTEST * SHORTEST or lacking
    rest = lacking - even * count
    longer = rest // SHORTEST
    found = [even + SHORTEST] * longer + [even] * (count - longer)
    return [found[0] + rest % SHORTEST, *found[1:]]


def strength(levels: Mapping[Wish, Level], wish: Wish, emphasis: Emphasis) -> int:
    """Return by how much a wish is multiplied; what the emphasis puts first counts at least as much as may be."""
    own = _STRENGTH[Level(levels.get(wish, Level.NOT))]
    if emphasis is Emphasis.BALANCED:
        return own
    return max(3 * own, _STRENGTH[Level.VERY]) if wish in _FIRST[emphasis] else own


def next_emphasis(done: Sequence[Emphasis]) -> Emphasis | None:
    """Return what the next proposal is to put first; None when all were tried."""
    return next((one for one in Emphasis if one not in done), None)


def difference(one: Iterable[Place], other: Iterable[Place], kinds: Mapping[str, object]) -> float:
    """Return which share of the places of one proposal the other does not have.

    Sessions of a kind (those that a module lacks) are not told apart: what matters is when and where such a one is.
    """
    here, there = ({(kinds[p.key], p.start, p.room_id) for p in places} for places in (one, other))
    return 1 - len(here & there) / max(len(here), len(there), 1)


def kinds_of(meetings: Iterable[Meeting]) -> dict[str, object]:
    """Return for each meeting what makes it different from others for a reader."""
    return {m.key: m.session_id or (m.course_id, m.module_id, m.minutes) for m in meetings}


def is_given_up(attempts: int) -> bool:
    """Tell whether a run has lost its worker so often that it is set aside."""
    return attempts >= _MOST_ATTEMPTS


def end_of(*, stopped: bool) -> RunState:
    """Return the state of a run that is over."""
    return RunState.STOPPED if stopped else RunState.DONE


def may_take(state: RunState) -> bool:
    """Tell whether proposals of a run in the state may be taken."""
    return not state.is_open


def changes_since(
    before: Situation, now: Situation, places: Sequence[Place], at_minutes: int
) -> list[PlanChange]:
    """Return what has changed since a proposal was made, as far as it concerns the proposal.

    What blocks it comes first: sessions that changed or need no place any more, and places that are taken now.
    """
    codes = {course.id: course.code for course in (*before.courses, *now.courses)}
    known = {meeting.key: meeting for meeting in before.meetings}
    present = {meeting.key: meeting for meeting in now.meetings}
    changes = []
    for place in places:
        was, now_is = known[place.key], present.get(place.key)
        if now_is is None:
            changes.append(PlanChange(ChangeKind.GONE, codes[was.course_id], was.title, key=place.key))
        elif place.start <= at_minutes:
            changes.append(PlanChange(ChangeKind.PAST, codes[was.course_id], was.title, key=place.key))
        elif now_is != was:
            changes.append(PlanChange(ChangeKind.CHANGED, codes[was.course_id], was.title, key=place.key))
    here = [place for place in places if place.key in present]
    changes += _taken(now, here, present, codes)
    changes += _away(now, here, codes)
    changes += _outside(now, here, present, codes)
    changes += [
        PlanChange(ChangeKind.NEW, codes[meeting.course_id], meeting.title)
        for key, meeting in present.items()
        if key not in known
    ]
    return changes


def _away(now: Situation, places: Sequence[Place], codes: Mapping[int, str]) -> list[PlanChange]:
    rooms = {room.id: room.name for room in now.rooms}
    names = {person.id: person.full_name for person in now.persons}
    return [
        PlanChange(
            ChangeKind.AWAY,
            codes[meeting.course_id],
            meeting.title,
            names.get(away.person_id or 0) or rooms.get(away.room_id or 0, ""),
            meeting.key,
        )
        for meeting, away in struck_by(now.away, now.meetings, places)
    ]


def _outside(
    now: Situation, places: Sequence[Place], meetings: Mapping[str, Meeting], codes: Mapping[int, str]
) -> list[PlanChange]:
    """What no longer lies in the teaching times or the days of its course."""
    days = set(
        teaching_days(date.fromisoformat(now.first), date.fromisoformat(now.last), now.weekdays, now.closed)
    )
    taught = {minute for opens, closes in now.hours for minute in range(opens, closes)}
    spans = {course.id: (course.first, course.last) for course in now.courses}
    found = []
    for place in places:
        meeting = meetings[place.key]
        day, begin = local_day(place.start, now.zone), minute_of_day(place.start, now.zone)
        first, last = spans[meeting.course_id]
        fits = day in days and first <= day.isoformat() <= last
        if not fits or not taught.issuperset(range(begin, begin + meeting.minutes)):
            found.append(
                PlanChange(ChangeKind.OUTSIDE, codes[meeting.course_id], meeting.title, key=place.key)
            )
    return found


def _taken(
    now: Situation, places: Sequence[Place], meetings: Mapping[str, Meeting], codes: Mapping[int, str]
) -> list[PlanChange]:
    moving = {place.key for place in places}
    trainees = {course.id: course.trainee_ids for course in now.courses}
    standing = [
        *now.bookings,
        *(
            as_booking(one, codes[one.course_id], trainees[one.course_id])
            for one in now.meetings
            if one.start is not None and one.key not in moving
        ),
    ]
    rooms = {room.id: room.name for room in now.rooms}
    names = {person.id: person.full_name for person in now.persons}
    cohorts = {course.id: set(course.trainee_ids) for course in now.courses}
    found = []
    for place in places:
        meeting = meetings[place.key]
        needed = cohorts[meeting.course_id] | set(meeting.lecturer_ids)
        title, code = meeting.title, codes[meeting.course_id]
        for booking in _meeting_at(standing, place.start, place.start + meeting.minutes):
            if place.room_id is not None and booking.room_id == place.room_id:
                found.append(
                    PlanChange(ChangeKind.ROOM_TAKEN, code, title, rooms.get(place.room_id, ""), place.key)
                )
            elif booking.course_id == meeting.course_id or needed & set(booking.person_ids):
                busy = sorted(set(meeting.lecturer_ids) & set(booking.person_ids))
                found.append(
                    PlanChange(
                        ChangeKind.PERSON_TAKEN,
                        code,
                        title,
                        names.get(busy[0], "") if busy else "",
                        place.key,
                    )
                )
    return found


def _meeting_at(bookings: Iterable[Booking], start: int, end: int) -> list[Booking]:
    return [booking for booking in bookings if booking.start < end and start < booking.end]
