"""Administering accounts and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from app.accounts import exports, queries
from app.accounts.commands import administration
from app.accounts.events import AccountsExported
from app.accounts.forms import DisableForm, EmailForm, EndRoleForm, InvitationForm, RoleForm
from app.accounts.policies import AccountPermission
from app.accounts.types import AccountState
from app.accounts.views.edge import blueprint, session_limits
from app.audit.queries import history_of
from app.audit.reading import read_entries
from app.kernel.access import Actor, Role
from app.kernel.clock import now
from app.kernel.reading import leaves_scope
from app.organisations.queries import get_organisation, list_choices
from app.people.queries import get_person, list_person_choices
from app.web.lists import list_page, page_request
from app.web.render import form_page, page
from app.web.session import current_actor
from app.web.text import translated

if TYPE_CHECKING:
    from app.accounts.models import Account, RoleGrant
    from app.people.models import Person

MANAGE = AccountPermission.MANAGE


@blueprint.get("/accounts", access=MANAGE)
def account_list() -> ResponseReturnValue:
    """Show the accounts in the actor's scope."""
    actor = current_actor()
    return list_page(
        "accounts/account_list.html",
        listed=queries.list_accounts(actor, page_request("state", "role", "organisation")),
        columns=exports.ACCOUNT_COLUMNS,
        file_name="accounts",
        leaves=leaves_scope(AccountsExported, actor, MANAGE),
        states=AccountState,
        roles=Role,
        organisations=_organisation_choices(actor),
    )


@blueprint.get("/accounts/new", access=MANAGE)
def account_new() -> ResponseReturnValue:
    """Find the person who is to get an account."""
    search = request.args.get("q", "").replace("\x00", "").strip()[:200]
    scope = current_actor().organisations_for(MANAGE)
    return page(
        "accounts/account_new.html",
        search=search,
        people=list_person_choices(scope, search) if search else [],
    )


@blueprint.form("/people/<int:person_id>/account", access=MANAGE, subject=get_person)
def account_invite(person: Person) -> ResponseReturnValue:
    """Give a person an account, or lead to the one they have."""
    existing = queries.find_account_id(person.id)
    if existing is not None:
        return redirect(url_for(".account_show", account_id=existing))
    form = InvitationForm.from_request(email=person.email)
    if form.accepts():
        with form.refusals():
            account = administration.invite(
                person=person,
                email=form.email.data,
                locale=form.locale.data,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The account was made and an invitation is on its way. Now give it a role."), "success")
            return redirect(url_for(".account_show", account_id=account.id))
    return form_page("accounts/account_invite.html", form=form, person=person)


@blueprint.get("/accounts/<int:account_id>", access=MANAGE, subject=queries.get_account)
def account_show(account: Account) -> ResponseReturnValue:
    """Show an account with its roles, sessions and history."""
    return page(
        "accounts/account_show.html",
        account=account,
        roles=queries.list_roles(account.person_id),
        manageable=current_actor().organisations_for(MANAGE),
        sessions=queries.list_live_sessions(account.id, session_limits(), now()),
        history=list(read_entries(history_of("account", account.id), current_actor())),
        today=now().date(),
        permission=MANAGE,
    )


@blueprint.form("/accounts/<int:account_id>/email", access=MANAGE, subject=queries.get_account)
def account_email(account: Account) -> ResponseReturnValue:
    """Change an account's address."""
    form = EmailForm.from_request(account)
    if form.accepts():
        with form.refusals(account):
            administration.change_email(
                account=account,
                expected_version=form.expected_version,
                email=form.email.data,
                actor=current_actor(),
                at=now(),
            )
            flash(_("The address was changed."), "success")
            return redirect(url_for(".account_show", account_id=account.id))
    return form_page("accounts/account_email.html", form=form, account=account)


@blueprint.form("/accounts/<int:account_id>/disable", access=MANAGE, subject=queries.get_account)
def account_disable(account: Account) -> ResponseReturnValue:
    """Close an account."""
    form = DisableForm.from_request()
    if form.accepts():
        with form.refusals():
            administration.disable(
                account=account, reason=form.reason.data or "", actor=current_actor(), at=now()
            )
            flash(_("The account is disabled and signed out everywhere."), "success")
            return redirect(url_for(".account_show", account_id=account.id))
    return form_page("accounts/account_disable.html", form=form, account=account)


@blueprint.post("/accounts/<int:account_id>/enable", access=MANAGE, subject=queries.get_account)
def account_enable(account: Account) -> ResponseReturnValue:
    """Open a closed account again."""
    administration.enable(account=account, actor=current_actor(), at=now())
    flash(_("The account is enabled again."), "success")
    return redirect(url_for(".account_show", account_id=account.id))


@blueprint.post("/accounts/<int:account_id>/link", access=MANAGE, subject=queries.get_account)
def account_send_link(account: Account) -> ResponseReturnValue:
    """Mail a link to choose a password."""
    administration.send_link_again(account=account, actor=current_actor(), at=now())
    flash(_("A link to choose a password is on its way to %(email)s.", email=account.email), "success")
    return redirect(url_for(".account_show", account_id=account.id))


@blueprint.post("/accounts/<int:account_id>/sign-out", access=MANAGE, subject=queries.get_account)
def account_sign_out(account: Account) -> ResponseReturnValue:
    """End all sessions of an account."""
    count = administration.sign_out_everywhere(account=account, actor=current_actor(), at=now())
    flash(ngettext("%(num)s browser was signed out.", "%(num)s browsers were signed out.", count), "success")
    return redirect(url_for(".account_show", account_id=account.id))


@blueprint.form("/accounts/<int:account_id>/roles/new", access=MANAGE, subject=queries.get_account)
def role_new(account: Account) -> ResponseReturnValue:
    """Give the account's person a role."""
    actor = current_actor()
    form = RoleForm.from_request(valid_from=now().date(), organisation=account.organisation_id)
    form.organisation.choices = [SelectChoice(str(c.value), c.label) for c in _organisation_choices(actor)]
    if form.accepts():
        with form.refusals():
            administration.grant_role(
                person=account.person,
                role=form.role.data,
                organisation=get_organisation(form.organisation.data),
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                actor=actor,
                at=now(),
            )
            flash(_("The role was given. It holds from the next sign-in."), "success")
            return redirect(url_for(".account_show", account_id=account.id))
    return form_page("accounts/role_form.html", form=form, account=account)


@blueprint.form("/roles/<int:grant_id>/end", access=MANAGE, subject=queries.get_grant)
def role_end(grant: RoleGrant) -> ResponseReturnValue:
    """End a role on a day."""
    form = EndRoleForm.from_request(on=now().date())
    account_id = queries.find_account_id(grant.person_id)
    if form.accepts():
        with form.refusals():
            administration.end_role(grant=grant, on=form.on.data, actor=current_actor(), at=now())
            flash(_("The role was ended."), "success")
            return redirect(
                url_for(".account_show", account_id=account_id) if account_id else url_for(".account_list")
            )
    return form_page("accounts/role_end.html", form=form, grant=grant, account_id=account_id)


def _organisation_choices(actor: Actor) -> list[SelectChoice]:
    return [
        SelectChoice(choice.id, "\u2003" * (choice.depth - 1) + translated(choice.name, choice.names))
        for choice in list_choices(actor.organisations_for(MANAGE))
    ]
