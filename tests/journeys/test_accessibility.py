"""axe-core finds nothing on any page, wide and light as on a phone in the dark, and none scrolls sideways."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from app.evaluation.types import WaveState
from app.kernel.access import Role
from app.kernel.db import session
from app.web.access import Public
from tests.architecture.subjects import make_subjects
from tests.factories.accounts import make_account_with, make_grant, make_session
from tests.factories.evaluation import make_invitation, make_wave
from tests.factories.organisations import make_organisation
from tests.journeys.conftest import Rondo

Window = Callable[..., Page]
# Served as files, or leading elsewhere at once.
NO_PAGES = re.compile(r"^/(assets|calendar|healthz|readyz|answer|first-run|password/<)|template|\.ics")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": LEVELS}}


@pytest.fixture
def addresses(app: Flask, stored: None) -> Iterator[tuple[str, list[str]]]:
    """The token of somebody who may everything, and the addresses of all pages with things that exist."""
    organisation = make_organisation()
    subjects = make_subjects(organisation)
    account = make_account_with(Role.ADMINISTRATOR, organisation)
    for role in (Role.TRAINING_MANAGER, Role.QUALITY_OFFICER, Role.DIRECTOR, Role.LECTURER, Role.TRAINEE):
        make_grant(account.person, role, organisation)
    make_invitation(make_wave(state=WaveState.OPEN), account.person)
    token = make_session(account)
    session.commit()
    yield token, [_address(rule.rule, subjects) for rule in app.url_map.iter_rules() if _is_page(app, rule)]


def _is_page(app: Flask, rule: object) -> bool:
    methods, text = getattr(rule, "methods", ()), getattr(rule, "rule", "")
    access = getattr(app.view_functions[getattr(rule, "endpoint", "")], "access", None)
    is_open = isinstance(access, Public) and "<" in text
    return "GET" in methods and not NO_PAGES.search(text) and not is_open


def _address(rule: str, subjects: dict[str, int]) -> str:
    return re.sub(r"<(?:int:)?(\w+)>", lambda found: str(subjects.get(found[1], 0)), rule)


@pytest.mark.parametrize("phone", [False, True], ids=["wide-light", "phone-dark"])
def test_axe_finds_nothing(
    open_page: Window, rondo: Rondo, app: Flask, addresses: tuple[str, list[str]], phone: bool
) -> None:
    token, pages = addresses
    page = open_page(phone=phone, dark=phone)
    page.context.add_cookies([{"name": "rondo", "value": _cookie(app, token), "url": rondo.base_url}])
    axe, wrong = Axe(), []
    for address in pages:
        answer = page.goto(address)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        found = axe.run(page, options=RULES).response["violations"]
        wrong += [f"{address}: {v['id']} {v['nodes'][0]['target']}" for v in found]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wrong.append(f"{address}: scrolls sideways")

    assert len(pages) > 60
    assert wrong == [], "\n".join(wrong)


def _cookie(app: Flask, token: str) -> str:
    """Return the session cookie as the running installation would have set it at sign-in."""
    from_app = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # of signed cookies
    return str(from_app.dumps({"_user_id": token, "_fresh": True, "locale": "en"}))
