"""One course, lived by the four people whose day it is: planned, taught, evaluated, checked, closed, handed on."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Rondo
from tests.journeys.world import PASSWORD, Academy, let_pass, make_academy, trainee_list

Window = Callable[..., Page]
TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
FIRST_DAY = TODAY + timedelta(days=7)


@pytest.fixture
def academy(stored: None) -> Academy:
    """The academy of the story."""
    return make_academy()


def test_a_course_from_its_plan_to_the_next(
    open_page: Window, rondo: Rondo, academy: Academy, tmp_path: Path
) -> None:
    manager, quality = open_page(), open_page()
    _sign_in(manager, "manager")
    _sign_in(quality, "quality")

    other = _make_course(manager, "TOT-2026-B", FIRST_DAY)
    _schedule(manager, other, "P.301")
    course = _make_course(manager, "TOT-2026-A", FIRST_DAY)
    _import_trainees(manager, course, tmp_path)
    _plan_cycle(manager, course)
    _meet_a_clash_and_solve_it(manager, course)
    _approve(quality, course)
    _propose_and_release(manager, course)

    lecturer = open_page(phone=True)
    _sign_in(lecturer, "lecturer")
    _accept_and_read_in_a_calendar(lecturer)

    let_pass(rondo, timedelta(days=9))
    _hold_the_session(manager, course)
    _open_the_evaluation(manager, course)
    _ten_trainees_answer(open_page, rondo)
    _close_the_evaluation(manager, course)

    _check_and_be_refused(manager, course)
    _name_the_cause_and_act(manager, course)
    _close_the_cycle(manager, course)

    successor = _make_course(manager, "TOT-2027-A", TODAY + timedelta(days=30))
    manager.goto(f"{successor}/cycle")
    expect(manager.get_by_role("heading", name="Actions of the last turn")).to_be_visible()
    expect(manager.get_by_role("main")).to_contain_text("Rehearse the case with co-lecturers")


def _sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def _save(page: Page) -> None:
    """Press the form's primary button; the answer must not be a refusal."""
    page.locator("main form .button--primary").last.click()
    page.wait_for_load_state()
    refused = page.locator(".form-errors")
    assert refused.count() == 0, refused.first.inner_text()


def _make_course(page: Page, code: str, first_day: date) -> str:
    """Make the course and return its address."""
    page.goto("/courses/new")
    page.get_by_label("Curriculum").select_option(index=1)
    page.get_by_label("Organisation").select_option(label="Academy")
    page.get_by_label("Campus").select_option(index=1)
    page.get_by_label("Code").fill(code)
    page.get_by_label("First day").fill(first_day.isoformat())
    page.get_by_label("Last day").fill((first_day + timedelta(days=1)).isoformat())
    page.get_by_label("Places").fill("12")
    page.get_by_label("Trần Thử Manager").check()
    _save(page)
    expect(page.get_by_role("main")).to_contain_text(code)
    found = re.search(r"/courses/\d+", page.url)
    assert found, page.url
    return found[0]


def _import_trainees(page: Page, course: str, folder: Path) -> None:
    file = folder / "hoc-vien.xlsx"
    file.write_bytes(trainee_list(10))
    page.goto(f"{course}/trainees/import")
    page.get_by_label("List of trainees").set_input_files(file)
    _save(page)
    expect(page.get_by_text("Every row can be taken.")).to_be_visible()
    page.get_by_role("button", name="Import 10 trainees").click()
    expect(page.get_by_role("link", name="Show the trainees")).to_be_visible(timeout=30_000)
    page.goto(f"{course}/trainees")
    expect(page.get_by_role("main")).to_contain_text("Lê Thị Thử 10")


