"""Pages of the planning, as each role sees them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.planning import commands, queries
from app.planning.facts import facts_of
from app.planning.jobs import repair
from app.planning.models import PlanningProposal, PlanningRun
from app.planning.types import Emphasis, Reached, RunState, Wish
from app.scheduling.queries import list_modules, list_sessions
from tests.factories.accounts import make_account_with
from tests.factories.scheduling import make_course, make_session
from tests.planning.scene import ASKED, TAKEN, Scene, begin, make_scene, on
from tests.planning.situations import place
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene()


@pytest.fixture
def manager(client: PageClient, scene: Scene) -> Account:
    account = make_account_with(Role.TRAINING_MANAGER, scene.organisation, full_name="Lê Quản Lý")
    client.sign_in(account)
    return account


def found(scene: Scene, run: PlanningRun | None = None, *, rows: int = 4) -> PlanningProposal:
    """Let a run have found a proposal with words for its facts."""
    run = run or scene.ask()
    situation = queries.situation_of(run)
    starts = ["2026-03-02 08:00", "2026-03-02 13:30", "2026-03-03 08:00", "2026-03-04 08:00"]
    keys = [meeting.key for meeting in situation.meetings]
    places = [place(key, start, scene.rooms[1].id) for key, start in zip(keys[:rows], starts, strict=False)]
    work = begin(run)
    commands.note_progress(
        search=work,
        reached=Reached(1, 2.0, 0, {"windows": 24, "capacity": 120, "days": 0}),
        spent=2.0,
        places=places,
    )
    commands.keep_proposal(
        search=work,
        emphasis=Emphasis.BALANCED,
        places=places,
        costs={"windows": 24},
        facts=facts_of(situation, places),
        spent=2.0,
    )
    commands.end_search(search=work, at=ASKED)
    return queries.list_proposals(run)[-1]


@pytest.mark.usefixtures("manager")
def test_a_manager_asks_for_a_timetable_from_the_timetable_of_the_course(
    client: PageClient, scene: Scene
) -> None:
    with stopped_at(ASKED):
        address = client.get(f"/courses/{scene.course.id}/timetable").links()["Propose a timetable"]
        asked = client.get(address)
        answer = client.send(asked, {"seconds": "60", "level_no_gaps": "4", "moving": "y"}, address=address)
        page = client.follow(answer)

    assert "Waiting" in page.text
    assert "0 of 4 sessions have a place" in page.text
    run = scene_run()
    assert (run.seconds, run.moving, run.levels["no_gaps"]) == (60, True, 4)


def scene_run() -> PlanningRun:
    """The latest run."""
    return session.scalars(select(PlanningRun).order_by(PlanningRun.id.desc()).limit(1)).one()


@pytest.mark.usefixtures("manager")
def test_a_weight_that_no_slider_gives_is_refused_and_all_else_kept(client: PageClient, scene: Scene) -> None:
    with stopped_at(ASKED):
        address = f"/courses/{scene.course.id}/propose"
        page = client.send(
            client.get(address), {"level_spread": "9", "seconds": "60"}, address=address, expect=422
        )

    assert "A weight goes from" in page.text
    assert page.form("seconds").values["seconds"] == ["60"]


@pytest.mark.usefixtures("manager")
def test_a_full_timetable_says_that_there_is_nothing_to_propose(client: PageClient, db: Session) -> None:
    scene = make_scene(hours=())
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    with stopped_at(ASKED):
        address = f"/courses/{scene.course.id}/propose"
        page = client.send(client.get(address), {"seconds": "15"}, address=address, expect=422)

    assert "There is nothing to propose" in page.text


@pytest.mark.usefixtures("manager")
def test_the_page_shows_the_curve_and_what_a_proposal_costs_in_words(
    client: PageClient, scene: Scene
) -> None:
    proposal = found(scene)

    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{proposal.run_id}")

    assert "4 of 4 sessions have a place" in page.text
    assert "Lectures in the afternoon: 1 of 4." in page.text
    assert [element.get("class") for element in page.tree.iter() if str(element.tag).endswith("polygon")] == [
        "curve__band curve__band--1",
        "curve__band curve__band--2",
    ]


@pytest.mark.usefixtures("manager")
def test_a_proposal_is_taken_and_undone_on_its_page(client: PageClient, scene: Scene) -> None:
    proposal = found(scene)
    address = f"/planning-runs/{proposal.run_id}"
    with stopped_at(TAKEN):
        page = client.get(address)
        take = next(form for form in page.forms() if form.action.endswith("/take"))
        page = client.follow(client.post(take.action))
        assert "4 sessions have their places now" in page.text
        assert len(list_sessions(scene.course)) == 4

        undo = next(form for form in page.forms() if form.action.endswith("/undo"))
        page = client.follow(client.post(undo.action))

    assert "The timetable is as it was before." in page.text
    assert list_sessions(scene.course) == []


@pytest.mark.usefixtures("manager")
def test_what_changed_meanwhile_is_said_and_it_is_fitted_again(client: PageClient, scene: Scene) -> None:
    proposal = found(scene)
    make_session(make_course(), starts_at=on("2026-03-03 09:00"), room=scene.rooms[1])
    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{proposal.run_id}")
        assert "“Module 2”: B2 is taken by now." in page.text
        refused = client.follow(client.post(f"/proposals/{proposal.id}/take"))
        assert "Nothing was taken over." in refused.text
        fit = next(form for form in page.forms() if form.action.endswith("/fit"))
        client.follow(client.post(fit.action))
    again, number = scene_run().id, proposal.id
    assert scene_run().again_of_id == number
    session.commit()

    repair(again)

    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{again}")
        assert "1 move" in page.text
        assert "These are the fewest moves possible." in page.text
        assert "“Module 2”: B2 is taken by now." in page.text
        take = next(form for form in page.forms() if form.action.endswith("/take"))
        page = client.follow(client.post(take.action))
    assert "4 sessions have their places now" in page.text


@pytest.mark.usefixtures("manager")
def test_a_search_is_stopped_with_the_best_kept(client: PageClient, scene: Scene) -> None:
    run = scene.ask()
    work = begin(run)
    page = client.get(f"/planning-runs/{run.id}")
    stop = next(form for form in page.forms() if form.action.endswith("/stop"))

    client.post(stop.action)

    assert not commands.is_wanted(work)
    commands.end_search(search=work, at=TAKEN)
    assert queries.get_run(run.id).state is RunState.STOPPED


@pytest.mark.usefixtures("manager")
def test_the_fragment_for_the_script_is_marked_while_it_searches(client: PageClient, scene: Scene) -> None:
    run = scene.ask()
    begin(run)

    part = client.fetch(f"/planning-runs/{run.id}", headers={"X-Fragment": "progress"}).get_data(as_text=True)

    assert f'data-progress="/planning-runs/{run.id}" data-progress-step="0"' in part
    assert "<h1" not in part


@pytest.mark.usefixtures("manager")
def test_every_session_of_a_proposal_is_shown_with_what_it_changes(client: PageClient, scene: Scene) -> None:
    standing = make_session(scene.course, title="Opening", starts_at=on("2026-03-05 08:00"))
    run = scene.ask()
    keys = {meeting.session_id: meeting.key for meeting in queries.situation_of(run).meetings}
    proposal = scene.proposal(run, place(keys[standing.id], "2026-03-06 13:30", scene.rooms[0].id))

    with stopped_at(TAKEN):
        page = client.get(f"/proposals/{proposal.id}")

    assert "Opening" in page.text
    assert "now 5 Mar 2026" in page.text


@pytest.mark.usefixtures("manager")
def test_an_organisation_sets_its_teaching_times_and_weights(client: PageClient, scene: Scene) -> None:
    address = f"/organisations/{scene.organisation.id}/teaching-times"
    page = client.get(address)

    client.send(
        page,
        {"closed": "2026-03-03 2026-03-04 Tết", "level_travel": "0", "hours_a_day": "6"},
        address=address,
    )

    times = queries.teaching_times(scene.organisation)
    assert [tuple(one) for one in times.closed] == [("2026-03-03", "2026-03-04", "Tết")]
    assert (times.hours_a_day, times.levels[Wish.TRAVEL]) == (6, 0)
    again = client.send(client.get(address), {"closed": "next week"}, address=address, expect=422)
    assert "Each line begins with two days" in again.text
    short = {"morning_to": "08:20", "afternoon_from": "13:00", "afternoon_to": "13:10"}
    refused = client.send(
        client.get(address), {**short, "morning_from": "08:00"}, address=address, expect=422
    )
    assert "the longer one has 20 minutes" in refused.text


@pytest.mark.usefixtures("manager")
def test_two_who_change_the_teaching_times_do_not_overwrite_each_other(
    client: PageClient, scene: Scene
) -> None:
    address = f"/organisations/{scene.organisation.id}/teaching-times"
    client.send(client.get(address), {"hours_a_day": "6"}, address=address)
    page = client.get(address)
    client.send(page, {"hours_a_day": "5"}, address=address)

    client.send(page, {"hours_a_day": "8"}, address=address, expect=409)

    assert queries.teaching_times(scene.organisation).hours_a_day == 5


@pytest.mark.usefixtures("manager")
def test_the_lecturers_of_modules_are_chosen(client: PageClient, scene: Scene) -> None:
    address, module = f"/courses/{scene.course.id}/module-lecturers", list_modules(scene.course)[0]
    page = client.get(address)

    client.post(
        address,
        {f"module-{module.id}": [str(scene.lecturers[1].id), str(scene.lecturers[0].id), ""]},
    )

    assert "Module 1" in page.text
    assert queries.list_module_lecturers(scene.course.id) == {
        module.id: [scene.lecturers[1].id, scene.lecturers[0].id]
    }


@pytest.mark.usefixtures("manager")
def test_a_term_is_proposed_from_the_page_of_the_organisation(client: PageClient, scene: Scene) -> None:
    with stopped_at(ASKED):
        page = client.get(f"/organisations/{scene.organisation.id}")
        address = page.links()["Propose a timetable"]
        page = client.follow(client.send(client.get(address), {"seconds": "15"}, address=address))

    assert "0 of 4 sessions have a place" in page.text
    assert scene_run().course_id is None


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.QUALITY_OFFICER])
def test_who_may_not_plan_sees_proposals_but_takes_none(client: PageClient, scene: Scene, role: Role) -> None:
    proposal = found(scene)
    client.sign_in(make_account_with(role, scene.organisation))

    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{proposal.run_id}")

    assert [form.action for form in page.forms() if "/proposals/" in form.action] == []
    client.post(f"/proposals/{proposal.id}/take", expect=403)
    client.get(f"/courses/{scene.course.id}/propose", expect=403)


def test_somebody_of_another_branch_knows_of_nothing(client: PageClient, scene: Scene) -> None:
    proposal = found(scene)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, make_course().organisation))

    client.get(f"/planning-runs/{proposal.run_id}", expect=404)
    client.post(f"/proposals/{proposal.id}/take", expect=404)


@pytest.mark.usefixtures("manager")
def test_the_page_needs_as_many_statements_for_four_sessions_as_for_one(
    client: PageClient, scene: Scene, counter: QueryCounter
) -> None:
    counts = []
    for rows in (1, 4):
        proposal = found(scene, scene.ask(), rows=rows)
        with stopped_at(TAKEN), counter.counting():
            client.get(f"/planning-runs/{proposal.run_id}")
        counts.append(len(counter))

    assert counts[0] == counts[1]
    assert counts[0] <= 22, counter.statements


def test_days_of_the_form_follow_each_other(client: PageClient, scene: Scene, manager: Account) -> None:
    address = f"/courses/{scene.course.id}/propose"
    late = (date(2026, 3, 6) - timedelta(days=9)).isoformat()

    page = client.send(client.get(address), {"last": late}, address=address, expect=422)

    assert "The last day comes after the first" in page.text


@pytest.mark.usefixtures("manager")
def test_a_proposal_leads_to_its_days_and_names_what_has_no_place(client: PageClient, scene: Scene) -> None:
    proposal = found(scene, rows=3)

    with stopped_at(TAKEN):
        page = client.get(f"/proposals/{proposal.id}")

    days = {target for text, target in page.links().items() if target.startswith("#day-")}
    assert days == {"#day-2026-03-02", "#day-2026-03-03"}
    assert {f"#{element.get('id')}" for element in page.tree.iter()} >= days
    assert f"{scene.course.code}: Module 2" in page.text
