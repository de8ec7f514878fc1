"""Pages on which past evaluations are brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.curriculum.queries import list_version_choices
from app.evaluation import commands, queries
from app.evaluation.forms import EvaluationImportForm
from app.evaluation.policies import EvaluationPermission
from app.evaluation.views.routes import blueprint
from app.kernel.access import require
from app.kernel.clock import now
from app.organisations.queries import get_organisation, list_choices
from app.web.forms import VersionedForm
from app.web.render import form_page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.evaluation.models import EvaluationImport


@blueprint.form("/evaluation/import", access=EvaluationPermission.IMPORT)
def import_new() -> ResponseReturnValue:
    """Take a file of past answers and look through it; nothing is imported yet."""
    actor = current_actor()
    scope = actor.organisations_for(EvaluationPermission.IMPORT)
    form = EvaluationImportForm.from_request(unnamed_event=_("Event not named"))
    _offer_choices(form, scope)
    if form.accepts():
        with form.refusals():
            organisation = get_organisation(form.organisation.data)
            require(actor, EvaluationPermission.IMPORT, organisation.id)
            upload = commands.check_evaluations(
                content=form.file.data.read(),
                file_name=form.file.data.filename,
                settings=form.settings(),
                period=form.period.data,
                organisation=organisation,
                version=queries.get_version(form.curriculum_version.data),
                instrument=queries.get_instrument(form.instrument.data),
                actor=actor,
                at=now(),
            )
            return redirect(url_for(".import_show", upload_id=upload.id))
    return form_page("evaluation/import_form.html", form=form, imports=queries.list_imports(scope))


@blueprint.form(
    "/evaluation/imports/<int:upload_id>", access=EvaluationPermission.IMPORT, subject=queries.get_import
)
def import_show(upload: EvaluationImport) -> ResponseReturnValue:
    """Show what an import will do, or what it did; and let it run."""
    form = VersionedForm.from_request(upload)
    if form.accepts():
        with form.refusals(upload):
            commands.import_evaluations(
                upload=upload,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
            )
            flash(_("%(count)s answers were brought in.", count=upload.responses), "success")
            return redirect(url_for(".import_show", upload_id=upload.id))
    plan = None if upload.finished_at else commands.plan_of(upload)
    return form_page(
        "evaluation/import_show.html",
        form=form,
        upload=upload,
        plan=plan,
        see_results=EvaluationPermission.VIEW_RESULTS,
    )


def _offer_choices(form: EvaluationImportForm, scope: frozenset[int]) -> None:
    form.organisation.choices = [SelectChoice(c.id, translated(c.name, c.names)) for c in list_choices(scope)]
    form.curriculum_version.choices = [
        SelectChoice(
            v.id,
            _(
                "%(title)s, version %(number)s",
                title=translated(v.title, v.titles),
                number=v.number,
            ),
        )
        for v in list_version_choices(scope)
    ]
    form.instrument.choices = [
        SelectChoice(
            i.id, _("%(title)s, version %(number)s", title=translated(i.title, i.titles), number=i.number)
        )
        for i in queries.list_instrument_choices(scope)
    ]
