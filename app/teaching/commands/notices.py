"""Writing to lecturers about what they are asked, in their language and not more often than is of use."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from app.kernel.access import SYSTEM, Actor
from app.kernel.db import session, within
from app.kernel.events import record
from app.messaging.commands import send_letter
from app.scheduling.models import Course, CourseSession
from app.scheduling.queries import get_course
from app.teaching import events, rules
from app.teaching.errors import NobodyToRemind
from app.teaching.models import Assignment
from app.teaching.queries import (
    list_addressees,
    list_assignments_of_sessions,
    list_owed,
    list_remindable,
    list_untold,
    list_untold_pairs,
    list_withdrawn_with_course,
    was_told_today,
)
from app.teaching.types import Addressee, AssignmentState


def tell_proposals(*, course_id: int, lecturer_id: int, actor: Actor, at: datetime) -> bool:
    """Write once to a lecturer about all that they are newly asked in a course; return whether a letter was written.

    At most one letter a day for each course and lecturer: what comes later that day waits for the next morning's
    round (``tell_untold``). Nothing is told while the timetable is a draft.
    """
    untold = list_untold(course_id, lecturer_id)
    addressee = list_addressees([lecturer_id]).get(lecturer_id) if untold else None
    if addressee is None or was_told_today(course_id, lecturer_id, at):
        return False
    course = untold[0].course_session.course
    _write(
        "teaching/proposed",
        addressee,
        f"assignments-proposed:{course_id}:{lecturer_id}:{at.date()}",
        at,
        course=course,
        assignments=untold,
    )
    _note(untold, at, reminded=False)
    _recorded(course, [lecturer_id], "proposed", actor, at)
    return True


def tell_untold(*, course_id: int | None = None, actor: Actor = SYSTEM, at: datetime) -> int:
    """Write to all who were not told yet of what they are asked; return how many letters were written."""
    return sum(
        tell_proposals(course_id=course, lecturer_id=lecturer, actor=actor, at=at)
        for course, lecturer in list_untold_pairs(at, course_id)
    )


def remind_lecturers(*, course: Course, actor: Actor, at: datetime) -> int:
    """Remind those who owe an answer in the course; return how many were.

    A lecturer gets at most one reminder a day, from whatever course, so it lists everything that waits for the answer.
    Raises NobodyToRemind.
    """
    owing = list_remindable(course.id, at - rules.REMIND_EVERY, at)
    addressees = list_addressees(owing)
    for lecturer_id, addressee in addressees.items():
        owed = list_owed(lecturer_id, at)
        _write(
            "teaching/reminder",
            addressee,
            f"assignments-reminder:{lecturer_id}:{at:%Y-%m-%dT%H:%M}",
            at,
            assignments=owed,
        )
        _note(owed, at, reminded=True)
    if not addressees:
        raise NobodyToRemind()
    _recorded(course, sorted(addressees), "reminder", actor, at)
    return len(addressees)


def tell_moved(*, course_session: CourseSession, at: datetime) -> None:
    """Let a session's move reach its lecturers.

    Who accepted stays accepted: the database has made sure that the new hours are free, most moves are agreed by
    telephone before, and a question asked anew at each change of room would hide the answers that are really missing.
    They are told, and may decline. Who has not answered is asked about the new hours, so that a page left open over the
    old ones accepts nothing.
    """
    tell_all_moved(course_sessions=[course_session], at=at)


def tell_all_moved(*, course_sessions: Sequence[CourseSession], at: datetime) -> None:
    """Let the moves of many sessions reach their lecturers, as ``tell_moved`` does for one."""
    versions = {one.id: one.version for one in course_sessions}
    binding = [one for one in list_assignments_of_sessions(list(versions)) if one.state.binds]
    addressees = list_addressees({one.lecturer_id for one in binding})
    for assignment in binding:
        assignment.changed_at = at
        if assignment.state is AssignmentState.PROPOSED:
            assignment.proposed_at = at
        knew = assignment.told_at is not None or assignment.state is AssignmentState.ACCEPTED
        if knew and assignment.lecturer_id in addressees:
            _write(
                "teaching/moved",
                addressees[assignment.lecturer_id],
                f"session-moved:{assignment.id}:{versions[assignment.course_session_id]}",
                at,
                assignments=[assignment],
            )


def tell_withdrawn(*, assignment: Assignment, cancelled: bool, at: datetime) -> None:
    """Write to a lecturer that a session is cancelled, or that they are no longer needed in it, and why."""
    addressee = list_addressees([assignment.lecturer_id]).get(assignment.lecturer_id)
    if addressee is not None:
        _write(
            "teaching/cancelled" if cancelled else "teaching/withdrawn",
            addressee,
            f"assignment-withdrawn:{assignment.id}:{assignment.version}",
            at,
            assignments=[assignment],
            reason=assignment.reason,
        )


def tell_cancelled_course(*, course_id: int, reason: str, at: datetime) -> None:
    """Write once to each lecturer of a course that was cancelled as a whole."""
    course = get_course(course_id)
    of_lecturer = list_withdrawn_with_course(course_id, at)
    for lecturer_id, addressee in list_addressees(of_lecturer).items():
        _write(
            "teaching/course_cancelled",
            addressee,
            f"course-cancelled:{course_id}:{lecturer_id}",
            at,
            course=course,
            assignments=of_lecturer[lecturer_id],
            reason=reason,
        )


def _write(letter: str, addressee: Addressee, key: str, at: datetime, **told: object) -> None:
    send_letter(
        letter=letter,
        locale=addressee.locale,
        to_address=addressee.address,
        to_name=addressee.full_name,
        dedupe_key=key,
        at=at,
        recipient=addressee.full_name,
        **told,
    )


def _note(assignments: Sequence[Assignment], at: datetime, *, reminded: bool) -> None:
    """Mark the letter without a new version: a page that a lecturer has open is not out of date by it."""
    numbers = [one.id for one in assignments]
    session.execute(
        update(Assignment)
        .where(within(Assignment.id, numbers), Assignment.told_at.is_(None))
        .values(told_at=at)
    )
    if reminded:
        session.execute(update(Assignment).where(within(Assignment.id, numbers)).values(reminded_at=at))


def _recorded(course: Course, lecturer_ids: Sequence[int], notice: str, actor: Actor, at: datetime) -> None:
    record(
        events.LecturersTold(
            actor=actor,
            at=at,
            organisation_id=course.organisation_id,
            subject_id=course.id,
            lecturer_ids=tuple(lecturer_ids),
            notice=notice,
        )
    )
