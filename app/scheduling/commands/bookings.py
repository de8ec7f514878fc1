"""Locks, and the check that nobody and no room is in two places: what every write to the timetable begins with.

The exclusion constraints refuse an overlap whatever happens here. The locks are there so that writers wait in turn
instead of deadlocking, so that the refusal can name what stands in the way, and because a booking that was allowed
to clash is outside the constraint: against third sessions only this check, made under the locks, holds it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.events import record
from app.kernel.periods import Period
from app.organisations.models import Room
from app.people.models import Person
from app.scheduling import events, rules
from app.scheduling.errors import OnlyAPersonMayAllow
from app.scheduling.models import AllowedClash, Course, CourseSession
from app.scheduling.policies import CoursePermission
from app.scheduling.queries import find_room_clashes
from app.scheduling.types import Clash


def lock_course(course: Course) -> None:
    """Wait for whoever changes the course's timetable, and read the course as it is then."""
    session.execute(
        select(Course)
        .where(Course.id == course.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def lock_session(
    course_session: CourseSession,
    *,
    moving: bool = False,
    others: Collection[int] = (),
    partners: Collection[int] = (),
) -> None:
    """Wait for whoever changes the session, and read it as it is then; hold the ``others`` where they are.

    A move changes the key that engagements refer to, so it takes the strongest lock at once: to get it only at the
    update would let two transactions wait for each other. An allowed clash refers to another session, which the
    database would lock when it is written, with room and persons already held: so the others are locked here, and so
    are the ``partners``, which change when a clash that they were allowed ends.
    """
    own = {course_session.id}
    lock_sessions(own if moving else (), plainly={*partners, *(() if moving else own)}, held=others)


def lock_sessions(
    strongly: Collection[int], *, plainly: Collection[int] = (), held: Collection[int] = ()
) -> None:
    """Lock sessions in the order of their numbers, as ``lock_session`` says; those not only held are read anew."""
    for number in sorted({*strongly, *plainly, *held}):
        if number in strongly or number in plainly:
            session.execute(
                select(CourseSession)
                .where(CourseSession.id == number)
                .with_for_update(of=CourseSession, key_share=number not in strongly)
                .execution_options(populate_existing=True)
            )
        else:
            hold_sessions([number])


def hold_sessions(session_ids: Collection[int]) -> None:
    """Keep sessions from being moved."""
    if session_ids:
        session.execute(
            select(CourseSession.id)
            .where(within(CourseSession.id, session_ids))
            .order_by(CourseSession.id)
            .with_for_update(read=True, key_share=True)
        )


def lock_room(room: Room) -> None:
    """Wait for whoever books the room."""
    session.execute(select(Room.id).where(Room.id == room.id).with_for_update(of=Room, key_share=True))


def lock_persons(person_ids: Collection[int]) -> None:
    """Wait for whoever books one of the persons."""
    if person_ids:
        session.execute(
            select(Person.id)
            .where(within(Person.id, person_ids))
            .order_by(Person.id)
            .with_for_update(key_share=True)
        )


def stretch(starts_at: datetime, ends_at: datetime) -> Range[datetime]:
    """Return the half-open time that is booked; raises EndBeforeStart."""
    period = Period(starts_at, ends_at)
    return Range(period.start, period.end, bounds="[)")


def allowed_sessions(
    reason: str | None, allowed_with: Collection[int] | None, find: Callable[[], Sequence[Clash]]
) -> frozenset[int]:
    """Return which sessions a reason covers: those it was given for, else those that stand in the way now.

    To be asked before anything but the course is locked. What comes in between is a third session and is refused.
    """
    if not reason:
        return frozenset()
    if allowed_with is not None:
        return frozenset(allowed_with)
    return frozenset(clash.session_id for clash in find())


def room_clashes(room: Room | None, during: Range[datetime], own: CourseSession | None) -> list[Clash]:
    """Lock the room and return what else is in it at that time."""
    if room is None:
        return []
    lock_room(room)
    return find_room_clashes(room.id, during, besides=own.id if own else None)


def refuse_unless_allowed(clashes: Sequence[Clash], allowed: frozenset[int], actor: Actor) -> None:
    """Raise RoomBusy or PersonBusy for what stands in the way and is not allowed."""
    standing = [clash for clash in clashes if clash.session_id not in allowed]
    if standing:
        raise rules.refusal(
            standing, lambda organisation_id: actor.may(CoursePermission.VIEW, organisation_id)
        )
    if clashes and actor.person_id is None:
        raise OnlyAPersonMayAllow()


def allow(
    course_session: CourseSession, clashes: Sequence[Clash], reason: str | None, actor: Actor, at: datetime
) -> None:
    """Put on record that the session shares a room or a person with the others, and why."""
    for clash in clashes:
        session.add(
            AllowedClash(
                course_session_id=course_session.id,
                other_session_id=clash.session_id,
                person_id=clash.person_id,
                room_id=clash.room_id,
                reason=reason,
                allowed_by_id=actor.person_id,
                created_at=at,
            )
        )
        record(
            events.ClashAllowed(
                actor=actor,
                at=at,
                organisation_id=course_session.organisation_id,
                subject_id=course_session.id,
                course_id=course_session.course_id,
                other_session_id=clash.session_id,
                person_id=clash.person_id,
                room_id=clash.room_id,
                reason=reason,
            )
        )
