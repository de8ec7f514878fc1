"""Routes that are closed by default: one without ``access=`` cannot be written."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from app.kernel import transaction
from app.kernel.access import Actor, Permission, require
from app.kernel.errors import Denied
from app.web.access import Access, Loader, Public, Scoped, SignedIn
from app.web.session import current_actor, demand_sign_in

View = Callable[..., ResponseReturnValue]


class FeatureBlueprint(Blueprint):
    """A feature's routes.

    Each states ``access``: a Permission, ``SignedIn(reason)`` or ``Public(reason)``. A route whose address names a
    thing states how it is loaded: ``subject=queries.get_course`` is called with the address's values by name
    and its result is the view's first argument. With a Permission, the right is decided in the subject's
    organisation (404 to whoever has nothing to do with it, 403 to the others); with ``SignedIn`` the loader itself
    is given ``actor=`` and must return only what is the actor's own.

    This is also the one place that commits: after a POST whose answer is below 400. Anything else leaves nothing.
    """

    def get(  # type: ignore[override]  # stricter than Flask's: access is demanded
        self, rule: str, *, access: Access, subject: Loader | None = None
    ) -> Callable[[View], View]:
        """Add a route that only reads."""
        return self._guarded_route(rule, ["GET"], access, subject)

    def post(  # type: ignore[override]  # stricter than Flask's: access is demanded
        self, rule: str, *, access: Access, subject: Loader | None = None
    ) -> Callable[[View], View]:
        """Add a route that changes something."""
        return self._guarded_route(rule, ["POST"], access, subject)

    def form(self, rule: str, *, access: Access, subject: Loader | None = None) -> Callable[[View], View]:
        """Add a route that shows a form (GET) and takes it (POST)."""
        return self._guarded_route(rule, ["GET", "POST"], access, subject)

    def route(self, rule: str, **options: Any) -> Any:
        """Refuse Flask's own decorator, which would leave the route open."""
        raise TypeError(f"{rule}: use get, post or form with access=")

    def _guarded_route(
        self, rule: str, methods: list[str], access: Access, subject: Loader | None
    ) -> Callable[[View], View]:
        if "<int:" in rule and subject is None:
            raise TypeError(f"{rule}: names a thing, so it must state subject=")

        def decorate(view: View) -> View:
            guarded = _guard(view, access, subject)
            self.add_url_rule(rule, endpoint=view.__name__, view_func=guarded, methods=methods)
            return view

        return decorate


def _guard(view: View, access: Access, subject: Loader | None) -> View:
    @wraps(view)
    def guarded(**address: Any) -> ResponseReturnValue:
        actor = current_actor()
        if not isinstance(access, Public) and actor.account_id is None:
            return demand_sign_in()
        if isinstance(access, Permission) and not actor.may_somewhere(access):
            raise Denied()
        response = make_response(view(*_load(subject, access, actor, address)))
        if request.method == "POST" and response.status_code < 400:
            transaction.complete()
        return response

    guarded.access = access  # type: ignore[attr-defined]  # read by the route table
    return guarded


def _load(subject: Loader | None, access: Access, actor: Actor, address: dict[str, Any]) -> tuple[Any, ...]:
    """Return the view's arguments: the thing its address names, once the actor's right to it is decided."""
    if subject is None:
        return tuple(address.values())
    if isinstance(access, SignedIn):
        return (subject(actor=actor, **address),)
    found = subject(**address)
    if isinstance(access, Permission):
        if not isinstance(found, Scoped):
            raise TypeError(f"{type(found).__name__} lies in no organisation")
        require(actor, access, found.organisation_id)
    return (found,)
