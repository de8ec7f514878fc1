"""Who may use which route: stated by every one of them, and reviewed as a table."""

import os

from flask import Flask

from app.kernel.access import Permission, Role
from app.web.access import Public, SignedIn
from tests.architecture.source import ROOT

GOLDEN = ROOT / "tests" / "golden" / "routes.txt"


def route_table(app: Flask) -> str:
    """Return one line a route: methods, address, endpoint, and who may."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        lines.append(f"{rule.rule}  {methods}  {rule.endpoint}  {_said(access)}")
    return "\n".join(sorted(lines)) + "\n"


def _said(access: object) -> str:
    match access:
        case Public():
            return f"everybody ({access.reason})"
        case SignedIn():
            return f"signed in ({access.reason})"
        case Permission():
            roles = ", ".join(role.value for role in Role if role in access.roles)
            return f"{access.value}: {roles}"
        case _:
            return "NOT STATED"


def test_every_route_states_who_may_use_it(app: Flask) -> None:
    assert [line for line in route_table(app).splitlines() if line.endswith("NOT STATED")] == []


def test_table_of_routes_is_the_reviewed_one(app: Flask) -> None:
    """A changed route is written with ``UPDATE_GOLDEN=1`` and reviewed in the diff."""
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(route_table(app), encoding="utf-8")
    assert route_table(app) == GOLDEN.read_text(encoding="utf-8")
