"""The trainee's start page: what is next, what to answer, what came of it, and nothing of anybody else."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import pytest

from app.accounts.models import Account
from app.attendance.types import Mark
from app.enrolment.types import EnrolmentState
from app.evaluation.types import WaveState
from app.improvement.models import Cycle
from app.improvement.types import CycleState
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.scheduling.models import Course, CourseSession, TimetableRelease
from app.scheduling.queries import draft_entries
from tests.factories.accounts import make_account_with
from tests.factories.attendance import make_mark
from tests.factories.enrolment import make_enrolment
from tests.factories.evaluation import make_invitation, make_wave
from tests.factories.improvement import make_cycle
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

START = "/start/trainee"
AFTER = FIRST_MORNING + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """Let it be the first day of the course, after its first session."""
    with stopped_at(AFTER):
        yield


def test_trainee_begins_here(client: PageClient) -> None:
    client.sign_in(_trainee())

    assert client.get("/start", expect=302).response.location == START


def test_open_evaluation_has_a_button_that_leads_to_it(client: PageClient) -> None:
    trainee = _trainee()
    invitation = make_invitation(person=trainee.person)
    client.sign_in(trainee)

    page = client.get(START)

    assert page.links()["Answer"] == f"/my/evaluations/{invitation.id}"
    assert "1 evaluation to answer" in page.text


def test_what_cannot_be_answered_is_not_asked(client: PageClient) -> None:
    trainee = _trainee()
    make_invitation(person=trainee.person, answered=True)
    make_invitation(make_wave(state=WaveState.OPEN, closes_at=AFTER - timedelta(minutes=1)), trainee.person)
    make_invitation()
    client.sign_in(trainee)

    assert "Answer" not in client.get(START).links()


def test_sessions_of_today_stand_apart_from_the_next(client: PageClient) -> None:
    trainee = _trainee()
    course = _course_of(trainee)
    for day, title in ((-1, "Opening"), (0, "Debate"), (1, "Field visit")):
        last = make_session(course, title=title, starts_at=FIRST_MORNING + timedelta(days=day))
    _release(last)
    client.sign_in(trainee)

    page = client.get(START)

    assert "1 session today" in page.text
    assert page.text.index("Debate") < page.text.index("Next sessions") < page.text.index("Field visit")
    assert "Opening" not in page.text


def test_own_attendance_is_shown_with_its_number_of_sessions(client: PageClient) -> None:
    trainee = _trainee()
    course = _course_of(trainee)
    for mark in (Mark.PRESENT, Mark.PRESENT, Mark.PRESENT, Mark.ABSENT):
        make_mark(make_session(course), trainee.person, mark=mark)
    client.sign_in(trainee)

    assert "My attendance: 3 of 4 sessions 75%" in client.get(START).text


def test_what_came_of_the_answers_about_the_course_and_the_one_before(client: PageClient) -> None:
    trainee = _trainee()
    before = _told("More practice was added", make_course())
    make_cycle(_course_of(trainee), previous_cycle_id=before.id)
    _told("Shorter days", _course_of(trainee))
    _told("Told to others", make_course())
    make_cycle(_course_of(trainee), state=CycleState.ACTING, trainee_summary="Still being written")
    _told("Of a course given up", _course_of(trainee, EnrolmentState.WITHDRAWN))
    client.sign_in(trainee)

    page = client.get(START)

    assert "More practice was added" in page.text
    assert "the course before yours" in page.text
    assert "Shorter days" in page.text
    for strange in ("Told to others", "Still being written", "Of a course given up"):
        assert strange not in page.text


def test_nobody_enrolled_is_told_what_will_stand_here(client: PageClient) -> None:
    client.sign_in(_trainee())

    assert "You have no place in a course yet" in client.get(START).text


def test_as_many_statements_for_many_courses(client: PageClient, queries: QueryCounter) -> None:
    trainee = _trainee()
    _life(trainee)
    client.sign_in(trainee)
    client.get(START)
    with queries.counting():
        client.get(START)
    few = len(queries)
    for _ in range(4):
        _life(trainee)

    with queries.counting():
        client.get(START)

    assert len(queries) == few <= 10


def _life(trainee: Account) -> None:
    course = _course_of(trainee)
    _release(make_session(course, title="Debate"))
    make_mark(make_session(course), trainee.person)
    make_invitation(make_wave(course, state=WaveState.OPEN), trainee.person)
    _told("More practice", course)


def _trainee() -> Account:
    return make_account_with(Role.TRAINEE, make_organisation())


def _course_of(trainee: Account, place: EnrolmentState = EnrolmentState.ATTENDING) -> Course:
    return make_enrolment(make_course(), trainee.person, state=place).course


def _told(text: str, course: Course) -> Cycle:
    return make_cycle(course, state=CycleState.CLOSED, trainee_summary=text, closed_at=AFTER)


def _release(course_session: CourseSession) -> None:
    course = course_session.course
    entries = [
        {**asdict(entry), "starts_at": entry.starts_at.isoformat(), "ends_at": entry.ends_at.isoformat()}
        for entry in draft_entries(course.id)
    ]
    session.add(TimetableRelease(course=course, number=1, name="First", released_at=AFTER, entries=entries))
    session.flush()
