"""Pages of the lecturers, and of those who look for them."""

from datetime import timedelta

import pytest

from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.scheduling.types import SessionState
from app.teaching.types import AssignmentState, LecturerPart
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import FIRST_MORNING, make_course, make_session
from tests.factories.teaching import make_assignment, make_lecturer, make_lecturer_account
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

BEFORE = FIRST_MORNING - timedelta(days=20)


def test_list_shows_lecturers_at_home_in_the_branch(client: PageClient) -> None:
    academy = make_organisation()
    make_lecturer(make_person(organisation=academy, full_name="Nguyễn Thị Ánh"), specialities="PDCA")
    make_lecturer(make_person(organisation=academy, full_name="Lê Văn Bảo"), active=False)
    make_lecturer(make_person(full_name="Elsewhere"))
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    assert [row[0] for row in client.get("/lecturers").rows()] == ["Nguyễn Thị Ánh", "Lê Văn Bảo"]
    assert [row[0] for row in client.get("/lecturers?q=anh").rows()] == ["Nguyễn Thị Ánh"]
    assert [row[0] for row in client.get("/lecturers?speciality=pdca").rows()] == ["Nguyễn Thị Ánh"]
    assert [row[0] for row in client.get("/lecturers?active=no").rows()] == ["Lê Văn Bảo"]
    assert "Lê Văn Bảo" in client.fetch("/lecturers?format=csv").get_data(as_text=True)


def test_lists_need_as_many_queries_for_many_rows(client: PageClient, queries: QueryCounter) -> None:
    academy = make_organisation()
    course = make_course(academy)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    def count(address: str) -> int:
        client.get(address)
        with queries.counting():
            client.get(address)
        return len(queries)

    addresses = ("/lecturers", f"/courses/{course.id}/lecturers")
    make_assignment(make_session(course), make_lecturer(make_person(organisation=academy)))
    few = [count(address) for address in addresses]
    for hour in range(4, 24, 4):
        course_session = make_session(course, starts_at=FIRST_MORNING + timedelta(hours=hour))
        make_assignment(course_session, make_lecturer(make_person(organisation=academy)))

    assert [count(address) for address in addresses] == few
    assert max(few) <= 12


def test_person_found_by_search_becomes_a_lecturer_and_is_edited(client: PageClient) -> None:
    academy = make_organisation()
    person = make_person(organisation=academy, full_name="Đặng Thị Thu")
    client.sign_in(make_account_with(Role.REGISTRAR, academy))
    address = "/lecturers/new?q=dang"

    answer = client.send(
        client.get(address), {"person": str(person.id), "languages": ["vi", "en"]}, address=address
    )
    shown = client.follow(answer)

    assert shown.heading == "Đặng Thị Thu"
    edit = shown.links()["Edit lecturer"]
    client.send(client.get(edit), {"weekly_hours_limit": "12", "specialities": "Debate"}, address=edit)
    assert "Debate" in client.get(edit.removesuffix("/edit")).text
    assert "Vietnamese, English" in client.get(edit.removesuffix("/edit")).text
    again = client.post(address, {"person": str(person.id)}, expect=422)
    assert any("is a lecturer already" in error for error in again.errors)


def test_person_of_another_branch_is_not_offered(client: PageClient) -> None:
    make_person(full_name="Đặng Thị Thu")
    client.sign_in(make_account_with(Role.REGISTRAR, make_organisation()))

    assert "Đặng Thị Thu" not in client.get("/lecturers/new?q=dang").text


def test_new_person_becomes_a_lecturer_and_a_double_is_named_first(client: PageClient) -> None:
    academy = make_organisation()
    make_person(organisation=academy, full_name="Lê Thị Hoa", email="hoa@example.org")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = "/lecturers/new-person"
    typed = {"full_name": "Lê Thị Hoa", "organisation": str(academy.id), "email": "hoa@example.org"}

    refused = client.post(address, typed, expect=422)

    assert "On record already:" in refused.text
    answer = client.send(refused, {"duplicate_reason": "Her daughter, same mailbox"}, address=address)
    assert client.follow(answer).heading == "Lê Thị Hoa"


