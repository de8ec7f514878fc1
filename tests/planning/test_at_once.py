"""Those who take or undo a proposal at the same moment: on committed data, in an own database."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel.access import Actor
from app.kernel.db import connect, session
from app.kernel.errors import DomainError
from app.kernel.transaction import abandon, unit_of_work
from app.planning import commands, queries
from app.scheduling.models import CourseSession
from tests.planning.scene import TAKEN, make_scene
from tests.planning.situations import place
from tests.support.postgres import database_for_worker

AT_ONCE = 4


@pytest.fixture
def committed(app: Flask) -> Iterator[None]:
    before = session.session_factory.kw.get("bind")
    session.remove()
    with database_for_worker("proposals") as urls:
        engine = connect(urls.app_url, pool_size=AT_ONCE)
        try:
            yield
        finally:
            session.remove()
            engine.dispose()
            session.configure(bind=before)


def all_at_once(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run the acts at the same moment, each in a unit of work of its own; count how they ended."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            with app.app_context(), unit_of_work():
                act()
        except DomainError as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


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
    session.commit()
    abandon()
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
