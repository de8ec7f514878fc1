"""Pages of the lecturers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.kernel.access import require
from app.kernel.clock import now
from app.kernel.reading import leaves_scope
from app.organisations.queries import get_organisation, list_choices
from app.people.commands import add_person
from app.people.policies import PersonPermission
from app.people.queries import find_duplicates, get_person, list_person_choices
from app.scheduling.policies import CoursePermission
from app.teaching import commands, exports, queries
from app.teaching.events import LecturersExported
from app.teaching.forms import LecturerFields, LecturerForm, LecturerOfPersonForm, NewLecturerForm
from app.teaching.policies import TeachingPermission
from app.teaching.views.routes import blueprint
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.kernel.access import Actor
    from app.people.models import Person
    from app.people.types import DuplicateCandidate
    from app.teaching.models import Lecturer


@blueprint.get("/lecturers", access=TeachingPermission.VIEW)
def lecturer_list() -> ResponseReturnValue:
    """Show the lecturers at home in the actor's scope."""
    actor = current_actor()
    return list_page(
        "teaching/lecturer_list.html",
        listed=queries.list_lecturers(actor, page_request("speciality", "active")),
        columns=exports.LECTURER_COLUMNS,
        file_name="lecturers",
        leaves=leaves_scope(LecturersExported, actor, TeachingPermission.VIEW),
        may_add=actor.may_somewhere(TeachingPermission.MANAGE),
    )


@blueprint.get("/lecturers/<int:lecturer_id>", access=TeachingPermission.VIEW, subject=queries.get_lecturer)
def lecturer_show(lecturer: Lecturer) -> ResponseReturnValue:
    """Show a lecturer with the load of this month and the coming sessions that the reader may see."""
    actor, at = current_actor(), now()
    zone = lecturer.person.organisation.time_zone
    return page(
        "teaching/lecturer_show.html",
        lecturer=lecturer,
        load=queries.month_load(lecturer.person_id, zone, at),
        sessions=queries.list_coming_sessions(
            lecturer.id, actor.organisations_for(CoursePermission.VIEW), at
        ),
        may_manage=actor.may(TeachingPermission.MANAGE, lecturer.organisation_id),
    )


@blueprint.form("/lecturers/new", access=TeachingPermission.MANAGE)
def lecturer_new() -> ResponseReturnValue:
    """Make somebody on record a lecturer."""
    actor, search = current_actor(), request.args.get("q", "").replace("\x00", "").strip()[:200]
    form = LecturerOfPersonForm.from_request()
    form.person.choices = _person_choices(actor, search)
    if form.accepts():
        with form.refusals():
            person = get_person(form.person.data)
            require(actor, TeachingPermission.MANAGE, person.organisation_id)
            return _added(person, form, actor)
    return form_page("teaching/lecturer_new.html", form=form, search=search)


@blueprint.form("/lecturers/new-person", access=TeachingPermission.MANAGE)
def lecturer_new_person() -> ResponseReturnValue:
    """Enter a person who is not on record yet, as a lecturer."""
    actor = current_actor()
    form = NewLecturerForm.from_request()
    form.organisation.choices = _organisation_choices(actor)
    if form.accepts():
        with form.refusals():
            organisation = get_organisation(form.organisation.data)
            require(actor, TeachingPermission.MANAGE, organisation.id)
            person = add_person(organisation=organisation, actor=actor, at=now(), **_described(form))
            return _added(person, form, actor)
    return form_page(
        "teaching/lecturer_new_person.html",
        form=form,
        alike=_alike(form),
        may_see=actor.organisations_for(PersonPermission.VIEW),
    )


@blueprint.form(
    "/lecturers/<int:lecturer_id>/edit", access=TeachingPermission.MANAGE, subject=queries.get_lecturer
)
def lecturer_edit(lecturer: Lecturer) -> ResponseReturnValue:
    """Change what is known of a lecturer."""
    form = LecturerForm.from_request(lecturer)
    if form.accepts():
        with form.refusals(lecturer):
            commands.change_lecturer(
                lecturer=lecturer,
                expected_version=form.expected_version,
                active=form.active.data,
                actor=current_actor(),
                at=now(),
                **_taught(form),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".lecturer_show", lecturer_id=lecturer.id))
    return form_page("teaching/lecturer_form.html", form=form, lecturer=lecturer)


def _added(person: Person, form: LecturerFields, actor: Actor) -> ResponseReturnValue:
    lecturer = commands.add_lecturer(person=person, actor=actor, at=now(), **_taught(form))
    flash(_("%(name)s is a lecturer now.", name=person.full_name), "success")
    return redirect(url_for(".lecturer_show", lecturer_id=lecturer.id))


def _person_choices(actor: Actor, search: str) -> list[SelectChoice]:
    scope = actor.organisations_for(TeachingPermission.MANAGE)
    return [
        SelectChoice(one.id, f"{one.full_name} · {translated(one.organisation_name, one.organisation_names)}")
        for one in (list_person_choices(scope, search) if search else ())
    ]


def _organisation_choices(actor: Actor) -> list[SelectChoice]:
    return [
        SelectChoice(choice.id, "\u2003" * (choice.depth - 1) + translated(choice.name, choice.names))
        for choice in list_choices(actor.organisations_for(TeachingPermission.MANAGE))
    ]


def _alike(form: NewLecturerForm) -> list[DuplicateCandidate]:
    """Who on record may be meant, once a form was refused."""
    if not form.is_refused or not form.full_name.data:
        return []
    return find_duplicates(form.full_name.data, form.birth_date.data, form.email.data or None)


def _described(form: NewLecturerForm) -> dict[str, Any]:
    return {
        "full_name": form.full_name.data,
        "birth_date": form.birth_date.data,
        "email": form.email.data,
        "phone": form.phone.data,
        "duplicate_reason": form.duplicate_reason.data,
    }


def _taught(form: LecturerFields) -> dict[str, Any]:
    return {
        "specialities": form.specialities.data or "",
        "languages": form.languages.data or [],
        "weekly_hours_limit": form.weekly_hours_limit.data,
    }
