"""Pages of the import of trainees: the upload, the dry run, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.enrolment import commands, exports, queries
from app.enrolment.events import CheckedListExported
from app.enrolment.forms import ImportForm, UploadForm
from app.enrolment.import_rows import COLUMNS
from app.enrolment.policies import EnrolmentPermission
from app.enrolment.types import CheckedProblem, CheckedRow, ImportState, RowFate
from app.enrolment.views.routes import blueprint
from app.files.spreadsheets import write_xlsx
from app.kernel import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.pages import Column
from app.kernel.reading import Leaves
from app.kernel.text import N_
from app.scheduling.queries import get_course
from app.web.lists import list_page, page_request
from app.web.render import form_page
from app.web.saying import say
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.enrolment.models import TraineeImport
    from app.scheduling.models import Course

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.form(
    "/courses/<int:course_id>/trainees/import", access=EnrolmentPermission.MANAGE, subject=get_course
)
def import_new(course: Course) -> ResponseReturnValue:
    """Take a list of trainees and show what importing it would do."""
    form = UploadForm.from_request()
    if form.accepts():
        with form.refusals():
            checked = commands.prepare_import(
                course=course,
                file_name=form.file.data.filename,
                content=form.file.data.read(),
                actor=current_actor(),
                at=now(),
            )
            return redirect(url_for(".import_show", import_id=checked.id))
    imports = queries.list_imports(course.id)
    return form_page("enrolment/import_new.html", form=form, course=course, imports=imports, columns=COLUMNS)


@blueprint.get(
    "/courses/<int:course_id>/trainees/import/template",
    access=EnrolmentPermission.MANAGE,
    subject=get_course,
)
def import_template(course: Course) -> ResponseReturnValue:
    """Hand out an empty list with the headings that the import understands."""
    with write_xlsx(_("Trainees"), [names[0] for names in COLUMNS.values()], []) as book:
        response = Response(book.read(), mimetype=_XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"trainees-{course.code}.xlsx")
    return response


@blueprint.get("/imports/<int:import_id>", access=EnrolmentPermission.MANAGE, subject=queries.get_import)
def import_show(trainee_import: TraineeImport) -> ResponseReturnValue:
    """Show what an import would do, how far it is, or what it did."""
    return list_page(
        "enrolment/import_show.html",
        listed=queries.list_checked_rows(trainee_import.id, page_request("fate")),
        columns=(*exports.CHECKED_COLUMNS, Column("problems", N_("To put right"), _problems)),
        file_name=f"import-{trainee_import.id}",
        leaves=Leaves(CheckedListExported, (trainee_import.organisation_id,), trainee_import.id),
        trainee_import=trainee_import,
        course=trainee_import.course,
        totals=trainee_import.totals,
        adding=sum(trainee_import.totals.get(fate.value) or 0 for fate in _ADDED),
        may_check=commands.may_be_checked_again(trainee_import, now()),
        fates=RowFate,
        states=ImportState,
        problems_of=_problems,
    )


@blueprint.post("/imports/<int:import_id>/run", access=EnrolmentPermission.MANAGE, subject=queries.get_import)
def import_run(trainee_import: TraineeImport) -> ResponseReturnValue:
    """Let the worker do what the dry run showed."""
    form = ImportForm.from_request()
    try:
        commands.start_import(
            trainee_import=trainee_import,
            expected_version=form.expected_version,
            actor=current_actor(),
            at=now(),
        )
    except DomainError as refusal:
        return _refused(refusal, trainee_import)
    return redirect(url_for(".import_show", import_id=trainee_import.id))


@blueprint.post(
    "/imports/<int:import_id>/check", access=EnrolmentPermission.MANAGE, subject=queries.get_import
)
def import_check(trainee_import: TraineeImport) -> ResponseReturnValue:
    """Plan a list anew that was not imported."""
    try:
        commands.check_again(trainee_import=trainee_import, actor=current_actor(), at=now())
    except DomainError as refusal:
        return _refused(refusal, trainee_import)
    flash(_("The list was checked again."), "success")
    return redirect(url_for(".import_show", import_id=trainee_import.id))


def _problems(row: CheckedRow) -> str:
    """Say all that is wrong in a row, each with the cell in which it stands."""
    return " ".join(map(_said, row.problems))


def _said(problem: CheckedProblem) -> str:
    text = str(_(problem.message, **problem.parameters))
    if not problem.cell or "cell" in problem.parameters:
        return text
    return str(_("Cell %(cell)s: %(text)s", cell=problem.cell, text=text))


_ADDED = (RowFate.NEW_PERSON, RowFate.KNOWN_PERSON)


def _refused(refusal: DomainError, trainee_import: TraineeImport) -> ResponseReturnValue:
    import_id = trainee_import.id
    transaction.undo()
    flash(say(refusal), "error")
    return redirect(url_for(".import_show", import_id=import_id))
