"""Start pages: each shows its reader's own scope, with a bounded number of statements."""

from datetime import timedelta

import pytest

from app.improvement.types import CycleState, Decision
from app.kernel.access import Role
from app.kernel.clock import now
from tests.factories.accounts import make_account_with, make_grant
from tests.factories.enrolment import make_enrolment
from tests.factories.evaluation import make_closed_wave, sheets_of
from tests.factories.improvement import (
    make_action,
    make_cycle,
    make_cycle_before,
    make_finding,
    make_indicator,
)
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course, make_session
from tests.factories.teaching import make_assignment, make_lecturer
from tests.support.figures import compute_all_figures
from tests.support.pages import Page, PageClient, words_of
from tests.support.queries import QueryCounter

STARTS = {
    Role.TRAINING_MANAGER: "/start/manager?all=1",
    Role.QUALITY_OFFICER: "/start/quality",
    Role.DIRECTOR: "/start/director",
}


@pytest.mark.parametrize("role", STARTS)
def test_start_page_needs_as_many_statements_for_many(
    client: PageClient, queries: QueryCounter, role: Role
) -> None:
    academy = make_organisation()
    _life(academy)
    client.sign_in(make_account_with(role, academy))
    client.get(STARTS[role])
    with queries.counting():
        client.get(STARTS[role])
    few = len(queries)
    for _ in range(4):
        _life(academy)

    with queries.counting():
        client.get(STARTS[role])

    assert len(queries) == few <= 12


def test_manager_sees_what_holds_a_course_up(client: PageClient) -> None:
    academy = make_organisation()
    course = make_course(academy, title="Facilitation")
    make_cycle(course, state=CycleState.DRAFTED)
    make_assignment(make_session(course))
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    page = client.get("/start/manager?all=1")

    assert "Facilitation" in page.links()
    assert "1 assignment is not answered" in page.text
    assert "The timetable is not released" in page.text
    assert "Nobody is enrolled yet" in page.text


def test_courses_of_other_branches_stay_out(client: PageClient) -> None:
    make_cycle(make_course(title="Elsewhere"), state=CycleState.DRAFTED)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, make_organisation()))

    assert "Elsewhere" not in client.get("/start/manager?all=1").text


def test_quality_officer_sees_gaps_without_a_cause(client: PageClient) -> None:
    academy = make_organisation()
    cycle = make_cycle(make_course(academy), state=CycleState.CHECKING)
    make_finding(cycle, text="Too theoretical", cause="", cause_category=None)
    client.sign_in(make_account_with(Role.QUALITY_OFFICER, academy))

    assert "Too theoretical" in client.get("/start/quality").text


def test_manager_sees_what_the_check_still_lacks(client: PageClient) -> None:
    academy = make_organisation()
    cycle = make_cycle(make_course(academy), state=CycleState.CHECKING)
    make_indicator(cycle)
    make_indicator(cycle, measured_at=now(), actual=4.0, actual_n=9)
    make_indicator(cycle, not_measurable_because="The records burnt")
    make_finding(cycle, cause_category=None)
    make_finding(cycle, cause_category=None, whys=["Nobody showed how"])
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    page = client.get("/start/manager?all=1")

    assert "1 indicator is not measured" in page.text
    assert "1 gap has no cause" in page.text
    assert "not decided about" not in page.text


def test_manager_sees_what_acting_still_lacks(client: PageClient) -> None:
    academy = make_organisation()
    cycle = make_cycle(make_course(academy), state=CycleState.ACTING)
    make_indicator(cycle)
    make_finding(cycle)
    make_finding(cycle, decision=Decision.ADJUST)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    page = client.get("/start/manager?all=1")

    assert "1 finding is not decided about" in page.text
    assert "not measured" not in page.text


def test_card_says_when_nothing_holds_the_course_up(client: PageClient) -> None:
    academy = make_organisation()
    course = make_cycle_before(CycleState.RUNNING, make_course(academy)).course
    make_session(course)
    make_enrolment(course)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))

    assert "Nothing holds it up" in client.get("/start/manager?all=1").text


def test_several_roles_offer_a_start_page_each(client: PageClient) -> None:
    academy = make_organisation()
    account = make_account_with(Role.REGISTRAR, academy)
    for role in (Role.LECTURER, Role.TRAINING_MANAGER):
        make_grant(account.person, role, academy)
    client.sign_in(account)

    assert client.get("/start", expect=302).response.location == "/start/manager"
    assert _start_pages(client.get("/start/registrar")) == ["My courses", "Trainee lists", "My teaching"]


def test_partner_expert_is_offered_own_teaching_and_nothing_else(client: PageClient) -> None:
    academy = make_organisation()
    account = make_account_with(Role.PARTNER_EXPERT, academy)
    tomorrow = now() + timedelta(days=1)
    meeting = make_session(make_course(academy), title="Asked of the expert", starts_at=tomorrow)
    make_assignment(meeting, make_lecturer(account.person))
    other = make_session(make_course(academy), title="Asked of somebody else", starts_at=tomorrow)
    make_assignment(other)
    client.sign_in(account)

    page = client.follow(client.get("/start", expect=302))

    assert "Asked of the expert" in page.text
    assert "Asked of somebody else" not in page.text
    assert _start_pages(page) == ["My teaching"]
    assert "Main navigation" not in page.html


def _start_pages(page: Page) -> list[str]:
    offered = page.tree.find(".//nav[@class='site-header__roles']")
    assert offered is not None
    return [words_of(link) for link in offered.iter("a")]


def _life(academy: object) -> None:
    course = make_course(academy)  # type: ignore[arg-type]  # an organisation of the test
    cycle = make_cycle(course, state=CycleState.CHECKING)
    make_finding(cycle)
    make_action(cycle)
    make_assignment(make_session(course))


@pytest.mark.parametrize("role", STARTS)
def test_start_page_leads_to_the_results_of_the_house(client: PageClient, role: Role) -> None:
    academy, other = make_organisation(), make_organisation()
    for house in (academy, other):
        make_closed_wave(make_course(house), sheets_of(3, 4, 4, 5, 5))
    compute_all_figures()
    own, foreign = (f"/organisations/{one.id}" for one in (academy, other))
    client.sign_in(make_account_with(role, academy))

    begin, home = client.get(STARTS[role]).links(), client.get(own).links()

    assert f"{own}/results" in begin.values()
    assert f"{foreign}/results" not in begin.values()
    assert f"{own}/results" in home.values()


def test_registrar_is_not_led_to_results(client: PageClient) -> None:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.REGISTRAR, academy))

    page = client.get(f"/organisations/{academy.id}")

    assert not any(address.endswith("/results") for address in page.links().values())
