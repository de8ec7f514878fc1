"""Pages of the people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.access import Actor, require
from app.kernel.clock import now
from app.kernel.reading import leaves_scope
from app.organisations.queries import get_organisation, list_choices
from app.people import commands, exports, queries
from app.people.events import PeopleExported
from app.people.forms import (
    AppointmentEndForm,
    AppointmentForm,
    MergeForm,
    MergeSearchForm,
    NewPersonForm,
    PersonForm,
)
from app.people.policies import PersonPermission
from app.people.types import MERGED_FIELDS, Gender, Likeness
from app.web.blueprint import FeatureBlueprint
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.people.models import Appointment, Person
    from app.people.queries import MergePair
    from app.people.types import DuplicateCandidate

blueprint = FeatureBlueprint("people", __name__, url_prefix="/people")


@blueprint.get("", access=PersonPermission.VIEW)
def person_list() -> ResponseReturnValue:
    """Show the people at home in the actor's scope."""
    actor = current_actor()
    return list_page(
        "people/person_list.html",
        listed=queries.list_people(actor, page_request("organisation", "gender")),
        columns=exports.PERSON_COLUMNS,
        file_name="people",
        leaves=leaves_scope(PeopleExported, actor, PersonPermission.VIEW),
        organisations=_homes(actor, PersonPermission.VIEW),
        genders=Gender,
        may_add=actor.may_somewhere(PersonPermission.MANAGE),
    )


@blueprint.get("/<int:person_id>", access=PersonPermission.VIEW, subject=queries.get_person)
def person_show(person: Person) -> ResponseReturnValue:
    """Show one person, or lead to the record that this one was merged into."""
    if person.merged_into_id is not None:
        flash(_("The record of %(name)s was merged into this one.", name=person.full_name), "info")
        return redirect(url_for(".person_show", person_id=person.merged_into_id))
    return page(
        "people/person_show.html",
        person=person,
        appointments=queries.list_appointments(person),
        today=now().date(),
        permissions=PersonPermission,
    )


@blueprint.form("/new", access=PersonPermission.MANAGE)
def person_new() -> ResponseReturnValue:
    """Enter a person, once somebody has looked at those on record who may be the same."""
    actor = current_actor()
    form = NewPersonForm.from_request()
    form.organisation_id.choices = _homes(actor, PersonPermission.MANAGE)
    if form.accepts():
        with form.refusals():
            person = commands.add_person(
                duplicate_reason=form.duplicate_reason.data, actor=actor, at=now(), **_described(form, actor)
            )
            flash(_("“%(name)s” was added.", name=person.full_name), "success")
            _flash_hints(_candidates(form, except_id=person.id))
            return redirect(url_for(".person_show", person_id=person.id))
    candidates = _candidates(form) if form.is_refused else []
    return form_page("people/person_new.html", form=form, candidates=candidates, may_see=_may_see(actor))


@blueprint.form("/<int:person_id>/edit", access=PersonPermission.MANAGE, subject=queries.get_person)
def person_edit(person: Person) -> ResponseReturnValue:
    """Change what is known of a person."""
    actor = current_actor()
    form = PersonForm.from_request(person)
    form.organisation_id.choices = _homes(actor, PersonPermission.MANAGE)
    if form.accepts():
        with form.refusals(person):
            commands.change_person(
                person=person,
                expected_version=form.expected_version,
                actor=actor,
                at=now(),
                **_described(form, actor),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".person_show", person_id=person.id))
    return form_page("people/person_edit.html", form=form, person=person)


@blueprint.form(
    "/<int:person_id>/appointments/new", access=PersonPermission.MANAGE, subject=queries.get_person
)
def appointment_new(person: Person) -> ResponseReturnValue:
    """Give a person a post."""
    actor = current_actor()
    form = AppointmentForm.from_request(organisation_id=person.organisation_id)
    form.organisation_id.choices = _homes(actor, PersonPermission.MANAGE)
    if form.accepts():
        with form.refusals():
            commands.appoint(
                person=person,
                organisation=get_organisation(form.organisation_id.data),
                position=form.position.data,
                level=form.level.data,
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                actor=actor,
                at=now(),
            )
            flash(_("The post was added."), "success")
            return redirect(url_for(".person_show", person_id=person.id))
    return form_page("people/appointment_form.html", form=form, person=person)


