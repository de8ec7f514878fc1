"""Binding persons to sessions, and letting them go."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel.access import Actor
from app.kernel.db import session, within
from app.kernel.transaction import flush, refusing
from app.people.models import Person
from app.scheduling.commands.bookings import (
    allow,
    allowed_sessions,
    hold_sessions,
    lock_course,
    lock_persons,
    lock_session,
    refuse_unless_allowed,
)
from app.scheduling.commands.protecting import end_clashes_of
from app.scheduling.errors import SessionIsOver
from app.scheduling.models import Course, CourseSession, Engagement
from app.scheduling.queries import find_cohort_clashes, find_person_clashes, get_session
from app.scheduling.types import EngagementKind, SessionState


def engage_person(
    *,
    course_session: CourseSession,
    person_id: int,
    kind: EngagementKind,
    clash_reason: str | None = None,
    actor: Actor,
    at: datetime,
) -> Engagement:
    """Bind a person to the hours of a session; who is bound already stays so, as a lecturer if either says so.

    Raises PersonBusy, naming the other session to an actor who may see it, unless ``clash_reason`` allows the clash;
    SessionIsOver for a cancelled session. Whoever binds several persons in one unit of work does it by their
    numbers, and one session only: that is the order of the locks.
    """
    allowed = allowed_sessions(
        clash_reason,
        None,
        lambda: find_person_clashes([person_id], course_session.during, besides=course_session.id),
    )
    lock_session(course_session, others=allowed)
    if course_session.state is SessionState.CANCELLED:
        raise SessionIsOver()
    lock_persons([person_id])
    bound = session.scalar(_engagement(course_session, person_id))
    if bound is not None:
        if EngagementKind.TRAINEE in (kind, bound.kind):
            bound.as_trainee = True
        if kind is EngagementKind.LECTURER:
            bound.kind = kind
        return bound
    clashes = find_person_clashes([person_id], course_session.during, besides=course_session.id)
    refuse_unless_allowed(clashes, allowed, actor)
    engagement = Engagement(
        course_session_id=course_session.id,
        during=course_session.during,
        person_id=person_id,
        kind=kind,
        as_trainee=kind is EngagementKind.TRAINEE,
        clash_reason=clash_reason if clashes else None,
    )
    session.add(engagement)
    allow(course_session, clashes, clash_reason, actor, at)
    flush()
    return engagement


def disengage_person(*, course_session: CourseSession, person_id: int) -> None:
    """Let a lecturer go from a session; nothing happens when they are not bound to it.

    Whoever is a trainee of the course as well stays bound as one.
    """
    bound = session.scalar(_engagement(course_session, person_id))
    if bound is None:
        return
    if bound.as_trainee:
        bound.kind = EngagementKind.TRAINEE
        flush()
        return
    session.delete(bound)
    flush()
    end_clashes_of([course_session.id], person_ids=[person_id])


def engage_for_course(
    *,
    course: Course,
    person_ids: Collection[int],
    clash_reason: str | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Bind trainees to all sessions of a course that are not cancelled; return how many bonds were made.

    Whoever is bound to a session already stays so, so it may be called again when a session is added. Raises
    PersonBusy, unless ``clash_reason`` allows the clashes.
    """
    lock_course(course)
    allowed = allowed_sessions(
        clash_reason, None, lambda: [clash for _own, clash in find_cohort_clashes(course.id, person_ids)]
    )
    hold_sessions(allowed)
    lock_persons(person_ids)
    found = find_cohort_clashes(course.id, person_ids)
    refuse_unless_allowed([clash for _own, clash in found], allowed, actor)
    for own_id, clash in found:
        allow(get_session(own_id), [clash], clash_reason, actor, at)
    with refusing():
        made = 0
        for own_id in sorted({own for own, _clash in found}):
            exempt = {clash.person_id for own, clash in found if own == own_id and clash.person_id}
            made += _bind(course, exempt, clash_reason, only=own_id)
        made += _bind(course, person_ids, None, only=None)
    _keep_as_trainees(course, person_ids)
    return made


