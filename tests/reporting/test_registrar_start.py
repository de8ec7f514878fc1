"""The start page of a registrar: what the lists of trainees at hand lack, each with the page where it is done."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.attendance.types import RegisterState
from app.enrolment.types import EnrolmentState, ImportState
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.messaging.models import OutgoingMail
from app.organisations.models import Organisation
from app.reporting.cards import ListCard
from app.scheduling.models import Course
from tests.factories.accounts import make_account_with
from tests.factories.attendance import make_register
from tests.factories.enrolment import make_enrolment, make_import
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_session
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter

START = "/start/registrar"
TODAY = date(2026, 7, 1)


def _card(**values: int) -> ListCard:
    counts = dict.fromkeys(
        ("seats", "waiting", "nominated", "offered", "without_birth_date", "without_email", "registers"), 0
    )
    first = TODAY + timedelta(days=values.pop("starts_in", 7))
    return ListCard(1, "C", "Course", {}, first, first, 10, **{**counts, **values})


@pytest.mark.parametrize(
    ("card", "complete"),
    [
        (_card(seats=10), True),
        (_card(seats=9), False),
        (_card(seats=9, starts_in=-3), True),
        (_card(seats=9, starts_in=-3, waiting=1), False),
        (_card(seats=10, waiting=4), True),
        (_card(seats=10, nominated=1), False),
        (_card(seats=10, offered=1), False),
        (_card(seats=10, without_birth_date=1), False),
        (_card(seats=10, without_email=1), False),
        (_card(seats=10, registers=1), False),
    ],
)
def test_list_is_complete_when_nothing_can_be_done(card: ListCard, complete: bool) -> None:
    assert card.is_complete(TODAY) is complete


def test_card_says_what_the_list_lacks(client: PageClient) -> None:
    academy = make_organisation()
    course = _course_at_hand(academy, capacity=5, title="Facilitation")
    bare = make_person(organisation=academy, full_name="Trần Thị Thiếu", email=None)
    make_enrolment(course, bare)
    _complete_enrolment(course, EnrolmentState.NOMINATED)
    _complete_enrolment(course, EnrolmentState.OFFERED)
    _complete_enrolment(course, EnrolmentState.WAITING)

    page = _start(client, academy)

    assert "2 of 5 seats taken · 1 person waits" in page.text
    links = page.links()
    assert links["Facilitation"] == f"/courses/{course.id}/trainees"
    assert links["3 seats are free and somebody waits for them"] == f"/courses/{course.id}/trainees"
    assert links["1 nomination is not decided"] == f"/courses/{course.id}/trainees?state=nominated"
    assert links["1 offered seat is not confirmed"] == f"/courses/{course.id}/trainees?state=offered"
    assert "1 person without a date of birth" in links
    assert "1 person without an e-mail address" in links
    assert links["Trần Thị Thiếu"] == f"/people/{bare.id}/edit"


def test_whoever_left_the_list_needs_no_complete_record(client: PageClient) -> None:
    academy = make_organisation()
    course = _course_at_hand(academy, capacity=1)
    _complete_enrolment(course)
    gone = make_person(organisation=academy, full_name="Trần Thị Thiếu", email=None)
    make_enrolment(course, gone, state=EnrolmentState.WITHDRAWN)

    page = _start(client, academy)

    assert "Trần Thị Thiếu" not in page.text
    assert "Nothing is left to do on this list." in page.text


def test_registers_of_past_sessions_are_asked_for(client: PageClient) -> None:
    academy = make_organisation()
    course = _course_at_hand(academy, starts_in=-2)
    past = now() - timedelta(days=1)
    make_session(course, starts_at=past)
    make_register(make_session(course, starts_at=past), state=RegisterState.COMPLETE)
    make_register(make_session(course, starts_at=past), state=RegisterState.OPEN)
    make_session(course, starts_at=now() + timedelta(days=1))

    page = _start(client, academy)

    assert page.links()["2 registers are not closed"] == f"/courses/{course.id}/attendance"


def test_only_courses_at_hand_are_shown(client: PageClient) -> None:
    academy = make_organisation()
    _course_at_hand(academy, title="Soon")
    _course_at_hand(academy, title="Far ahead", starts_in=60)
    _course_at_hand(academy, title="Long over", starts_in=-60)
    _course_at_hand(academy, title="Called off", cancelled_at=now(), cancel_reason="Flood")

    page = _start(client, academy)

    assert "Soon" in page.text
    assert not {"Far ahead", "Long over", "Called off"} & set(page.links())


def test_imports_left_lying_are_shown_until_another_follows(client: PageClient) -> None:
    academy = make_organisation()
    course, other = _course_at_hand(academy), _course_at_hand(academy)
    make_import(course, file_name="mended-since.csv", state=ImportState.FAILED)
    make_import(course, file_name="taken-over.csv", state=ImportState.DONE)
    left = make_import(other, file_name="forgotten.csv", state=ImportState.CHECKED)

    page = _start(client, academy)

    assert page.links()["forgotten.csv"] == f"/imports/{left.id}"
    assert "mended-since.csv" not in page.text
    assert "taken-over.csv" not in page.text


def test_two_records_of_one_address_lead_to_their_comparison(client: PageClient) -> None:
    academy = make_organisation()
    elder = make_person(organisation=academy, full_name="Lê Văn Hai", email="hai@example.org")
    younger = make_person(organisation=academy, full_name="Lê Văn Hải", email="HAI@example.org")
    born = date(1980, 5, 1)
    namesakes = [make_person(organisation=academy, full_name="Lý An", birth_date=born) for _ in range(2)]
    merged = make_person(organisation=academy, full_name="Lê Văn Hai", email="hai@example.org")
    merged.merged_into_id = elder.id
    course = _course_at_hand(academy)
    make_enrolment(course, younger)
    make_enrolment(course, namesakes[1])

    links = _start(client, academy).links()

    assert links["Lê Văn Hai / Lê Văn Hải"] == f"/people/{elder.id}/merge/{younger.id}"
    assert links["Lý An"] == f"/people/{namesakes[0].id}/merge/{namesakes[1].id}"
    assert len([address for address in links.values() if "/merge/" in address]) == 2


def test_refused_mail_leads_to_the_record(client: PageClient) -> None:
    academy = make_organisation()
    person = make_person(organisation=academy, full_name="Vũ Thư", email="thu@example.org")
    _refused_mail("thu@example.org")
    _refused_mail("nobody-here@example.org")
    # The address of an account is the administrator's to mend.
    account = make_account_with(Role.TRAINEE, academy)
    _refused_mail(account.email)

    page = _start(client, academy)

    assert page.links()["Vũ Thư"] == f"/people/{person.id}/edit"
    assert "mailbox full" in page.text
    assert "nobody-here" not in page.text
    assert account.email not in page.text


def test_other_branches_stay_out(client: PageClient) -> None:
    elsewhere = make_organisation()
    course = _course_at_hand(elsewhere, title="Elsewhere")
    _life(elsewhere, course)

    page = _start(client, make_organisation())

    assert "Elsewhere" not in page.text
    assert "No list is at hand" in page.text
    assert "No import waits, every record is complete, and no mail came back." in page.text
    assert page.links()["Show all courses"] == "/courses"


def test_page_needs_as_many_statements_for_many(client: PageClient, queries: QueryCounter) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.REGISTRAR, academy))
    _life(academy, _course_at_hand(academy))
    client.get(START)
    with queries.counting():
        client.get(START)
    few = len(queries)
    for _ in range(4):
        _life(academy, _course_at_hand(academy))

    with queries.counting():
        client.get(START)

    assert len(queries) == few <= 12


def test_registrar_begins_here(client: PageClient) -> None:
    client.sign_in(make_account_with(Role.REGISTRAR, make_organisation()))

    assert client.get("/start", expect=302).response.location == START


def _start(client: PageClient, organisation: Organisation) -> Page:
    client.sign_in(make_account_with(Role.REGISTRAR, organisation))
    return client.get(START)


def _course_at_hand(organisation: Organisation, *, starts_in: int = 7, **values: object) -> Course:
    first = datetime.now(UTC).date() + timedelta(days=starts_in)
    return make_course(organisation, **{"starts_on": first, "ends_on": first + timedelta(days=4), **values})


def _complete_enrolment(course: Course, state: EnrolmentState = EnrolmentState.CONFIRMED) -> None:
    person = make_person(organisation=course.organisation, birth_date=date(1980, 1, 1))
    make_enrolment(course, person, state=state)


def _refused_mail(address: str) -> None:
    session.add(
        OutgoingMail(
            to_address=address,
            to_name="Vũ Thư" if address.startswith("thu") else address,
            subject="Evaluation",
            text="…",
            dedupe_key=f"{address} {now().isoformat()}",
            attempts=2,
            last_error="mailbox full",
        )
    )
    session.flush()


def _life(academy: Organisation, course: Course) -> None:
    person = make_person(organisation=academy)
    make_enrolment(course, person)
    make_enrolment(course, make_person(organisation=academy, email=person.email))
    make_import(course)
    make_session(course, starts_at=now() - timedelta(days=1))
    assert person.email
    _refused_mail(person.email)
