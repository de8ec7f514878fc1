"""Pages that one-use links lead to, and where they are asked for. Looking at one does not use it up."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.commands import first_run as installing
from app.accounts.commands import links, throttling
from app.accounts.forms import ChoosePasswordForm, FirstRunForm, ForgottenForm
from app.accounts.queries import require_open_link
from app.accounts.types import FirstHouse, LinkPurpose
from app.accounts.views.edge import (
    begin_in_browser,
    blueprint,
    client_network,
    held_back,
    passwords,
    user_agent,
)
from app.kernel.clock import now
from app.kernel.transaction import unit_of_work
from app.web.access import Public
from app.web.forms import locale_code
from app.web.render import form_page, page

_MAILED = (LinkPurpose.INVITATION, LinkPurpose.RESET)


@blueprint.form("/password/forgotten", access=Public("whoever forgot it is not signed in"))
def password_forgotten() -> ResponseReturnValue:
    """Ask for a link to choose a new password; the answer is the same for every address."""
    form = ForgottenForm.from_request()
    if form.accepts():
        wait = _wait_before(form.email.data)
        if wait:
            return held_back("accounts/password_forgotten.html", wait, form=form)
        links.ask_reset(email=form.email.data, network=client_network())
        return redirect(url_for(".password_link_sent"))
    return form_page("accounts/password_forgotten.html", form=form)


@blueprint.get("/password/link-sent", access=Public("says only what was said to everybody"))
def password_link_sent() -> ResponseReturnValue:
    """Say that a link is on its way if the address is known."""
    return page("accounts/password_link_sent.html")


@blueprint.form("/password/<token>", access=Public("the link itself is the right to it"))
def password_choose(token: str) -> ResponseReturnValue:
    """Choose a password by a mailed link."""
    require_open_link(token, _MAILED, now())
    form = ChoosePasswordForm.from_request()
    if form.accepts():
        with form.refusals():
            begun = links.choose_password(
                token=token,
                password=form.password.data or "",
                passwords=passwords(),
                user_agent=user_agent(),
                at=now(),
            )
            begin_in_browser(begun)
            flash(_("Your password was saved and you are signed in."), "success")
            return _unreferred(redirect(url_for(".start")))
    return _unreferred(form_page("accounts/password_choose.html", form=form))


@blueprint.form("/first-run/<token>", access=Public("the link itself is the right to it"))
def first_run(token: str) -> ResponseReturnValue:
    """Make the first organisation and its administrator."""
    require_open_link(token, (LinkPurpose.FIRST_RUN,), now())
    zone = current_app.config["SETTINGS"].default_time_zone
    form = FirstRunForm.from_request(time_zone=zone)
    if form.accepts():
        with form.refusals():
            begun = installing.set_up(
                token=token,
                house=_house(form),
                password=form.password.data or "",
                passwords=passwords(),
                user_agent=user_agent(),
                at=now(),
            )
            begin_in_browser(begun)
            flash(_("Rondo is ready. You are its first administrator."), "success")
            return _unreferred(redirect(url_for(".start")))
    return _unreferred(form_page("accounts/first_run.html", form=form))


def _house(form: FirstRunForm) -> FirstHouse:
    return FirstHouse(
        kind=form.kind.data,
        name=form.name.data or "",
        code=form.code.data or "",
        time_zone=form.time_zone.data or "",
        full_name=form.full_name.data or "",
        email=form.email.data or "",
        locale=locale_code(),
    )


def _unreferred(answer: ResponseReturnValue) -> Response:
    """Let no further request tell where it came from: the address is a key."""
    response = make_response(answer)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _wait_before(email: str) -> timedelta:
    with unit_of_work():
        admission = throttling.admit_mail(email=email, network=client_network(), at=now())
    return admission.wait