def test_manager_meets_a_busy_lecturer_and_takes_one_who_is_free(client: PageClient) -> None:
    academy = make_organisation()
    busy = make_lecturer(make_person(organisation=academy, full_name="Trần Văn Bận"))
    free = make_lecturer(make_person(organisation=academy, full_name="Lê Thị Rảnh"))
    make_assignment(make_session(make_course(academy, code="TOT-01"), title="Opening"), busy)
    course_session = make_session(make_course(academy))
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = f"/sessions/{course_session.id}/lecturers"
    page = client.get(address)
    assert "Trần Văn Bận (busy)" in page.text

    refused = client.send(page, {"lecturer": str(busy.id), "part": "lead"}, address=address, expect=422)

    assert "“Opening” of TOT-01" in refused.text
    assert "Propose Lê Thị Rảnh" in refused.html
    client.post(address, {"lecturer": str(free.id), "part": "facilitator"})
    assert "Lê Thị Rảnh · Facilitator" in client.get(address).text


def test_clash_is_allowed_with_a_reason_and_taken_back(client: PageClient) -> None:
    academy = make_organisation()
    lecturer = make_lecturer(make_person(organisation=academy, full_name="Trần Văn Bận"))
    course = make_course(academy)
    make_assignment(make_session(course), lecturer)
    course_session = make_session(course)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = f"/sessions/{course_session.id}/lecturers"
    chosen = {"lecturer": str(lecturer.id), "part": "lead", "clash_reason": "Opens both groups"}

    page = client.follow(client.post(address, chosen))

    part, withdraw = page.links()["Change part"], page.links()["Withdraw…"]
    client.send(client.get(part), {"part": "assessor"}, address=part)
    assert "Trần Văn Bận · Assessor" in client.get(address).text
    client.post(withdraw, {"version": "2", "reason": ""}, expect=422)
    client.send(client.get(withdraw), {"reason": "One group only"}, address=withdraw)
    assert "Withdrawn Trần Văn Bận" in client.get(address).text


def test_lecturer_is_proposed_for_several_sessions_at_once(client: PageClient) -> None:
    academy, course = make_organisation(), None
    course = make_course(academy)
    sessions = [make_session(course, starts_at=FIRST_MORNING + timedelta(days=day)) for day in range(3)]
    lecturer = make_lecturer(make_person(organisation=academy, full_name="Lê Thị Rảnh"))
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = f"/courses/{course.id}/lecturers/propose"

    client.post(
        address,
        {"lecturer": str(lecturer.id), "part": "lead", "sessions": [str(one.id) for one in sessions[:2]]},
    )

    page = client.get(f"/courses/{course.id}/lecturers")
    assert page.text.count("Lê Thị Rảnh · Lead lecturer") == 2
    assert len(client.get(f"/courses/{course.id}/lecturers?only=unanswered").rows()) == 2


def test_manager_reminds_and_is_told_when_nobody_is_left(client: PageClient) -> None:
    academy = make_organisation()
    course = make_course(academy)
    make_assignment(make_session(course))
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))
    address = f"/courses/{course.id}/lecturers/remind"

    with stopped_at(BEFORE):
        assert "1 lecturer was reminded" in client.follow(client.post(address)).text
        assert "There is nobody to remind" in client.follow(client.post(address)).text


def test_director_sees_answers_but_asks_nobody(client: PageClient) -> None:
    academy = make_organisation()
    course_session = make_session(make_course(academy))
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    page = client.get(f"/courses/{course_session.course_id}/lecturers")

    assert "Propose a lecturer" not in page.links()
    client.get(f"/sessions/{course_session.id}/lecturers", expect=403)
    client.post(f"/courses/{course_session.course_id}/lecturers/remind", expect=403)


