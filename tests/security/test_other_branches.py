"""Numbers of another branch in the fields of one's own forms, and names of it in what one's own pages offer."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from app.kernel.access import Role
from app.organisations.models import Organisation
from app.scheduling.models import CourseSession
from tests.architecture.subjects import make_subjects
from tests.factories.accounts import make_account_with
from tests.factories.curriculum import make_curriculum, make_program, make_published_version
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.security.crawl import Undone, addresses, ask, make_account_with_all_roles, shown_forms
from tests.support.pages import Page, PageClient

# Which number of the other branch an attacker puts into which field.
FOREIGN: Mapping[str, str] = {
    "campus_id": "campus_id",
    "course_module_id": "module_id",
    "course_session_id": "session_id",
    "curriculum_version": "published_id",
    "finding_id": "finding_id",
    "indicator_id": "indicator_id",
    "instrument": "instrument_id",
    "lecturer": "lecturer_id",
    "manager_ids": "person_id",
    "objective_id": "objective_id",
    "organisation": "organisation_id",
    "organisation_id": "organisation_id",
    "owner_id": "person_id",
    "parent": "organisation_id",
    "parent_id": "organisation_id",
    "person": "person_id",
    "program_id": "program_id",
    "room_id": "room_id",
    "sessions": "session_id",
    "successors": "organisation_id",
    "version_id": "published_id",
}
# A trainee comes from wherever the course is offered to.
OPEN_TO_ALL = frozenset({("enrolment.enrolment_new", "organisation")})
REFUSALS = ("Choose one of the list.", "Choose from the list.")
ELSEWHERE = "Elsewhere-only"


@pytest.fixture
def own(client: PageClient) -> Organisation:
    organisation = make_organisation(name="Own academy")
    client.sign_in(make_account_with_all_roles(organisation))
    return organisation


def test_no_form_takes_a_number_of_another_branch(
    app: Flask, client: PageClient, connection: Connection, own: Organisation
) -> None:
    forms = shown_forms(app, client, make_subjects(own))
    other = _other_branch()

    taken, tried = [], set()
    for form in forms:
        for name in set(form.fields) & set(FOREIGN) - {n for e, n in OPEN_TO_ALL if e == form.endpoint}:
            with Undone(connection):
                sent = {**form.plain, name: [str(other[FOREIGN[name]])]}
                page = Page(ask(client, "POST", form.address, sent))
            tried.add(name)
            if not (
                page.status == 422 and any(refusal in said for said in page.errors for refusal in REFUSALS)
            ):
                taken.append(f"{form.endpoint}, {name}: {page.status} {page.errors}")

    assert taken == [], "\n".join(taken)
    assert len(tried) >= 15, sorted(tried)


def test_no_page_offers_what_is_another_branch_s(app: Flask, client: PageClient, own: Organisation) -> None:
    _other_branch()
    telling = [
        address
        for address in addresses(app, make_subjects(own))
        if address != "/style-guide" and ELSEWHERE.encode() in ask(client, "GET", address).get_data()
    ]

    # The home organisation of a trainee may be any: its name, and nothing else of it.
    assert [address for address in telling if not address.endswith("/trainees/new")] == []


def test_exports_keep_to_one_s_own_branch(app: Flask, client: PageClient, own: Organisation) -> None:
    _other_branch()
    telling = []
    for address in addresses(app, make_subjects(own)):
        answer = ask(client, "GET", f"{address}?format=csv&organisation=&q=")
        if answer.mimetype == "text/csv" and ELSEWHERE in answer.get_data(as_text=True):
            telling.append(address)

    assert telling == []


def test_button_of_a_free_room_books_no_room_of_another_branch(
    client: PageClient, own: Organisation, db: Session
) -> None:
    course, foreign = make_course(own), make_room(make_campus(make_organisation()))
    fields = {"title": "Opening", "day": "2026-08-03", "start": "08:00", "end": "10:00"}
    free = make_room(make_campus(own))

    client.post(f"/courses/{course.id}/sessions/new", {**fields, "use_room": str(foreign.id)})
    client.post(f"/courses/{course.id}/sessions/new", {**fields, "use_room": str(free.id)})

    rooms = db.scalars(select(CourseSession.room_id).where(CourseSession.course_id == course.id)).all()
    # The control: a room of one's own is taken from the same field.
    assert list(rooms) == [None, free.id]


@pytest.mark.parametrize(
    ("address", "organisation_field"),
    [
        ("/people/new", "organisation_id"),
        ("/lecturers/new-person", "organisation"),
        ("trainees", "organisation"),
    ],
)
def test_likeness_tells_nothing_of_people_elsewhere(
    client: PageClient, own: Organisation, address: str, organisation_field: str
) -> None:
    elsewhere = make_organisation(name=ELSEWHERE)
    make_person(
        full_name="Trần Thị Bình", birth_date=date(1981, 2, 13), organisation=elsewhere, email="b@x.vn"
    )
    make_person(full_name="Trần Thị Bình", birth_date=date(1970, 5, 6), organisation=own)
    if address == "trainees":
        address = f"/courses/{make_course(own).id}/trainees/new"

    typed = {"full_name": "Tran Thi Binh", "email": "not an address", organisation_field: str(own.id)}
    page = client.post(address, typed, expect=422)

    assert "1970" in page.text
    assert "1981" not in page.text
    assert "b@x.vn" not in page.html
    shown_people = page.text.partition("Home organisation")[0]
    assert ELSEWHERE not in shown_people


def test_enrolling_by_number_needs_the_name(client: PageClient, own: Organisation, db: Session) -> None:
    course, stranger = make_course(own), make_person(full_name="Lê Văn Kín")
    sent = {"person_id": str(stranger.id), "state": "confirmed"}

    page = client.post(f"/courses/{course.id}/trainees/known", {**sent, "called": "Somebody"}, expect=422)

    assert "Kín" not in page.html


def test_administrator_of_a_branch_gives_no_roles_beyond_it(client: PageClient, db: Session) -> None:
    headquarters = make_organisation()
    branch = make_organisation(headquarters)
    account = make_account_with(Role.ADMINISTRATOR, branch)
    client.sign_in(account)

    for number in (headquarters.id, make_organisation().id):
        page = client.post(
            f"/accounts/{account.id}/roles/new",
            {"role": "administrator", "organisation": str(number), "valid_from": "2026-01-01"},
            expect=422,
        )
        assert any("Choose one of the list." in said for said in page.errors)
    assert db.scalar(select(func.count()).where(Organisation.id == headquarters.id)) == 1


def _other_branch() -> dict[str, int]:
    organisation = make_organisation(name=ELSEWHERE, code="ELSE")
    subjects = make_subjects(organisation)
    program = make_program(organisation, title=ELSEWHERE)
    published = make_published_version(make_curriculum(program, title=ELSEWHERE))
    course = make_course(organisation, version=published, title=ELSEWHERE)
    make_room(make_campus(organisation, name=ELSEWHERE), name=ELSEWHERE)
    make_account_with(Role.TRAINING_MANAGER, organisation, full_name=ELSEWHERE)
    return {**subjects, "published_id": published.id, "module_id": course.modules[0].id}
