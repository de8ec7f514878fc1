"""A week of 200 sessions: proposed, taken, struck by an absence, mended, undone; and a week that cannot be."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.kernel.db import session
from tests.journeys.world import PASSWORD
from tests.load.week_scene import MANAGER, SESSIONS, Week, make_week

Window = Callable[..., Page]
# What a busy machine may need; how long it takes on a quiet one is measured by `python -m tests.load.proposals`.
PATIENCE = 120_000
# A few narrow sessions may be left over where the search had little of a processor.
NEARLY_ALL = SESSIONS - 20


@pytest.fixture
def week(stored: None) -> Week:
    """The school of the story, its timetable empty."""
    made = make_week(PASSWORD)
    session.commit()
    return made


def test_a_week_is_proposed_taken_mended_and_undone(open_page: Window, week: Week) -> None:
    manager = open_page()
    _sign_in(manager)

    run = _ask(manager, week, str(week.first), str(week.last))
    _wait_for_the_first_proposal(manager)
    _wait_for_the_end(manager)
    taken = _take(manager)

    repair = _a_lecturer_cannot_come(manager, week)
    _take_the_moves_and_undo_them(manager, repair)
    _undo_the_week(manager, run, taken)

    _ask(manager, week, str(week.teaching_days[0]), str(week.teaching_days[2]))
    _wait_for_the_end(manager)
    _read_why_it_cannot_be(manager)
    expect(manager.locator(".page__lead")).to_contain_text("Nothing has changed yet")


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(MANAGER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def _ask(page: Page, week: Week, first: str, last: str) -> str:
    """Ask for proposals of the school's courses in these days; return the address of the search."""
    page.goto(f"/organisations/{week.organisation.id}")
    page.get_by_role("link", name="Propose a timetable").click()
    page.get_by_label("From", exact=True).fill(first)
    page.get_by_label("To", exact=True).fill(last)
    page.get_by_role("button", name="Propose a timetable").click()
    expect(page.locator(".progress__figures")).to_contain_text(f"of {SESSIONS} sessions")
    return page.url


def _first_proposal(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile("^Proposal 1"))


def _wait_for_the_first_proposal(page: Page) -> None:
    """It comes by itself while the search goes on."""
    expect(_first_proposal(page)).to_be_visible(timeout=PATIENCE)


def _wait_for_the_end(page: Page) -> None:
    expect(page.get_by_role("link", name="Search again")).to_be_visible(timeout=PATIENCE)


def _take(page: Page) -> int:
    """Take the first proposal, having looked at all of it; return how many sessions it places."""
    shown = _first_proposal(page)
    found = re.search(rf"(\d+) of {SESSIONS} sessions have a place", shown.inner_text())
    assert found, shown.inner_text()
    placed = int(found[1])
    assert placed >= NEARLY_ALL
    shown.get_by_role("link", name="Show every session").click()
    lines = page.locator("table.timetable tbody tr:not(.timetable__day)")
    expect(lines).to_have_count(placed)
    days = page.get_by_role("navigation", name="Days of the proposal").get_by_role("link")
    # Three days before Tết, three after it, and none in it.
    expect(days).to_have_count(6)
    page.get_by_role("button", name="Take proposal 1").click()
    expect(page.get_by_role("main")).to_contain_text("Proposal 1 is in the timetable.")
    return placed


def _a_lecturer_cannot_come(page: Page, week: Week) -> str:
    """Say on a session that its lecturer is away that day; return the address of the moves."""
    page.goto(f"/courses/{week.courses[0].id}/timetable")
    page.locator("table.timetable").get_by_role("link").first.click()
    page.get_by_role("link", name="A lecturer cannot come").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Reason").fill("Ốm")
    page.get_by_role("button", name="Find the fewest moves").click()
    expect(page.get_by_role("heading", name=re.compile("is away"))).to_be_visible()
    take = page.get_by_role("button", name="Take these moves")
    expect(take).to_be_visible(timeout=PATIENCE)
    return page.url


def _take_the_moves_and_undo_them(page: Page, repair: str) -> None:
    moves = page.locator("ol.moves > li")
    assert moves.count() >= 1
    before = page.locator(".move__before").all_inner_texts()
    assert len(set(before)) == moves.count()
    page.get_by_role("button", name="Take these moves").click()
    page.goto(repair)
    expect(page.get_by_role("main")).to_contain_text("The moves are in the timetable.")
    page.get_by_role("button", name="Undo these moves").click()
    expect(page.get_by_text("The timetable is as it was before.")).to_be_visible()


def _undo_the_week(page: Page, run: str, taken: int) -> None:
    page.goto(run)
    page.get_by_role("button", name="Undo proposal 1").click()
    expect(page.get_by_text("The timetable is as it was before.")).to_be_visible()
    expect(_first_proposal(page)).to_contain_text(f"{taken} new sessions")
    # The absence stays on record, so that the proposal as it was would no longer do.
    expect(_first_proposal(page)).to_contain_text("is not available then.")
    expect(page.get_by_role("button", name="Fit proposal 1 again")).to_be_visible()


def _read_why_it_cannot_be(page: Page) -> None:
    """Half of the days: the rooms do not suffice, one of the three has too little time; each said in a sentence."""
    shown = _first_proposal(page)
    expect(shown).to_contain_text("There are too few rooms: the sessions need 240 h in rooms")
    expect(shown).to_contain_text("More days, more rooms or fewer sessions would help.")
    expect(shown).to_contain_text("and has time for at most 4 h in these days.")
    why = shown.locator("details.why").first
    why.locator("summary").first.click()
    # That each of them is needed is said where there was time to try it.
    expect(why).to_contain_text("All of this together leaves no place;")
    expect(why.get_by_role("listitem").first).to_be_visible()
