"""Proposing lecturers, their answers, and taking proposals back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import check_version, flush
from app.scheduling.commands import disengage_person, engage_person
from app.scheduling.commands.bookings import lock_course, lock_session
from app.scheduling.errors import SessionIsOver
from app.scheduling.models import Course, CourseSession
from app.scheduling.types import EngagementKind, SessionState
from app.teaching import events, rules
from app.teaching.commands.notices import tell_withdrawn
from app.teaching.errors import (
    LecturerInactive,
    NoSessionChosen,
    OverWeeklyLimit,
    ProposedAlready,
    ReasonMissing,
    SessionElsewhere,
    StepNotPossible,
)
from app.teaching.models import Assignment, Lecturer
from app.teaching.queries import find_assignment, list_assignments_of_sessions, teaching_hours
from app.teaching.types import AssignmentState, LecturerPart


def propose_assignment(
    *,
    course_session: CourseSession,
    lecturer: Lecturer,
    part: LecturerPart,
    clash_reason: str | None = None,
    actor: Actor,
    at: datetime,
) -> Assignment:
    """Ask a lecturer to teach in a session, and keep the hours free for it.

    Who declined, or was withdrawn, may be asked anew. ``clash_reason`` allows a clash with another session, and more
    hours than agreed. Raises PersonBusy, OverWeeklyLimit, LecturerInactive, ProposedAlready or SessionIsOver.
    """
    reason = (clash_reason or "").strip() or None
    _lock_planned(course_session)
    if not lecturer.active:
        raise LecturerInactive(field="lecturer", name=lecturer.person.full_name)
    known = find_assignment(course_session.id, lecturer.id)
    if known is not None and not rules.may_step(known.state, AssignmentState.PROPOSED):
        raise ProposedAlready(field="lecturer", name=lecturer.person.full_name)
    engage_person(
        course_session=course_session,
        person_id=lecturer.person_id,
        kind=EngagementKind.LECTURER,
        clash_reason=reason,
        actor=actor,
        at=at,
    )
    _require_hours(course_session, lecturer, reason)
    assignment = known or Assignment(course_session=course_session, lecturer=lecturer)
    assignment.part, assignment.state = part, AssignmentState.PROPOSED
    assignment.proposed_at, assignment.changed_at = at, at
    assignment.answered_at = assignment.reason = assignment.told_at = assignment.reminded_at = None
    session.add(assignment)
    # The trail names the assignment by the number that the database gives.
    flush()
    record(events.AssignmentProposed(**_about(assignment, actor, at, reason), part=part))
    return assignment


def propose_for_sessions(
    *,
    course: Course,
    sessions: Sequence[CourseSession],
    lecturer: Lecturer,
    part: LecturerPart,
    clash_reason: str | None = None,
    actor: Actor,
    at: datetime,
) -> list[Assignment]:
    """Ask a lecturer to teach in several sessions of a course: in all of them or, when one is refused, in none.

    Sessions that the lecturer is asked for already stay as they are. Raises what ``propose_assignment`` raises,
    NoSessionChosen or SessionElsewhere.
    """
    if not sessions:
        raise NoSessionChosen(field="sessions")
    if any(one.course_id != course.id for one in sessions):
        raise SessionElsewhere(field="sessions")
    lock_course(course)
    in_order = sorted(sessions, key=lambda one: one.id)
    # All of them before the first person is locked: the order in which everybody takes locks.
    for course_session in in_order:
        lock_session(course_session)
    asked = {
        assignment.course_session_id
        for assignment in list_assignments_of_sessions([one.id for one in in_order])
        if assignment.lecturer_id == lecturer.id and assignment.state.binds
    }
    return [
        propose_assignment(
            course_session=course_session,
            lecturer=lecturer,
            part=part,
            clash_reason=clash_reason,
            actor=actor,
            at=at,
        )
        for course_session in in_order
        if course_session.id not in asked
    ]


def answer_assignment(
    *,
    assignment: Assignment,
    accept: bool,
    reason: str | None = None,
    expected_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Assignment:
    """Take down the lecturer's yes, or the no with its reason, which frees the hours.

    Raises StepNotPossible, ReasonMissing, SessionIsOver, or StaleVersion when the session was moved, or the proposal
    changed, since the page was opened.
    """
    to = AssignmentState.ACCEPTED if accept else AssignmentState.DECLINED
    _lock_planned(assignment.course_session)
    _step(assignment, to, reason, expected_version, at)
    assignment.answered_at = at
    if not accept:
        disengage_person(course_session=assignment.course_session, person_id=assignment.lecturer.person_id)
    kind = events.AssignmentAccepted if accept else events.AssignmentDeclined
    record(kind(**_about(assignment, actor, at, assignment.reason)))
    flush()
    return assignment


def withdraw_assignment(
    *,
    assignment: Assignment,
    reason: str,
    expected_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Assignment:
    """Take a proposal back, accepted or not; the lecturer is free and told, if they knew of it.

    Raises StepNotPossible, ReasonMissing, SessionIsOver or StaleVersion.
    """
    _lock_planned(assignment.course_session)
    before = _step(assignment, AssignmentState.WITHDRAWN, reason, expected_version, at)
    disengage_person(course_session=assignment.course_session, person_id=assignment.lecturer.person_id)
    record(events.AssignmentWithdrawn(**_about(assignment, actor, at, assignment.reason)))
    flush()
    if assignment.told_at is not None or before is AssignmentState.ACCEPTED:
        tell_withdrawn(assignment=assignment, cancelled=False, at=at)
    return assignment


def change_part(
    *, assignment: Assignment, expected_version: int, part: LecturerPart, actor: Actor, at: datetime
) -> Assignment:
    """Give a lecturer another part in the session; the answer stays. Raises StepNotPossible or StaleVersion."""
    _lock_planned(assignment.course_session)
    _read_anew(assignment, expected_version)
    if not assignment.state.binds:
        raise StepNotPossible(state=assignment.state.label)
    assignment.part, assignment.changed_at = part, at
    record(events.PartChanged(**_about(assignment, actor, at), part=part))
    flush()
    return assignment


def withdraw_cancelled(*, course_session: CourseSession, reason: str, actor: Actor, at: datetime) -> None:
    """Take back whatever was asked for a session that will not take place, and tell those who knew of it.

    When the whole course was cancelled nobody is told session by session.
    """
    for assignment in list_assignments_of_sessions([course_session.id]):
        if not assignment.state.binds:
            continue
        knew = assignment.told_at is not None or assignment.state is AssignmentState.ACCEPTED
        assignment.state, assignment.reason = AssignmentState.WITHDRAWN, reason
        assignment.changed_at = at
        record(events.AssignmentWithdrawn(**_about(assignment, actor, at, reason)))
        flush()
        if knew and course_session.course.cancelled_at is None:
            tell_withdrawn(assignment=assignment, cancelled=True, at=at)


def touch_assignments(*, course_session: CourseSession, at: datetime) -> None:
    """Note that something about the session changed, so that calendars which show it are told."""
    session.execute(
        update(Assignment).where(Assignment.course_session_id == course_session.id).values(changed_at=at)
    )


def _lock_planned(course_session: CourseSession) -> None:
    lock_session(course_session)
    if course_session.state is not SessionState.PLANNED:
        raise SessionIsOver()


def _require_hours(course_session: CourseSession, lecturer: Lecturer, reason: str | None) -> None:
    limit = lecturer.weekly_hours_limit
    if limit is None or reason is not None:
        return
    week = rules.week_of(course_session.starts_at, course_session.course.time_zone)
    hours = teaching_hours(lecturer.person_id, week)
    if rules.is_over_limit(hours, limit):
        raise OverWeeklyLimit(
            field="lecturer", name=lecturer.person.full_name, hours=f"{hours.normalize():f}", limit=limit
        )


def _step(
    assignment: Assignment,
    to: AssignmentState,
    reason: str | None,
    expected_version: int | None,
    at: datetime,
) -> AssignmentState:
    """Take the step, if the table and the version allow it; return the state before."""
    _read_anew(assignment, expected_version)
    before = assignment.state
    if not rules.may_step(assignment.state, to):
        raise StepNotPossible(state=assignment.state.label)
    said = (reason or "").strip() or None
    if rules.needs_reason(to) and said is None:
        raise ReasonMissing(field="reason")
    assignment.state, assignment.reason, assignment.changed_at = to, said, at
    return before


def _read_anew(assignment: Assignment, expected_version: int | None) -> None:
    """Read the assignment as it is under the lock of its session."""
    session.refresh(assignment, attribute_names=["state", "version", "part", "told_at"])
    if expected_version is not None:
        check_version(assignment, expected_version)


def _about(assignment: Assignment, actor: Actor, at: datetime, reason: str | None = None) -> dict[str, Any]:
    return {
        "actor": actor,
        "at": at,
        "organisation_id": assignment.course_session.organisation_id,
        "subject_id": assignment.id,
        "reason": reason,
        "course_id": assignment.course_session.course_id,
        "course_session_id": assignment.course_session_id,
        "lecturer_id": assignment.lecturer_id,
    }
