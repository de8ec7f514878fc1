"""Putting sessions on the timetable, moving them, and saying what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.curriculum.types import TeachingMethod
from app.kernel.access import Actor
from app.kernel.db import Translations, session
from app.kernel.events import record
from app.kernel.periods import Period
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.organisations.models import Room
from app.scheduling import events, rules
from app.scheduling.commands import bookings
from app.scheduling.commands.engagements import constrain_persons, exempt_persons, release_from_session
from app.scheduling.errors import (
    CourseIsCancelled,
    ModuleElsewhere,
    NotWebAddress,
    ReasonMissing,
    SessionIsOver,
    SessionNotBegun,
    TitleMissing,
)
from app.scheduling.models import (
    AllowedClash,
    Course,
    CourseModule,
    CourseSession,
    Engagement,
    SessionMaterial,
)
from app.scheduling.queries import (
    find_person_clashes,
    find_room_clashes,
    get_session,
    list_allowed_clashes,
    list_unresolved_sessions,
)
from app.scheduling.types import Clash, SessionState

Materials = Sequence[tuple[str, str]]


def schedule_session(
    *,
    course: Course,
    module: CourseModule | None,
    title: str,
    titles: Translations,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    online_url: str | None,
    method: TeachingMethod,
    materials: Materials,
    room_clash_reason: str | None,
    actor: Actor,
    at: datetime,
    person_clash_reason: str | None = None,
    allowed_with: Collection[int] | None = None,
) -> CourseSession:
    """Put a session on the working timetable.

    ``room_clash_reason`` allows it to share the room with the sessions numbered in ``allowed_with`` (with whatever is
    there, if none are named); ``person_clash_reason`` does so for those whom the course binds to it. Raises RoomBusy,
    CourseIsCancelled, EndBeforeStart, ModuleElsewhere or NotWebAddress.
    """
    during = _during(starts_at, ends_at)
    bookings.lock_course(course)
    if course.cancelled_at is not None:
        raise CourseIsCancelled()
    clashes = _room_clashes(room, during, None)
    bookings.refuse_unless_allowed(clashes, room_clash_reason, _named(allowed_with), actor)
    course_session = CourseSession(
        course=course, state=SessionState.PLANNED, during=during, room=room, created_at=at
    )
    course_session.room_clash_reason = room_clash_reason if clashes else None
    with session.no_autoflush:
        _describe(course_session, module, title, titles, online_url, method, materials)
    session.add(course_session)
    # Allowed clashes and the trail name the session by the number that the database gives.
    flush()
    bookings.allow(course_session, clashes, room_clash_reason, actor, at)
    record(
        events.SessionScheduled(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course_session.id,
            course_id=course.id,
            starts_at=starts_at,
            ends_at=ends_at,
            person_clash_reason=person_clash_reason,
        )
    )
    flush()
    return course_session


def change_session(
    *,
    course_session: CourseSession,
    expected_version: int,
    module: CourseModule | None,
    title: str,
    titles: Translations,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    online_url: str | None,
    method: TeachingMethod,
    materials: Materials,
    room_clash_reason: str | None,
    actor: Actor,
    at: datetime,
    person_clash_reason: str | None = None,
    allowed_with: Collection[int] | None = None,
) -> CourseSession:
    """Change everything about a session that has not been held or cancelled; it is moved if time or room differ.

    Raises what ``move_session`` raises, ModuleElsewhere or NotWebAddress.
    """
    move_session(
        course_session=course_session,
        expected_version=expected_version,
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        room_clash_reason=room_clash_reason,
        person_clash_reason=person_clash_reason,
        allowed_with=allowed_with,
        actor=actor,
        at=at,
    )
    with session.no_autoflush:
        _describe(course_session, module, title, titles, online_url, method, materials)
    record(_happened(events.SessionChanged, course_session, actor, at))
    flush()
    return course_session


def move_session(
    *,
    course_session: CourseSession,
    expected_version: int,
    starts_at: datetime,
    ends_at: datetime,
    room: Room | None,
    room_clash_reason: str | None,
    actor: Actor,
    at: datetime,
    person_clash_reason: str | None = None,
    allowed_with: Collection[int] | None = None,
) -> CourseSession:
    """Give a session another time or room; everybody bound to it moves along.

    A clash that was allowed stays so while the two sessions still meet. Raises RoomBusy, PersonBusy, SessionIsOver,
    EndBeforeStart, or StaleVersion when somebody else has changed the session meanwhile.
    """
    during = _during(starts_at, ends_at)
    bookings.lock_course(course_session.course)
    bookings.lock_session(course_session, moving=True)
    check_version(course_session, expected_version)
    if course_session.state is not SessionState.PLANNED:
        raise SessionIsOver()
    if (course_session.during, course_session.room_id) == (during, room.id if room else None):
        return course_session
    wanted = _Place(during, room, room_clash_reason, person_clash_reason, _named(allowed_with))
    _place(course_session, wanted, actor, at)
    record(
        events.SessionMoved(
            actor=actor,
            at=at,
            organisation_id=course_session.organisation_id,
            subject_id=course_session.id,
            course_id=course_session.course_id,
            starts_at=starts_at,
            ends_at=ends_at,
            room_id=course_session.room_id,
        )
    )
    return course_session


def cancel_session(*, course_session: CourseSession, reason: str, actor: Actor, at: datetime) -> None:
    """Call a session off: its room and everybody bound to it are free. Raises SessionIsOver or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    bookings.lock_course(course_session.course)
    bookings.lock_session(course_session)
    if course_session.state is not SessionState.PLANNED:
        raise SessionIsOver()
    cancel_locked_session(course_session, reason, actor, at)
    flush()


