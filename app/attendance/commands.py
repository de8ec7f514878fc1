"""Keeping registers."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.attendance import rules
from app.attendance.events import RegisterKept
from app.attendance.models import AttendanceMark, AttendanceRegister
from app.attendance.queries import read_sheet_of
from app.attendance.types import Entry, MarkSource, RegisterState
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.errors import StaleVersion
from app.kernel.events import record
from app.kernel.transaction import flush
from app.scheduling.models import CourseSession
from app.scheduling.types import SessionState


def keep_register(
    *,
    course_session: CourseSession,
    expected_version: int,
    entries: Mapping[int, Entry],
    state: RegisterState = RegisterState.OPEN,
    reason: str = "",
    source: MarkSource = MarkSource.REGISTER,
    actor: Actor,
    at: datetime,
) -> AttendanceRegister:
    """Store what is known of the trainees, by person, and leave the register open or close it.

    ``expected_version`` is 0 as long as nothing was kept. Raises StaleVersion when somebody else kept it
    meanwhile, or the first of what ``rules.obstacles`` names.
    """
    # The register may not exist yet, so whoever keeps it waits at its session.
    session.execute(
        select(CourseSession)
        .where(CourseSession.id == course_session.id)
        .with_for_update(of=CourseSession, key_share=True)
        .execution_options(populate_existing=True)
    )
    register = session.get(AttendanceRegister, course_session.id, populate_existing=True)
    if (register.version if register else 0) != expected_version:
        raise StaleVersion()
    reason = reason.strip()
    roll = {line.person_id for line in read_sheet_of(course_session).lines}
    for obstacle in rules.obstacles(
        entries,
        roll,
        state,
        reason,
        cancelled=course_session.state is SessionState.CANCELLED,
        starts_at=course_session.during.lower or at,
        at=at,
    ):
        raise obstacle
    _write_marks(course_session, entries, source, at)
    register = _write_register(course_session, register, state, reason, actor, at)
    record(
        RegisterKept(
            actor=actor,
            at=at,
            organisation_id=course_session.organisation_id,
            subject_id=course_session.id,
            reason=reason or None,
            course_id=course_session.course_id,
            state=state,
        )
    )
    flush()
    return register


def _write_register(
    course_session: CourseSession,
    register: AttendanceRegister | None,
    state: RegisterState,
    reason: str,
    actor: Actor,
    at: datetime,
) -> AttendanceRegister:
    if register is None:
        register = AttendanceRegister(course_session_id=course_session.id)
        session.add(register)
    register.state = state
    register.reason = reason or None
    register.kept_at = at
    register.closed_at = at if state in rules.CLOSED_STATES else None
    register.closed_by_id = actor.person_id if state in rules.CLOSED_STATES else None
    return register


def _write_marks(
    course_session: CourseSession, entries: Mapping[int, Entry], source: MarkSource, at: datetime
) -> None:
    known = {
        mark.person_id: mark
        for mark in session.scalars(
            select(AttendanceMark)
            .where(AttendanceMark.course_session_id == course_session.id)
            .execution_options(populate_existing=True)
        )
    }
    for person_id, entry in entries.items():
        mark = known.get(person_id)
        if entry.mark is None:
            if mark is not None:
                session.delete(mark)
            continue
        if mark is None:
            mark = AttendanceMark(course_session_id=course_session.id, person_id=person_id)
            session.add(mark)
        if (mark.mark, mark.note) != (entry.mark, entry.note.strip()):
            mark.mark, mark.note, mark.source, mark.marked_at = entry.mark, entry.note.strip(), source, at
