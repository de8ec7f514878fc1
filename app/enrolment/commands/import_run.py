"""The run of an import: one transaction in which everything happens, or nothing.

It bears being killed at any point and being run again: what is to be done is planned anew under the locks, and
the row of the import says in the same transaction that it was done.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import undefer

from app.enrolment import events
from app.enrolment.commands.import_planning import dry_run, store
from app.enrolment.commands.import_progress import begin_attempt, show_progress
from app.enrolment.errors import ImportOutdated
from app.enrolment.models import Enrolment, EnrolmentStep, TraineeImport
from app.enrolment.queries import get_import
from app.enrolment.rules import takes_part
from app.enrolment.types import EnrolmentState, ImportPlan, ImportState, PlannedRow, RowFate
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.transaction import flush, refusing
from app.people.commands import add_people
from app.people.models import Appointment
from app.people.types import NewPerson
from app.scheduling.commands import engage_for_course
from app.scheduling.models import Course

_ROWS_AT_ONCE = 1000
# Imports wait for each other even if two workers should run two of them.
_ONE_AT_A_TIME = 5_204_101


def run_import(*, import_id: int, actor: Actor, at: datetime) -> None:
    """Import a checked list wholly; nothing happens when it was imported already.

    When something has changed since the dry run, that is shown instead. Raises what the timetable refuses.
    """
    begin_attempt(import_id)
    trainee_import = _take(import_id)
    if trainee_import.state is not ImportState.RUNNING:
        return
    now_planned = dry_run(trainee_import, actor=actor, at=at)
    if now_planned.totals != trainee_import.totals:
        store(trainee_import, now_planned)
        outdated = ImportOutdated()
        trainee_import.failure = {"message": outdated.message, "parameters": {}}
        _record_check(trainee_import, actor, at)
        return
    new_ids, enrolled = _carry_out(trainee_import, now_planned.plan, actor, at)
    _finish(trainee_import, at)
    record(
        events.TraineesImported(
            actor=actor,
            at=at,
            organisation_id=trainee_import.organisation_id,
            subject_id=import_id,
            course_id=trainee_import.course_id,
            file_name=trainee_import.file_name,
            new_person_ids=tuple(new_ids),
            enrolled=enrolled,
        )
    )
    flush()


def _take(import_id: int) -> TraineeImport:
    """Wait until nobody else imports or enrols here, and read the import as it is then, without locking its row."""
    session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    course_id = get_import(import_id).course_id
    session.execute(select(Course.id).where(Course.id == course_id).with_for_update(key_share=True))
    return session.scalars(
        select(TraineeImport)
        .where(TraineeImport.id == import_id)
        .options(undefer(TraineeImport.content))
        .execution_options(populate_existing=True)
    ).one()


def _carry_out(
    trainee_import: TraineeImport, plan: ImportPlan, actor: Actor, at: datetime
) -> tuple[list[int], int]:
    """Enter the new persons and give the places; return the new persons' numbers and how many places."""
    new_ids = _enter_persons([row for row in plan.rows if row.fate is RowFate.NEW_PERSON], actor, at)
    numbers = iter(new_ids)
    places = [
        (row, row.person_id or next(numbers))
        for row in plan.rows
        if row.fate in (RowFate.NEW_PERSON, RowFate.KNOWN_PERSON)
    ]
    known_already = plan.count(RowFate.ENROLLED_ALREADY)
    done = known_already
    for batch in _batches(places):
        _give_places(trainee_import.course, batch, actor, at)
        done += len(batch)
        show_progress(trainee_import.id, done)
    return new_ids, len(places)


def _enter_persons(rows: Sequence[PlannedRow], actor: Actor, at: datetime) -> list[int]:
    people = [
        NewPerson(
            full_name=planned.row.full_name,
            organisation_id=planned.organisation_id or 0,
            birth_date=planned.row.birth_date,
            gender=planned.row.gender,
            email=planned.row.email or None,
            phone=planned.row.phone or None,
            staff_code=planned.row.staff_code or None,
        )
        for planned in rows
    ]
    ids = add_people(people=people, actor=actor, at=at)
    posts = [
        {"person_id": number, "organisation_id": planned.organisation_id, "position": planned.row.position}
        for planned, number in zip(rows, ids, strict=True)
        if planned.row.position
    ]
    if posts:
        session.execute(insert(Appointment), posts)
    return ids


def _give_places(
    course: Course, places: Sequence[tuple[PlannedRow, int]], actor: Actor, at: datetime
) -> None:
    values = [
        {
            "course_id": course.id,
            "person_id": person_id,
            "home_organisation_id": planned.organisation_id,
            "position": planned.row.position,
            "state": planned.state,
            "changed_at": at,
        }
        for planned, person_id in places
    ]
    with refusing():
        # Numbered in the order of the list, which is the order of the waiting list too.
        numbers = session.scalars(
            insert(Enrolment).returning(Enrolment.id, sort_by_parameter_order=True), values
        ).all()
        steps = [
            {"enrolment_id": number, "to_state": planned.state, "at": at, "by_id": actor.person_id}
            for (planned, _person_id), number in zip(places, numbers, strict=True)
        ]
        session.execute(insert(EnrolmentStep), steps)
    seated = [
        person_id for planned, person_id in places if takes_part(planned.state or EnrolmentState.WAITING)
    ]
    if seated:
        engage_for_course(course=course, person_ids=seated, actor=actor, at=at)


def _finish(trainee_import: TraineeImport, at: datetime) -> None:
    trainee_import.state = ImportState.DONE
    trainee_import.finished_at = at
    trainee_import.rows_done = trainee_import.rows_total
    trainee_import.failure = {}
    # What it said is in the records now; the file itself is not kept.
    trainee_import.content = b""


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


def _batches(
    places: Sequence[tuple[PlannedRow, int]],
) -> Iterator[Sequence[tuple[PlannedRow, int]]]:
    for start in range(0, len(places), _ROWS_AT_ONCE):
        yield places[start : start + _ROWS_AT_ONCE]
