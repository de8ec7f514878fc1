"""Pages of the organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.access import Actor, require
from app.kernel.clock import now
from app.organisations import commands, exports, queries, rules
from app.organisations.forms import (
    CampusForm,
    MoveForm,
    OrganisationForm,
    RoomForm,
    SuccessionForm,
    TreeForm,
)
from app.organisations.policies import OrganisationPermission
from app.organisations.types import OrganisationKind, RoomLayout
from app.web.blueprint import FeatureBlueprint
from app.web.fields import translations_of
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.organisations.models import Campus, Organisation, Room

blueprint = FeatureBlueprint("organisations", __name__, url_prefix="/organisations")


@blueprint.get("", access=OrganisationPermission.VIEW)
def organisation_list() -> ResponseReturnValue:
    """Show the organisations in the actor's scope."""
    actor = current_actor()
    return list_page(
        "organisations/organisation_list.html",
        listed=queries.list_organisations(actor, page_request("kind")),
        columns=exports.ORGANISATION_COLUMNS,
        file_name="organisations",
        kinds=OrganisationKind,
        may_add=actor.may_somewhere(OrganisationPermission.MANAGE),
    )


@blueprint.get("/tree", access=OrganisationPermission.VIEW)
def organisation_tree() -> ResponseReturnValue:
    """Show the tree as it stood, or will stand, on a day."""
    actor = current_actor()
    form = TreeForm(request.args, on=now().date())
    day = form.day(now().date())
    whole = bool(form.whole.data)
    rows = queries.list_tree(actor)
    tree = rules.tree_on(day, rows, whole=whole)
    return page(
        "organisations/organisation_tree.html",
        tree=tree,
        day=day,
        whole=whole,
        valid=rules.count_valid(tree),
        total=len(rows),
    )


@blueprint.get("/rooms", access=OrganisationPermission.VIEW)
def room_list() -> ResponseReturnValue:
    """Show the rooms in the actor's scope."""
    actor = current_actor()
    return list_page(
        "organisations/room_list.html",
        listed=queries.list_rooms(actor, page_request("organisation", "layout", "places")),
        columns=exports.ROOM_COLUMNS,
        file_name="rooms",
        organisations=_choices(actor, OrganisationPermission.VIEW),
        layouts=RoomLayout,
        permissions=OrganisationPermission,
    )


@blueprint.get("/<int:organisation_id>", access=OrganisationPermission.VIEW, subject=queries.get_organisation)
def organisation_show(organisation: Organisation) -> ResponseReturnValue:
    """Show one organisation."""
    actor = current_actor()
    return page(
        "organisations/organisation_show.html",
        organisation=organisation,
        ancestors=queries.list_ancestors(organisation),
        children=queries.list_children(organisation),
        campuses=queries.list_campuses(organisation),
        successions=queries.list_successions(organisation),
        predecessors=queries.list_predecessors(organisation),
        validity=rules.validity_on(now().date(), organisation.valid_from, organisation.valid_to),
        may_manage=actor.may(OrganisationPermission.MANAGE, organisation.id),
        may_manage_rooms=actor.may(OrganisationPermission.MANAGE_ROOMS, organisation.id),
    )


@blueprint.form("/new", access=OrganisationPermission.MANAGE)
def organisation_new() -> ResponseReturnValue:
    """Add an organisation below one that the actor administers."""
    actor = current_actor()
    form = OrganisationForm.from_request(time_zone="Asia/Ho_Chi_Minh")
    form.parent.choices = _choices(actor, OrganisationPermission.MANAGE)
    if form.accepts():
        with form.refusals():
            parent = queries.get_organisation(form.parent.data)
            require(actor, OrganisationPermission.MANAGE, parent.id)
            organisation = commands.add_organisation(parent=parent, actor=actor, at=now(), **_described(form))
            flash(_("“%(name)s” was added.", name=organisation.name), "success")
            return redirect(url_for(".organisation_show", organisation_id=organisation.id))
    return form_page("organisations/organisation_form.html", form=form, organisation=None)


@blueprint.form(
    "/<int:organisation_id>/edit", access=OrganisationPermission.MANAGE, subject=queries.get_organisation
)
def organisation_edit(organisation: Organisation) -> ResponseReturnValue:
    """Change an organisation."""
    form = OrganisationForm.from_request(organisation)
    del form.parent
    if form.accepts():
        with form.refusals(organisation):
            commands.change_organisation(
                organisation=organisation,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
                **_described(form),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".organisation_show", organisation_id=organisation.id))
    return form_page("organisations/organisation_form.html", form=form, organisation=organisation)


