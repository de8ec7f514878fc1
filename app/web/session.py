"""Who is asking: Flask-Login's user is a signed-in session of the database, shown to the features as an Actor."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user

from app.kernel.access import Actor

NOBODY = Actor(account_id=None, person_id=None, name="")

FindActor = Callable[[str], Actor | None]


class SignedInUser(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """Flask-Login's view of a signed-in browser: its token, and the actor behind it."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        """Return what the cookie carries: a random token, of which the database knows only the hash."""
        return self.token


def register(app: Flask, find_actor: FindActor) -> None:
    """Let ``find_actor`` say who a session's token belongs to, anew at each request."""
    manager = LoginManager(app)
    manager.session_protection = None

    def load(token: str) -> SignedInUser | None:
        actor = find_actor(token)
        return SignedInUser(token, actor) if actor else None

    manager.user_loader(load)


def current_actor() -> Actor:
    """Return who is asking; an actor without account when nobody is signed in."""
    actor: Actor = current_user.actor if current_user.is_authenticated else NOBODY
    return actor


def forget_reader() -> None:
    """Treat the rest of this request as nobody's, without looking anything up; the browser stays signed in."""
    g._login_user = AnonymousUserMixin()


def current_token() -> str | None:
    """Return the token of the signed-in session, if there is one."""
    return current_user.get_id() if current_user.is_authenticated else None


def begin(token: str, actor: Actor) -> None:
    """Sign this browser in under a new session; what an anonymous session held, but for its language, is dropped."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    session.permanent = False
    login_user(SignedInUser(token, actor))


def end() -> None:
    """Sign this browser out and forget what its cookie held, but for the language."""
    locale = session.get("locale")
    logout_user()
    session.clear()
    if locale:
        session["locale"] = locale


def demand_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page, and from there back to where a page was asked for."""
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_of_form()
    return redirect(url_for("accounts.sign_in", back=None if back in ("", "/") else back))


def _page_of_form() -> str:
    rule = request.url_rule
    return request.path if rule is not None and "GET" in (rule.methods or ()) else ""


def local_path(address: str | None, *, fallback: str) -> str:
    """Return the address if it is a path on this site, else the fallback: nobody is sent elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(address)
    clean = not parts.scheme and not parts.netloc and "\\" not in address and address.isprintable()
    return address if clean else fallback
