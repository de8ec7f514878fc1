"""Bringing in past evaluations: looked through first, then wholly or not at all, and never twice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.curriculum.models import CurriculumVersion
from app.evaluation import events
from app.evaluation.commands.closing import store_results
from app.evaluation.commands.instruments import freeze
from app.evaluation.errors import ImportedAlready, ImportHasProblems
from app.evaluation.import_plan import (
    EvaluationPlan,
    ImportSettings,
    PlannedEvent,
    digest_of,
    plan_import,
)
from app.evaluation.models import EvaluationImport, Instrument, Wave
from app.evaluation.queries.imports import find_finished_import, list_courses_by_title
from app.evaluation.queries.instruments import list_questions
from app.evaluation.types import ImportState, WaveState
from app.files.spreadsheets import read_sheet
from app.kernel.access import Actor
from app.kernel.db import session
from app.kernel.events import record
from app.kernel.text import clean_name, fold
from app.kernel.transaction import check_version, flush
from app.organisations.models import Organisation
from app.scheduling.commands import create_course
from app.scheduling.models import Course


def check_evaluations(
    *,
    content: bytes,
    file_name: str,
    settings: ImportSettings,
    period: str,
    organisation: Organisation,
    version: CurriculumVersion,
    instrument: Instrument,
    actor: Actor,
    at: datetime,
) -> EvaluationImport:
    """Keep the file and how it is to be read; nothing is imported yet.

    Raises UnreadableFile, ColumnUnknown, NothingToImport, UnreadableSettings or ImportedAlready.
    """
    plan_import(read_sheet(content, name=file_name), list_questions(instrument), settings)
    digest = digest_of(
        content, settings, period=period, context=(organisation.id, version.curriculum_id, instrument.id)
    )
    _require_new(organisation, digest)
    upload = EvaluationImport(
        organisation=organisation,
        curriculum_version=version,
        instrument=instrument,
        period=clean_name(period),
        # Its ending tells how it is read.
        file_name=clean_name(file_name)[-200:],
        content=content,
        settings=settings.to_json(),
        digest=digest,
        state=ImportState.CHECKED,
        made_by_id=actor.person_id,
        created_at=at,
    )
    session.add(upload)
    # The trail names the import by the number that the database gives.
    flush()
    record(
        events.EvaluationsChecked(actor=actor, at=at, organisation_id=organisation.id, subject_id=upload.id)
    )
    return upload


def plan_of(upload: EvaluationImport) -> EvaluationPlan:
    """Return what the import would do now."""
    sheet = read_sheet(upload.content or b"", name=upload.file_name)
    return plan_import(sheet, list_questions(upload.instrument), ImportSettings.from_json(upload.settings))


def import_evaluations(
    *, upload: EvaluationImport, expected_version: int, actor: Actor, at: datetime
) -> EvaluationImport:
    """Make a closed wave with its results for each event of the file, and a course where there is none.

    Who was invited is not known, so there is no response rate. Raises ImportHasProblems or ImportedAlready.
    """
    check_version(upload, expected_version)
    _require_new(upload.organisation, upload.digest)
    plan = plan_of(upload)
    if plan.problems:
        raise ImportHasProblems(count=len(plan.problems))
    freeze(upload.instrument)
    courses = list_courses_by_title(upload.curriculum_version.curriculum_id, upload.organisation)
    used = {course.code for course in courses.values()}
    for planned in plan.events:
        course = courses.get(fold(planned.title)) or _course_of(upload, planned, used, actor, at)
        _close_past_wave(upload, course, planned, at)
    upload.state, upload.finished_at, upload.content = ImportState.DONE, at, None
    upload.waves, upload.responses = len(plan.events), plan.rows
    record(
        events.EvaluationsImported(
            actor=actor,
            at=at,
            organisation_id=upload.organisation_id,
            subject_id=upload.id,
            waves=len(plan.events),
            responses=plan.rows,
        )
    )
    flush()
    return upload


def _require_new(organisation: Organisation, digest: str) -> None:
    earlier = find_finished_import(organisation.id, digest)
    if earlier is not None and earlier.finished_at is not None:
        zone = ZoneInfo(organisation.time_zone)
        raise ImportedAlready(day=f"{earlier.finished_at.astimezone(zone):%d/%m/%Y}")


def _course_of(
    upload: EvaluationImport, planned: PlannedEvent, used: set[str], actor: Actor, at: datetime
) -> Course:
    first = planned.first or at.date()
    course = create_course(
        version=upload.curriculum_version,
        organisation=upload.organisation,
        campus=None,
        code=_free_code(upload, first, used),
        title=planned.title,
        titles={},
        starts_on=first,
        ends_on=first,
        capacity=max(1, len(planned.sheets)),
        managers=[],
        previous_course=None,
        actor=actor,
        at=at,
    )
    used.add(course.code)
    return course


def _free_code(upload: EvaluationImport, first: date, used: set[str]) -> str:
    stem = f"{upload.curriculum_version.curriculum.code}-{upload.organisation.code}-{first:%Y}"
    number = 1
    while (code := f"{stem}-{number:03d}") in used:
        number += 1
    return code


def _close_past_wave(upload: EvaluationImport, course: Course, planned: PlannedEvent, at: datetime) -> None:
    zone = ZoneInfo(course.time_zone)
    first = planned.first or course.ends_on
    last = planned.closed or first
    opened = datetime.combine(first, time.min, zone).astimezone(UTC)
    closed = datetime.combine(last, time(23, 59), zone).astimezone(UTC)
    wave = Wave(
        course=course,
        instrument=upload.instrument,
        title=upload.period,
        # It was open once, but not here: it comes into being closed, and no key was ever made.
        state=WaveState.CLOSED,
        opens_at=opened,
        closes_at=max(closed, opened + timedelta(minutes=1)),
        closed_at=closed,
        counted_at=at,
        evaluation_import_id=upload.id,
        invited_count=None,
        created_at=at,
    )
    session.add(wave)
    # The answers need the number that the database gives.
    flush()
    store_results(wave, planned.sheets, closed_at=closed, counted_at=at)
