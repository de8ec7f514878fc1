"""What the layout of every page needs: navigation, the actor, languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext

from app.kernel.access import Actor, Permission
from app.web.forms import locale_code
from app.web.locale import LOCALES
from app.web.navigation import Destination, items_for, register_start_pages
from app.web.session import current_actor
from app.web.text import translated, write_place


@dataclass(frozen=True, slots=True)
class LocaleChoice:
    """A language that the reader may switch to."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class CourseTab:
    """A page of every course, offered to whoever holds the permission in the course's organisation.

    Its endpoint takes ``course_id``; ``title`` is an English msgid, ``covers`` further endpoints of the tab.
    """

    title: str
    endpoint: str
    permission: Permission
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """A page about an organisation that another feature has, offered to whoever holds the permission there.

    Its endpoint takes ``organisation_id``; ``title`` is an English msgid.
    """

    title: str
    endpoint: str
    permission: Permission


def register(
    app: Flask,
    *,
    destinations: Sequence[Destination],
    start_pages: Sequence[Destination],
    course_tabs: Sequence[CourseTab],
    organisation_pages: Sequence[OrganisationPage] = (),
) -> None:
    """Give these to every template."""

    def context() -> dict[str, object]:
        actor: Actor = current_actor()
        signed_in = actor.account_id is not None
        return {
            "actor": actor if signed_in else None,
            "navigation": items_for(actor, destinations) if signed_in else [],
            "start_pages": items_for(actor, start_pages) if signed_in else [],
            "locales": [LocaleChoice(code, name, code == locale_code()) for code, name in LOCALES.items()],
            "request_id": g.get("request_id", ""),
        }

    def tabs_of(course_id: int, organisation_id: int) -> list[dict[str, object]]:
        endpoint = request.endpoint or ""
        return [
            {
                "title": gettext(tab.title),
                "href": url_for(tab.endpoint, course_id=course_id),
                "current": endpoint == tab.endpoint or endpoint in tab.covers,
            }
            for tab in course_tabs
            if current_actor().may(tab.permission, organisation_id)
        ]

    def pages_of(organisation_id: int) -> list[tuple[str, str]]:
        return [
            (gettext(offered.title), url_for(offered.endpoint, organisation_id=organisation_id))
            for offered in organisation_pages
            if current_actor().may(offered.permission, organisation_id)
        ]

    def may(permission: Permission, organisation_id: int) -> bool:
        return current_actor().may(permission, organisation_id)

    register_start_pages(app, start_pages)
    app.context_processor(context)
    app.jinja_env.globals.update(course_tabs=tabs_of, organisation_pages=pages_of, may=may)
    app.add_template_filter(translated)
    app.add_template_global(write_place)
