"""What stands where it is: which sessions can be pinned on the grid, and which cannot stay because somebody is away."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from app.planning.grid import Grid
from app.planning.types import Away, Booking, Meeting, Place, Situation


def pinnable(situation: Situation, grid: Grid) -> list[tuple[Booking, int]]:
    """Return the standing sessions of the run's courses that lie on the grid and meet no other, with their slots."""
    own = {course.id for course in situation.courses}
    rooms = {None, *(room.id for room in situation.rooms)}
    found = []
    for booking in situation.bookings:
        slot = grid.slot_at(booking.start)
        fits = (
            slot is not None
            and booking.course_id in own
            and booking.room_id in rooms
            and (booking.end - booking.start) % grid.slot == 0
            and slot % grid.slots_per_day in grid.allowed_starts(grid.slots_for(booking.end - booking.start))
        )
        closed = any(
            away.room_id is not None and away.room_id == booking.room_id and _meet(away, booking)
            for away in situation.away
        )
        if slot is not None and fits and not closed and not _meets_another(booking, situation.bookings):
            found.append((booking, slot))
    return found


def struck_by(
    away: Iterable[Away], meetings: Iterable[Meeting], places: Iterable[Place]
) -> list[tuple[Meeting, Away]]:
    """Return the meetings that cannot be at their places, because a lecturer or the room is away then; each once."""
    at = {place.key: place for place in places}
    away = list(away)
    found = []
    for meeting in meetings:
        place = at.get(meeting.key)
        if place is None:
            continue
        hit = next(
            (
                one
                for one in away
                if one.start < place.start + meeting.minutes
                and place.start < one.end
                and (one.person_id in meeting.lecturer_ids if one.person_id else one.room_id == place.room_id)
            ),
            None,
        )
        if hit is not None:
            found.append((meeting, hit))
    return found


def present_places(situation: Situation) -> list[Place]:
    """Return where the meetings are that have a time already."""
    return [Place(m.key, m.start, m.room_id) for m in situation.meetings if m.start is not None]


def let_stand(situation: Situation, keys: Collection[str]) -> Situation:
    """Return the situation in which these meetings stay where they are; those that are nowhere are left out.

    Who is away from one of them is not bound by it.
    """
    if not keys:
        return situation
    staying = [meeting for meeting in situation.meetings if meeting.key in keys]
    codes = {course.id: course.code for course in situation.courses}
    trainees = {course.id: course.trainee_ids for course in situation.courses}
    return replace(
        situation,
        meetings=tuple(meeting for meeting in situation.meetings if meeting.key not in keys),
        bookings=(
            *situation.bookings,
            *(
                as_booking(one, codes[one.course_id], trainees[one.course_id], situation.away)
                for one in staying
                if one.start is not None
            ),
        ),
    )


def as_booking(
    meeting: Meeting, course_code: str, trainee_ids: Sequence[int], away: Collection[Away] = ()
) -> Booking:
    """Return a meeting that has a time as a session that stands, without the lecturers who are away from it."""
    start = meeting.start or 0
    absent = {one.person_id for one in away if one.start < start + meeting.minutes and start < one.end}
    return Booking(
        session_id=meeting.session_id or 0,
        course_id=meeting.course_id,
        course_code=course_code,
        title=meeting.title,
        position=meeting.position,
        method=meeting.method,
        start=start,
        end=start + meeting.minutes,
        room_id=meeting.room_id,
        person_ids=tuple(sorted({*meeting.lecturer_ids, *trainee_ids} - absent)),
    )


def _meet(away: Away, booking: Booking) -> bool:
    return away.start < booking.end and booking.start < away.end


def _meets_another(booking: Booking, others: Iterable[Booking]) -> bool:
    return any(
        other.session_id != booking.session_id
        and other.start < booking.end
        and booking.start < other.end
        and (
            other.course_id == booking.course_id
            or (booking.room_id is not None and other.room_id == booking.room_id)
            or set(other.person_ids) & set(booking.person_ids)
        )
        for other in others
    )