def cancel_locked_session(course_session: CourseSession, reason: str, actor: Actor, at: datetime) -> None:
    """Call a session off whose course the caller has locked."""
    course_session.state, course_session.state_reason = SessionState.CANCELLED, reason.strip()
    release_from_session(course_session)
    record(_happened(events.SessionCancelled, course_session, actor, at, reason.strip()))


def mark_session_held(*, course_session: CourseSession, actor: Actor, at: datetime) -> None:
    """Say that a session took place. Raises SessionNotBegun, or SessionIsOver if it was held or cancelled already."""
    bookings.lock_session(course_session)
    if course_session.state is not SessionState.PLANNED:
        raise SessionIsOver()
    if at < course_session.starts_at:
        raise SessionNotBegun()
    course_session.state = SessionState.HELD
    record(_happened(events.SessionHeld, course_session, actor, at))
    flush()


def mark_past_sessions_held(*, course: Course, actor: Actor, at: datetime) -> int:
    """Say of all sessions of a course that are over that they took place; return how many there were."""
    bookings.lock_course(course)
    found = list_unresolved_sessions(course.id, at)
    for course_session in found:
        mark_session_held(course_session=course_session, actor=actor, at=at)
    return len(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a session is wanted, and which clashes are allowed for it."""

    during: Range[datetime]
    room: Room | None
    room_reason: str | None
    person_reason: str | None
    allowed_with: frozenset[int] | None


def _place(course_session: CourseSession, wanted: _Place, actor: Actor, at: datetime) -> None:
    # First, so that what was allowed for the old place does not hide a clash at the new one.
    kept = _forget_ended_clashes(course_session, wanted)
    in_room = _room_clashes(wanted.room, wanted.during, course_session)
    persons = session.scalars(
        select(Engagement.person_id).where(Engagement.course_session_id == course_session.id)
    ).all()
    bookings.lock_persons(persons)
    of_persons = find_person_clashes(persons, wanted.during, besides=course_session.id)
    bookings.refuse_unless_allowed(
        [
            *rules.not_allowed(in_room, wanted.room_reason, wanted.allowed_with),
            *rules.not_allowed(of_persons, wanted.person_reason, wanted.allowed_with),
        ],
        None,
        None,
        actor,
    )
    _book(course_session, wanted, kept, in_room, of_persons)
    bookings.allow(course_session, in_room, wanted.room_reason, actor, at)
    bookings.allow(course_session, of_persons, wanted.person_reason, actor, at)


def _book(
    course_session: CourseSession,
    wanted: _Place,
    kept: Sequence[AllowedClash],
    in_room: Sequence[Clash],
    of_persons: Sequence[Clash],
) -> None:
    kept_reason = next((clash.reason for clash in kept if clash.room_id is not None), None)
    kept_persons = {clash.person_id for clash in kept if clash.person_id is not None}
    freed = {clash.person_id for clash in of_persons if clash.person_id is not None}
    if freed and wanted.person_reason:
        # Before the move: the new hours reach the engagements by the key, under the constraint.
        exempt_persons(course_session, freed, wanted.person_reason)
    course_session.during, course_session.room = wanted.during, wanted.room
    course_session.room_clash_reason = wanted.room_reason if in_room else kept_reason
    flush()
    # After the move: at the old hours they may have met somebody still.
    constrain_persons(course_session, but_for=kept_persons | freed)
    session.expire(course_session, ["engagements"])


def _forget_ended_clashes(course_session: CourseSession, wanted: _Place) -> list[AllowedClash]:
    """Drop the allowed clashes that the new place ends; return those that the session keeps in its own name."""
    kept = []
    for clash in list_allowed_clashes([course_session.id]):
        is_own = clash.course_session_id == course_session.id
        other = get_session(clash.other_session_id if is_own else clash.course_session_id)
        shared = clash.person_id is not None or (
            wanted.room is not None and wanted.room.id == clash.room_id == other.room_id
        )
        if not (shared and other.during.overlaps(wanted.during)):
            session.delete(clash)
        elif is_own:
            kept.append(clash)
    flush()
    return kept


def _room_clashes(room: Room | None, during: Range[datetime], own: CourseSession | None) -> list[Clash]:
    if room is None:
        return []
    bookings.lock_room(room)
    return find_room_clashes(room.id, during, besides=own.id if own else None)


def _describe(
    course_session: CourseSession,
    module: CourseModule | None,
    title: str,
    titles: Translations,
    online_url: str | None,
    method: TeachingMethod,
    materials: Materials,
) -> None:
    if module is not None and module.course_id != course_session.course.id:
        raise ModuleElsewhere(field="module")
    for field, address in [
        ("online_url", online_url or ""),
        *(("materials", url) for _title, url in materials),
    ]:
        if (address or field == "materials") and not rules.is_web_address(address):
            raise NotWebAddress(field=field, address=address)
    course_session.title = clean_name(title)
    if not course_session.title:
        raise TitleMissing(field="title")
    course_session.course_module, course_session.titles = module, titles
    course_session.online_url, course_session.method = online_url or None, method
    if [(known.title, known.url) for known in course_session.materials] != list(materials):
        course_session.materials = [
            SessionMaterial(position=number, title=clean_name(name) or url, url=url)
            for number, (name, url) in enumerate(materials, start=1)
        ]


def _during(starts_at: datetime, ends_at: datetime) -> Range[datetime]:
    period = Period(starts_at, ends_at)
    return Range(period.start, period.end, bounds="[)")


def _named(allowed_with: Collection[int] | None) -> frozenset[int] | None:
    return None if allowed_with is None else frozenset(allowed_with)


def _happened(
    kind: type[events.SessionEvent],
    course_session: CourseSession,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> events.SessionEvent:
    return kind(
        actor=actor,
        at=at,
        organisation_id=course_session.organisation_id,
        subject_id=course_session.id,
        course_id=course_session.course_id,
        reason=reason,
    )
