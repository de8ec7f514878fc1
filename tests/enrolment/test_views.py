"""Pages of the trainees."""

import io
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.enrolment import jobs, queries
from app.enrolment.types import EnrolmentState, ImportState
from app.files.spreadsheets import read_sheet
from app.kernel.access import Role
from app.kernel.db import session
from app.scheduling.models import Course
from tests.factories.accounts import make_account_with
from tests.factories.enrolment import make_enrolment
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_engagement, make_session
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter

S = EnrolmentState


@pytest.fixture
def course(client: PageClient) -> Course:
    """A course of the organisation in which the reader is registrar."""
    academy = make_organisation()
    client.sign_in(make_account_with(Role.REGISTRAR, academy))
    return make_course(academy, capacity=2)


def upload(client: PageClient, course: Course, *rows: str, name: str = "list.csv", expect: int = 302) -> Page:
    content = "\n".join(["Họ và tên,Ngày sinh", *rows]).encode()
    data: dict[str, Any] = {"file": (io.BytesIO(content), name)}
    return client.post(
        f"/courses/{course.id}/trainees/import", data, expect=expect, content_type="multipart/form-data"
    )


def test_the_list_shows_who_has_a_place_and_who_waits(client: PageClient, course: Course) -> None:
    make_enrolment(course, make_person(full_name="Trần Văn Ba"))
    make_enrolment(course, make_person(full_name="Vũ Thị Anh"), state=S.WAITING)

    page = client.get(f"/courses/{course.id}/trainees")

    assert [row[1] for row in page.rows()] == ["Vũ Thị Anh", "Trần Văn Ba"]
    assert "1 of 2 seats taken · 1 person waits" in page.text
    assert "Waiting number 1" in page.rows()[0][4]


def test_the_list_is_filtered_by_state_and_organisation(client: PageClient, course: Course) -> None:
    ba = make_person(full_name="Trần Văn Ba")
    make_enrolment(course, ba)
    make_enrolment(course, make_person(full_name="Vũ Thị Anh"), state=S.WAITING)

    by_state = client.get(f"/courses/{course.id}/trainees?state=waiting")
    by_home = client.get(f"/courses/{course.id}/trainees?organisation={ba.organisation_id}")
    nonsense = client.get(f"/courses/{course.id}/trainees?organisation=²&state=x")

    assert [row[1] for row in by_state.rows()] == ["Vũ Thị Anh"]
    assert [row[1] for row in by_home.rows()] == ["Trần Văn Ba"]
    assert len(nonsense.rows()) == 2


def test_the_list_needs_as_many_queries_for_many(
    client: PageClient, course: Course, queries: QueryCounter
) -> None:
    make_enrolment(course, state=S.WAITING)
    client.get(f"/courses/{course.id}/trainees")
    with queries.counting():
        client.get(f"/courses/{course.id}/trainees")
    few = len(queries)
    for _ in range(4):
        make_enrolment(course, state=S.WAITING)

    with queries.counting():
        client.get(f"/courses/{course.id}/trainees")

    assert len(queries) == few <= 12


def test_a_director_reads_and_changes_nothing(client: PageClient) -> None:
    academy = make_organisation()
    course = make_course(academy)
    enrolment = make_enrolment(course, make_person(organisation=academy))
    stranger = make_enrolment(course)
    client.sign_in(make_account_with(Role.DIRECTOR, academy))

    page = client.get(f"/courses/{course.id}/trainees")

    assert not [form for form in page.forms() if form.action.endswith("/confirm")]
    place = client.get(f"/enrolments/{enrolment.id}")
    assert place.links()["Show the person’s record"] == f"/people/{enrolment.person_id}"
    assert "Show the person’s record" not in client.get(f"/enrolments/{stranger.id}").links()
    client.get(f"/courses/{course.id}/trainees/new", expect=403)
    client.post(f"/enrolments/{enrolment.id}", {"to": "withdrawn"}, expect=403)


