"""One's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import queries
from app.accounts.commands import settings
from app.accounts.forms import ChangePasswordForm
from app.accounts.views.edge import begin_in_browser, blueprint, passwords, session_limits, user_agent
from app.kernel.clock import now
from app.web.access import SignedIn
from app.web.render import form_page, page
from app.web.session import current_actor, current_token

if TYPE_CHECKING:
    from app.accounts.models import AccountSession


@blueprint.get("/account", access=SignedIn("shows one's own account"))
def account_own() -> ResponseReturnValue:
    """Show one's own account, roles and signed-in browsers."""
    account = queries.get_own_account(current_actor())
    return page(
        "accounts/account_own.html",
        account=account,
        roles=queries.list_roles(account.person_id),
        sessions=queries.list_live_sessions(account.id, session_limits(), now(), current_token()),
        today=now().date(),
    )


@blueprint.form("/account/password", access=SignedIn("changes one's own password"))
def password_change() -> ResponseReturnValue:
    """Change one's own password; every other browser is signed out."""
    account = queries.get_own_account(current_actor())
    form = ChangePasswordForm.from_request()
    if form.accepts():
        with form.refusals():
            begun = settings.change_password(
                account=account,
                present=form.present.data or "",
                new=form.password.data or "",
                passwords=passwords(),
                user_agent=user_agent(),
                at=now(),
            )
            begin_in_browser(begun)
            flash(_("Your password was changed. All other browsers were signed out."), "success")
            return redirect(url_for(".account_own"))
    return form_page("accounts/password_change.html", form=form, account=account)


@blueprint.post(
    "/account/sessions/<int:account_session_id>/end",
    access=SignedIn("ends one's own session"),
    subject=queries.get_own_session,
)
def session_end(ended: AccountSession) -> ResponseReturnValue:
    """Sign out one of one's own browsers."""
    settings.end_one_session(ended=ended, actor=current_actor(), at=now())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".account_own"))


@blueprint.post("/account/sessions/end-others", access=SignedIn("ends one's own sessions"))
def sessions_end_others() -> ResponseReturnValue:
    """Sign out all of one's own browsers but this one."""
    actor = current_actor()
    count = settings.end_other_sessions(
        account=queries.get_own_account(actor), kept_token=current_token() or "", actor=actor, at=now()
    )
    flash(
        ngettext("%(num)s other browser was signed out.", "%(num)s other browsers were signed out.", count),
        "success",
    )
    return redirect(url_for(".account_own"))
