"""The rounds of a year: each part is handed in once, each round ends once, and whatever comes twice changes nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.yearplan import commands, queries
from app.yearplan.errors import YearNotFound
from app.yearplan.models import YearPart, YearRun
from app.yearplan.types import (
    Effort,
    Grudge,
    NewPart,
    NextRound,
    PartResult,
    PartTask,
    Progress,
    YearState,
    YearTask,
)
from tests.factories.organisations import make_organisation

AT = datetime(2026, 9, 1, tzinfo=UTC)
ASKED = text(
    "SELECT task_name, args ->> 'round_number', priority FROM procrastinate_jobs"
    " WHERE task_name LIKE 'yearplan.%' ORDER BY id"
)
ALL_PLACED = PartResult(plan=b"plan", unplaced=0, costs={"windows": 2, "days": 3}, seconds=1.5)
ONE_LEFT = PartResult(plan=b"plan", unplaced=1, costs={}, seconds=1.0)


@pytest.fixture
def run(db: Session) -> YearRun:
    """A year of two schools that was just begun."""
    academy = make_organisation()
    parts = [NewPart(make_organisation(academy).id, b"problem") for _ in range(2)]
    return commands.begin_year(
        organisation_id=academy.id, sharing=b"sharing", parts=parts, effort=Effort(2.5, 2, 7)
    )


def asked(db: Session) -> list[tuple[str, int]]:
    """The tasks that were asked for since the last look, with their rounds."""
    found = [
        (name.partition(".")[2], int(number)) for name, number, priority in db.execute(ASKED) if priority < 0
    ]
    db.execute(text("DELETE FROM procrastinate_jobs"))
    return found


def begin_round(run: YearRun, *parts: YearPart, unplaced: int = 0) -> YearTask:
    task = commands.take_up_year(run_id=run.id, round_number=run.round_number, at=AT)
    assert task is not None
    coming = NextRound(b"demands", (Grudge(1, 2, 3),), {part.id: b"allotted" for part in parts}, unplaced)
    commands.begin_round(task=task, coming=coming, at=AT)
    return task


def take_up(part: YearPart, round_number: int) -> PartTask | None:
    return commands.take_up_part(part_id=part.id, round_number=round_number, at=AT)


def hand_in(part: YearPart, result: PartResult = ALL_PLACED) -> None:
    task = take_up(part, part.wanted_round)
    assert task is not None
    commands.hand_in_part(task=task, result=result)


def test_a_year_begins_by_sharing_days_out(db: Session, run: YearRun) -> None:
    assert asked(db) == [("reconcile", 0)]

    begin_round(run, *run.parts)

    assert asked(db) == [("plan_school", 1), ("plan_school", 1)]
    assert queries.get_progress(run.id) == Progress(YearState.RUNNING, 1, 2, 2, 0, 0, 0)


def test_a_school_is_taken_up_with_all_that_it_needs(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)

    found = take_up(run.parts[1], 1)

    assert found == PartTask(run.parts[1].id, 1, b"problem", b"allotted", None, Effort(2.5, 2, 7))


def test_who_hands_in_last_asks_for_the_reconciliation(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    asked(db)

    hand_in(run.parts[1])
    assert asked(db) == []
    hand_in(run.parts[0], ONE_LEFT)

    assert asked(db) == [("reconcile", 1)]
    assert queries.list_plans(run.id) == [b"plan", b"plan"]
    assert queries.get_progress(run.id) == Progress(YearState.RUNNING, 1, 2, 0, 1, 5, 2)


def test_what_is_handed_in_twice_counts_once(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    task = take_up(run.parts[0], 1)
    assert task is not None
    hand_in(run.parts[0])
    hand_in(run.parts[1])
    asked(db)

    commands.hand_in_part(task=task, result=ONE_LEFT)

    assert (run.parts[0].unplaced, asked(db)) == (0, [])
    assert take_up(run.parts[0], 1) is None


def test_a_round_begins_once(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    for part in run.parts:
        hand_in(part, ONE_LEFT)
    task = begin_round(run, run.parts[0], unplaced=2)
    asked(db)

    commands.begin_round(task=task, coming=NextRound(b"", (), {run.parts[1].id: b"again"}, 2), at=AT)

    assert asked(db) == []
    assert [part.wanted_round for part in run.parts] == [2, 1]
    assert commands.take_up_year(run_id=run.id, round_number=1, at=AT) is None


def test_the_next_round_knows_what_was_found(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    for part in run.parts:
        hand_in(part, ONE_LEFT)

    task = commands.take_up_year(run_id=run.id, round_number=1, at=AT)

    assert task is not None
    assert (task.demands, task.grudges) == (b"demands", (Grudge(1, 2, 3),))
    assert [(part.problem, part.plan) for part in task.parts] == [(b"problem", b"plan")] * 2


def test_a_year_is_done_when_everything_has_its_place(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    for part in run.parts:
        hand_in(part)

    begin_round(run)

    assert (run.state, run.finished_at) == (YearState.DONE, AT)


def test_a_year_is_incomplete_when_the_rounds_are_over(db: Session, run: YearRun) -> None:
    for _ in range(run.rounds):
        begin_round(run, run.parts[0], unplaced=1)
        hand_in(run.parts[0], ONE_LEFT)
    asked(db)

    begin_round(run, run.parts[0], unplaced=1)

    assert (run.state, run.round_number, asked(db)) == (YearState.INCOMPLETE, 2, [])


def test_a_school_that_nobody_finishes_fails_the_year(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    task = take_up(run.parts[0], 1)
    assert task is not None
    for _ in range(3):
        assert take_up(run.parts[0], 1) is not None

    assert take_up(run.parts[0], 1) is None

    assert run.state is YearState.FAILED
    # Nobody goes on with a year that failed.
    commands.hand_in_part(task=task, result=ALL_PLACED)
    assert (run.parts[0].planned_round, take_up(run.parts[1], 1)) == (0, None)


def test_a_reconciliation_that_nobody_finishes_fails_the_year(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    for part in run.parts:
        hand_in(part)
    for _ in range(4):
        assert commands.take_up_year(run_id=run.id, round_number=1, at=AT) is not None

    assert commands.take_up_year(run_id=run.id, round_number=1, at=AT) is None

    assert (run.state, run.finished_at) == (YearState.FAILED, AT)


def test_each_round_has_its_own_attempts(db: Session, run: YearRun) -> None:
    begin_round(run, *run.parts)
    for _ in range(3):
        take_up(run.parts[0], 1)
    for part in run.parts:
        hand_in(part, ONE_LEFT)

    begin_round(run, run.parts[0], unplaced=2)

    assert take_up(run.parts[0], 2) is not None
    assert (run.parts[0].attempts, run.attempts) == (1, 0)


def test_an_unknown_year_is_not_found(db: Session) -> None:
    with pytest.raises(YearNotFound):
        queries.get_progress(1)
    with pytest.raises(YearNotFound):
        commands.take_up_part(part_id=1, round_number=1, at=AT)
