"""Asking many lecturers for many sessions in one step, in a few statements for any number."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import flush, refusing
from app.scheduling.models import CourseSession, Engagement
from app.scheduling.types import EngagementKind
from app.teaching import events
from app.teaching.commands.notices import tell_untold
from app.teaching.models import Assignment
from app.teaching.types import AssignmentState, LecturerPart


class Asked(NamedTuple):
    """A lecturer for a session that was just made, with nobody bound to it yet."""

    course_session: CourseSession
    lecturer_id: int
    person_id: int
    part: LecturerPart


def propose_many(*, asked: Sequence[Asked], actor: Actor, at: datetime) -> None:
    """Ask the lecturers, keep their hours free, and write once to each in a course whose timetable is released.

    The caller holds the locks of sessions and persons. Raises PersonBusy.
    """
    if not asked:
        return
    bonds = [
        {
            "course_session_id": one.course_session.id,
            "during": one.course_session.during,
            "person_id": one.person_id,
            "kind": EngagementKind.LECTURER,
            "as_trainee": False,
        }
        for one in asked
    ]
    with refusing():
        session.execute(
            insert_or_update(Engagement).on_conflict_do_nothing(
                index_elements=["course_session_id", "person_id"]
            ),
            bonds,
        )
    rows = [
        {
            "course_session_id": one.course_session.id,
            "lecturer_id": one.lecturer_id,
            "part": one.part,
            "state": AssignmentState.PROPOSED,
            "proposed_at": at,
            "changed_at": at,
        }
        for one in asked
    ]
    session.execute(insert(Assignment), rows)
    pairs = sorted({(one.course_session.course_id, one.lecturer_id) for one in asked})
    organisations = {one.course_session.course_id: one.course_session.organisation_id for one in asked}
    for course_id in organisations:
        record(
            events.LecturersAsked(
                actor=actor,
                at=at,
                organisation_id=organisations[course_id],
                subject_id=course_id,
                course_id=course_id,
                lecturer_ids=tuple(lecturer for course, lecturer in pairs if course == course_id),
                session_ids=tuple(
                    one.course_session.id for one in asked if one.course_session.course_id == course_id
                ),
            )
        )
    flush()
    for course_id in organisations:
        tell_untold(course_id=course_id, actor=actor, at=at)