def _plan_cycle(page: Page, course: str) -> None:
    page.goto(f"{course}/cycle")
    page.get_by_role("link", name="Add objective").click()
    page.get_by_label("Objective").fill("Lecturers run a case with their own trainees")
    page.get_by_label("Kirkpatrick level").select_option(label="2 Learning")
    _save(page)
    page.get_by_role("link", name="Add indicator").click()
    page.get_by_label("Indicator", exact=True).fill("Usefulness for my work")
    page.get_by_label("Source").select_option(label="Mean of an evaluation item")
    items = page.get_by_label("Evaluation item")
    items.select_option(label=_option(items, "useful"))
    page.get_by_label("Direction").select_option(label="At least")
    page.get_by_label("Target").fill("4.5")
    page.get_by_label("Minimum n").fill("5")
    page.get_by_label("No baseline, because").fill("First turn of this course")
    _save(page)
    expect(page.get_by_role("main")).to_contain_text("Usefulness for my work")


def _fill_session(page: Page, course: str, room: str) -> None:
    page.goto(f"{course}/sessions/new")
    page.get_by_label("Module").select_option(index=1)
    page.get_by_label("Day").fill(FIRST_DAY.isoformat())
    page.get_by_label("From").fill("08:00")
    page.get_by_label("To", exact=True).fill("10:00")
    rooms = page.get_by_label("Room")
    rooms.select_option(label=_option(rooms, room))


def _option(choice: Locator, part: str) -> str:
    """Return the whole text of the option that holds the part."""
    return next(text for text in choice.locator("option").all_inner_texts() if part in text)


def _schedule(page: Page, course: str, room: str) -> None:
    _fill_session(page, course, room)
    _save(page)
    expect(page.get_by_role("main")).to_contain_text(room)


