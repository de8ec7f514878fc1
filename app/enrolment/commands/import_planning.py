"""The dry run of an import: the file, the roll and the timetable as they are now."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.enrolment.import_plan import plan_import
from app.enrolment.import_report import describe, totals, with_clashes
from app.enrolment.import_rows import COLUMNS, read_rows
from app.enrolment.models import TraineeImport
from app.enrolment.queries import list_home_organisations, load_roll
from app.enrolment.types import EnrolmentState, ImportPlan, ImportState, RowFate
from app.files.spreadsheets import cell_name, match_headers, read_sheet
from app.files.types import Sheet
from app.kernel.access import Actor
from app.kernel.db import JsonValue
from app.scheduling.models import Course
from app.scheduling.policies import CoursePermission
from app.scheduling.queries import find_cohort_clashes
from app.scheduling.rules import as_seen
from app.scheduling.types import Clash


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do now, and how that is stored."""

    plan: ImportPlan
    rows: list[JsonValue]
    totals: dict[str, JsonValue]


def dry_run(trainee_import: TraineeImport, *, actor: Actor, at: datetime) -> DryRun:
    """Plan the import anew; raises UnreadableFile when the file holds no list of trainees."""
    course = trainee_import.course
    sheet = read_sheet(trainee_import.content, name=trainee_import.file_name)
    rows = read_rows(sheet, today=at.astimezone(ZoneInfo(course.time_zone)).date())
    plan = plan_import(rows, load_roll(course, rows))
    plan = with_clashes(plan, _clashes(course, plan, actor))
    organisations = {organisation.id: organisation.name for organisation in list_home_organisations()}
    return DryRun(plan, describe(plan, organisations, _CellNames(sheet).name_of), totals(plan))


def store(trainee_import: TraineeImport, checked: DryRun) -> None:
    """Keep the dry run as what the import's page shows."""
    trainee_import.state = ImportState.CHECKED
    trainee_import.plan = {"rows": checked.rows}
    trainee_import.totals = checked.totals
    trainee_import.rows_total = len(checked.rows)
    trainee_import.rows_done = 0


class _CellNames:
    def __init__(self, sheet: Sheet) -> None:
        self._columns = match_headers(sheet.headers, COLUMNS).columns

    def name_of(self, row: int, field: str) -> str:
        """The cell of a field in a row; empty when the file has no such column."""
        return cell_name(row, self._columns[field]) if field in self._columns else ""


def _clashes(course: Course, plan: ImportPlan, actor: Actor) -> dict[int, Clash]:
    """The first session elsewhere that stands in the way of each known person who would get a seat."""
    person_ids = [
        row.person_id
        for row in plan.rows
        if row.fate is RowFate.KNOWN_PERSON and row.state is EnrolmentState.CONFIRMED and row.person_id
    ]
    found: dict[int, Clash] = {}
    if person_ids:
        for _own, clash in find_cohort_clashes(course.id, person_ids):
            seen = as_seen(clash, lambda organisation_id: actor.may(CoursePermission.VIEW, organisation_id))
            found.setdefault(clash.person_id or 0, seen)
    return found
