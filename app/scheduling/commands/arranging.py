"""Many sessions put in their places in one step: some made, some moved, all or none, in a few statements.

Sessions that change places with each other would meet on the way. So those that move are taken out of the exclusion
constraints, get their new hours and rooms, and are put back: the database judges the whole, not the steps.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.curriculum.types import TeachingMethod
from app.kernel.db import Translations, session, within
from app.kernel.transaction import flush, refusing
from app.organisations.models import Room
from app.scheduling.commands.bookings import lock_persons, stretch
from app.scheduling.errors import CourseIsCancelled, SessionInUse, SessionIsOver
from app.scheduling.models import Course, CourseModule, CourseSession, Engagement
from app.scheduling.types import SessionState

# It lasts as long as the statement between taking out and putting back, within one transaction: nobody sees it.
_ON_THE_WAY = "on the way to another place"


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session of a module that is to be made."""

    module_id: int
    title: str
    titles: Translations
    method: TeachingMethod
    starts_at: datetime
    ends_at: datetime
    room_id: int | None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where a session is to go."""

    course_session: CourseSession
    starts_at: datetime
    ends_at: datetime
    room_id: int | None


def lock_for_arranging(
    *,
    course_ids: Collection[int],
    session_ids: Collection[int],
    room_ids: Collection[int],
    person_ids: Collection[int],
) -> dict[int, CourseSession]:
    """Wait for whoever writes to any of these, in the order that all writers keep, and return the sessions as they are.

    Persons bound to the sessions are locked as well. Raises CourseIsCancelled or SessionIsOver.
    """
    courses = session.scalars(
        select(Course)
        .where(within(Course.id, course_ids))
        .order_by(Course.id)
        .with_for_update(of=Course, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if any(course.cancelled_at is not None for course in courses):
        raise CourseIsCancelled()
    moving = session.scalars(
        select(CourseSession)
        .where(within(CourseSession.id, session_ids))
        .order_by(CourseSession.id)
        .with_for_update(of=CourseSession)
        .execution_options(populate_existing=True)
    ).all()
    if any(one.state is not SessionState.PLANNED for one in moving):
        raise SessionIsOver()
    session.execute(
        select(Room.id)
        .where(within(Room.id, room_ids))
        .order_by(Room.id)
        .with_for_update(of=Room, key_share=True)
    )
    bound = session.scalars(
        select(Engagement.person_id).where(within(Engagement.course_session_id, session_ids)).distinct()
    ).all()
    lock_persons({*person_ids, *bound})
    return {one.id: one for one in moving}


def arrange_sessions(
    *, new: Sequence[NewSession], moved: Sequence[NewPlace], at: datetime
) -> list[CourseSession]:
    """Make the new sessions and move the others, all at once; return the new ones in their order.

    What it touches was locked by ``lock_for_arranging``. The caller binds people to the new sessions, tells those who
    have to know, and records what happened. Raises RoomBusy, PersonBusy or EndBeforeStart, with nothing changed.
    """
    if moved:
        _move(moved)
    return _make(new, at) if new else []


def remove_sessions(session_ids: Collection[int]) -> None:
    """Take sessions off the timetable as if they had never been there; raises SessionInUse if anything refers to them.

    Only for what was made a moment ago and nobody has built upon: everything else is cancelled, with a reason.
    """
    flush()
    try:
        with session.begin_nested():
            session.execute(
                delete(CourseSession)
                .where(within(CourseSession.id, session_ids))
                .execution_options(synchronize_session="fetch")
            )
    except IntegrityError as error:
        raise SessionInUse() from error


def _move(moved: Sequence[NewPlace]) -> None:
    numbers = [place.course_session.id for place in moved]
    with refusing():
        for place in moved:
            place.course_session.room_id = None
        flush()
        exempt = session.scalars(
            update(Engagement)
            .where(within(Engagement.course_session_id, numbers), Engagement.clash_reason.is_(None))
            .values(clash_reason=_ON_THE_WAY)
            .returning(Engagement.id)
            .execution_options(synchronize_session=False)
        ).all()
        for place in moved:
            place.course_session.during = stretch(place.starts_at, place.ends_at)
        flush()
        session.execute(
            update(Engagement)
            .where(within(Engagement.id, exempt))
            .values(clash_reason=None)
            .execution_options(synchronize_session=False)
        )
        for place in moved:
            place.course_session.room_id = place.room_id
        flush()
    for place in moved:
        session.expire(place.course_session, ["engagements", "room"])


def _make(new: Sequence[NewSession], at: datetime) -> list[CourseSession]:
    modules = {
        module.id: module
        for module in session.scalars(
            select(CourseModule).where(within(CourseModule.id, {one.module_id for one in new}))
        )
    }
    made = [
        CourseSession(
            course_id=modules[one.module_id].course_id,
            course_module_id=one.module_id,
            title=one.title,
            titles=dict(one.titles),
            during=stretch(one.starts_at, one.ends_at),
            room_id=one.room_id,
            method=one.method,
            state=SessionState.PLANNED,
            created_at=at,
        )
        for one in new
    ]
    session.add_all(made)
    flush()
    return made