@blueprint.form(
    "/appointments/<int:appointment_id>/end",
    access=PersonPermission.MANAGE,
    subject=queries.get_appointment,
)
def appointment_end(appointment: Appointment) -> ResponseReturnValue:
    """Let a post end."""
    form = AppointmentEndForm.from_request(appointment, on=now().date())
    if form.accepts():
        with form.refusals(appointment):
            commands.end_appointment(
                appointment=appointment,
                expected_version=form.expected_version,
                on=form.on.data,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The post was ended."), "success")
            return redirect(url_for(".person_show", person_id=appointment.person_id))
    return form_page("people/appointment_end.html", form=form, appointment=appointment)


@blueprint.get("/<int:person_id>/merge", access=PersonPermission.MERGE, subject=queries.get_person)
def merge_choose(person: Person) -> ResponseReturnValue:
    """Choose the other record of the same person: those that look alike, and whom a search finds."""
    actor = current_actor()
    search = page_request().search
    scope = actor.organisations_for(PersonPermission.MERGE)
    return page(
        "people/merge_choose.html",
        person=person,
        form=MergeSearchForm(q=search),
        candidates=queries.find_duplicates(
            person.full_name,
            person.birth_date,
            person.email,
            staff_code=person.staff_code,
            organisation_id=person.organisation_id,
            except_id=person.id,
        ),
        may_see=_may_see(actor),
        found=[found for found in queries.list_person_choices(scope, search) if found.id != person.id]
        if search
        else None,
    )


@blueprint.form(
    "/<int:person_id>/merge/<int:other_id>", access=PersonPermission.MERGE, subject=queries.get_merge_pair
)
def merge_compare(pair: MergePair) -> ResponseReturnValue:
    """Show two records side by side, and make one of them."""
    actor = current_actor()
    require(actor, PersonPermission.MERGE, pair.merged.organisation_id)
    form = MergeForm.from_request(kept_version=pair.kept.version, merged_version=pair.merged.version)
    if form.accepts():
        with form.refusals():
            commands.merge_people(
                kept=pair.kept,
                merged=pair.merged,
                expected_versions=form.expected_versions,
                taken_over=form.taken_over,
                actor=actor,
                at=now(),
            )
            flash(_("The two records are one now."), "success")
            return redirect(url_for(".person_show", person_id=pair.kept.id))
    elif request.method == "GET":
        form.prefer(pair.kept, pair.merged)
    counts = queries.list_merge_counts(pair.kept.id, pair.merged.id)
    return form_page("people/merge_compare.html", form=form, pair=pair, fields=MERGED_FIELDS, counts=counts)


def _homes(actor: Actor, permission: PersonPermission) -> list[tuple[int, str]]:
    return [
        (choice.id, "\u2003" * (choice.depth - 1) + translated(choice.name, choice.names))
        for choice in list_choices(actor.organisations_for(permission))
    ]


def _described(form: PersonForm, actor: Actor) -> dict[str, Any]:
    organisation = get_organisation(form.organisation_id.data)
    require(actor, PersonPermission.MANAGE, organisation.id)
    return {
        "organisation": organisation,
        "full_name": form.full_name.data,
        "birth_date": form.birth_date.data,
        "gender": form.gender.data,
        "email": form.email.data,
        "phone": form.phone.data,
        "staff_code": form.staff_code.data,
    }


def _candidates(form: PersonForm, *, except_id: int | None = None) -> list[DuplicateCandidate]:
    return queries.find_duplicates(
        form.full_name.data or "",
        form.birth_date.data,
        form.email.data,
        staff_code=form.staff_code.data,
        organisation_id=form.organisation_id.data,
        except_id=except_id,
    )


def _flash_hints(candidates: list[DuplicateCandidate]) -> None:
    if any(candidate.likeness is Likeness.SAME_NAME for candidate in candidates):
        flash(
            _("Somebody of the same name is on record. Compare the two if they may be one person."), "warning"
        )


def _may_see(actor: Actor) -> frozenset[int]:
    return actor.organisations_for(PersonPermission.VIEW)
