"""An import of trainees from its upload to its start, and what becomes of it when it cannot be run."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.enrolment import events
from app.enrolment.commands.import_planning import dry_run, store
from app.enrolment.errors import ImportNeedsCorrection, ImportNotFinished, ImportNotReady
from app.enrolment.models import TraineeImport
from app.enrolment.types import ImportState, RowFate
from app.kernel.access import Actor
from app.kernel.db import JsonValue, session
from app.kernel.errors import DomainError
from app.kernel.events import record
from app.kernel.tasks import defer
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.scheduling.models import Course

RUN_TASK = "enrolment.run_import"
# After so long without an end, whoever waits may have the list checked again.
STALLED = timedelta(minutes=10)
_LONGEST_NAME = 200


def prepare_import(
    *, course: Course, file_name: str, content: bytes, actor: Actor, at: datetime
) -> TraineeImport:
    """Read a list of trainees and keep what importing it would do; raises UnreadableFile."""
    trainee_import = TraineeImport(
        course=course,
        file_name=clean_name(file_name)[-_LONGEST_NAME:],
        content=content,
        made_by_id=actor.person_id,
    )
    with session.no_autoflush:
        store(trainee_import, dry_run(trainee_import, actor=actor, at=at))
    session.add(trainee_import)
    # The trail names the import by the number that the database gives.
    flush()
    _record_check(trainee_import, actor, at)
    return trainee_import


def start_import(*, trainee_import: TraineeImport, expected_version: int, actor: Actor, at: datetime) -> None:
    """Let the worker import the checked list; raises ImportNotReady, ImportNeedsCorrection or StaleVersion."""
    _lock(trainee_import)
    if trainee_import.state is not ImportState.CHECKED:
        raise ImportNotReady()
    check_version(trainee_import, expected_version)
    if trainee_import.totals.get(RowFate.REFUSED.value):
        raise ImportNeedsCorrection()
    trainee_import.state = ImportState.RUNNING
    trainee_import.started_at = at
    trainee_import.attempts = 0
    trainee_import.failure = {}
    record(
        events.ImportStarted(
            actor=actor,
            at=at,
            organisation_id=trainee_import.organisation_id,
            subject_id=trainee_import.id,
            course_id=trainee_import.course_id,
        )
    )
    flush()
    # One import after the other, so that two lists with the same new person do not both enter them.
    defer(RUN_TASK, {"import_id": trainee_import.id, "person_id": actor.person_id}, lock=RUN_TASK)


def check_again(
    *, trainee_import: TraineeImport, why: DomainError | None = None, actor: Actor, at: datetime
) -> None:
    """Plan an import that did not run anew, and show it with the reason why it did not run.

    Raises ImportNotReady for one that is done, or that is running and gives no reason to think it stalled.
    """
    _lock(trainee_import)
    if not (
        may_be_checked_again(trainee_import, at) or (why and trainee_import.state is ImportState.RUNNING)
    ):
        raise ImportNotReady()
    store(trainee_import, dry_run(trainee_import, actor=actor, at=at))
    trainee_import.failure = _kept(why) if why else {}
    _record_check(trainee_import, actor, at)
    flush()


def give_up_import(*, trainee_import: TraineeImport, actor: Actor, at: datetime) -> None:
    """Put on record that an import cannot be finished; nothing of it remains."""
    _lock(trainee_import)
    if trainee_import.state is not ImportState.RUNNING:
        return
    trainee_import.state = ImportState.FAILED
    trainee_import.finished_at = at
    trainee_import.failure = _kept(ImportNotFinished())
    record(
        events.ImportGivenUp(
            actor=actor,
            at=at,
            organisation_id=trainee_import.organisation_id,
            subject_id=trainee_import.id,
            course_id=trainee_import.course_id,
        )
    )
    flush()


def may_be_checked_again(trainee_import: TraineeImport, at: datetime) -> bool:
    """Whether nothing of the import can still happen by itself."""
    if trainee_import.state is ImportState.RUNNING:
        return trainee_import.started_at is not None and at - trainee_import.started_at > STALLED
    return trainee_import.state in (ImportState.CHECKED, ImportState.FAILED)


def _lock(trainee_import: TraineeImport) -> None:
    """Wait for whoever imports into the course, then for whoever decides about this import."""
    session.execute(
        select(Course.id).where(Course.id == trainee_import.course_id).with_for_update(key_share=True)
    )
    session.execute(
        select(TraineeImport)
        .where(TraineeImport.id == trainee_import.id)
        .options(undefer(TraineeImport.content))
        .with_for_update(of=TraineeImport, key_share=True)
        .execution_options(populate_existing=True)
    )


def _kept(error: DomainError) -> dict[str, JsonValue]:
    parameters: dict[str, JsonValue] = {key: str(value) for key, value in error.parameters.items()}
    return {"message": error.message, "parameters": parameters}


def _record_check(trainee_import: TraineeImport, actor: Actor, at: datetime) -> None:
    record(
        events.TraineeListChecked(
            actor=actor,
            at=at,
            organisation_id=trainee_import.organisation_id,
            subject_id=trainee_import.id,
            course_id=trainee_import.course_id,
            file_name=trainee_import.file_name,
            rows=trainee_import.rows_total,
        )
    )
