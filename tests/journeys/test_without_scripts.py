"""The daily work with scripts switched off: forms post, links load, and a refusal keeps what was typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from app.accounts.passwords import Passwords
from app.evaluation.types import WaveState
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.organisations.models import Organisation
from app.scheduling.models import Course
from tests.factories.accounts import make_account, make_grant
from tests.factories.evaluation import link_of, make_invitation, make_wave
from tests.factories.organisations import make_campus, make_organisation, make_room
from tests.factories.people import make_person
from tests.factories.scheduling import make_course
from tests.journeys.world import PASSWORD

Window = Callable[..., Page]
MONDAY = date(2030, 9, 2)
TAKEN = "Something else lies at this time"
LIST = """Họ và tên;Ngày sinh;Email;Đơn vị
Lê Thị Đúng;01/03/1985;dung@example.org;NOJS
Trần Văn Sai;31/02/1985;sai@example.org;NOJS
"""


@dataclass(frozen=True)
class House:
    """What is there when the day begins."""

    course: Course
    other: Course
    email: str


@pytest.fixture
def house(stored: None) -> House:
    """A branch with one manager, two courses and two rooms."""
    organisation = make_organisation(code="NOJS", name="Plain branch")
    week = {"starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=4)}
    course = make_course(organisation, code="PLAIN-1", title="Plain pages", **week)
    other = make_course(organisation, code="OTHER-1", title="Something different", **week)
    campus = make_campus(organisation)
    for name in ("Red room", "Blue room"):
        make_room(campus, name=name)
    made = House(course, other, _make_manager(organisation))
    session.commit()
    return made


@pytest.fixture
def answer_link(stored: None) -> str:
    """The personal link into an open evaluation."""
    link = link_of(make_invitation(make_wave(state=WaveState.OPEN)))
    session.commit()
    return link


def _make_manager(organisation: Organisation) -> str:
    person = make_person(organisation=organisation, email="plain.manager@example.org")
    passwords = Passwords(time_cost=1, memory_kib=64, parallelism=1)
    account = make_account(person, password_hash=passwords.hash(PASSWORD), locale="en", created_at=now())
    make_grant(person, Role.TRAINING_MANAGER, organisation)
    return account.email


def test_a_manager_s_day_without_scripts(open_page: Window, house: House) -> None:
    page = open_page(scripts=False)
    _sign_in(page, house)
    _find_a_course(page)
    _meet_a_clash_and_take_the_free_room(page, house)
    _move_onto_it_and_away_again(page, house)
    _look_through_a_list_with_a_fault(page, house)

    page.goto(f"/courses/{house.course.id}/trainees")
    expect(page.get_by_role("main")).not_to_contain_text("Lê Thị Đúng")


def test_an_evaluation_is_answered_once_without_scripts(open_page: Window, answer_link: str) -> None:
    page = open_page(scripts=False, phone=True)
    page.goto(answer_link)
    page.get_by_label("What should change?").fill("More cases, please")
    page.get_by_role("button", name="Send answers").click()
    expect(page.locator(".form-errors")).to_contain_text("It was useful")
    expect(page.get_by_label("What should change?")).to_have_value("More cases, please")

    page.get_by_role("group", name=re.compile("It was useful")).get_by_role("radio").last.check()
    page.get_by_role("button", name="Send answers").click()
    expect(page.get_by_role("main")).to_contain_text("Thank you")
    expect(page.get_by_role("main")).not_to_contain_text("answered already")

    page.goto(answer_link)
    expect(page.get_by_role("main")).to_contain_text("You have answered already")
    expect(page.get_by_role("button", name="Send answers")).to_have_count(0)


def _sign_in(page: Page, house: House) -> None:
    page.goto("/courses")
    page.get_by_label("E-mail address").fill(house.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courses")


def _find_a_course(page: Page) -> None:
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="OTHER-1")).to_have_count(1)
    page.get_by_label("Search").fill("plain")
    page.get_by_role("main").get_by_role("button", name="Show").first.click()
    expect(rows.filter(has_text="OTHER-1")).to_have_count(0)
    rows.filter(has_text="PLAIN-1").get_by_role("link", name="Plain pages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain pages")


def _schedule(page: Page, course: Course, title: str, start: str, end: str) -> None:
    page.goto(f"/courses/{course.id}/sessions/new")
    page.get_by_label(re.compile("^Title(?! in)")).fill(title)
    page.get_by_label("Day").fill(MONDAY.isoformat())
    page.get_by_label("From").fill(start)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_label("Room").select_option(label=_red(page))
    page.locator("main form .button--primary").last.click()


def _red(page: Page) -> str:
    texts = page.get_by_label("Room").locator("option").all_inner_texts()
    return next(text for text in texts if "Red room" in text)


def _meet_a_clash_and_take_the_free_room(page: Page, house: House) -> None:
    _schedule(page, house.other, "Opening", "08:00", "10:00")
    expect(page.get_by_role("main")).to_contain_text("Red room")
    _schedule(page, house.course, "Rehearsal", "09:00", "11:00")
    expect(page.get_by_text(TAKEN)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("OTHER-1")
    page.get_by_role("button", name=re.compile("Take Blue room")).click()
    expect(page.get_by_text(TAKEN)).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("Blue room")


def _move_onto_it_and_away_again(page: Page, house: House) -> None:
    page.goto(f"/courses/{house.course.id}/timetable?week={MONDAY.isoformat()}")
    page.get_by_role("link", name="Rehearsal").first.click()
    page.get_by_role("link", name="Edit or move").click()
    page.get_by_label("Room").select_option(label=_red(page))
    page.locator("main form .button--primary").last.click()
    expect(page.get_by_text(TAKEN)).to_be_visible()
    page.get_by_label("From").fill("13:00")
    page.get_by_label("To", exact=True).fill("15:00")
    page.locator("main form .button--primary").last.click()
    expect(page.get_by_text(TAKEN)).to_have_count(0)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Red room")
    expect(main).to_contain_text(re.compile("13:00.15:00"))


def _look_through_a_list_with_a_fault(page: Page, house: House) -> None:
    page.goto(f"/courses/{house.course.id}/trainees/import")
    page.get_by_label("List of trainees").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("1 row needs correction")).to_be_visible()
    wrong = page.get_by_role("row").filter(has_text="Trần Văn Sai")
    expect(wrong).to_contain_text("31/02/1985")
