"""Putting sessions on the timetable, moving them, and saying what became of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.curriculum.types import TeachingMethod
from app.kernel.access import Actor
from app.kernel.db import Translations, session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import flush
from app.organisations.models import Room
from app.scheduling import events, rules
from app.scheduling.commands import bookings
from app.scheduling.commands.engagements import release_from_session
from app.scheduling.commands.moves import move_session
from app.scheduling.commands.protecting import holders_of_clashes_with
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
    Course,
    CourseModule,
    CourseSession,
    SessionMaterial,
)
from app.scheduling.queries import (
    find_room_clashes,
    list_unresolved_sessions,
)
from app.scheduling.types import SessionState

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
    during = bookings.stretch(starts_at, ends_at)
    bookings.lock_course(course)
    if course.cancelled_at is not None:
        raise CourseIsCancelled()
    allowed = bookings.allowed_sessions(
        room_clash_reason, allowed_with, lambda: find_room_clashes(room.id, during) if room else []
    )
    bookings.hold_sessions(allowed)
    clashes = bookings.room_clashes(room, during, None)
    bookings.refuse_unless_allowed(clashes, allowed, actor)
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


def cancel_session(*, course_session: CourseSession, reason: str, actor: Actor, at: datetime) -> None:
    """Call a session off: its room and everybody bound to it are free. Raises SessionIsOver or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    bookings.lock_course(course_session.course)
    # As for a move: nobody is to be allowed a clash with it meanwhile.
    bookings.lock_session(course_session, moving=True, partners=holders_of_clashes_with([course_session.id]))
    if course_session.state is not SessionState.PLANNED:
        raise SessionIsOver()
    cancel_locked_session(course_session, reason, actor, at)
    flush()


def cancel_locked_session(course_session: CourseSession, reason: str, actor: Actor, at: datetime) -> None:
    """Call a session off that the caller has locked, with its course."""
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
        raise ModuleElsewhere(field="course_module_id")
    for field, address in [
        ("online_url", online_url or ""),
        *(("material_lines", url) for _title, url in materials),
    ]:
        if (address or field == "material_lines") and not rules.is_web_address(address):
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