def test_another_branch_knows_nothing_of_the_list(client: PageClient, course: Course) -> None:
    elsewhere = make_course()

    client.get(f"/courses/{elsewhere.id}/trainees", expect=404)
    client.get(f"/enrolments/{make_enrolment(elsewhere).id}", expect=404)


def test_somebody_new_is_enrolled_in_one_step(client: PageClient, course: Course) -> None:
    address = f"/courses/{course.id}/trainees/new"

    answer = client.send(
        client.get(address),
        {"full_name": "Trần Văn Ba", "position": "Giảng viên", "email": "ba@example.vn"},
        address=address,
    )

    page = client.follow(answer)
    assert [row[1:4] for row in page.rows()] == [["Trần Văn Ba", course.organisation.name, "Giảng viên"]]


def test_whoever_looks_the_same_is_offered_instead(client: PageClient, course: Course) -> None:
    known = make_person(full_name="Trần Văn Ba", email="ba@example.vn")
    address = f"/courses/{course.id}/trainees/new"

    refused = client.send(
        client.get(address),
        {"full_name": "Tran Van Ba", "email": "ba@example.vn"},
        address=address,
        expect=422,
    )

    assert "Is it one of these?" in refused.text
    assert refused.form("full_name").values["full_name"] == ["Tran Van Ba"]
    [enrol] = [
        form
        for form in refused.forms()
        if form.values.get("state") == ["confirmed"] and "called" in form.names
    ]
    fields = {name: enrol.values[name][0] for name in ("person_id", "called", "state")}
    assert fields["person_id"] == str(known.id)
    page = client.follow(client.post(enrol.action, fields))
    assert [row[1] for row in page.rows()] == ["Trần Văn Ba"]


def test_a_number_alone_opens_nobodys_record(client: PageClient, course: Course) -> None:
    stranger = make_person(full_name="Lê Thị Mai")

    client.post(
        f"/courses/{course.id}/trainees/known",
        {"person_id": str(stranger.id), "called": "Guess", "state": "confirmed"},
        expect=422,
    )

    assert queries.find_enrolment(course.id, stranger.id) is None


def test_a_full_course_is_said_in_plain_words_and_nothing_typed_is_lost(
    client: PageClient, course: Course
) -> None:
    make_enrolment(course)
    make_enrolment(course)
    address = f"/courses/{course.id}/trainees/new"

    refused = client.send(client.get(address), {"full_name": "Trần Văn Ba"}, address=address, expect=422)

    assert "No seat is left: 2 of 2 are taken." in refused.text
    assert refused.form("full_name").values["full_name"] == ["Trần Văn Ba"]


def test_a_clash_is_said_on_the_page(client: PageClient, course: Course) -> None:
    make_session(course)
    busy = make_person(full_name="Lê Thị Mai", organisation=course.organisation)
    make_engagement(make_session(), busy)

    answer = client.post(
        f"/courses/{course.id}/trainees/known",
        {"person_id": str(busy.id), "called": "Lê Thị Mai", "state": "confirmed"},
        expect=422,
    )

    assert "Lê Thị Mai is busy at this time" in answer.text


def test_nobody_is_put_before_those_who_wait_without_saying_so(client: PageClient, course: Course) -> None:
    make_enrolment(course, person=make_person(full_name="Lê Chờ"), state=S.WAITING)
    known = make_person(full_name="Trần Văn Ba", organisation=course.organisation)
    address = f"/courses/{course.id}/trainees/new"
    page = client.get(f"{address}?q=Trần")

    refused = client.send(page, {"full_name": "Vũ Mới"}, address=address, expect=422)
    asked = {"person_id": known.id, "called": known.full_name, "state": "confirmed"}
    of_known = client.post(f"/courses/{course.id}/trainees/known", asked, expect=422)
    client.send(refused, {"before_waiting": "y"}, address=address)
    client.post(f"/courses/{course.id}/trainees/known", {**asked, "before_waiting": "y"})

    assert "First on the waiting list is Lê Chờ" in page.text
    assert "Enrol before those who wait" in page.text
    assert any("“Lê Chờ” is first on the waiting list" in error for error in refused.errors)
    assert any("“Lê Chờ” is first on the waiting list" in error for error in of_known.errors)
    told = session.scalars(select(AuditEvent).where(AuditEvent.action == "person enrolled"))
    waiting = queries.find_next_waiting(course.id)
    assert waiting is not None
    assert [event.details["before_id"] for event in told] == [waiting.person_id] * 2


