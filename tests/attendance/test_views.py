"""Pages of the attendance."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy.dialects.postgresql import Range

from app.attendance import queries
from app.attendance.types import Mark, RegisterState
from app.enrolment.types import EnrolmentState
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.people.models import Person
from app.scheduling.models import Course, CourseSession, TimetableRelease
from app.scheduling.queries import draft_entries
from app.scheduling.types import EngagementKind
from tests.factories.accounts import make_account, make_account_with
from tests.factories.attendance import make_mark, make_register
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_engagement, make_session
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter

AFTER = FIRST_MORNING + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """Let it be the first day of the course, after its first session."""
    with stopped_at(AFTER):
        yield


@pytest.fixture
def course_session(client: PageClient) -> CourseSession:
    """A session of the organisation in which the reader is registrar."""
    academy = make_organisation()
    client.sign_in(make_account_with(Role.REGISTRAR, academy))
    return make_session(make_course(academy), title="Plan, do, check, act")


def trainee(course: Course, name: str = "Trần Văn Ba") -> Person:
    return make_enrolment(course, make_person(full_name=name)).person


def keep(
    client: PageClient,
    page: Page,
    address: str,
    then: str,
    marks: dict[str, str] | None = None,
    expect: int = 302,
) -> Page:
    return client.send(page, {**(marks or {}), "then": then}, address=address, expect=expect)


def release(course: Course) -> None:
    """Store the timetable as it is now as a release."""
    entries = [
        {
            **asdict(entry),
            "starts_at": entry.starts_at.isoformat(),
            "ends_at": entry.ends_at.isoformat(),
            "method": entry.method.value,
            "lecturers": list(entry.lecturers),
        }
        for entry in draft_entries(course.id)
    ]
    session.add(
        TimetableRelease(
            course_id=course.id, number=1, name="First", released_at=FIRST_MORNING, entries=entries
        )
    )
    session.flush()


def test_a_register_is_kept_and_closed(client: PageClient, course_session: CourseSession) -> None:
    ba = trainee(course_session.course)
    address = f"/sessions/{course_session.id}/register"

    answer = keep(
        client, client.get(address), address, "complete", {f"mark_{ba.id}": "late", f"note_{ba.id}": "bus"}
    )

    page = client.follow(answer)
    assert "Complete" in page.text
    assert "1 of 1" in page.text
    [line] = queries.read_sheet_of(course_session).lines
    assert (line.entry.mark, line.entry.note) == (Mark.LATE, "bus")


def test_all_others_are_present_at_the_press_of_one_button(
    client: PageClient, course_session: CourseSession
) -> None:
    ba, anh = trainee(course_session.course), trainee(course_session.course, "Vũ Thị Anh")
    address = f"/sessions/{course_session.id}/register"

    page = client.follow(
        keep(client, client.get(address), address, "all_present", {f"mark_{ba.id}": "absent"})
    )

    values = page.form("then").values
    assert (values[f"mark_{ba.id}"], values[f"mark_{anh.id}"]) == (["absent"], ["present"])
    assert "Being kept" in page.text


def test_a_register_with_gaps_is_not_closed_as_complete_and_nothing_is_lost(
    client: PageClient, course_session: CourseSession
) -> None:
    ba = trainee(course_session.course)
    trainee(course_session.course, "Vũ Thị Anh")
    address = f"/sessions/{course_session.id}/register"

    refused = keep(client, client.get(address), address, "complete", {f"mark_{ba.id}": "absent"}, 422)

    assert "Trainees without a mark: 1." in refused.text
    assert refused.form("then").values[f"mark_{ba.id}"] == ["absent"]


def test_an_incomplete_register_needs_a_reason(client: PageClient, course_session: CourseSession) -> None:
    trainee(course_session.course)
    address = f"/sessions/{course_session.id}/register"

    refused = keep(client, client.get(address), address, "incomplete", expect=422)
    answer = keep(client, refused, address, "incomplete", {"reason": "the list got wet"})

    assert "the list got wet" in client.follow(answer).text


def test_both_versions_are_shown_when_two_keep_it_at_once(
    client: PageClient, course_session: CourseSession
) -> None:
    ba = trainee(course_session.course)
    address = f"/sessions/{course_session.id}/register"
    left_open = client.get(address)
    keep(client, client.get(address), address, "open", {f"mark_{ba.id}": "present"})

    refused = keep(client, left_open, address, "open", {f"mark_{ba.id}": "absent"}, 409)

    assert "Take theirs Present" in refused.text
    assert "Keep mine Absent" in refused.text
    keep(client, refused, address, "open")
    [line] = queries.read_sheet_of(course_session).lines
    assert line.entry.mark is Mark.ABSENT


def test_a_session_that_lies_ahead_has_no_register_yet(
    client: PageClient, course_session: CourseSession
) -> None:
    ahead = make_session(course_session.course, starts_at=AFTER + timedelta(days=1))
    ba = trainee(course_session.course)
    address = f"/sessions/{ahead.id}/register"

    refused = keep(client, client.get(address), address, "open", {f"mark_{ba.id}": "present"}, 422)

    assert "has not begun yet" in refused.text


def test_the_overview_shows_who_was_where(client: PageClient, course_session: CourseSession) -> None:
    ba = trainee(course_session.course)
    other = make_session(course_session.course, starts_at=FIRST_MORNING + timedelta(days=1))
    make_mark(course_session, ba, Mark.PRESENT)
    make_mark(other, ba, Mark.ABSENT)
    make_register(other, RegisterState.INCOMPLETE, reason="the list got wet")

    page = client.get(f"/courses/{course_session.course_id}/attendance")

    assert page.rows()[-1] == ["Trần Văn Ba", "50%", "✓Present", "✕Absent"]
    assert "50% present so far · 1 register to close" in page.text


def test_the_overview_is_exported_with_all_marks(client: PageClient, course_session: CourseSession) -> None:
    make_mark(course_session, trainee(course_session.course), Mark.LATE)

    table = client.fetch(f"/courses/{course_session.course_id}/attendance?format=csv").get_data(as_text=True)

    assert table.splitlines()[0].endswith('03/08 08:00 Plan, do, check, act"')
    assert table.splitlines()[1] == "Trần Văn Ba,1.0,Late"


def test_the_overview_needs_as_many_queries_for_many(
    client: PageClient, course_session: CourseSession, queries: QueryCounter
) -> None:
    address = f"/courses/{course_session.course_id}/attendance"
    make_mark(course_session, trainee(course_session.course))
    client.get(address)
    with queries.counting():
        client.get(address)
    few = len(queries)
    for number in range(1, 5):
        later = make_session(course_session.course, starts_at=FIRST_MORNING + timedelta(days=number))
        make_mark(later, trainee(course_session.course))

    with queries.counting():
        client.get(address)

    assert len(queries) == few <= 12


def test_a_register_needs_as_many_queries_for_many(
    client: PageClient, course_session: CourseSession, queries: QueryCounter
) -> None:
    address = f"/sessions/{course_session.id}/register"
    trainee(course_session.course)
    client.get(address)
    with queries.counting():
        client.get(address)
    few = len(queries)
    for _ in range(4):
        trainee(course_session.course)

    with queries.counting():
        client.get(address)

    assert len(queries) == few <= 12


def test_a_director_reads_and_keeps_nothing(client: PageClient, course_session: CourseSession) -> None:
    director = client.another()
    director.sign_in(make_account_with(Role.DIRECTOR, course_session.course.organisation))

    page = director.get(f"/courses/{course_session.course_id}/attendance")

    assert f"/sessions/{course_session.id}/register" not in page.links().values()
    director.get(f"/sessions/{course_session.id}/register", expect=403)


def test_a_lecturer_keeps_the_register_of_their_own_session_only(
    client: PageClient, course_session: CourseSession
) -> None:
    account = make_account()
    make_engagement(course_session, account.person)
    other = make_session(course_session.course, starts_at=FIRST_MORNING - timedelta(days=1))
    make_engagement(other, account.person, kind=EngagementKind.TRAINEE)
    ba = trainee(course_session.course)
    lecturer = client.another().sign_in(account)
    address = f"/my/sessions/{course_session.id}/register"

    keep(lecturer, lecturer.get(address), address, "complete", {f"mark_{ba.id}": "present"})

    assert queries.attendance_share(course_session.course_id) == (1, 1)
    lecturer.get(f"/my/sessions/{other.id}/register", expect=404)
    lecturer.get(f"/sessions/{course_session.id}/register", expect=403)


def test_a_trainee_sees_own_courses_and_what_is_released_for_today(client: PageClient) -> None:
    account = make_account()
    course_session = make_session(title="Released session")
    make_session(course_session.course, title="Another day", starts_at=FIRST_MORNING + timedelta(days=1))
    make_enrolment(course_session.course, account.person)
    make_mark(course_session, account.person, Mark.ABSENT)
    release(course_session.course)
    make_session(course_session.course, title="Draft session", starts_at=AFTER)
    client.sign_in(account)

    page = client.get("/my/courses")

    assert "1 session today" in page.text
    assert "Released session" in page.text
    assert "Another day" not in page.text
    assert "Draft session" not in page.text
    assert "my attendance: 0%" in page.text


def test_a_trainee_sees_the_released_timetable_with_own_marks_only(client: PageClient) -> None:
    account = make_account()
    course_session = make_session(title="Released session")
    make_enrolment(course_session.course, account.person)
    make_mark(course_session, account.person, Mark.LATE)
    make_mark(course_session, make_person(), Mark.ABSENT)
    release(course_session.course)
    course_session.during = Range(AFTER, AFTER + timedelta(hours=1), bounds="[)")
    client.sign_in(account)

    page = client.get(f"/my/courses/{course_session.course_id}")

    assert "Released session" in page.text
    assert "08:00–10:00" in page.text
    assert "Late" in page.text
    assert "Absent" not in page.text


def test_own_pages_need_as_many_queries_for_many(client: PageClient, queries: QueryCounter) -> None:
    account = make_account()

    def enrolled() -> None:
        course_session = make_session()
        make_enrolment(course_session.course, account.person)
        release(course_session.course)

    enrolled()
    client.sign_in(account)
    client.get("/my/courses")
    with queries.counting():
        client.get("/my/courses")
    few = len(queries)
    for _ in range(4):
        enrolled()

    with queries.counting():
        client.get("/my/courses")

    assert len(queries) == few <= 12


def test_nobody_sees_a_course_without_a_place_in_it(client: PageClient) -> None:
    account = make_account()
    left = make_enrolment(person=account.person, state=EnrolmentState.WITHDRAWN)
    client.sign_in(account)

    client.get(f"/my/courses/{make_course().id}", expect=404)
    client.get(f"/my/courses/{left.course_id}", expect=404)
    assert "You have no place in a course yet." in client.get("/my/courses").text


def test_a_course_whose_timetable_is_not_released_says_so(client: PageClient) -> None:
    account = make_account()
    enrolment = make_enrolment(make_session().course, account.person)
    client.sign_in(account)

    page = client.get(f"/my/courses/{enrolment.course_id}")

    assert "not released yet" in page.text
