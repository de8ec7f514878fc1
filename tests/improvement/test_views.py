"""Pages of the improvement."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.improvement.models import Cycle, Indicator
from app.improvement.types import ActionState, CycleState
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.organisations.models import Organisation
from tests.factories.accounts import make_account_with
from tests.factories.improvement import (
    make_action,
    make_cycle,
    make_cycle_before,
    make_finding,
    make_indicator,
    make_objective,
)
from tests.factories.organisations import make_organisation
from tests.factories.scheduling import make_course
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter

S = CycleState
NOW = datetime(2026, 8, 20, 3, tzinfo=UTC)


@pytest.fixture
def academy() -> Organisation:
    return make_organisation(name="Academy")


@pytest.fixture
def manager(client: PageClient, academy: Organisation) -> PageClient:
    return client.sign_in(make_account_with(Role.TRAINING_MANAGER, academy))


@pytest.fixture
def officer(client: PageClient, academy: Organisation) -> PageClient:
    return client.another().sign_in(make_account_with(Role.QUALITY_OFFICER, academy))


def address(cycle: Cycle) -> str:
    return f"/courses/{cycle.course_id}/cycle"


def press(client: PageClient, page: Page, ending: str, *, expect: int = 302) -> Page:
    form = next(form for form in page.forms() if form.action.endswith(ending))
    values = {name: value for name, value in form.values.items() if name != "csrf_token"}
    return client.post(form.action, values, expect=expect)


@pytest.mark.parametrize("state", list(S))
def test_the_page_of_a_cycle_is_whole_in_every_state(
    manager: PageClient, academy: Organisation, state: CycleState
) -> None:
    cycle = make_cycle(make_course(academy), state=state)
    page = manager.get(address(cycle))
    assert page.heading == cycle.course.title


def test_open_points_lead_to_where_they_are_mended(manager: PageClient, academy: Organisation) -> None:
    cycle = make_cycle(make_course(academy))
    indicator = make_indicator(cycle, name="Usefulness", target=None)

    links = manager.get(address(cycle)).links()

    assert links["No objective goes beyond reaction. Add one about learning, behaviour or results."] == (
        f"/cycles/{cycle.id}/objectives/new"
    )
    assert links["“Usefulness” has no target. Set one."] == f"/indicators/{indicator.id}/edit"


def test_open_points_lead_nowhere_for_who_may_not_mend_them(
    officer: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle(make_course(academy))

    page = officer.get(address(cycle))

    assert "No objective goes beyond reaction. Add one about learning, behaviour or results." in page.text
    assert not [href for href in page.links().values() if href.endswith("/new")]


def test_a_refused_step_names_everything_at_once_and_changes_nothing(
    manager: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle_before(S.CLOSED, make_course(academy))
    cycle.trainee_summary = cycle.standard_changed = ""
    page = manager.get(address(cycle))

    answer = press(manager, page, "/advance", expect=422)

    assert "Nothing was changed" in answer.text
    assert "No standard was changed" in answer.text
    assert "The trainees have not been told" in answer.text
    assert session.get_one(Cycle, cycle.id).state is S.ACTING


def test_the_plan_is_written_approved_by_another_and_locked(
    manager: PageClient, officer: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle(make_course(academy))
    here = address(cycle)
    new_objective = f"/cycles/{cycle.id}/objectives/new"
    manager.send(
        manager.get(new_objective),
        {"text": "Lead a debate", "level": "behaviour"},
        address=new_objective,
    )
    new_indicator = f"/cycles/{cycle.id}/indicators/new"
    manager.send(
        manager.get(new_indicator),
        {
            "name": "Debates led",
            "source": "manual",
            "direction": "at_least",
            "target": "12,5",
            "minimum_n": "5",
            "baseline_none_because": "Never counted",
        },
        address=new_indicator,
    )

    officer.follow(press(officer, officer.get(here), "/approve"))

    page = manager.get(here)
    assert "At least 12.50" in page.text
    assert "Approved" in page.text
    assert "Add objective" not in page.links()
    manager.get(new_objective)
    refused = manager.send(
        manager.get(new_objective),
        {"text": "One more", "level": "learning"},
        address=new_objective,
        expect=422,
    )
    assert any("The plan is approved" in error for error in refused.errors)


def test_the_author_is_not_offered_to_approve_and_cannot(client: PageClient, academy: Organisation) -> None:
    cycle = make_cycle_before(S.APPROVED, make_course(academy))
    account = make_account_with(Role.QUALITY_OFFICER, academy)
    cycle.author_id = account.person_id
    client.sign_in(account)

    answer = press(client, client.get(address(cycle)), "/approve", expect=422)

    assert "You wrote this plan. Somebody else has to approve it." in answer.text


def test_a_plan_changed_since_it_was_read_is_not_approved_from_the_old_page(
    manager: PageClient, officer: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle_before(S.APPROVED, make_course(academy))
    left_open = officer.get(address(cycle))
    new_objective = f"/cycles/{cycle.id}/objectives/new"
    manager.send(manager.get(new_objective), {"text": "One more", "level": "learning"}, address=new_objective)

    answer = press(officer, left_open, "/approve", expect=409)

    assert "Somebody else has changed this cycle" in answer.text


@pytest.mark.parametrize(
    ("role", "action", "expect"),
    [
        (Role.TRAINING_MANAGER, "approve", 403),
        (Role.REGISTRAR, "approve", 403),
        (Role.DIRECTOR, "approve", 302),
        (Role.QUALITY_OFFICER, "advance", 403),
        (Role.DIRECTOR, "advance", 403),
        (Role.TRAINING_MANAGER, "verify", 403),
        (Role.DIRECTOR, "verify", 403),
    ],
)
def test_each_step_has_its_role(
    client: PageClient, academy: Organisation, role: Role, action: str, expect: int
) -> None:
    cycle = make_cycle_before(S.APPROVED, make_course(academy))
    client.sign_in(make_account_with(role, academy))
    client.post(f"/cycles/{cycle.id}/{action}", {"version": "1"}, expect=expect)


def test_a_cycle_of_another_branch_does_not_exist(manager: PageClient) -> None:
    page = manager.get(address(make_cycle()), expect=404)

    assert "Plan" not in page.heading


def test_measuring_finding_deciding_and_closing_by_the_pages(
    manager: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle_before(S.ACTING, make_course(academy))
    hand = make_indicator(cycle, name="Debates led", target=10, minimum_n=1)
    here = address(cycle)

    def write(where: str, fields: dict[str, object]) -> Page:
        return manager.follow(manager.send(manager.get(where), fields, address=where))

    with stopped_at(NOW):
        press(manager, manager.get(here), "/measure")
        write(f"/indicators/{hand.id}/measure", {"actual": "8", "actual_n": "20"})
        refused = press(manager, manager.get(here), "/advance", expect=422)
        assert "“Debates led” missed its target and no finding says so" in refused.text
        write(
            f"/cycles/{cycle.id}/findings/new?indicator={hand.id}",
            {"kind": "gap", "text": "Too few debates", "evidence": "Roll", "whys": "No room\nNo time"},
        )
        press(manager, manager.get(here), "/advance")
        finding = session.get_one(Cycle, cycle.id).findings[0]
        write(f"/findings/{finding.id}/decide", {"decision": "adjust"})
        write(
            f"/cycles/{cycle.id}/conclude",
            {"standard_none_because": "Nothing new", "trainee_summary": "You said, we did."},
        )
        page = write(
            f"/cycles/{cycle.id}/actions/new?finding={finding.id}",
            {"title": "Book the large room", "owner_id": str(cycle_owner(academy)), "due_on": "2026-12-01"},
        )
        assert [page.rows()[-1][0], page.rows()[-1][3]] == ["Book the large room", "Debates led"]
        closed = manager.follow(press(manager, manager.get(here), "/advance"))

    assert "1 open action goes with the next course" in closed.text
    assert "Training manager" in closed.text


def cycle_owner(academy: Organisation) -> int:
    return make_account_with(Role.LECTURER, academy).person_id


def test_an_edit_page_left_open_over_another_change_shows_both(
    manager: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle(make_course(academy))
    indicator = make_indicator(cycle, name="First")
    where = f"/indicators/{indicator.id}/edit"
    left_open = manager.get(where)
    manager.send(manager.get(where), {"name": "Theirs"}, address=where)

    answer = manager.send(left_open, {"name": "Mine"}, address=where, expect=409)

    assert "Theirs" in answer.text
    assert "Mine" in answer.text


def test_an_objective_left_open_can_be_sent_again_after_looking(
    manager: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle(make_course(academy))
    objective = make_objective(cycle, text="First")
    where = f"/objectives/{objective.id}/edit"
    left_open = manager.get(where)
    manager.send(manager.get(where), {"text": "Theirs"}, address=where)
    answer = manager.send(left_open, {"text": "Mine"}, address=where, expect=409)
    manager.send(answer, {"text": "Mine"}, address=where)
    assert "Mine" in manager.get(address(cycle)).text


def test_the_next_turn_takes_an_action_over_by_its_page(manager: PageClient, academy: Organisation) -> None:
    before = make_cycle(make_course(academy), state=S.CLOSED)
    action = make_action(before, title="Add a case study")
    cycle = make_cycle(make_course(academy), previous_cycle=before)

    page = manager.follow(press(manager, manager.get(address(cycle)), "/take-over"))

    assert "Taken over" in page.text
    assert "taken over from the last turn" in page.text
    assert "Through the turns" in manager.get(f"/actions/{action.id}").text


def test_only_an_action_of_the_turn_before_can_be_taken_over(
    manager: PageClient, academy: Organisation
) -> None:
    cycle = make_cycle(make_course(academy))
    foreign = make_action(make_cycle(make_course(academy)))
    manager.post(f"/cycles/{cycle.id}/take-over", {"action_id": str(foreign.id), "version": "1"}, expect=422)
    assert session.get_one(type(foreign), foreign.id).state is ActionState.OPEN


def test_an_owner_without_any_staff_role_reports_their_action_done(
    client: PageClient, officer: PageClient, academy: Organisation
) -> None:
    lecturer = make_account_with(Role.LECTURER, academy)
    cycle = make_cycle(make_course(academy), state=S.CLOSED)
    mine = make_action(cycle, title="Write the case", owner=lecturer.person)
    others = make_action(cycle, title="Not mine")
    client.sign_in(lecturer)
    assert [row[0] for row in client.get("/my/actions").rows()] == ["Write the case"]
    client.get(f"/actions/{others.id}/done", expect=404)

    where = f"/actions/{mine.id}/done"
    client.follow(client.send(client.get(where), {"evidence": "Handbook 3.2"}, address=where))
    page = officer.follow(press(officer, officer.get(f"/actions/{mine.id}"), "/verify"))

    assert "Verified" in page.text


def test_the_owner_cannot_verify_their_own_action(officer: PageClient, academy: Organisation) -> None:
    account = make_account_with(Role.QUALITY_OFFICER, academy)
    action = make_action(make_cycle(make_course(academy)), owner=account.person, state=ActionState.DONE)
    officer.sign_in(account)
    answer = officer.post(f"/actions/{action.id}/verify", {"version": str(action.version)}, expect=422)
    assert "Nothing was changed" in answer.text


def test_the_report_on_paper_is_whole(manager: PageClient, academy: Organisation) -> None:
    cycle = make_cycle_before(S.VERIFIED, make_course(academy))
    make_finding(cycle, whys=["One", "Two"])
    assert "Report of the cycle" in manager.get(address(cycle) + "/print").text


def test_lists_are_filtered_and_exported_as_shown(manager: PageClient, academy: Organisation) -> None:
    late = make_cycle(
        make_course(academy, code="LATE", starts_on=date(2020, 1, 6), ends_on=date(2020, 1, 10)),
        state=S.CHECKING,
    )
    make_action(late, title="Old", due_on=date(2020, 2, 1))
    planned = make_cycle(make_course(academy, code="PLAN", ends_on=date(2099, 1, 1)))
    make_action(planned, title="New", due_on=date(2099, 2, 1))
    make_cycle(make_course(code="ELSEWHERE"))

    def codes(query: str) -> list[str]:
        return [row[0] for row in manager.get(f"/cycles{query}").rows()]

    assert codes("") == ["PLAN", "LATE"]
    assert codes("?phase=check") == ["LATE"]
    assert codes("?state=drafted") == ["PLAN"]
    assert codes("?overdue=1") == ["LATE"]
    assert codes(f"?organisation={academy.id}") == ["PLAN", "LATE"]
    assert [row[0] for row in manager.get("/actions?overdue=1").rows()] == ["Old"]
    assert [row[0] for row in manager.get("/actions?q=new").rows()] == ["New"]
    exported = manager.fetch("/cycles?phase=check&format=csv").get_data(as_text=True).splitlines()
    assert exported[1].startswith("LATE,")
    assert len(exported) == 2
    assert "Old" in manager.fetch("/actions?overdue=1&format=csv").get_data(as_text=True)


@pytest.mark.parametrize("where", ["/cycles", "/actions", "/my/actions"])
def test_lists_need_as_many_queries_for_many_rows(
    manager: PageClient, academy: Organisation, queries: QueryCounter, where: str
) -> None:
    def one_more() -> None:
        make_action(make_cycle_before(S.CLOSED, make_course(academy)))

    one_more()
    manager.get(where)
    with queries.counting():
        manager.get(where)
    few = len(queries)
    for _ in range(4):
        one_more()

    with queries.counting():
        manager.get(where)

    assert len(queries) == few <= 12


def test_the_page_of_a_cycle_needs_as_many_queries_whatever_it_holds(
    manager: PageClient, academy: Organisation, queries: QueryCounter
) -> None:
    before = make_cycle_before(S.VERIFIED, make_course(academy))
    small = make_cycle_before(S.CLOSED, make_course(academy), previous_cycle=before)
    large = make_cycle_before(S.CLOSED, make_course(academy), previous_cycle=before)
    for _ in range(5):
        indicator = make_indicator(large, actual=3.0, actual_n=20)
        make_objective(large)
        make_finding(large, indicator_id=indicator.id)
        make_action(large)
        make_action(before)
    manager.get(address(small))
    counts = []
    for cycle in (small, large):
        with queries.counting():
            manager.get(address(cycle))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_calculated_figure_is_shown_short_and_stays_exact(client: PageClient) -> None:
    cycle = make_cycle()
    indicator = make_indicator(cycle, name="Usefulness", target=4.1, baseline=26 / 7)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, cycle.course.organisation))
    address = f"/indicators/{indicator.id}/edit"
    page = client.get(address)

    client.send(page, {"name": "Useful at work"}, address=address)

    assert page.form("baseline").values["baseline"] == ["3.714"]
    [field] = page.tree.findall(".//input[@name='baseline']")
    assert field.get("type") == "text", "a comma, as Vietnamese writes it, would empty a field for numbers"
    stored = session.scalar(select(Indicator.baseline).where(Indicator.name == "Useful at work"))
    assert stored == 26 / 7
