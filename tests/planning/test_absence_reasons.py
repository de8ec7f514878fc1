"""Why somebody is away may be an illness: that is for those who plan, and for nobody else who sees the moves."""

from datetime import date

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.planning import commands, queries
from app.planning.models import PlanningProposal, PlanningRun
from app.teaching.types import AssignmentState
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.factories.planning import make_absence
from tests.factories.scheduling import make_session
from tests.factories.teaching import make_assignment
from tests.planning.scene import ASKED, TAKEN, Scene, begin, make_scene, on
from tests.planning.situations import place
from tests.support.pages import PageClient

REASON = "Ốm, nằm viện"


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene(trainees=0)


def asked(scene: Scene) -> PlanningRun:
    """A repair because the first lecturer is ill on Monday."""
    struck = make_session(scene.course, starts_at=on("2026-03-02 08:00"), room=scene.rooms[0])
    make_assignment(struck, scene.lecturers[0], state=AssignmentState.ACCEPTED)
    run = commands.ask_for_repair(
        course_session=struck,
        person_id=scene.lecturers[0].person_id,
        room_id=None,
        starts_at=on("2026-03-02 00:00"),
        ends_at=on("2026-03-03 00:00"),
        until=date(2026, 3, 6),
        reason=REASON,
        actor=scene.actor,
        at=ASKED,
    )
    assert run is not None
    return run


def found(run: PlanningRun, scene: Scene) -> PlanningProposal:
    """The run after it has found a move."""
    work = begin(run)
    key = queries.situation_of(run).meetings[0].key
    moves = [place(key, "2026-03-03 08:00", scene.rooms[0].id)]
    result = commands.Found(places=moves, moves=moves, left=(), answers=(), proven=True, best=True)
    commands.keep_repair(search=work, found=result, spent=1.0, at=ASKED)
    return queries.list_proposals(run)[0]


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.REGISTRAR, Role.QUALITY_OFFICER])
def test_who_does_not_plan_sees_the_moves_but_not_why_somebody_is_away(
    client: PageClient, scene: Scene, role: Role
) -> None:
    run = asked(scene)
    addresses = [f"/planning-runs/{run.id}"]
    client.sign_in(make_account_with(role, scene.organisation))
    with stopped_at(TAKEN):
        open_still = client.get(addresses[0]).text
        addresses.append(f"/proposals/{found(run, scene).id}")
        pages = [open_still, *(client.get(address).text for address in addresses)]

    assert f"{scene.lecturers[0].person.full_name} is away" in pages[0]
    assert "1 move" in pages[1]
    assert [REASON in text for text in pages] == [False, False, False]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.TRAINING_MANAGER])
def test_who_plans_is_told_why(client: PageClient, scene: Scene, role: Role) -> None:
    run = asked(scene)
    client.sign_in(make_account_with(role, scene.organisation))

    with stopped_at(TAKEN):
        assert REASON in client.get(f"/planning-runs/{run.id}").text
        assert REASON in client.get(f"/organisations/{scene.organisation.id}/propose").text


def test_why_is_for_those_who_plan_where_it_was_put_on_record(client: PageClient, scene: Scene) -> None:
    # The lecturer's own school has written it down for the same day; this one only learns that they cannot come.
    make_absence(
        scene.lecturers[0].person,
        organisation_id=make_organisation().id,
        during=Range(on("2026-03-02 00:00"), on("2026-03-03 00:00"), bounds="[)"),
        reason=REASON,
    )
    run = asked(scene)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))

    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{run.id}")

    assert f"{scene.lecturers[0].person.full_name} is away" in page.text
    assert REASON not in page.text
