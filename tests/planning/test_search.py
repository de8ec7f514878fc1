"""The worker's search: a short real one, and what is left of it when the worker dies."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.db import session
from app.planning import commands, queries
from app.planning.jobs import search
from app.planning.models import PlanningRun
from app.planning.stored import read_curve, read_places
from app.planning.types import Emphasis, Reached, RunState
from tests.planning.scene import ASKED, TAKEN, Scene, begin, make_scene
from tests.planning.situations import place

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene(db: Session) -> Scene:
    return make_scene(hours=(6, 6))


def stored(run_id: int) -> PlanningRun:
    return session.scalars(
        select(PlanningRun).where(PlanningRun.id == run_id).execution_options(populate_existing=True)
    ).one()


def test_a_search_leaves_different_proposals_with_their_words_and_the_curve(
    scene: Scene, db: Session
) -> None:
    run_id = scene.ask(seconds=2).id
    db.commit()

    search(run_id)

    run = stored(run_id)
    proposals = queries.list_proposals(run)
    assert (run.state, 1 <= len(proposals) <= 3) == (RunState.DONE, True)
    assert all(one.unplaced == 0 and one.facts for one in proposals)
    starts = [{(p.start, p.room_id) for p in read_places(one.places)} for one in proposals]
    assert len({frozenset(one) for one in starts}) == len(starts)
    assert {point.number for point in read_curve(run.curve)} >= {1}


def test_what_was_found_can_be_taken(scene: Scene, db: Session) -> None:
    run_id = scene.ask(seconds=1).id
    db.commit()
    search(run_id)

    commands.take_proposal(proposal=queries.list_proposals(stored(run_id))[0], actor=scene.actor, at=TAKEN)

    assert queries.list_proposals(stored(run_id))[0].is_in_timetable


def test_an_impossible_wish_is_answered_with_reasons(scene: Scene, db: Session) -> None:
    # Twelve hours of sessions of three hours do not go into one day.
    run_id = scene.ask(seconds=1, last=ASKED.date().replace(month=3, day=2)).id
    db.commit()

    search(run_id)

    proposal = queries.list_proposals(stored(run_id))[0]
    assert proposal.unplaced == 2
    answer = proposal.reasons[0]
    assert isinstance(answer, dict)
    assert answer["reasons"]


def test_who_takes_the_run_over_goes_on_from_the_best_that_was_kept(scene: Scene) -> None:
    run = scene.ask()
    first = begin(run)
    best = [place(first.situation.meetings[0].key, "2026-03-02 08:00", scene.rooms[0].id)]
    commands.note_progress(search=first, reached=Reached(1, 4.0, 3, {"windows": 1}), spent=4.0, places=best)

    second = begin(run)

    assert (second.kept, second.spent, second.attempt) == (best, 4.0, 2)
    # Whoever had it before can no longer write: it was only slow, and finds out by its next word.
    assert not commands.note_progress(search=first, reached=Reached(1, 5.0, 0, {}), spent=5.0, places=best)
    assert not commands.is_wanted(first)
    assert not commands.keep_proposal(
        search=first, emphasis=Emphasis.BALANCED, places=best, costs={}, facts=(), spent=5.0
    )
    assert stored(run.id).spent == 4.0


def test_a_run_that_keeps_losing_its_worker_is_set_aside(scene: Scene) -> None:
    run = scene.ask()
    for _ in range(3):
        begin(run)

    assert commands.begin_search(run_id=run.id, at=ASKED) is None
    assert stored(run.id).state is RunState.FAILED


def test_a_job_of_a_run_that_is_over_does_nothing(scene: Scene, db: Session) -> None:
    run = scene.ask()
    commands.stop_search(run=run, actor=scene.actor, at=ASKED)
    run_id = run.id
    db.commit()

    search(run_id)

    assert queries.list_proposals(stored(run_id)) == []


def test_a_finished_proposal_is_not_searched_again_after_a_death(scene: Scene) -> None:
    run = scene.ask()
    first = begin(run)
    commands.keep_proposal(
        search=first,
        emphasis=Emphasis.BALANCED,
        places=(),
        costs={},
        facts=(),
        spent=7.0,
    )

    again = begin(run)

    assert (again.done, again.spent) == ((Emphasis.BALANCED,), 7.0)
