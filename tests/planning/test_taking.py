"""A proposal becomes the timetable in one step, and is put back in one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.transaction import complete, settle
from app.planning import commands, queries
from app.planning.errors import (
    AnsweredSinceTaken,
    ChangedSinceTaken,
    NoTeachingDay,
    NothingToPlace,
    NotTaken,
    PlanChanged,
    ProposalNotReady,
    ProposalTaken,
    ReleasedSinceTaken,
    RunIsOpen,
)
from app.planning.models import PlanningProposal
from app.scheduling.commands import cancel_session
from app.scheduling.errors import PersonBusy, SessionIsOver
from app.scheduling.models import Engagement, TimetableRelease
from app.scheduling.queries import list_sessions
from app.teaching.models import Assignment
from app.teaching.types import AssignmentState
from tests.factories.scheduling import make_course, make_engagement, make_session
from tests.planning.scene import ASKED, TAKEN, Scene, make_scene, on
from tests.planning.situations import place
from tests.support.queries import QueryCounter

pytestmark = pytest.mark.usefixtures("app")
HOURS = timedelta(hours=1)


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene()


def proposed(scene: Scene) -> PlanningProposal:
    """A proposal of four sessions in the first room: two of two hours, and two of three."""
    run = scene.ask()
    first, second, third, fourth = (meeting.key for meeting in queries.situation_of(run).meetings)
    room = scene.rooms[0].id
    return scene.proposal(
        run,
        place(first, "2026-03-02 08:00", room),
        place(second, "2026-03-02 13:30", room),
        place(third, "2026-03-03 08:00", room),
        place(fourth, "2026-03-04 08:00", room),
    )


def timetable(scene: Scene) -> list[tuple[str, str, int | None]]:
    return [
        (one.title, f"{one.day} {one.start:%H:%M}-{one.end:%H:%M}", one.room_id)
        for one in list_sessions(scene.course)
    ]


def test_a_proposal_makes_the_sessions_binds_their_people_and_asks_the_lecturers(
    db: Session, scene: Scene
) -> None:
    proposal = proposed(scene)

    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    complete()

    room = scene.rooms[0].id
    assert timetable(scene) == [
        ("Module 1", "2026-03-02 08:00-10:00", room),
        ("Module 1", "2026-03-02 13:30-15:30", room),
        ("Module 2", "2026-03-03 08:00-11:00", room),
        ("Module 2", "2026-03-04 08:00-11:00", room),
    ]
    assert db.query(Engagement).count() == 4 * (2 + 1)
    asked = [one.lecturer_id for one in db.query(Assignment).order_by(Assignment.course_session_id)]
    assert asked == [scene.lecturers[0].id] * 2 + [scene.lecturers[1].id] * 2
    assert proposal.is_in_timetable


def test_nothing_changes_before_one_is_taken(scene: Scene) -> None:
    proposed(scene)

    assert timetable(scene) == []


def test_undoing_puts_everything_back(db: Session, scene: Scene) -> None:
    standing = make_session(scene.course, starts_at=on("2026-03-05 08:00"), hours=2)
    lecturer = make_engagement(standing, scene.lecturers[0].person).person_id
    run = scene.ask()
    by_session = {meeting.session_id: meeting.key for meeting in queries.situation_of(run).meetings}
    proposal = scene.proposal(run, place(by_session[standing.id], "2026-03-06 08:00", scene.rooms[1].id))
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    complete()
    assert timetable(scene) == [(standing.title, "2026-03-06 08:00-10:00", scene.rooms[1].id)]

    commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + HOURS)
    complete()

    assert timetable(scene) == [(standing.title, "2026-03-05 08:00-10:00", None)]
    bond = db.scalars(select(Engagement).where(Engagement.person_id == lecturer)).one()
    db.refresh(bond)
    assert (bond.during.lower, bond.clash_reason) == (on("2026-03-05 08:00"), None)
    assert not proposal.is_in_timetable


def test_undone_new_sessions_vanish_and_the_proposal_may_be_taken_again(db: Session, scene: Scene) -> None:
    proposal = proposed(scene)
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + HOURS)
    complete()
    assert (timetable(scene), db.query(Engagement).count(), db.query(Assignment).count()) == ([], 0, 0)

    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + 2 * HOURS)
    complete()

    assert len(timetable(scene)) == 4


def test_what_was_moved_and_put_back_does_not_keep_an_earlier_one_from_being_undone(
    db: Session, scene: Scene
) -> None:
    first = proposed(scene)
    commands.take_proposal(proposal=first, actor=scene.actor, at=TAKEN)
    complete()
    stands = timetable(scene)
    run = scene.ask(moving=True, at=TAKEN)
    key = queries.situation_of(run).meetings[0].key
    later = scene.proposal(run, place(key, "2026-03-05 08:00", scene.rooms[0].id))
    commands.take_proposal(proposal=later, actor=scene.actor, at=TAKEN + HOURS)
    complete()
    with pytest.raises(ChangedSinceTaken):
        commands.undo_proposal(proposal=first, actor=scene.actor, at=TAKEN + 2 * HOURS)
    commands.undo_proposal(proposal=later, actor=scene.actor, at=TAKEN + 2 * HOURS)
    complete()
    assert timetable(scene) == stands

    commands.undo_proposal(proposal=first, actor=scene.actor, at=TAKEN + 3 * HOURS)

    complete()
    assert timetable(scene) == []


def test_sessions_may_change_places_with_each_other(scene: Scene) -> None:
    room = scene.rooms[0]
    one = make_session(scene.course, starts_at=on("2026-03-05 08:00"), room=room)
    other = make_session(scene.course, starts_at=on("2026-03-06 08:00"), room=room)
    for meeting in (one, other):
        make_engagement(meeting, scene.lecturers[0].person)
    run = scene.ask(moving=True)
    by_session = {meeting.session_id: meeting.key for meeting in queries.situation_of(run).meetings}
    proposal = scene.proposal(
        run,
        place(by_session[one.id], "2026-03-06 08:00", room.id),
        place(by_session[other.id], "2026-03-05 08:00", room.id),
    )

    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    complete()

    assert [title for title, _hours, _room in timetable(scene)] == [other.title, one.title]


def test_a_room_taken_meanwhile_refuses_the_proposal_and_is_named(scene: Scene) -> None:
    proposal = proposed(scene)
    make_session(make_course(), starts_at=on("2026-03-03 09:00"), room=scene.rooms[0])

    with pytest.raises(PlanChanged) as refusal:
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)

    assert refusal.value.parameters["count"] == 1
    changes = queries.changes_for(proposal, TAKEN)
    assert [(change.kind.value, change.holder) for change in changes] == [("room_taken", "A1")]
    assert timetable(scene) == []


def test_a_lecturer_engaged_meanwhile_refuses_it_even_where_a_clash_was_allowed(scene: Scene) -> None:
    proposal = proposed(scene)
    elsewhere = make_session(make_course(), starts_at=on("2026-03-03 09:00"))
    make_engagement(elsewhere, scene.lecturers[1].person, clash_reason="Online in between")

    with pytest.raises(PlanChanged):
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)


def test_a_trainee_engaged_elsewhere_refuses_it(db: Session, scene: Scene) -> None:
    proposal = proposed(scene)
    trainee = queries.situation_of(proposal.run).courses[0].trainee_ids[0]
    elsewhere = make_session(make_course(), starts_at=on("2026-03-04 10:00"))
    db.add(
        Engagement(course_session_id=elsewhere.id, during=elsewhere.during, person_id=trainee, kind="trainee")
    )
    db.flush()

    with pytest.raises(PlanChanged):
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)


def test_the_constraints_judge_what_the_look_did_not_see(scene: Scene) -> None:
    # Two sessions of one lecturer at once: no search would propose it, so only the database can refuse it.
    scene.lecturers[1] = scene.lecturers[0]
    run = scene.ask()
    first, second, *_rest = (meeting.key for meeting in queries.situation_of(run).meetings)
    proposal = scene.proposal(
        run,
        place(first, "2026-03-02 08:00", scene.rooms[0].id),
        place(second, "2026-03-02 09:00", scene.rooms[1].id),
    )

    with pytest.raises(PersonBusy):
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)


def test_its_days_may_have_come(scene: Scene) -> None:
    proposal = proposed(scene)

    with pytest.raises(PlanChanged):
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=on("2026-03-02 12:00"))


def test_only_one_proposal_of_a_run_is_taken(scene: Scene) -> None:
    proposal = proposed(scene)
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)

    with pytest.raises(ProposalTaken):
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)


def test_what_is_still_searched_is_not_taken(scene: Scene) -> None:
    proposal = proposed(scene)
    proposal.run.state = type(proposal.run.state).RUNNING

    with pytest.raises(ProposalNotReady):
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)


def test_what_was_not_taken_is_not_undone(scene: Scene) -> None:
    with pytest.raises(NotTaken):
        commands.undo_proposal(proposal=proposed(scene), actor=scene.actor, at=TAKEN)


def test_a_changed_session_keeps_the_proposal_from_being_undone(scene: Scene) -> None:
    proposal = proposed(scene)
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    list_sessions(scene.course)[0].title = "Another title"

    with pytest.raises(ChangedSinceTaken):
        commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + HOURS)


def test_a_cancelled_session_keeps_the_proposal_from_being_undone(scene: Scene) -> None:
    proposal = proposed(scene)
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    settle()
    cancel_session(course_session=list_sessions(scene.course)[0], reason="Flood", actor=scene.actor, at=TAKEN)

    with pytest.raises(SessionIsOver):
        commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + HOURS)


def test_a_release_keeps_the_proposal_from_being_undone(db: Session, scene: Scene) -> None:
    proposal = proposed(scene)
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    db.add(
        TimetableRelease(course=scene.course, number=1, name="First", released_at=TAKEN + HOURS, entries=[])
    )

    with pytest.raises(ReleasedSinceTaken):
        commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + 2 * HOURS)


def test_an_answer_keeps_the_proposal_from_being_undone(db: Session, scene: Scene) -> None:
    proposal = proposed(scene)
    commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
    assignment = db.scalars(select(Assignment).limit(1)).one()
    assignment.state, assignment.answered_at = AssignmentState.ACCEPTED, TAKEN

    with pytest.raises(AnsweredSinceTaken):
        commands.undo_proposal(proposal=proposal, actor=scene.actor, at=TAKEN + HOURS)


def test_one_search_at_a_time(scene: Scene) -> None:
    scene.ask()

    with pytest.raises(RunIsOpen):
        scene.ask()


def test_nothing_to_place_is_said_at_once(db: Session) -> None:
    with pytest.raises(NothingToPlace):
        make_scene(hours=()).ask()


def test_no_teaching_day_is_said_at_once(scene: Scene) -> None:
    with pytest.raises(NoTeachingDay):
        scene.ask(at=on("2026-03-08 08:00"))


def test_a_search_that_was_stopped_before_it_began_is_over(scene: Scene) -> None:
    run = scene.ask()

    commands.stop_search(run=run, actor=scene.actor, at=ASKED)

    assert (run.state.value, commands.begin_search(run_id=run.id, at=ASKED)) == ("stopped", None)


@pytest.mark.parametrize("count", [3, 200])
def test_taking_needs_no_more_statements_for_200_sessions_than_for_three(
    db: Session, counter: QueryCounter, count: int
) -> None:
    last = date(2026, 7, 31)
    scene = make_scene(hours=(2,) * count, ends_on=last)
    run = scene.ask(last=last)
    keys = [meeting.key for meeting in queries.situation_of(run).meetings]
    weekdays = [
        day for day in (date(2026, 3, 2) + timedelta(days=n) for n in range(count)) if day.weekday() < 5
    ]
    days = [weekdays[number // 2] for number in range(count)]
    hours = ("08:00", "13:30")
    proposal = scene.proposal(
        run,
        *(
            place(key, f"{day} {hours[n % 2]}", scene.rooms[0].id)
            for n, (key, day) in enumerate(zip(keys, days, strict=True))
        ),
    )
    db.commit()

    with counter.counting():
        commands.take_proposal(proposal=proposal, actor=scene.actor, at=TAKEN)
        complete()

    assert len(timetable(scene)) == count
    assert len(counter) <= 70, "\n".join(line[:80] for line in counter.statements)
