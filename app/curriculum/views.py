"""Pages of the programs and curricula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.curriculum import commands, exports, queries, rules
from app.curriculum.forms import (
    CurriculumForm,
    NewCurriculumForm,
    NewProgramForm,
    ProgramForm,
    VersionForm,
)
from app.curriculum.policies import CurriculumPermission
from app.kernel.access import require
from app.kernel.clock import now
from app.organisations.queries import get_organisation, list_choices
from app.web.access import SignedIn
from app.web.blueprint import FeatureBlueprint
from app.web.fields import translations_of
from app.web.forms import BaseForm
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.curriculum.models import Curriculum, CurriculumVersion, Program

blueprint = FeatureBlueprint("curriculum", __name__)

# Whoever works below the owner teaches by its curricula, so the scope reaches up; the loader decides it.
READABLE = SignedIn("Staff read the programs and curricula of their organisations and of those above them.")


@blueprint.get("/programs", access=CurriculumPermission.VIEW)
def program_list() -> ResponseReturnValue:
    """Show the programs that the actor's organisations run."""
    actor = current_actor()
    return list_page(
        "curriculum/program_list.html",
        listed=queries.list_programs(actor, page_request()),
        columns=exports.PROGRAM_COLUMNS,
        file_name="programs",
        may_add=actor.may_somewhere(CurriculumPermission.MANAGE),
    )


@blueprint.get("/programs/<int:program_id>", access=READABLE, subject=queries.get_readable_program)
def program_show(program: Program) -> ResponseReturnValue:
    """Show one program with its curricula."""
    return page(
        "curriculum/program_show.html",
        program=program,
        curricula=queries.list_curricula_of(program),
        permissions=CurriculumPermission,
    )


@blueprint.form("/programs/new", access=CurriculumPermission.MANAGE)
def program_new() -> ResponseReturnValue:
    """Begin a program."""
    actor = current_actor()
    form = NewProgramForm.from_request()
    form.organisation_id.choices = [
        (choice.id, "\u2003" * (choice.depth - 1) + translated(choice.name, choice.names))
        for choice in list_choices(actor.organisations_for(CurriculumPermission.MANAGE))
    ]
    if form.accepts():
        with form.refusals():
            owner = get_organisation(form.organisation_id.data)
            require(actor, CurriculumPermission.MANAGE, owner.id)
            program = commands.add_program(organisation=owner, actor=actor, at=now(), **_program(form))
            flash(_("“%(name)s” was added.", name=program.title), "success")
            return redirect(url_for(".program_show", program_id=program.id))
    return form_page("curriculum/program_form.html", form=form, program=None)


@blueprint.form(
    "/programs/<int:program_id>/edit", access=CurriculumPermission.MANAGE, subject=queries.get_program
)
def program_edit(program: Program) -> ResponseReturnValue:
    """Change a program."""
    form = ProgramForm.from_request(program)
    if form.accepts():
        with form.refusals(program):
            commands.change_program(
                program=program,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
                **_program(form),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".program_show", program_id=program.id))
    return form_page("curriculum/program_form.html", form=form, program=program)


@blueprint.get("/curricula", access=CurriculumPermission.VIEW)
def curriculum_list() -> ResponseReturnValue:
    """Show the curricula that the actor's organisations teach by."""
    actor = current_actor()
    return list_page(
        "curriculum/curriculum_list.html",
        listed=queries.list_curricula(actor, page_request("program")),
        columns=exports.CURRICULUM_COLUMNS,
        file_name="curricula",
        programs=queries.list_program_choices(actor),
        may_add=actor.may_somewhere(CurriculumPermission.MANAGE),
    )


@blueprint.get("/curricula/<int:curriculum_id>", access=READABLE, subject=queries.get_readable_curriculum)
def curriculum_show(curriculum: Curriculum) -> ResponseReturnValue:
    """Show a curriculum with its versions."""
    versions = queries.list_versions(curriculum)
    return page(
        "curriculum/curriculum_show.html",
        curriculum=curriculum,
        versions=versions,
        draft=next((version for version in versions if version.published_at is None), None),
        permissions=CurriculumPermission,
    )


