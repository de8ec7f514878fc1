"""What was taken is undone while nothing of it has begun, whatever became of courses that it never touched."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.kernel.transaction import complete, happened_so_far, settle
from app.planning import commands, queries
from app.planning.errors import BegunSinceTaken, FormerTimeCame
from app.planning.events import ProposalUndone
from app.planning.models import PlanningProposal
from app.scheduling.commands import cancel_course
from app.scheduling.models import CourseSession
from app.scheduling.queries import list_sessions
from tests.factories.scheduling import make_course, make_session
from tests.planning.scene import TAKEN, Scene, make_scene, on
from tests.planning.situations import place

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene(hours=(4,))


def two_made(scene: Scene) -> PlanningProposal:
    """A proposal, taken, that made a session on Monday and one on Wednesday."""
    run = scene.ask()
    first, second = (meeting.key for meeting in queries.situation_of(run).meetings)
    room = scene.rooms[0].id
    return taken(
        scene,
        scene.proposal(run, place(first, "2026-03-02 08:00", room), place(second, "2026-03-04 08:00", room)),
    )


def one_moved(scene: Scene, before: str, after: str) -> tuple[PlanningProposal, CourseSession]:
    """A proposal, taken, that moved a session."""
    course_session = make_session(scene.course, starts_at=on(before), room=scene.rooms[0])
    run = scene.ask(moving=True)
    proposal = scene.proposal(run, place(f"s{course_session.id}", after, scene.rooms[0].id))
    return taken(scene, proposal), course_session


def taken(scene: Scene, proposal: PlanningProposal) -> PlanningProposal:
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    complete()
    return proposal


def undo(scene: Scene, proposal: PlanningProposal, at: datetime) -> None:
    commands.undo_proposal(proposal=proposal, actor=scene.actor, at=at)
    complete()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1), timedelta(days=7)])
def test_what_has_begun_is_not_undone_though_nobody_said_that_it_was_held(
    scene: Scene, late: timedelta
) -> None:
    proposal = two_made(scene)

    with pytest.raises(BegunSinceTaken) as refusal:
        undo(scene, proposal, on("2026-03-02 08:00") + late)

    assert refusal.value.parameters["count"] == (2 if late.days else 1)
    assert len(list_sessions(scene.course)) == 2
    assert proposal.is_in_timetable


def test_it_is_undone_until_its_first_session_begins(scene: Scene) -> None:
    undo(scene, two_made(scene), on("2026-03-02 08:00") - timedelta(minutes=1))

    assert list_sessions(scene.course) == []


@pytest.mark.parametrize("at", ["2026-03-03 08:00", "2026-03-04 09:00"])
def test_nothing_goes_back_to_a_time_that_has_come(scene: Scene, at: str) -> None:
    proposal, moved = one_moved(scene, "2026-03-03 08:00", "2026-03-05 08:00")

    with pytest.raises(FormerTimeCame) as refusal:
        undo(scene, proposal, on(at))

    assert refusal.value.parameters["count"] == 1
    assert moved.starts_at == on("2026-03-05 08:00")
    assert proposal.is_in_timetable


def test_what_was_moved_ahead_and_has_begun_stays_though_its_former_time_lies_ahead(scene: Scene) -> None:
    proposal, moved = one_moved(scene, "2026-03-05 08:00", "2026-03-03 08:00")

    with pytest.raises(BegunSinceTaken):
        undo(scene, proposal, on("2026-03-04 09:00"))

    assert moved.starts_at == on("2026-03-03 08:00")


def test_a_cancelled_course_that_it_does_not_touch_is_not_in_its_way(scene: Scene) -> None:
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)}
    other = make_course(scene.organisation, modules=[], **days)
    make_session(other, starts_at=on("2026-03-03 08:00"))
    run = scene.ask(course=None, moving=True)
    first = queries.situation_of(run).meetings[-1]
    assert {course.id for course in queries.situation_of(run).courses} == {scene.course.id, other.id}
    assert first.course_id == scene.course.id
    proposal = scene.proposal(run, place(first.key, "2026-03-02 08:00", scene.rooms[0].id))
    taken(scene, proposal)
    cancel_course(course=other, reason="Too few trainees", actor=scene.actor, at=TAKEN)
    complete()

    commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + timedelta(hours=1))

    assert list_sessions(scene.course) == []
    settle()
    (event,) = (one for one in happened_so_far() if isinstance(one, ProposalUndone))
    assert event.course_ids == (scene.course.id,)
