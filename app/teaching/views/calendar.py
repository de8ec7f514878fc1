"""The private calendar address, and what is behind it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel.clock import now
from app.people.queries import get_person
from app.teaching import commands, queries
from app.teaching.calendar_text import Wording, write_calendar
from app.teaching.views.routes import blueprint
from app.web.access import Public, SignedIn
from app.web.locale import LOCALES
from app.web.render import page
from app.web.session import current_actor

if TYPE_CHECKING:
    from app.kernel.access import Actor
    from app.kernel.text import LabelledEnum
    from app.people.models import Person

OWN = SignedIn("one's own calendar address")


def get_self(*, actor: Actor) -> Person:
    """Return the actor's own record."""
    return get_person(actor.person_id or 0)


@blueprint.post("/my/calendar", access=OWN, subject=get_self)
def calendar_make(person: Person) -> ResponseReturnValue:
    """Make a private address, or replace it, and show it this once."""
    token = commands.make_feed(person=person, actor=current_actor(), at=now())
    address = url_for(".calendar_feed", token=token, _external=True)
    return page("teaching/my_calendar.html", address=address, subscribe=f"webcal:{address.partition(':')[2]}")


@blueprint.post("/my/calendar/close", access=OWN, subject=get_self)
def calendar_close(person: Person) -> ResponseReturnValue:
    """Close the private address."""
    commands.revoke_feed(person=person, actor=current_actor(), at=now())
    flash(_("The address is closed. Calendars that used it get nothing more."), "success")
    return redirect(url_for(".my_assignments"))


@blueprint.get(
    "/calendar/<token>.ics",
    access=Public(
        "opened by a private, revocable token that reads one person's assignments and nothing else"
    ),
)
def calendar_feed(token: str) -> ResponseReturnValue:
    """Give a calendar program the sessions of the token's owner."""
    owner = queries.find_feed_owner(token)
    default = current_app.config["SETTINGS"].default_locale
    locale = owner.locale if owner.locale in LOCALES else default
    with force_locale(locale):
        words = _wording(locale)
    body = write_calendar(
        queries.list_feed_sessions(owner.person_id, now()),
        words,
        host=request.host.partition(":")[0],
        base_url=current_app.config["SETTINGS"].base_url,
    )
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    # Weak, because the same calendar also goes over the wire compressed.
    response.set_etag(sha256(body).hexdigest()[:32], weak=True)
    return response.make_conditional(request)


@cache
def _wording(locale: str) -> Wording:
    """The words in the language that is in force; they do not change while the process lives."""
    names: dict[LabelledEnum, str] = {}

    def name(member: LabelledEnum) -> str:
        if member not in names:
            with force_locale(locale):
                names[member] = _(member.label)
        return names[member]

    return Wording(
        calendar=_("Rondo: my sessions"),
        course=_("Course"),
        part=_("Part"),
        method=_("Method"),
        companions=_("With"),
        online=_("Online"),
        materials=_("Materials"),
        locale=locale,
        name=name,
    )
