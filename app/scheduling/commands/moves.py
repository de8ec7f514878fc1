"""Giving sessions another time or room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.organisations.models import Room
from app.scheduling import events
from app.scheduling.commands import bookings
from app.scheduling.commands.engagements import constrain_persons, exempt_persons
from app.scheduling.commands.protecting import end_clashes, holders_of_clashes_with
from app.scheduling.errors import SessionIsOver
from app.scheduling.models import AllowedClash, CourseSession, Engagement
from app.scheduling.queries import find_person_clashes, find_room_clashes, get_session, list_allowed_clashes
from app.scheduling.types import Clash, SessionState


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
    during = bookings.stretch(starts_at, ends_at)
    bookings.lock_course(course_session.course)
    wanted = _Place(during, room, room_clash_reason, person_clash_reason)
    allowed = _allowed(course_session, wanted, allowed_with)
    bookings.lock_session(
        course_session,
        moving=True,
        others=allowed.in_room | allowed.of_persons,
        partners=holders_of_clashes_with([course_session.id]),
    )
    check_version(course_session, expected_version)
    if course_session.state is not SessionState.PLANNED:
        raise SessionIsOver()
    if (course_session.during, course_session.room_id) == (during, room.id if room else None):
        return course_session
    _place(course_session, wanted, allowed, actor, at)
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a session is wanted, and why it may clash there."""

    during: Range[datetime]
    room: Room | None
    room_reason: str | None
    person_reason: str | None


@dataclass(frozen=True, slots=True)
class _Allowed:
    """The sessions that it may share a room, and a person, with."""

    in_room: frozenset[int]
    of_persons: frozenset[int]


def _allowed(course_session: CourseSession, wanted: _Place, allowed_with: Collection[int] | None) -> _Allowed:
    own, room = course_session.id, wanted.room
    return _Allowed(
        bookings.allowed_sessions(
            wanted.room_reason,
            allowed_with,
            lambda: find_room_clashes(room.id, wanted.during, besides=own) if room else [],
        ),
        bookings.allowed_sessions(
            wanted.person_reason,
            allowed_with,
            lambda: find_person_clashes(_engaged(course_session), wanted.during, besides=own),
        ),
    )


def _engaged(course_session: CourseSession) -> Sequence[int]:
    return session.scalars(
        select(Engagement.person_id).where(Engagement.course_session_id == course_session.id)
    ).all()


def _place(
    course_session: CourseSession, wanted: _Place, allowed: _Allowed, actor: Actor, at: datetime
) -> None:
    # First, so that what was allowed for the old place does not hide a clash at the new one.
    kept, of_others = _forget_ended_clashes(course_session, wanted)
    in_room = bookings.room_clashes(wanted.room, wanted.during, course_session)
    persons = _engaged(course_session)
    bookings.lock_persons(persons)
    of_persons = find_person_clashes(persons, wanted.during, besides=course_session.id)
    # Both at once, so that the page can show all that stands in the way.
    standing = [
        *(clash for clash in in_room if clash.session_id not in allowed.in_room),
        *(clash for clash in of_persons if clash.session_id not in allowed.of_persons),
    ]
    bookings.refuse_unless_allowed(standing, frozenset(), actor)
    bookings.refuse_unless_allowed([*in_room, *of_persons], allowed.in_room | allowed.of_persons, actor)
    _book(course_session, wanted, kept, in_room, of_persons)
    end_clashes(of_others)
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


def _forget_ended_clashes(
    course_session: CourseSession, wanted: _Place
) -> tuple[list[AllowedClash], list[AllowedClash]]:
    """Drop the session's own allowed clashes that the new place ends.

    Return those of its own that stay, and those of other sessions with it that end with the move.
    """
    kept, of_others = [], []
    for clash in list_allowed_clashes([course_session.id]):
        is_own = clash.course_session_id == course_session.id
        other = get_session(clash.other_session_id if is_own else clash.course_session_id)
        shared = clash.person_id is not None or (
            wanted.room is not None and wanted.room.id == clash.room_id == other.room_id
        )
        if shared and other.during.overlaps(wanted.during):
            kept += [clash] if is_own else []
        elif is_own:
            session.delete(clash)
        else:
            of_others.append(clash)
    flush()
    return kept, of_others