@blueprint.form("/curricula/new", access=CurriculumPermission.MANAGE)
def curriculum_new() -> ResponseReturnValue:
    """Begin a curriculum, and go on to the modules of its first draft."""
    actor = current_actor()
    form = NewCurriculumForm.from_request(program_id=request.args.get("program", type=int))
    form.program_id.choices = [
        (program.id, f"{program.code} · {translated(program.title, program.titles)}")
        for program in queries.list_program_choices(actor, CurriculumPermission.MANAGE)
    ]
    if form.accepts():
        with form.refusals():
            program = queries.get_program(form.program_id.data)
            require(actor, CurriculumPermission.MANAGE, program.organisation_id)
            curriculum = commands.add_curriculum(program=program, actor=actor, at=now(), **_named(form))
            flash(_("“%(name)s” was added. Now write its modules.", name=curriculum.title), "success")
            return redirect(url_for(".version_edit", version_id=curriculum.versions[0].id))
    return form_page("curriculum/curriculum_form.html", form=form, curriculum=None)


@blueprint.form(
    "/curricula/<int:curriculum_id>/edit",
    access=CurriculumPermission.MANAGE,
    subject=queries.get_curriculum,
)
def curriculum_edit(curriculum: Curriculum) -> ResponseReturnValue:
    """Rename a curriculum."""
    form = CurriculumForm.from_request(curriculum)
    if form.accepts():
        with form.refusals(curriculum):
            commands.change_curriculum(
                curriculum=curriculum,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
                **_named(form),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".curriculum_show", curriculum_id=curriculum.id))
    return form_page("curriculum/curriculum_form.html", form=form, curriculum=curriculum)


@blueprint.post(
    "/curricula/<int:curriculum_id>/next-version",
    access=CurriculumPermission.MANAGE,
    subject=queries.get_curriculum,
)
def version_start(curriculum: Curriculum) -> ResponseReturnValue:
    """Start the next version, or lead to the draft that there is."""
    draft = queries.find_draft(curriculum.id)
    if draft is None:
        draft = commands.start_next_version(curriculum=curriculum, actor=current_actor(), at=now())
        flash(_("Version %(number)s was started as a copy of the last.", number=draft.number), "success")
    return redirect(url_for(".version_edit", version_id=draft.id))


@blueprint.get("/curricula/versions/<int:version_id>", access=READABLE, subject=queries.get_readable_version)
def version_show(version: CurriculumVersion) -> ResponseReturnValue:
    """Show a version with its modules."""
    return _version_page(version, BaseForm())


@blueprint.form(
    "/curricula/versions/<int:version_id>/edit",
    access=CurriculumPermission.MANAGE,
    subject=queries.get_version,
)
def version_edit(version: CurriculumVersion) -> ResponseReturnValue:
    """Change the modules of a draft, all on one page."""
    if version.published_at is not None and request.method == "GET":
        return redirect(url_for(".version_show", version_id=version.id))
    form = VersionForm.from_request(version)
    wants_rows = request.method == "POST" and "more" in request.form
    if not wants_rows and form.accepts():
        with form.refusals(version):
            commands.change_version(
                version=version,
                expected_version=form.expected_version,
                note=form.note.data or "",
                modules=form.drafts(),
                actor=current_actor(),
                at=now(),
            )
            flash(_("The modules were saved."), "success")
            return redirect(url_for(".version_show", version_id=version.id))
    if wants_rows or request.method == "GET":
        form.add_blank_rows()
    return form_page("curriculum/version_edit.html", form=form, version=version)


@blueprint.post(
    "/curricula/versions/<int:version_id>/publish",
    access=CurriculumPermission.MANAGE,
    subject=queries.get_version,
)
def version_publish(version: CurriculumVersion) -> ResponseReturnValue:
    """Publish a draft."""
    form = VersionForm.from_request()
    with form.refusals():
        commands.publish_version(
            version=version, expected_version=form.expected_version, actor=current_actor(), at=now()
        )
    if form.is_refused:
        return _version_page(version, form)
    flash(
        _("Version %(number)s is published. Courses can be made from it.", number=version.number), "success"
    )
    return redirect(url_for(".version_show", version_id=version.id))


def _version_page(version: CurriculumVersion, form: BaseForm) -> ResponseReturnValue:
    may_schedule = version.published_at is not None and "scheduling.course_new" in current_app.view_functions
    return form_page(
        "curriculum/version_show.html",
        form=form,
        version=version,
        totals=rules.totals(version.modules),
        schedule_url=url_for("scheduling.course_new", version=version.id) if may_schedule else None,
        permissions=CurriculumPermission,
    )


def _program(form: ProgramForm) -> dict[str, Any]:
    return {
        **_named(form),
        "purpose": form.purpose.data or "",
        "first_year": form.first_year.data,
        "last_year": form.last_year.data,
    }


def _named(form: ProgramForm | CurriculumForm) -> dict[str, Any]:
    return {
        "code": form.code.data,
        "title": form.title.data,
        "titles": translations_of(form, "titles"),
    }