def test_lecturer_accepts_and_finds_when_where_and_with_whom(client: PageClient) -> None:
    academy = make_organisation()
    account, lecturer = make_lecturer_account(academy)
    campus = make_campus(academy, name="Hà Nội", time_zone="Asia/Tokyo")
    course_session = make_session(
        make_course(academy, title="TOT"), room=make_room(campus, name="302"), titles={"en": "The cycle"}
    )
    make_assignment(course_session, lecturer)
    make_assignment(
        course_session, make_lecturer(make_person(full_name="Lê Văn Bảo")), part=LecturerPart.INTERPRETER
    )
    client.sign_in(account)
    with stopped_at(BEFORE):
        page = client.get("/my/assignments")
        for words in ("Waiting for your answer", "The cycle", "302, Hà Nội", "TOT", "10:00–12:00"):
            assert words in page.text
        assert "local time, Japan" in page.text
        assert "Lê Văn Bảo (Interpreter, not answered)" in page.text
        form = next(one for one in page.forms() if one.action.endswith("/accept"))

        after = client.follow(client.post(form.action, {"version": form.values["version"][0]}))

        assert "Waiting for your answer" not in after.text
        assert "The cycle" in after.text
        assert client.get(f"/my/sessions/{course_session.id}").heading == "The cycle"


def test_lecturer_declines_with_a_reason(client: PageClient) -> None:
    account, lecturer = make_lecturer_account(make_organisation())
    assignment = make_assignment(lecturer=lecturer)
    client.sign_in(account)
    address = f"/my/assignments/{assignment.id}/decline"

    client.send(client.get(address), {"reason": ""}, address=address, expect=422)
    client.send(client.get(address), {"reason": "Abroad"}, address=address)

    assert "Abroad" in client.get(f"/my/sessions/{assignment.course_session_id}").text


def test_yes_to_a_session_that_was_moved_meanwhile_is_asked_again(client: PageClient) -> None:
    account, lecturer = make_lecturer_account(make_organisation())
    assignment = make_assignment(lecturer=lecturer)
    client.sign_in(account)

    answer = client.post(f"/my/assignments/{assignment.id}/accept", {"version": "7"}, expect=409)

    assert "Accept" in answer.heading


@pytest.mark.parametrize("state", [SessionState.HELD, SessionState.CANCELLED])
def test_nothing_is_answered_about_a_session_that_is_over(client: PageClient, state: SessionState) -> None:
    account, lecturer = make_lecturer_account(make_organisation())
    course_session = make_session(state=state, state_reason="Flood")
    assignment = make_assignment(course_session, lecturer)
    client.sign_in(account)

    answer = client.post(f"/my/assignments/{assignment.id}/accept", {"version": "1"}, expect=422)

    assert any("held or cancelled already" in error for error in answer.errors)


def test_assignments_of_others_do_not_exist(client: PageClient) -> None:
    account, _lecturer = make_lecturer_account(make_organisation())
    theirs = make_assignment()
    client.sign_in(account)

    client.get(f"/my/assignments/{theirs.id}/decline", expect=404)
    client.post(f"/my/assignments/{theirs.id}/accept", {"version": "1"}, expect=404)
    client.get(f"/my/sessions/{theirs.course_session_id}", expect=404)
    client.get("/lecturers", expect=403)


def test_own_page_needs_as_many_queries_for_fifty_as_for_one(
    client: PageClient, queries: QueryCounter
) -> None:
    account, lecturer = make_lecturer_account(make_organisation())
    course = make_course()
    room = make_room()

    def teach(number: int) -> None:
        starts_at = FIRST_MORNING + timedelta(hours=3 * number)
        state = AssignmentState.ACCEPTED if number % 2 else AssignmentState.PROPOSED
        course_session = make_session(course, starts_at=starts_at, room=room)
        make_assignment(course_session, lecturer, state=state)
        make_assignment(course_session)

    teach(0)
    client.sign_in(account)
    with stopped_at(FIRST_MORNING + timedelta(hours=1)):
        client.get("/my/assignments")
        with queries.counting():
            client.get("/my/assignments")
        few = len(queries)
        for number in range(1, 50):
            teach(number)

        with queries.counting():
            page = client.get("/my/assignments")

    assert page.html.count("assignment-card__answers") >= 20
    assert len(queries) == few <= 12


def test_partner_expert_sees_own_teaching_and_nothing_else(client: PageClient) -> None:
    partner = make_organisation()
    account = make_account_with(Role.PARTNER_EXPERT, partner)
    assignment = make_assignment(lecturer=make_lecturer(account.person))
    client.sign_in(account)

    assert client.get("/my/assignments").heading == "My teaching"
    client.get("/lecturers", expect=403)
    client.get(f"/courses/{assignment.course_session.course_id}/lecturers", expect=403)