def test_who_waits_is_no_hindrance_to_waiting_too(client: PageClient, course: Course) -> None:
    make_enrolment(course, state=S.WAITING)
    address = f"/courses/{course.id}/trainees/new"

    client.send(client.get(address), {"full_name": "Vũ Mới", "state": "waiting"}, address=address)

    assert queries.measure_seats(course.id).waiting == 2


def test_a_search_finds_people_on_record(client: PageClient, course: Course) -> None:
    make_person(full_name="Lê Thị Mai", organisation=course.organisation)

    page = client.get(f"/courses/{course.id}/trainees/new?q=le+mai")

    assert "Lê Thị Mai" in page.text


def test_a_place_is_withdrawn_with_a_reason(client: PageClient, course: Course) -> None:
    enrolment = make_enrolment(course)
    address = f"/enrolments/{enrolment.id}"

    refused = client.send(client.get(address), {"to": "withdrawn"}, address=address, expect=422)
    answer = client.send(refused, {"to": "withdrawn", "reason": "ill"}, address=address)

    page = client.follow(answer)
    assert "Confirmed → Withdrawn" in page.text
    assert "ill" in page.text


def test_a_place_that_somebody_else_changed_is_not_overwritten(client: PageClient, course: Course) -> None:
    enrolment = make_enrolment(course, state=S.NOMINATED)
    address = f"/enrolments/{enrolment.id}"
    left_open = client.get(address)
    client.send(client.get(address), {"to": "waiting"}, address=address)

    refused = client.send(left_open, {"to": "offered"}, address=address, expect=409)

    assert "Somebody changed this while you were writing" in refused.text
    assert client.follow(client.send(refused, {"to": "offered"}, address=address)).status == 200


def test_selected_places_are_confirmed(client: PageClient, course: Course) -> None:
    chosen = [make_enrolment(course, state=S.NOMINATED) for _ in range(2)]

    answer = client.post(
        f"/courses/{course.id}/trainees/confirm", {"chosen": [str(one.id) for one in chosen]}
    )

    page = client.follow(answer)
    assert "2 places were confirmed." in page.text
    assert {row[4] for row in page.rows()} == {"Confirmed"}


def test_confirming_nobody_says_so(client: PageClient, course: Course) -> None:
    answer = client.post(f"/courses/{course.id}/trainees/confirm", {"chosen": ["²", "x"]})

    assert "Nobody was chosen." in client.follow(answer).text


def test_a_freed_seat_is_offered_to_the_next(client: PageClient, course: Course) -> None:
    make_enrolment(course, make_person(full_name="Vũ Thị Anh"), state=S.WAITING)
    page = client.get(f"/courses/{course.id}/trainees")
    assert "Vũ Thị Anh has waited longest." in page.text

    answer = client.post(f"/courses/{course.id}/trainees/offer")

    assert "The seat was offered to Vũ Thị Anh." in client.follow(answer).text


def test_the_export_holds_what_the_list_shows(client: PageClient, course: Course) -> None:
    make_enrolment(course, make_person(full_name="=cmd()"), state=S.WAITING)

    table = client.fetch(f"/courses/{course.id}/trainees?state=waiting&format=csv").get_data(as_text=True)

    assert table.splitlines()[1].startswith("'=cmd(),")


