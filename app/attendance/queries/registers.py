"""Reading registers and the marks of a course."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select

from app.attendance.models import AttendanceMark, AttendanceRegister
from app.attendance.rules import CLOSED_STATES, PRESENT_MARKS
from app.attendance.types import Entry, Mark, RegisterLine, RegisterRow, Share, Sheet, TraineeRow
from app.enrolment.models import Enrolment
from app.enrolment.rules import TRAINEE_STATES
from app.kernel.db import contains_text, session, within
from app.kernel.pages import Page, PageRequest, paginate
from app.people.models import Person
from app.scheduling.models import CourseSession
from app.scheduling.types import SessionState

PRESENT = func.count().filter(AttendanceMark.mark.in_(PRESENT_MARKS))
EXPECTED = func.count().filter(AttendanceMark.mark != Mark.EXCUSED)


def attendance_share(course_id: int) -> tuple[int, int]:
    """Return how many marks of the course say that somebody was there, and how many were expected to.

    Late counts as there; who was excused is not counted; nor are cancelled sessions.
    """
    present, expected = session.execute(
        select(PRESENT, EXPECTED)
        .select_from(AttendanceMark)
        .join(CourseSession, CourseSession.id == AttendanceMark.course_session_id)
        .where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
    ).one()
    return present, expected


def list_sessions_without_register(course_id: int) -> list[int]:
    """Return the sessions whose register nobody has closed, neither complete nor incomplete with a reason.

    Cancelled sessions need none.
    """
    return list(
        session.scalars(
            select(CourseSession.id)
            .outerjoin(
                AttendanceRegister,
                and_(
                    AttendanceRegister.course_session_id == CourseSession.id,
                    AttendanceRegister.state.in_(CLOSED_STATES),
                ),
            )
            .where(
                CourseSession.course_id == course_id,
                CourseSession.state != SessionState.CANCELLED,
                AttendanceRegister.course_session_id.is_(None),
            )
            .order_by(func.lower(CourseSession.during), CourseSession.id)
        )
    )


def find_register(course_session_id: int) -> AttendanceRegister | None:
    """Return the session's register, once anything was kept in it."""
    return session.get(AttendanceRegister, course_session_id)


def read_sheet_of(course_session: CourseSession) -> Sheet:
    """Return the register of the session: its trainees by given name, and whoever was marked while being one."""
    rows = session.execute(
        select(Person.id, Person.full_name, AttendanceMark.mark, AttendanceMark.note)
        .outerjoin(
            AttendanceMark,
            and_(
                AttendanceMark.person_id == Person.id, AttendanceMark.course_session_id == course_session.id
            ),
        )
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.person_id == Person.id,
                Enrolment.course_id == course_session.course_id,
                Enrolment.state.in_(TRAINEE_STATES),
            ),
        )
        .where(or_(AttendanceMark.id.is_not(None), Enrolment.id.is_not(None)))
        .order_by(Person.sort_key, Person.id)
    )
    register = find_register(course_session.id)
    return Sheet(
        version=register.version if register else 0,
        state=register.state if register else None,
        reason=register.reason if register else None,
        lines=tuple(RegisterLine(number, name, Entry(mark, note or "")) for number, name, mark, note in rows),
    )


def list_registers(course_id: int) -> Sequence[RegisterRow]:
    """Return the sessions of the course that were not cancelled, by time, with their registers."""
    rows = session.execute(
        select(
            CourseSession.id,
            CourseSession.title,
            CourseSession.titles,
            func.lower(CourseSession.during),
            func.upper(CourseSession.during),
            AttendanceRegister.state,
            AttendanceRegister.reason,
            PRESENT,
            EXPECTED,
        )
        .outerjoin(AttendanceRegister, AttendanceRegister.course_session_id == CourseSession.id)
        .outerjoin(AttendanceMark, AttendanceMark.course_session_id == CourseSession.id)
        .where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
        .group_by(CourseSession.id, AttendanceRegister.course_session_id)
        .order_by(func.lower(CourseSession.during), CourseSession.id)
    )
    return [RegisterRow(*row) for row in rows]


def list_trainee_rows(course_id: int, request: PageRequest) -> Page[TraineeRow]:
    """Return the trainees of the course with their marks and shares; search by name."""
    own = (
        select(AttendanceMark.person_id, PRESENT.label("present"), EXPECTED.label("expected"))
        .join(CourseSession, CourseSession.id == AttendanceMark.course_session_id)
        .where(CourseSession.course_id == course_id, CourseSession.state != SessionState.CANCELLED)
        .group_by(AttendanceMark.person_id)
        .subquery()
    )
    share = own.c.present * 1.0 / func.nullif(own.c.expected, 0)
    statement = (
        select(Person.id, Person.full_name, func.coalesce(own.c.present, 0), func.coalesce(own.c.expected, 0))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(own, own.c.person_id == Person.id)
        .where(Enrolment.course_id == course_id, Enrolment.state.in_(TRAINEE_STATES))
    )
    if request.search:
        statement = statement.where(contains_text(Person.search_text, request.search))
    found = paginate(
        statement,
        request,
        order={"name": Person.sort_key, "share": (share, Person.sort_key)},
        default="name",
        tie=Person.id,
        row=lambda row: (row[0], row[1], Share(row[2], row[3])),
    )
    people = list(found.items)
    marks = _marks_of(course_id, [number for number, _name, _share in people])
    items = [TraineeRow(number, name, share, marks[number]) for number, name, share in people]
    return Page(items, found.request, len(items) if request.size is None else found.total)


def _marks_of(course_id: int, person_ids: Sequence[int]) -> dict[int, dict[int, Mark]]:
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    rows = session.execute(
        select(AttendanceMark.person_id, AttendanceMark.course_session_id, AttendanceMark.mark)
        .join(CourseSession, CourseSession.id == AttendanceMark.course_session_id)
        .where(CourseSession.course_id == course_id, within(AttendanceMark.person_id, person_ids))
    )
    for person_id, session_id, mark in rows:
        marks[person_id][session_id] = mark
    return marks
