"""What all pages of the accounts share: the blueprint, the hasher, the browser."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.rules import network_of
from app.web import session as browser
from app.web.blueprint import FeatureBlueprint
from app.web.locale import choose_locale, has_chosen_locale
from app.web.render import render

if TYPE_CHECKING:
    from datetime import timedelta

    from app.accounts.forms import ForgottenForm, SignInForm
    from app.accounts.passwords import Passwords
    from app.accounts.types import NewSession, SessionLimits

blueprint = FeatureBlueprint("accounts", __name__)


def begin_in_browser(begun: NewSession) -> None:
    """Let this browser carry the new session, in its owner's language unless another was chosen here."""
    browser.begin(begun.token, begun.actor)
    if begun.locale and not has_chosen_locale():
        choose_locale(begun.locale)


def passwords() -> Passwords:
    """Return the hasher of this process."""
    hasher: Passwords = current_app.extensions["passwords"]
    return hasher


def session_limits() -> SessionLimits:
    """Return how long a sign-in lasts here."""
    limits: SessionLimits = current_app.extensions["session_limits"]
    return limits


def client_network() -> str:
    """Return the network that the request came from."""
    return network_of(request.remote_addr)


def user_agent() -> str:
    """Return what the browser calls itself."""
    return request.user_agent.string


def held_back(
    template: str, wait: timedelta, *, form: SignInForm | ForgottenForm, **context: object
) -> ResponseReturnValue:
    """Answer with the form's page and how long to wait before it is tried again."""
    seconds = ceil(wait.total_seconds())
    html = render(template, form=form, wait_minutes=ceil(seconds / 60), **context)
    return html, 429, {"Retry-After": str(seconds)}
