"""The main navigation: what the actor may use, and where the page stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import gettext

from app.kernel.access import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class Destination:
    """An entry of the navigation, offered to whoever holds the permission (or one of the roles) somewhere.

    ``title`` is an English msgid; ``covers`` are further endpoint prefixes that light it up.
    """

    title: str
    endpoint: str
    permission: Permission | None = None
    roles: frozenset[Role] = frozenset()
    covers: tuple[str, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Tell whether the actor is offered it."""
        if actor.account_id is None:
            return False
        if self.permission is not None:
            return actor.may_somewhere(self.permission)
        return any(actor.has_role(role) for role in self.roles)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One link of the navigation as it is shown."""

    title: str
    href: str
    current: bool


def register_start_pages(app: Flask, start_pages: Sequence[Destination]) -> None:
    """Let ``first_start_page`` find them."""
    app.extensions["start_pages"] = tuple(start_pages)


def first_start_page(actor: Actor) -> str | None:
    """Return the address of the first start page that the actor is offered."""
    start_pages: Sequence[Destination] = current_app.extensions["start_pages"]
    return next((url_for(offered.endpoint) for offered in start_pages if offered.is_for(actor)), None)


def items_for(actor: Actor, destinations: Sequence[Destination]) -> list[NavigationItem]:
    """Return the links for the actor, the one of the present page marked."""
    endpoint = request.endpoint or ""
    offered = [destination for destination in destinations if destination.is_for(actor)]
    exact = [destination for destination in offered if destination.endpoint == endpoint]
    covering = [d for d in offered if any(endpoint.startswith(prefix) for prefix in d.covers)]
    current = next(iter(exact or covering), None)
    return [
        NavigationItem(gettext(item.title), url_for(item.endpoint), current=item is current)
        for item in offered
    ]
