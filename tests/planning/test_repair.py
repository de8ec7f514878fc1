"""A lecturer cannot come: the fewest moves are found by the worker, shown in words, taken in one step and undone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.access import Role
from app.kernel.clock import stopped_at
from app.kernel.db import session
from app.kernel.transaction import complete
from app.planning import commands, queries
from app.planning.errors import NobodyAway, NoTeachingDay
from app.planning.jobs import repair
from app.planning.models import Absence, PlanningProposal, PlanningRun
from app.planning.stored import read_places
from app.planning.types import ChangeKind, RunKind, RunState
from app.scheduling.errors import SessionIsOver
from app.scheduling.models import CourseSession
from app.teaching.types import AssignmentState
from tests.factories.accounts import make_account_with
from tests.factories.enrolment import make_enrolment
from tests.factories.people import make_person
from tests.factories.scheduling import make_course, make_session
from tests.factories.teaching import make_assignment, make_lecturer
from tests.planning.scene import ASKED, TAKEN, Scene, make_scene, on
from tests.planning.situations import place
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

pytestmark = pytest.mark.usefixtures("app")
DAY = (on("2026-03-02 00:00"), on("2026-03-03 00:00"))


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene(trainees=0)


def taught(scene: Scene, when: str, lecturer: int = 0, room: int = 0, **values: object) -> CourseSession:
    """A session of two hours with a lecturer who has accepted."""
    course_session = make_session(
        scene.course, starts_at=on(when), hours=2, room=scene.rooms[room], title=f"On {when}", **values
    )
    make_assignment(course_session, scene.lecturers[lecturer], state=AssignmentState.ACCEPTED)
    return course_session


def ask(scene: Scene, course_session: CourseSession, **values: object) -> PlanningRun:
    """Ask for the moves that mend the absence of the first lecturer on Monday."""
    run = commands.ask_for_repair(
        **{  # type: ignore[arg-type]  # what a test says otherwise
            "course_session": course_session,
            "person_id": scene.lecturers[0].person_id,
            "room_id": None,
            "starts_at": DAY[0],
            "ends_at": DAY[1],
            "until": date(2026, 3, 6),
            "reason": "Conference",
            "actor": scene.actor,
            "at": ASKED,
            **values,
        }
    )
    assert run is not None
    return run


def mended(run: PlanningRun, db: Session) -> PlanningRun:
    """The run after the worker had it."""
    number = run.id
    db.commit()
    with stopped_at(ASKED):
        repair(number)
    return session.scalars(
        select(PlanningRun).where(PlanningRun.id == number).execution_options(populate_existing=True)
    ).one()


def proposal_of(run: PlanningRun) -> PlanningProposal:
    return queries.list_proposals(run)[0]


def where(number: int) -> tuple[str, int | None]:
    course_session = session.get_one(CourseSession, number, populate_existing=True)
    return f"{course_session.day} {course_session.start:%H:%M}", course_session.room_id


@pytest.fixture(autouse=True)
def letters_can_be_written(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_only_the_lecturers_session_moves_and_that_is_proven(scene: Scene, db: Session) -> None:
    struck, other = taught(scene, "2026-03-02 08:00"), taught(scene, "2026-03-02 13:30", lecturer=1)
    key, other_id, room_id = f"s{struck.id}", other.id, scene.rooms[0].id

    run = mended(ask(scene, struck), db)

    assert (run.kind, run.state) == (RunKind.REPAIR, RunState.DONE)
    assert (run.outcome["proven"], run.outcome["best"], run.outcome["left"]) == (True, True, [])
    (move,) = read_places(proposal_of(run).places)
    assert move.key == key
    assert move.start >= int(on("2026-03-03 08:00").timestamp()) // 60
    assert where(other_id) == ("2026-03-02 13:30", room_id)


def test_nothing_changes_before_the_moves_are_taken_and_undoing_puts_it_back(
    scene: Scene, db: Session
) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    number, before = struck.id, ("2026-03-02 08:00", scene.rooms[0].id)
    run = mended(ask(scene, struck), db)
    assert where(number) == before

    commands.take_proposal(proposal=proposal_of(run), actor=scene.actor, at=TAKEN)
    complete()
    assert where(number)[0][:10] in ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06")

    commands.undo_proposal(proposal=proposal_of(run), actor=scene.actor, at=TAKEN + timedelta(hours=1))
    complete()
    assert where(number) == before


def test_another_session_makes_room_where_that_takes_the_fewest_moves(db: Session) -> None:
    # One room only, and full: the lecturer's session can go nowhere unless another one changes places with it.
    scene = make_scene(trainees=0, hours=(), ends_on=date(2026, 3, 3))
    scene.lecturers = [make_lecturer(make_person(organisation=scene.organisation)) for _ in range(2)]
    session.delete(scene.rooms.pop())
    long = {"hours": 3.5}
    struck = [
        make_session(scene.course, starts_at=on(when), room=scene.rooms[0], **long)
        for when in ("2026-03-02 08:00", "2026-03-02 13:30", "2026-03-03 08:00", "2026-03-03 13:30")
    ]
    for course_session, lecturer in zip(struck, (0, 1, 1, 1), strict=True):
        make_assignment(course_session, scene.lecturers[lecturer], state=AssignmentState.ACCEPTED)

    number = struck[0].id

    run = mended(ask(scene, struck[0], until=date(2026, 3, 3)), db)

    assert run.outcome["proven"]
    assert f"s{number}" in {place.key for place in read_places(proposal_of(run).places)}
    assert len(proposal_of(run).places) == 2
    commands.take_proposal(proposal=proposal_of(run), actor=scene.actor, at=TAKEN)
    complete()
    assert where(number)[0][:10] == "2026-03-03"


def test_what_was_odd_before_is_left_alone(scene: Scene, db: Session) -> None:
    # A Saturday, a quarter past eight, and two courses at once by consent would all be against the rules.
    struck = taught(scene, "2026-03-02 08:00")
    odd = [
        taught(scene, "2026-03-07 08:00", lecturer=1),
        taught(scene, "2026-03-04 18:10", lecturer=1),
    ]

    number, others = struck.id, [one.id for one in odd]

    run = mended(ask(scene, struck, until=date(2026, 3, 8)), db)

    assert [place.key for place in read_places(proposal_of(run).places)] == [f"s{number}"]
    assert [where(one)[0] for one in others] == ["2026-03-07 08:00", "2026-03-04 18:10"]


def test_a_room_that_cannot_be_used_is_left_by_its_sessions(scene: Scene, db: Session) -> None:
    struck = taught(scene, "2026-03-02 08:00")

    run = mended(ask(scene, struck, person_id=None, room_id=scene.rooms[0].id), db)

    (move,) = read_places(proposal_of(run).places)
    # Another room at the same time touches nobody's hours; the cost decides, and staying is cheaper.
    assert move.room_id != scene.rooms[0].id or move.start >= int(DAY[1].timestamp()) // 60


def test_a_lecturer_who_declined_is_planned_for_a_time_at_which_they_can(scene: Scene, db: Session) -> None:
    struck = make_session(scene.course, starts_at=on("2026-03-02 08:00"), room=scene.rooms[0])
    make_assignment(struck, scene.lecturers[0], state=AssignmentState.DECLINED)
    taught(scene, "2026-03-03 08:00")

    run = mended(ask(scene, struck), db)

    (move,) = read_places(proposal_of(run).places)
    assert move.key == f"s{struck.id}"
    assert move.start not in range(
        int(on("2026-03-03 06:01").timestamp()) // 60, int(on("2026-03-03 10:00").timestamp()) // 60
    )


def test_what_finds_no_place_is_said_with_its_reasons(scene: Scene, db: Session) -> None:
    struck = taught(scene, "2026-03-02 08:00")

    run = mended(ask(scene, struck, starts_at=DAY[0], ends_at=on("2026-03-08 00:00")), db)

    assert run.state is RunState.DONE
    assert run.outcome["left"] == [f"s{struck.id}"]
    assert queries.list_proposals(run) == []
    answers: Any = run.outcome["answers"]
    (answer,) = answers
    assert answer["proven"]
    assert {one["kind"] for one in answer["reasons"]} >= {"group away"}


def test_as_many_as_can_are_mended_and_the_rest_stays(scene: Scene, db: Session) -> None:
    # One of the two is too long for any stretch of teaching hours.
    first = taught(scene, "2026-03-02 08:00")
    long = make_session(scene.course, starts_at=on("2026-03-02 13:00"), hours=5, room=scene.rooms[0])
    make_assignment(long, scene.lecturers[0], state=AssignmentState.ACCEPTED)

    run = mended(ask(scene, first), db)

    assert run.outcome["left"] == [f"s{long.id}"]
    assert [place.key for place in read_places(proposal_of(run).places)] == [f"s{first.id}"]


def test_an_absence_is_on_record_once_and_later_proposals_leave_it_free(scene: Scene) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    ask(scene, struck)
    ask(scene, struck)

    (absence,) = session.scalars(select(Absence)).all()
    told = queries.situation_of(scene.ask())
    assert [(one.person_id, one.room_id) for one in told.away] == [(scene.lecturers[0].person_id, None)]

    commands.withdraw_absence(absence=absence, actor=scene.actor, at=ASKED)
    complete()
    assert queries.look_again(ask_only(), ASKED).away == ()


def ask_only() -> PlanningRun:
    return session.scalars(select(PlanningRun).where(PlanningRun.kind == RunKind.SEARCH)).one()


def test_a_proposal_in_which_somebody_is_away_by_now_is_blocked(scene: Scene) -> None:
    run = scene.ask()
    key = queries.situation_of(run).meetings[0].key
    proposal = scene.proposal(run, place(key, "2026-03-02 08:00", scene.rooms[0].id))
    assert not queries.changes_for(proposal, ASKED)

    commands.record_absence(
        organisation=scene.organisation,
        person_id=scene.lecturers[0].person_id,
        room_id=None,
        starts_at=DAY[0],
        ends_at=DAY[1],
        reason="",
        actor=scene.actor,
        at=ASKED,
    )

    (change,) = queries.changes_for(proposal, ASKED)
    assert (change.kind, change.holder, change.blocks) == (
        ChangeKind.AWAY,
        scene.lecturers[0].person.full_name,
        True,
    )


def test_what_has_begun_is_not_moved(scene: Scene) -> None:
    struck = taught(scene, "2026-03-02 08:00")

    with pytest.raises(SessionIsOver):
        ask(scene, struck, at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC))


def test_somebody_has_to_be_away(scene: Scene) -> None:
    with pytest.raises(NobodyAway):
        ask(scene, taught(scene, "2026-03-02 08:00"), person_id=None)


def test_nothing_is_put_on_the_same_day(scene: Scene, db: Session) -> None:
    struck = taught(scene, "2026-03-02 13:30")
    at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    run = mended(ask(scene, struck, at=at, starts_at=on("2026-03-02 12:00")), db)

    (move,) = read_places(proposal_of(run).places)
    assert move.start >= int(on("2026-03-03 08:00").timestamp()) // 60


def test_a_worker_that_dies_leaves_nothing_half_made(scene: Scene, db: Session) -> None:
    run = ask(scene, taught(scene, "2026-03-02 08:00"))
    lost = commands.begin_search(run_id=run.id, at=ASKED)
    assert lost is not None
    found = commands.Found(
        places=read_places(lost.given), moves=lost.given, left=(), answers=(), proven=True, best=True
    )

    run = mended(run, db)

    # Whoever had it before finds out that it is no longer theirs.
    assert not commands.keep_repair(search=lost, found=found, spent=1.0, at=ASKED)
    assert len(queries.list_proposals(run)) == 1
    assert run.state is RunState.DONE


def test_the_moves_of_one_manager_are_refused_once_the_place_is_taken(
    scene: Scene, db: Session, client: PageClient
) -> None:
    struck = taught(scene, "2026-03-02 08:00")
    run = mended(ask(scene, struck), db)
    (move,) = read_places(proposal_of(run).places)
    taken_at = datetime.fromtimestamp(move.start * 60, UTC)
    organisation = run.organisation
    make_session(make_course(organisation), starts_at=taken_at, room_id=move.room_id)
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, organisation))

    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{run.id}")
        assert "is taken by now" in page.text
        fit = next(form for form in page.forms() if form.action.endswith("/fit"))
        again = client.follow(client.post(fit.action))

    assert "Looking for the fewest moves" in again.text
    latest = session.scalars(select(PlanningRun).order_by(PlanningRun.id.desc()).limit(1)).one()
    mended(latest, db)
    (other,) = read_places(proposal_of(latest).places)
    assert (other.start, other.room_id) != (move.start, move.room_id)


def test_a_manager_goes_from_the_session_to_the_moves_and_takes_them(
    scene: Scene, db: Session, client: PageClient
) -> None:
    for _ in range(3):
        make_enrolment(scene.course)
    struck = taught(scene, "2026-03-02 08:00")
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    name = scene.lecturers[0].person.full_name
    with stopped_at(ASKED):
        page = client.get(f"/sessions/{struck.id}")
        address = page.links()["A lecturer cannot come"]
        page = client.get(address)
        page = client.follow(
            client.send(page, {"who": f"p{scene.lecturers[0].person_id}", "spell": "day"}, address=address)
        )
        assert "No session has moved yet." in page.text
    run = session.scalars(select(PlanningRun).order_by(PlanningRun.id.desc()).limit(1)).one()
    mended(run, db)
    with stopped_at(TAKEN):
        page = client.get(f"/planning-runs/{run.id}")
        assert "These are the fewest moves possible." in page.text
        assert f"because {name} is away · concerns 3 trainees, {name}" in page.text
        take = next(form for form in page.forms() if form.action.endswith("/take"))
        page = client.follow(client.post(take.action))
        assert "1 session has its place now" in page.text
        assert "The moves are in the timetable." in page.text
        undo = next(form for form in page.forms() if form.action.endswith("/undo"))
        page = client.follow(client.post(undo.action))
        assert "The timetable is as it was before." in page.text
        withdraw = next(form for form in page.forms() if form.action.endswith("/withdraw"))
        page = client.follow(client.post(withdraw.action))
        assert "is available again" in page.text


def test_a_proposal_that_is_late_is_fitted_into_the_days_that_are_left(scene: Scene, db: Session) -> None:
    run = scene.ask()
    keys = [meeting.key for meeting in queries.situation_of(run).meetings]
    room = scene.rooms[0].id
    proposal = scene.proposal(
        run,
        place(keys[0], "2026-03-02 08:00", room),
        place(keys[1], "2026-03-04 08:00", room),
        place(keys[2], "2026-03-05 08:00", room),
    )

    late = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    again = mended(commands.fit_again(proposal=proposal, actor=scene.actor, at=late), db)

    places = {one.key: one.start for one in read_places(proposal_of(again).places)}
    assert places[keys[0]] >= int(on("2026-03-03 08:00").timestamp()) // 60
    assert len(places) == 3
    with pytest.raises(NoTeachingDay):
        commands.fit_again(
            proposal=proposal_of(again), actor=scene.actor, at=datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
        )


def test_the_page_needs_as_many_statements_for_three_moves_as_for_one(
    scene: Scene, db: Session, client: PageClient, counter: QueryCounter
) -> None:
    client.sign_in(make_account_with(Role.TRAINING_MANAGER, scene.organisation))
    counts = []
    for hours in (("08:00",), ("10:00", "13:30")):
        # The worker's units of work let go of everything: who is needed again is read again.
        scene = fresh(scene)
        struck = [taught(scene, f"2026-03-02 {hour}") for hour in hours]
        number = mended(ask(scene, struck[0]), db).id
        with stopped_at(TAKEN):
            # The first page of a sign-in notes that it was used.
            client.get(f"/planning-runs/{number}")
            with counter.counting():
                client.get(f"/planning-runs/{number}")
        counts.append(len(counter))

    assert counts[0] == counts[1]
    assert counts[0] <= 26, counter.statements


def fresh(scene: Scene) -> Scene:
    return Scene(
        session.merge(scene.organisation),
        [session.merge(room) for room in scene.rooms],
        session.merge(scene.course),
        [session.merge(lecturer) for lecturer in scene.lecturers],
        scene.actor,
    )