@blueprint.form(
    "/<int:organisation_id>/move", access=OrganisationPermission.MANAGE, subject=queries.get_organisation
)
def organisation_move(organisation: Organisation) -> ResponseReturnValue:
    """Place an organisation elsewhere in the tree."""
    actor = current_actor()
    form = MoveForm.from_request(organisation)
    form.parent_id.choices = _choices(actor, OrganisationPermission.MANAGE, but=organisation)
    if form.accepts():
        with form.refusals(organisation):
            parent = queries.get_organisation(form.parent_id.data)
            require(actor, OrganisationPermission.MANAGE, parent.id)
            commands.move_organisation(
                organisation=organisation,
                parent=parent,
                expected_version=form.expected_version,
                actor=actor,
                at=now(),
            )
            flash(_("“%(name)s” was moved, with all below it.", name=organisation.name), "success")
            return redirect(url_for(".organisation_show", organisation_id=organisation.id))
    return form_page("organisations/organisation_move.html", form=form, organisation=organisation)


@blueprint.form(
    "/<int:organisation_id>/succeed", access=OrganisationPermission.MANAGE, subject=queries.get_organisation
)
def organisation_succeed(organisation: Organisation) -> ResponseReturnValue:
    """Let an organisation end and be followed by others."""
    actor = current_actor()
    form = SuccessionForm.from_request(organisation, on=now().date())
    form.successors.choices = _choices(actor, OrganisationPermission.MANAGE, but=organisation)
    if form.accepts():
        with form.refusals(organisation):
            commands.succeed_organisation(
                organisation=organisation,
                successors=queries.list_organisations_by_id(form.successors.data),
                on=form.on.data,
                expected_version=form.expected_version,
                actor=actor,
                at=now(),
            )
            flash(_("The succession was recorded."), "success")
            return redirect(url_for(".organisation_show", organisation_id=organisation.id))
    return form_page("organisations/organisation_succeed.html", form=form, organisation=organisation)


@blueprint.form(
    "/<int:organisation_id>/campuses/new",
    access=OrganisationPermission.MANAGE_ROOMS,
    subject=queries.get_organisation,
)
def campus_new(organisation: Organisation) -> ResponseReturnValue:
    """Give an organisation a campus."""
    form = CampusForm.from_request(time_zone=organisation.time_zone)
    if form.accepts():
        with form.refusals():
            commands.add_campus(
                organisation=organisation,
                name=form.name.data,
                address=form.address.data or "",
                time_zone=form.time_zone.data,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The campus was added."), "success")
            return redirect(url_for(".organisation_show", organisation_id=organisation.id))
    return form_page("organisations/campus_form.html", form=form, organisation=organisation, campus=None)


@blueprint.form(
    "/campuses/<int:campus_id>/edit", access=OrganisationPermission.MANAGE_ROOMS, subject=queries.get_campus
)
def campus_edit(campus: Campus) -> ResponseReturnValue:
    """Change a campus."""
    form = CampusForm.from_request(campus)
    if form.accepts():
        with form.refusals(campus):
            commands.change_campus(
                campus=campus,
                expected_version=form.expected_version,
                name=form.name.data,
                address=form.address.data or "",
                time_zone=form.time_zone.data,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".organisation_show", organisation_id=campus.organisation_id))
    return form_page(
        "organisations/campus_form.html", form=form, organisation=campus.organisation, campus=campus
    )


@blueprint.form(
    "/campuses/<int:campus_id>/rooms/new",
    access=OrganisationPermission.MANAGE_ROOMS,
    subject=queries.get_campus,
)
def room_new(campus: Campus) -> ResponseReturnValue:
    """Give a campus a room."""
    form = RoomForm.from_request()
    if form.accepts():
        with form.refusals():
            commands.add_room(campus=campus, actor=current_actor(), at=now(), **_furnished(form))
            flash(_("The room was added."), "success")
            return redirect(url_for(".organisation_show", organisation_id=campus.organisation_id))
    return form_page("organisations/room_form.html", form=form, campus=campus, room=None)


@blueprint.form(
    "/rooms/<int:room_id>/edit", access=OrganisationPermission.MANAGE_ROOMS, subject=queries.get_room
)
def room_edit(room: Room) -> ResponseReturnValue:
    """Change a room."""
    form = RoomForm.from_request(room)
    if form.accepts():
        with form.refusals(room):
            commands.change_room(
                room=room,
                expected_version=form.expected_version,
                actor=current_actor(),
                at=now(),
                **_furnished(form),
            )
            flash(_("The changes were saved."), "success")
            return redirect(url_for(".organisation_show", organisation_id=room.organisation_id))
    return form_page("organisations/room_form.html", form=form, campus=room.campus, room=room)


def _choices(
    actor: Actor, permission: OrganisationPermission, *, but: Organisation | None = None
) -> list[tuple[int, str]]:
    return [
        (choice.id, "\u2003" * (choice.depth - 1) + translated(choice.name, choice.names))
        for choice in queries.list_choices(actor.organisations_for(permission))
        if but is None or choice.id != but.id
    ]


def _described(form: OrganisationForm) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "code": form.code.data,
        "name": form.name.data,
        "names": translations_of(form, "names"),
        "time_zone": form.time_zone.data,
        "valid_from": form.valid_from.data,
        "valid_to": form.valid_to.data,
    }


def _furnished(form: RoomForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "capacity": form.capacity.data,
        "layout": form.layout.data,
        "equipment": form.equipment.data,
    }
