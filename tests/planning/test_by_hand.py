"""What an absence strikes and no repair moves is named, with who else could teach; nothing is said to be settled."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.organisations.models import Organisation
from app.planning import commands, queries
from app.planning.models import PlanningRun
from app.planning.types import RunState, WhyByHand
from app.scheduling.models import AllowedClash, CourseSession
from app.teaching.types import AssignmentState
from tests.factories.accounts import make_account_with, make_grant
from tests.factories.organisations import make_organisation
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_engagement, make_session
from tests.factories.teaching import make_assignment, make_lecturer
from tests.planning.scene import ASKED, TAKEN, Scene, begin, make_scene, on
from tests.support.pages import Page, PageClient
from tests.support.queries import QueryCounter

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene(trainees=0)


def taught(scene: Scene, when: str, organisation: Organisation | None = None) -> CourseSession:
    """A session of two hours of the first lecturer, in a course of the organisation."""
    course = make_course(organisation, modules=[]) if organisation else scene.course
    room = None if organisation else scene.rooms[0]
    course_session = make_session(course, starts_at=on(when), room=room, title=f"On {when}")
    make_assignment(course_session, scene.lecturers[0], state=AssignmentState.ACCEPTED)
    return course_session


def share_room(scene: Scene, course_session: CourseSession) -> None:
    """Let another session of another lecturer be in the room at the same time, by consent."""
    other = make_session(
        make_course(scene.organisation, modules=[]),
        starts_at=course_session.starts_at,
        room=scene.rooms[0],
        room_clash_reason="A joint lecture",
    )
    session.add(
        AllowedClash(
            course_session_id=other.id,
            other_session_id=course_session.id,
            room_id=scene.rooms[0].id,
            reason="A joint lecture",
            allowed_by_id=scene.actor.person_id,
        )
    )
    session.flush()


def ask(scene: Scene, course_session: CourseSession, **values: Any) -> PlanningRun | None:
    """Say that the first lecturer is away on Monday."""
    return commands.ask_for_repair(
        **{
            "course_session": course_session,
            "person_id": scene.lecturers[0].person_id,
            "room_id": None,
            "starts_at": on("2026-03-02 00:00"),
            "ends_at": on("2026-03-03 00:00"),
            "until": date(2026, 3, 6),
            "reason": "",
            "actor": scene.actor,
            "at": ASKED,
            **values,
        }
    )


def by_hand(run: PlanningRun | None, at: datetime = TAKEN) -> dict[int, WhyByHand]:
    assert run is not None
    assert run.absence is not None
    told = queries.situation_of(run)
    found = queries.list_by_hand(run.absence, run.organisation_id, run.course_session_id, told, at)
    return {one.session_id: one.why for one in found}


def shown(client: PageClient, run: PlanningRun | None, at: datetime = TAKEN) -> Page:
    assert run is not None
    with stopped_at(at):
        return client.get(f"/planning-runs/{run.id}")


def jobs() -> int:
    count = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'planning.repair'")
    return int(session.execute(count).scalar_one())


def test_a_session_shared_by_consent_is_named_with_who_else_could_teach(
    scene: Scene, client: PageClient
) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    share_room(scene, struck)
    scene.lecturers[0].specialities = "Party building"
    other = make_lecturer(make_person(organisation=scene.organisation), specialities="Party building")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    address = f"/sessions/{struck.id}/away"
    with stopped_at(ASKED):
        values = {"who": f"p{scene.lecturers[0].person_id}", "spell": "day"}
        page = client.follow(client.send(client.get(address), values, address=address))

    assert "No session has to move" not in page.text
    assert "Nothing has to move" not in page.text
    assert "It shares a room or a person with another session by consent." in page.text
    assert page.links()[struck.title] == f"/sessions/{struck.id}"
    assert f"Ask {other.person.full_name}" in page.text


def test_with_nothing_to_move_the_worker_is_not_asked(scene: Scene) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    share_room(scene, struck)

    run = ask(scene, struck)

    assert by_hand(run) == {struck.id: WhyByHand.SHARED}
    assert run is not None
    assert (run.state, jobs()) == (RunState.DONE, 0)


def test_beside_the_moves_it_is_named_too(scene: Scene, client: PageClient) -> None:
    struck, shared = taught(scene, "2026-03-02 08:00"), taught(scene, "2026-03-02 13:30")
    share_room(scene, shared)

    run = ask(scene, struck)

    assert run is not None
    assert (run.state, jobs()) == (RunState.WAITING, 1)
    assert by_hand(run) == {shared.id: WhyByHand.SHARED}
    found = commands.Found(places=(), moves=(), left=(), answers=(), proven=True, best=True)
    commands.keep_repair(search=begin(run), found=found, spent=1.0, at=ASKED)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    page = shown(client, run)
    assert "To be settled by hand" in page.text
    assert page.links()[shared.title] == f"/sessions/{shared.id}"
    # The one that may move stands among those for which somebody else could be asked.
    assert page.links()[struck.title] == f"/sessions/{struck.id}/lecturers"


def test_a_session_of_another_organisation_is_named_only_to_those_who_see_it(
    scene: Scene, client: PageClient
) -> None:
    elsewhere = make_organisation()
    shared = taught(scene, "2026-03-02 08:00")
    share_room(scene, shared)
    other = taught(scene, "2026-03-02 13:30", elsewhere)
    run = ask(scene, shared)
    assert by_hand(run) == {shared.id: WhyByHand.SHARED, other.id: WhyByHand.ELSEWHERE}

    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    page = shown(client, run)
    assert "1 session of another organisation, which you may not see." in page.text
    assert other.title not in page.text

    both = make_account_with(Role.TRAINING_MANAGER, scene.organisation)
    make_grant(both.person, Role.TRAINING_MANAGER, elsewhere)
    client.sign_in(both)
    page = shown(client, run)
    assert "It belongs to another organisation." in page.text
    assert page.links()[other.title] == f"/sessions/{other.id}"
    assert "which you may not see" not in page.text


def test_only_sessions_elsewhere_are_struck(scene: Scene) -> None:
    origin = taught(scene, "2026-03-02 08:00")
    other = taught(scene, "2026-03-03 08:00", make_organisation())
    days = {"starts_at": on("2026-03-03 00:00"), "ends_at": on("2026-03-04 00:00")}

    run = ask(scene, origin, **days)

    assert by_hand(run) == {other.id: WhyByHand.ELSEWHERE}


def test_what_has_begun_is_named_until_it_is_over(scene: Scene) -> None:
    begun, later = taught(scene, "2026-03-02 08:00"), taught(scene, "2026-03-02 13:30")
    at = on("2026-03-02 09:00")

    run = ask(scene, later, at=at)

    assert by_hand(run, at) == {begun.id: WhyByHand.BEGUN}
    assert by_hand(run, on("2026-03-02 10:00")) == {}


def test_what_was_put_there_later_is_named(scene: Scene) -> None:
    run = ask(scene, taught(scene, "2026-03-02 08:00"))
    later = taught(scene, "2026-03-02 13:30")

    assert by_hand(run) == {later.id: WhyByHand.NOT_LOOKED_AT}


def test_a_lecturer_who_said_no_is_missed_until_somebody_else_is_to_teach(scene: Scene) -> None:
    struck = make_session(scene.course, starts_at=on("2026-03-02 08:00"), room=scene.rooms[0])
    make_assignment(struck, scene.lecturers[0], state=AssignmentState.DECLINED)
    share_room(scene, struck)
    run = ask(scene, struck)
    assert by_hand(run) == {struck.id: WhyByHand.SHARED}

    make_engagement(struck, scene.lecturers[1].person)

    assert by_hand(run) == {}


def test_a_room_that_cannot_be_used_leaves_what_is_shared_to_people(scene: Scene, client: PageClient) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    share_room(scene, struck)

    run = ask(scene, struck, person_id=None, room_id=scene.rooms[0].id)

    assert struck.id in by_hand(run)
    assert set(by_hand(run).values()) == {WhyByHand.SHARED}
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    page = shown(client, run)
    assert page.links()[struck.title] == f"/sessions/{struck.id}"
    assert "Nobody of the same field" not in page.text


def test_who_is_back_is_missed_nowhere(scene: Scene, client: PageClient) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    share_room(scene, struck)
    run = ask(scene, struck)
    assert run is not None
    assert run.absence is not None

    commands.withdraw_absence(absence=run.absence, actor=scene.actor, at=ASKED)

    assert by_hand(run) == {}
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    assert "Nothing is in the way any more." in shown(client, run).text


def test_nothing_struck_needs_no_page(scene: Scene) -> None:
    struck = taught(scene, "2026-03-02 08:00")

    assert ask(scene, struck, starts_at=on("2026-03-04 00:00"), ends_at=on("2026-03-05 00:00")) is None


def test_who_does_not_plan_is_told_nothing_of_who_else_is_free(scene: Scene, client: PageClient) -> None:
    shared = taught(scene, "2026-03-02 08:00")
    share_room(scene, shared)
    run = ask(scene, shared)
    client.sign_in(make_account_with(Role.DIRECTOR, scene.organisation))

    page = shown(client, run)

    assert page.links()[shared.title] == f"/sessions/{shared.id}"
    assert "Nobody of the same field is free then." not in page.text


def test_the_page_needs_as_many_statements_for_three_as_for_one(
    scene: Scene, client: PageClient, counter: QueryCounter
) -> None:
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    counts = []
    for hours in (("08:00",), ("10:00", "13:30")):
        for hour in hours:
            shared = taught(scene, f"2026-03-02 {hour}")
            share_room(scene, shared)
        run = ask(scene, shared)
        # The first page of a sign-in notes that it was used.
        shown(client, run)
        with counter.counting():
            page = shown(client, run)
        counts.append(len(counter))

    assert page.text.count("by consent.") == 3
    assert counts[0] == counts[1]
    assert counts[0] <= 20, counter.statements
