"""Sessions that an absence strikes and that no repair moves: people settle them, one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.kernel.db import session, within
from app.organisations.models import Room
from app.planning.models import Absence
from app.planning.types import Situation, WhyByHand
from app.scheduling.models import AllowedClash, Course, CourseSession, Engagement
from app.scheduling.types import EngagementKind, SessionState
from app.teaching.models import Assignment, Lecturer
from app.teaching.types import AssignmentState


class ByHand(NamedTuple):
    """A session whose lecturer or room is away, and why it does not move by itself."""

    session_id: int
    organisation_id: int
    course_code: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None
    why: WhyByHand


def shared_by_consent() -> ColumnElement[bool]:
    """Whether a room or a person is allowed to be in the session and in another one at once."""
    return exists().where(
        or_(
            AllowedClash.course_session_id == CourseSession.id,
            AllowedClash.other_session_id == CourseSession.id,
        )
    )


def list_by_hand(
    absence: Absence,
    organisation_id: int,
    origin_id: int | None,
    situation: Situation,
    at: datetime,
) -> Sequence[ByHand]:
    """Return the planned sessions, not over yet, that the absence strikes and that no repair of the situation moves.

    ``origin_id`` is the session from which it was asked for: a lecturer who said no to it is not bound to it any more,
    and is missed all the same while nobody else is to teach there. An absence that was taken back strikes nothing.
    """
    if absence.withdrawn_at is not None:
        return []
    looked_at = [meeting.session_id for meeting in situation.meetings if meeting.session_id is not None]
    rows = session.execute(
        select(
            CourseSession.id,
            Course.organisation_id,
            Course.code,
            CourseSession.title,
            CourseSession.during,
            Room.name.label("room"),
            shared_by_consent().label("shared"),
        )
        .join(Course, Course.id == CourseSession.course_id)
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .where(
            CourseSession.state == SessionState.PLANNED,
            CourseSession.during.overlaps(absence.during),
            func.upper(CourseSession.during) > at,
            ~within(CourseSession.id, looked_at),
            _needs(absence, origin_id),
        )
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    )
    return [
        ByHand(
            row.id,
            row.organisation_id,
            row.code,
            row.title,
            row.during.lower,
            row.during.upper,
            row.room,
            _why(row.during.lower, row.organisation_id == organisation_id, row.shared, at),
        )
        for row in rows
    ]


def _needs(absence: Absence, origin_id: int | None) -> ColumnElement[bool]:
    if absence.person_id is None:
        return CourseSession.room_id == absence.room_id
    lecturing = Engagement.kind == EngagementKind.LECTURER
    own = exists().where(
        Engagement.course_session_id == CourseSession.id,
        Engagement.person_id == absence.person_id,
        lecturing,
    )
    if origin_id is None:
        return own
    declined = exists().where(
        Assignment.course_session_id == CourseSession.id,
        Assignment.state == AssignmentState.DECLINED,
        Assignment.lecturer_id == Lecturer.id,
        Lecturer.person_id == absence.person_id,
    )
    taught = exists().where(Engagement.course_session_id == CourseSession.id, lecturing)
    return or_(own, and_(CourseSession.id == origin_id, declined, ~taught))


def _why(starts_at: datetime, own: bool, shared: bool, at: datetime) -> WhyByHand:
    if starts_at <= at:
        return WhyByHand.BEGUN
    if not own:
        return WhyByHand.ELSEWHERE
    return WhyByHand.SHARED if shared else WhyByHand.NOT_LOOKED_AT
