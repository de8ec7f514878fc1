"""Pages of signing in and out."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.commands import sessions, throttling
from app.accounts.commands.settings import choose_language
from app.accounts.forms import SignInForm
from app.accounts.rules import network_of
from app.kernel.clock import now
from app.kernel.transaction import unit_of_work
from app.web import session as browser
from app.web.access import Public, SignedIn
from app.web.blueprint import FeatureBlueprint
from app.web.locale import choose_locale, has_chosen_locale
from app.web.navigation import first_start_page
from app.web.render import form_page, page, render

if TYPE_CHECKING:
    from app.accounts.passwords import Passwords
    from app.accounts.types import NewSession

blueprint = FeatureBlueprint("accounts", __name__)

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
    if browser.current_token() and request.method == "GET":
        return redirect(back)
    form = SignInForm.from_request()
    if form.accepts():
        wait = _wait_before(form.email.data)
        if wait:
            return _held_back(form, back, wait)
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
        choose_language(locale=code, actor=actor, at=now())
    return redirect(browser.local_path(request.form.get("next"), fallback=url_for(".home")))


def begin_in_browser(begun: NewSession) -> None:
    """Let this browser carry the new session, in its owner's language unless another was chosen here."""
    browser.begin(begun.token, begun.actor)
    if begun.locale and not has_chosen_locale():
        choose_locale(begun.locale)


def passwords() -> Passwords:
    """Return the hasher of this process."""
    hasher: Passwords = current_app.extensions["passwords"]
    return hasher


def client_network() -> str:
    """Return the network that the request came from."""
    return network_of(request.remote_addr)


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
        user_agent=request.user_agent.string,
        at=now(),
    )


def _note_failure(form: SignInForm) -> None:
    with unit_of_work():
        sessions.note_failed_sign_in(email=form.email.data or "", network=client_network(), at=now())


def _held_back(form: SignInForm, back: str, wait: timedelta) -> ResponseReturnValue:
    seconds = ceil(wait.total_seconds())
    html = render("accounts/sign_in.html", form=form, back=back, wait_minutes=ceil(seconds / 60))
    return html, 429, {"Retry-After": str(seconds)}