def test_a_list_is_checked_imported_and_shown(client: PageClient, course: Course) -> None:
    page = client.follow(
        upload(client, course, "Trần Văn Ba,02/09/1980", "Vũ An,01/02/1985", "Lê Yên,3/4/1990")
    )
    assert "Import 3 trainees" in page.text
    assert "1 person finds no seat left and will wait" in page.text
    address = page.response.request.path

    running = client.follow(client.send(page, {"version": "1"}, address=address))
    assert "You may close this page" in running.text
    import_id = int(address.rpartition("/")[2])
    trainee_import = queries.get_import(import_id)
    assert trainee_import.state is ImportState.RUNNING
    jobs.run_import(import_id, trainee_import.made_by_id)

    done = client.get(address)
    assert "3 trainees are in the course now" in done.text
    assert len(client.get(f"/courses/{course.id}/trainees").rows()) == 3


def test_the_progress_is_a_part_of_the_page(client: PageClient, course: Course) -> None:
    page = client.follow(upload(client, course, "Trần Văn Ba,02/09/1980"))
    address = page.response.request.path
    client.send(page, {"version": "1"}, address=address)

    part = client.fetch(address, headers={"X-Fragment": "progress"}).get_data(as_text=True)

    assert 'id="progress"' in part
    assert "data-progress" in part
    assert "<html" not in part


def test_what_is_wrong_is_named_with_its_cell_and_nothing_can_be_imported(
    client: PageClient, course: Course
) -> None:
    page = client.follow(upload(client, course, "Trần Văn Ba,31/02/1980", "Vũ An,01/02/1985"))

    assert "1 row needs correction" in page.text
    assert "Cell B2: there is no day “31/02/1980”." in page.text
    assert not [form for form in page.forms() if form.action.endswith("/run")]
    only = client.get(f"{page.response.request.path}?fate=refused")
    assert [row[1] for row in only.rows()] == ["Trần Văn Ba"]


def test_the_dry_run_is_exported_with_its_problems(client: PageClient, course: Course) -> None:
    page = client.follow(upload(client, course, "Trần Văn Ba,31/02/1980"))

    table = client.fetch(f"{page.response.request.path}?format=csv").get_data(as_text=True)

    assert "Cell B2" in table.splitlines()[1]


def test_the_same_list_again_says_0_new(client: PageClient, course: Course) -> None:
    make_enrolment(course, make_person(full_name="Vũ An", birth_date=None, email="an@example.vn"))
    content = "Họ và tên,Email\nVũ An,an@example.vn".encode()
    answer = client.post(
        f"/courses/{course.id}/trainees/import",
        {"file": (io.BytesIO(content), "list.csv")},
        content_type="multipart/form-data",
    )

    assert "0 new" in client.follow(answer).text


@pytest.mark.parametrize(("name", "said"), [("list.pdf", "holds no table"), ("", "Choose the file first.")])
def test_a_file_that_is_no_list_is_refused_in_plain_words(
    client: PageClient, course: Course, name: str, said: str
) -> None:
    assert said in upload(client, course, "x,y", name=name, expect=422).text


def test_a_list_that_was_changed_by_time_is_not_started_as_it_was_seen(
    client: PageClient, course: Course
) -> None:
    page = client.follow(upload(client, course, "Trần Văn Ba,02/09/1980"))
    address = page.response.request.path
    make_enrolment(course)
    make_enrolment(course)
    client.post(f"{address}/check")

    answer = client.post(f"{address}/run", {"version": "1"})

    assert "Somebody else has changed this" in client.follow(answer).text


def test_the_empty_list_holds_the_headings(client: PageClient, course: Course) -> None:
    answer = client.fetch(f"/courses/{course.id}/trainees/import/template")

    content = answer.get_data()
    assert content.startswith(b"PK")
    assert b"xl/worksheets/sheet1.xml" in content
    with pytest.raises(Exception, match="no rows below its headings"):
        read_sheet(content, name="list.xlsx")


def test_whoever_may_not_import_sees_no_import(client: PageClient, course: Course) -> None:
    page = client.follow(upload(client, course, "Trần Văn Ba,02/09/1980"))
    session.commit()
    director = client.another()
    director.sign_in(make_account_with(Role.DIRECTOR, course.organisation))

    director.get(page.response.request.path, expect=403)
    director.post(f"{page.response.request.path}/run", {"version": "1"}, expect=403)