def _meet_a_clash_and_solve_it(page: Page, course: str) -> None:
    _fill_session(page, course, "P.301")
    page.get_by_role("button", name="Save session").last.click()
    expect(page.get_by_text("Something else lies at this time")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("TOT-2026-B")
    page.get_by_role("button", name=re.compile("Take P.302")).click()
    expect(page.get_by_role("main")).to_contain_text("P.302")
    expect(page.get_by_text("Something else lies at this time")).to_have_count(0)


def _approve(page: Page, course: str) -> None:
    page.goto(f"{course}/cycle")
    page.get_by_role("button", name="Approve plan").first.click()
    expect(page.locator(".page__lead")).to_contain_text("Approved")


def _propose_and_release(page: Page, course: str) -> None:
    page.goto(f"{course}/lecturers")
    page.get_by_role("link", name="Propose a lecturer").click()
    page.get_by_role("checkbox", name=re.compile("Thảo luận nhóm")).check()
    lecturer = page.get_by_label("Lecturer", exact=True)
    lecturer.select_option(label=_option(lecturer, "Trần Thử Lecturer"))
    _save(page)
    page.goto(f"{course}/timetable")
    page.get_by_role("link", name="Release timetable").click()
    page.get_by_label("Name of the release").fill("First release")
    _save(page)
    expect(page.get_by_role("main")).to_contain_text("First release")


def _accept_and_read_in_a_calendar(page: Page) -> None:
    page.goto("/my/assignments")
    page.get_by_role("button", name=re.compile("^Accept")).click()
    expect(page.get_by_role("heading", name="Waiting for your answer")).to_have_count(0)
    page.get_by_role("button", name="Make the address").click()
    address = re.search(r"http\S+\.ics", page.content())
    assert address, page.content()
    answer = page.request.get(address[0])
    events = icalendar.Calendar.from_ical(answer.body()).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED"]
    assert "P.302" in str(events[0]["LOCATION"])


def _hold_the_session(page: Page, course: str) -> None:
    page.goto(f"{course}/cycle")
    page.get_by_role("button", name="Begin running").first.click()
    expect(page.locator(".page__lead")).to_contain_text("Running")
    page.goto(f"{course}/timetable")
    page.get_by_role("link", name="Thảo luận nhóm").first.click()
    page.get_by_role("button", name="Mark as held").click()
    page.goto(f"{course}/attendance")
    page.get_by_role("main").get_by_role(
        "link", name=re.compile("Thảo luận nhóm|Keep the register")
    ).first.click()
    page.get_by_role("button", name="Mark all others present").click()
    page.get_by_role("button", name="Save and close as complete").click()
    expect(page.get_by_role("main")).to_contain_text("Complete")


def _open_the_evaluation(page: Page, course: str) -> None:
    page.goto(f"{course}/evaluation")
    page.get_by_role("link", name="Plan a wave").first.click()
    _save(page)
    page.get_by_role("button", name=re.compile("^Open ")).click()
    expect(page.get_by_role("main")).to_contain_text("Open")


def _ten_trainees_answer(open_page: Window, rondo: Rondo) -> None:
    links = _answer_links(rondo)
    assert len(links) == 10
    for number, link in enumerate(links):
        phone = open_page(phone=True)
        _answer(phone, link, usefulness=4 if number % 2 else 3)
        phone.context.close()
    second = open_page(phone=True)
    second.goto(links[0])
    expect(second.get_by_role("main")).to_contain_text("You have answered already")
    second.context.close()


def _answer(page: Page, link: str, *, usefulness: int) -> None:
    page.goto(link)
    page.get_by_role("group", name=re.compile("It was useful")).get_by_role("radio").nth(
        usefulness - 1
    ).click()
    page.get_by_role("button", name="Send answers").click()
    expect(page.get_by_role("main")).to_contain_text("Thank")


def _answer_links(rondo: Rondo) -> list[str]:
    """Return the personal links of the mails, once all of them have been sent."""
    for _ in range(100):
        texts = [_text_of(mail) for mail in rondo.mails()]
        links = [found[0] for text in texts if (found := re.search(r"http\S+/answer/\S+", text))]
        if len(links) >= 10:
            return links
        time.sleep(0.2)
    return links


def _text_of(mail: str) -> str:
    body = message_from_string(mail, policy=default).get_body(("plain",))
    return body.get_content() if body else ""


def _close_the_evaluation(page: Page, course: str) -> None:
    page.goto(f"{course}/evaluation")
    page.get_by_role("button", name=re.compile("^Close ")).click()
    page.get_by_role("link", name="See results").click()
    expect(page.get_by_role("main")).to_contain_text("3.5")


def _check_and_be_refused(page: Page, course: str) -> None:
    page.goto(f"{course}/cycle")
    page.get_by_role("button", name="Begin check").first.click()
    expect(page.locator(".page__lead")).to_contain_text("Checking")
    page.get_by_role("button", name="Measure all").click()
    page.get_by_role("button", name="Begin acting").first.click()
    expect(page.get_by_text("The cycle stays as it is. Nothing was changed.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Usefulness for my work")


def _name_the_cause_and_act(page: Page, course: str) -> None:
    page.goto(f"{course}/cycle")
    page.get_by_role("link", name=re.compile("^Record a finding about")).click()
    page.get_by_label("What was found").fill("The case was too far from provincial work")
    page.get_by_label("Evidence").fill("Mean 3.5 of 10 answers")
    page.get_by_label("Cause: category").select_option(label="Material")
    _save(page)
    page.get_by_role("button", name="Begin acting").first.click()
    expect(page.locator(".page__lead")).to_contain_text("Acting")


def _close_the_cycle(page: Page, course: str) -> None:
    page.get_by_role("link", name=re.compile("^Decide about")).click()
    page.get_by_label("Decision").select_option(label="Adjust")
    _save(page)
    page.get_by_role("link", name="Add an action", exact=True).click()
    page.get_by_label("Action", exact=True).fill("Rehearse the case with co-lecturers")
    page.get_by_label("Answers the finding").select_option(index=1)
    owner = page.get_by_label("Owner")
    owner.select_option(label=_option(owner, "Trần Thử Manager"))
    page.get_by_label("Due on").fill((TODAY + timedelta(days=20)).isoformat())
    page.get_by_label("Indicator that will show its effect").select_option(index=1)
    _save(page)
    page.get_by_role("link", name="Write conclusion").click()
    page.get_by_label("No standard changed, because").fill("The handbook holds")
    page.get_by_label("You said, we did").fill("You asked for cases from your provinces; we rehearse them.")
    _save(page)
    page.get_by_role("button", name="Close cycle").first.click()
    expect(page.locator(".page__lead")).to_contain_text("Closed")
