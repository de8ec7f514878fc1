"""Ending allowed clashes: what was exempt only because of them is put back under the constraints at once.

A booking that was allowed to clash is outside of the exclusion constraints. When the other side moves away or falls
off, nothing would bring it back before its own next change, and until then only the commands' checks would hold it.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from app.kernel.db import session, within
from app.kernel.transaction import flush, refusing
from app.scheduling.models import AllowedClash, CourseSession, Engagement
from app.scheduling.queries import get_session
from app.scheduling.types import SessionState


def holders_of_clashes_with(session_ids: Collection[int]) -> frozenset[int]:
    """Return the sessions that were allowed to clash with one of these: what ends there changes them."""
    holders = select(AllowedClash.course_session_id).where(within(AllowedClash.other_session_id, session_ids))
    return frozenset(session.scalars(holders))


def end_clashes_of(session_ids: Collection[int], *, person_ids: Collection[int] | None = None) -> None:
    """End the allowed clashes in which the sessions have a part, or only those about the persons."""
    ended = select(AllowedClash).where(
        or_(
            within(AllowedClash.course_session_id, session_ids),
            within(AllowedClash.other_session_id, session_ids),
        )
    )
    if person_ids is not None:
        ended = ended.where(within(AllowedClash.person_id, person_ids))
    end_clashes(session.scalars(ended).all())


def end_clashes(ended: Sequence[AllowedClash]) -> None:
    """Drop allowed clashes and put back under the constraints what they alone had taken out.

    To be called when the bookings that ended them stand as they are to be.
    """
    for clash in ended:
        session.delete(clash)
    flush()
    bonds = {(clash.course_session_id, clash.person_id) for clash in ended if clash.person_id is not None}
    if bonds:
        _constrain_bonds(bonds)
    for number in sorted({clash.course_session_id for clash in ended if clash.room_id is not None}):
        _constrain_room(get_session(number))
    flush()


def _constrain_bonds(bonds: Collection[tuple[int, int]]) -> None:
    still_allowed = exists().where(
        AllowedClash.course_session_id == Engagement.course_session_id,
        AllowedClash.person_id == Engagement.person_id,
    )
    other = aliased(Engagement)
    still_meets = exists().where(
        other.person_id == Engagement.person_id,
        other.id != Engagement.id,
        other.clash_reason.is_(None),
        other.during.overlaps(Engagement.during),
    )
    with refusing():
        session.execute(
            update(Engagement)
            .where(
                tuple_(Engagement.course_session_id, Engagement.person_id).in_(sorted(bonds)),
                Engagement.clash_reason.is_not(None),
                ~still_allowed,
                ~still_meets,
            )
            .values(clash_reason=None)
            .execution_options(synchronize_session="fetch")
        )


def _constrain_room(holder: CourseSession) -> None:
    if holder.room_clash_reason is None or holder.state is SessionState.CANCELLED:
        return
    still_allowed = exists().where(
        AllowedClash.course_session_id == holder.id, AllowedClash.room_id == holder.room_id
    )
    still_meets = exists().where(
        CourseSession.room_id == holder.room_id,
        CourseSession.id != holder.id,
        CourseSession.state != SessionState.CANCELLED,
        CourseSession.room_clash_reason.is_(None),
        CourseSession.during.overlaps(holder.during),
    )
    if not session.scalar(select(or_(still_allowed, still_meets))):
        holder.room_clash_reason = None
