"""Signing in and out, the way to the start page, the language."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.commands import sessions, settings, throttling
from app.accounts.forms import SignInForm
from app.accounts.types import NewSession
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
from app.web import session as browser
from app.web.access import Public, SignedIn
from app.web.locale import choose_locale
from app.web.navigation import first_start_page
from app.web.render import form_page, page

# Cached pages and stored data; not cookies, of which the language and the colours are the device's own.
CLEAR_AT_SIGN_OUT = '"cache", "storage"'


@blueprint.get("/", access=SignedIn("leads to one's own start page"))
def home() -> ResponseReturnValue:
    """Lead to the start page."""
    return redirect(url_for(".start"))


@blueprint.get("/start", access=SignedIn("leads to one's own start page"))
def start() -> ResponseReturnValue:
    """Lead to the first start page of the actor's roles; say so when there is none yet."""
    address = first_start_page(browser.current_actor())
    return redirect(address) if address else page("accounts/start.html")


@blueprint.form("/sign-in", access=Public("nobody is signed in before"))
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to where one wanted to be."""
    back = browser.local_path(request.values.get("back"), fallback=url_for(".start"))
    if browser.current_token() and request.method != "POST":
        return redirect(back)
    form = SignInForm.from_request()
    if form.accepts():
        wait = _wait_before(form.email.data)
        if wait:
            return held_back("accounts/sign_in.html", wait, form=form, back=back)
        with form.refusals():
            begin_in_browser(_sign_in(form))
        if not form.is_refused:
            return redirect(back)
        _note_failure(form)
    return form_page("accounts/sign_in.html", form=form, back=back)


@blueprint.post("/sign-out", access=Public("signing out twice does no harm"))
def sign_out() -> ResponseReturnValue:
    """End the session and let the browser forget what it keeps of it."""
    token = browser.current_token()
    if token:
        sessions.sign_out(token=token, actor=browser.current_actor(), at=now())
    browser.end()
    flash(_("You are signed out."), "success")
    response = redirect(url_for(".sign_in"))
    response.headers["Clear-Site-Data"] = CLEAR_AT_SIGN_OUT
    return response


@blueprint.post("/language", access=Public("everybody may read in their own language"))
def language() -> ResponseReturnValue:
    """Change the language of the pages and, when signed in, of one's mails."""
    code = request.form.get("locale", "")
    actor = browser.current_actor()
    if choose_locale(code) and actor.account_id is not None:
        settings.choose_language(locale=code, actor=actor, at=now())
    return redirect(browser.local_path(request.form.get("next"), fallback=url_for(".home")))


def _wait_before(email: str) -> timedelta:
    with unit_of_work():
        admission = throttling.admit_sign_in(email=email, network=client_network(), at=now())
        if admission.attempt_id is None:
            sessions.note_held_back_sign_in(email=email, network=client_network(), at=now())
    return admission.wait


def _sign_in(form: SignInForm) -> NewSession:
    earlier = browser.current_token()
    if earlier:
        sessions.sign_out(token=earlier, actor=browser.current_actor(), at=now())
    return sessions.sign_in(
        email=form.email.data or "",
        password=form.password.data or "",
        passwords=passwords(),
        network=client_network(),
        user_agent=user_agent(),
        at=now(),
    )


def _note_failure(form: SignInForm) -> None:
    with unit_of_work():
        sessions.note_failed_sign_in(email=form.email.data or "", network=client_network(), at=now())