def disengage_from_course(*, course: Course, person_ids: Collection[int]) -> None:
    """Let trainees go from all sessions of a course; as lecturers of it they stay bound."""
    sessions = select(CourseSession.id).where(CourseSession.course_id == course.id)
    session.execute(
        delete(Engagement).where(
            Engagement.course_session_id.in_(sessions),
            within(Engagement.person_id, person_ids),
            Engagement.kind == EngagementKind.TRAINEE,
        )
    )
    staying = session.execute(
        update(Engagement)
        .where(Engagement.course_session_id.in_(sessions), within(Engagement.person_id, person_ids))
        .values(as_trainee=False)
        .returning(Engagement.person_id, Engagement.course_session_id)
    ).all()
    numbers, teachers = session.scalars(sessions).all(), {row.person_id for row in staying}
    end_clashes_of(numbers, person_ids=set(person_ids) - teachers)
    for person_id in sorted(teachers):
        # What was allowed where they teach stays with them.
        taught = {row.course_session_id for row in staying if row.person_id == person_id}
        end_clashes_of(set(numbers) - taught, person_ids=[person_id])


def release_from_session(course_session: CourseSession) -> None:
    """Let everybody, and the room, go from a session that will not take place."""
    flush()
    session.execute(delete(Engagement).where(Engagement.course_session_id == course_session.id))
    end_clashes_of([course_session.id])
    session.expire(course_session, ["engagements"])


def exempt_persons(course_session: CourseSession, person_ids: Collection[int], reason: str) -> None:
    """Take persons of a session, who are allowed to clash, out of the constraint."""
    session.execute(
        update(Engagement)
        .where(Engagement.course_session_id == course_session.id, within(Engagement.person_id, person_ids))
        .values(clash_reason=reason)
    )


def constrain_persons(course_session: CourseSession, *, but_for: Collection[int]) -> None:
    """Put the persons of a session, but for those still allowed to clash, back under the constraint."""
    with refusing():
        session.execute(
            update(Engagement)
            .where(
                Engagement.course_session_id == course_session.id,
                Engagement.clash_reason.is_not(None),
                ~within(Engagement.person_id, but_for),
            )
            .values(clash_reason=None)
        )


def _engagement(course_session: CourseSession, person_id: int) -> Select[Engagement]:
    return select(Engagement).where(
        Engagement.course_session_id == course_session.id, Engagement.person_id == person_id
    )


def _bind(course: Course, person_ids: Collection[int], reason: str | None, *, only: int | None) -> int:
    persons = select(Person.id).where(within(Person.id, person_ids)).subquery()
    live = (
        select(
            CourseSession.id,
            CourseSession.during,
            persons.c.id,
            literal(EngagementKind.TRAINEE.value),
            literal(True),
            literal(reason),
        )
        .join(persons, literal(True))
        .where(CourseSession.course_id == course.id, CourseSession.state != SessionState.CANCELLED)
    )
    if only is not None:
        live = live.where(CourseSession.id == only)
    columns = ["course_session_id", "during", "person_id", "kind", "as_trainee", "clash_reason"]
    made = session.execute(
        insert(Engagement)
        .from_select(columns, live)
        .on_conflict_do_nothing(index_elements=["course_session_id", "person_id"])
        .returning(Engagement.id)
    )
    return len(made.all())


def _keep_as_trainees(course: Course, person_ids: Collection[int]) -> None:
    """Remember of those who were bound already, as lecturers of a session, that they are trainees as well."""
    session.execute(
        update(Engagement)
        .where(
            Engagement.course_session_id.in_(
                select(CourseSession.id).where(CourseSession.course_id == course.id)
            ),
            within(Engagement.person_id, person_ids),
            Engagement.as_trainee.is_(False),
        )
        .values(as_trainee=True)
    )
