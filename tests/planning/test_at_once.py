"""Those who take or undo a proposal at the same moment: on committed data, in an own database."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.transaction import unit_of_work
from app.planning import commands, queries
from app.planning.commands import taking
from app.planning.models import Absence, PlanningRun
from app.scheduling.commands import lock_for_arranging
from app.scheduling.models import CourseSession
from app.scheduling.queries import get_session
from tests.factories.scheduling import make_session
from tests.factories.teaching import make_assignment
from tests.planning.scene import ASKED, TAKEN, begin, make_scene, on
from tests.planning.situations import place
from tests.support.at_once import all_at_once, keep


def two_proposals() -> tuple[list[int], int, Actor]:
    """Two proposals of one run, stored; with the number of the course."""
    scene = make_scene()
    run = scene.ask()
    keys = [meeting.key for meeting in queries.situation_of(run).meetings]
    numbers = []
    for hour in ("08:00", "13:30"):
        run.state = type(run.state).RUNNING
        places = [
            place(key, f"2026-03-0{day} {hour}", scene.rooms[0].id) for day, key in enumerate(keys, start=2)
        ]
        numbers.append(scene.proposal(run, *places).id)
    found = numbers, scene.course.id, scene.actor
    keep()
    return found


def sessions_of(course_id: int) -> int:
    count = session.scalar(select(func.count()).where(CourseSession.course_id == course_id))
    session.remove()
    return count or 0


def take(number: int, actor: Actor) -> None:
    commands.take_proposal(proposal=queries.get_proposal(number), actor=actor, at=TAKEN)


def undo(number: int, actor: Actor) -> None:
    commands.undo_proposal(proposal=queries.get_proposal(number), actor=actor, at=TAKEN)


@pytest.mark.usefixtures("committed")
def test_of_those_who_take_at_once_one_does(app: Flask) -> None:
    (first, second), course_id, actor = two_proposals()

    ended = all_at_once(app, [partial(take, number, actor) for number in (first, second) * 2])

    assert ended == {"done": 1, "ProposalTaken": 3}
    assert sessions_of(course_id) == 4


@pytest.mark.usefixtures("committed")
def test_of_those_who_undo_at_once_one_does(app: Flask) -> None:
    (first, _second), course_id, actor = two_proposals()
    with unit_of_work():
        take(first, actor)

    ended = all_at_once(app, [partial(undo, first, actor)] * 3)

    assert ended == {"done": 1, "NotTaken": 2}
    assert sessions_of(course_id) == 0


def one_upon_the_other() -> tuple[int, int, int, Actor]:
    """A proposal that made sessions and a later one that moved one of them, both taken; and the course."""
    scene = make_scene(hours=(4,))
    run = scene.ask()
    keys = [meeting.key for meeting in queries.situation_of(run).meetings]
    room = scene.rooms[0].id
    first = scene.proposal(
        run, *(place(key, f"2026-03-0{day} 08:00", room) for day, key in enumerate(keys, start=2))
    )
    take(first.id, scene.actor)
    run = scene.ask(moving=True)
    moved = queries.situation_of(run).meetings[0].key
    later = scene.proposal(run, place(moved, "2026-03-05 08:00", room))
    take(later.id, scene.actor)
    found = first.id, later.id, scene.course.id, scene.actor
    keep()
    return found


@pytest.mark.usefixtures("committed")
def test_who_waits_while_a_later_proposal_is_undone_undoes_the_earlier_one_then(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, later, course_id, actor = one_upon_the_other()
    lock, ended = lock_for_arranging, []

    def once_the_other_has_let_go(**wanted: Any) -> dict[int, CourseSession]:
        monkeypatch.setattr(taking, "lock_for_arranging", lock)
        ended.append(all_at_once(app, [partial(undo, later, actor)]))
        return lock(**wanted)

    monkeypatch.setattr(taking, "lock_for_arranging", once_the_other_has_let_go)
    with unit_of_work():
        undo(first, actor)

    assert ended == [{"done": 1}]
    assert sessions_of(course_id) == 0


def two_repairs() -> tuple[list[int], int, Actor]:
    """Two managers' moves of the same session to different places, stored; with the number of the session."""
    scene = make_scene(trainees=0)
    struck = make_session(scene.course, starts_at=on("2026-03-02 08:00"), room=scene.rooms[0])
    make_assignment(struck, scene.lecturers[0])
    numbers = []
    for hour in ("08:00", "13:30"):
        work = begin(away(struck.id, scene.lecturers[0].person_id, scene.actor))
        moves = [place(f"s{struck.id}", f"2026-03-03 {hour}", scene.rooms[0].id)]
        found = commands.Found(places=moves, moves=moves, left=(), answers=(), proven=True, best=True)
        commands.keep_repair(search=work, found=found, spent=1.0, at=ASKED)
        numbers.append(queries.list_proposals(queries.get_run(work.run_id))[0].id)
    kept = numbers, struck.id, scene.actor
    keep()
    return kept


def away(session_id: int, person_id: int, actor: Actor) -> PlanningRun:
    run = commands.ask_for_repair(
        course_session=get_session(session_id),
        person_id=person_id,
        room_id=None,
        starts_at=on("2026-03-02 00:00"),
        ends_at=on("2026-03-03 00:00"),
        until=date(2026, 3, 6),
        reason="",
        actor=actor,
        at=ASKED,
    )
    assert run is not None
    return run


@pytest.mark.usefixtures("committed")
def test_of_two_managers_who_take_moves_of_the_same_session_one_does(app: Flask) -> None:
    numbers, session_id, actor = two_repairs()

    ended = all_at_once(app, [partial(take, number, actor) for number in numbers * 2])

    assert ended["done"] == 1
    assert set(ended) <= {"done", "PlanChanged", "ProposalTaken"}
    assert get_session(session_id).starts_at in (on("2026-03-03 08:00"), on("2026-03-03 13:30"))


@pytest.mark.usefixtures("committed")
def test_who_say_at_once_that_somebody_is_away_put_it_on_record_once(app: Flask) -> None:
    scene = make_scene(trainees=0)
    struck = make_session(scene.course, starts_at=on("2026-03-02 08:00"), room=scene.rooms[0])
    make_assignment(struck, scene.lecturers[0])
    session_id, person_id, actor = struck.id, scene.lecturers[0].person_id, scene.actor
    keep()

    ended = all_at_once(app, [partial(away, session_id, person_id, actor)] * 4)

    assert ended == {"done": 4}
    assert session.scalar(select(func.count()).select_from(Absence)) == 1
