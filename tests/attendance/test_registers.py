"""Keeping registers and counting marks."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.attendance import queries
from app.attendance.commands import keep_register
from app.attendance.errors import MarksMissing
from app.attendance.events import RegisterKept
from app.attendance.models import AttendanceRegister
from app.attendance.types import Entry, Mark, RegisterState
from app.enrolment.types import EnrolmentState
from app.kernel.access import SYSTEM
from app.kernel.errors import NotFound, StaleVersion
from app.kernel.events import take_recorded
from app.kernel.pages import PageRequest
from app.scheduling.models import CourseSession
from app.scheduling.types import EngagementKind, SessionState
from tests.factories.accounts import actor_of, make_account
from tests.factories.attendance import make_mark, make_register
from tests.factories.enrolment import make_enrolment
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session

AFTER = FIRST_MORNING + timedelta(hours=3)


def keep(
    course_session: CourseSession,
    entries: dict[int, Entry],
    version: int = 0,
    state: RegisterState = RegisterState.OPEN,
    reason: str = "",
) -> AttendanceRegister:
    return keep_register(
        course_session=course_session,
        expected_version=version,
        entries=entries,
        state=state,
        reason=reason,
        actor=SYSTEM,
        at=AFTER,
    )


def marks(course_session: CourseSession) -> dict[int, Mark | None]:
    return {line.person_id: line.entry.mark for line in queries.read_sheet_of(course_session).lines}


def test_what_was_kept_is_read_again(db: Session) -> None:
    course_session = make_session()
    ba = make_enrolment(course_session.course, make_person(full_name="Trần Văn Ba")).person_id
    anh = make_enrolment(course_session.course, make_person(full_name="Vũ Thị Anh")).person_id

    keep(course_session, {ba: Entry(Mark.LATE, "bus"), anh: Entry(None)})

    sheet = queries.read_sheet_of(course_session)
    assert [(line.full_name, line.entry) for line in sheet.lines] == [
        ("Vũ Thị Anh", Entry(None)),
        ("Trần Văn Ba", Entry(Mark.LATE, "bus")),
    ]
    assert (sheet.version, sheet.state) == (1, RegisterState.OPEN)


def test_a_mark_may_be_taken_back(db: Session) -> None:
    course_session = make_session()
    person_id = make_enrolment(course_session.course).person_id
    version = keep(course_session, {person_id: Entry(Mark.ABSENT)}).version

    keep(course_session, {person_id: Entry(None)}, version)

    assert marks(course_session) == {person_id: None}


def test_of_two_who_keep_it_at_once_the_second_is_told(db: Session) -> None:
    course_session = make_session()
    person_id = make_enrolment(course_session.course).person_id
    keep(course_session, {person_id: Entry(Mark.PRESENT)})

    with pytest.raises(StaleVersion):
        keep(course_session, {person_id: Entry(Mark.ABSENT)})


def test_saving_the_same_again_counts_as_a_change_of_the_register(db: Session) -> None:
    course_session = make_session()
    person_id = make_enrolment(course_session.course).person_id
    first = keep(course_session, {person_id: Entry(Mark.PRESENT)}).version

    register = keep_register(
        course_session=course_session,
        expected_version=first,
        entries={person_id: Entry(Mark.PRESENT)},
        actor=SYSTEM,
        at=AFTER + timedelta(minutes=1),
    )

    assert register.version == first + 1


def test_a_register_is_complete_only_with_everybody(db: Session) -> None:
    course_session = make_session()
    person_id = make_enrolment(course_session.course).person_id
    make_enrolment(course_session.course)

    with pytest.raises(MarksMissing, match="without a mark: 1"):
        keep(course_session, {person_id: Entry(Mark.PRESENT)}, state=RegisterState.COMPLETE)


def test_closing_is_recorded_with_its_reason(db: Session) -> None:
    course_session = make_session()
    make_enrolment(course_session.course)

    register = keep(course_session, {}, state=RegisterState.INCOMPLETE, reason="the list got wet")

    [event] = take_recorded()
    assert isinstance(event, RegisterKept)
    assert (event.state, event.reason) == (RegisterState.INCOMPLETE, "the list got wet")
    assert register.closed_at == AFTER


def test_whoever_left_stays_in_the_registers_of_their_time(db: Session) -> None:
    course_session = make_session()
    enrolment = make_enrolment(course_session.course, state=EnrolmentState.WITHDRAWN)
    make_enrolment(course_session.course, state=EnrolmentState.WAITING)
    make_mark(course_session, enrolment.person)

    assert marks(course_session) == {enrolment.person_id: Mark.PRESENT}


def test_the_share_counts_late_as_there_and_excused_not_at_all(db: Session) -> None:
    course_session = make_session()
    for mark in (Mark.PRESENT, Mark.LATE, Mark.EXCUSED, Mark.ABSENT):
        make_mark(course_session, make_person(), mark)
    cancelled = make_session(course_session.course, state=SessionState.CANCELLED, state_reason="storm")
    make_mark(cancelled, make_person(), Mark.ABSENT)

    assert queries.attendance_share(course_session.course_id) == (2, 3)


def test_a_course_without_marks_has_no_share(db: Session) -> None:
    assert queries.attendance_share(make_course().id) == (0, 0)


def test_sessions_lack_a_register_until_somebody_closes_it(db: Session) -> None:
    course = make_course()
    nothing = make_session(course, starts_at=FIRST_MORNING)
    being_kept = make_session(course, starts_at=FIRST_MORNING + timedelta(days=1))
    complete = make_session(course, starts_at=FIRST_MORNING + timedelta(days=2))
    incomplete = make_session(course, starts_at=FIRST_MORNING + timedelta(days=3))
    make_session(course, state=SessionState.CANCELLED, state_reason="storm")
    make_register(being_kept, RegisterState.OPEN)
    make_register(complete)
    make_register(incomplete, RegisterState.INCOMPLETE, reason="the list got wet")

    assert queries.list_sessions_without_register(course.id) == [nothing.id, being_kept.id]


def test_the_matrix_holds_every_mark_and_share(db: Session) -> None:
    course_session = make_session()
    other = make_session(course_session.course, starts_at=FIRST_MORNING + timedelta(days=1))
    person = make_enrolment(course_session.course).person
    make_mark(course_session, person)
    make_mark(other, person, Mark.ABSENT)
    make_enrolment(course_session.course, state=EnrolmentState.WAITING)

    [row] = queries.list_trainee_rows(course_session.course_id, PageRequest()).items

    assert row.marks == {course_session.id: Mark.PRESENT, other.id: Mark.ABSENT}
    assert row.share.value == 0.5


def test_a_lecturer_of_the_session_finds_it_and_nobody_else_does(db: Session) -> None:
    course_session = make_session()
    lecturer, trainee = make_person(), make_person()
    make_engagement(course_session, lecturer)
    make_engagement(course_session, trainee, kind=EngagementKind.TRAINEE)

    found = queries.get_own_session(course_session.id, actor_of(make_account(lecturer)))

    assert found.id == course_session.id
    with pytest.raises(NotFound):
        queries.get_own_session(course_session.id, actor_of(make_account(trainee)))
