"""axe-core finds nothing on any page, wide and light as on a phone in the dark, and none scrolls sideways."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Route, expect

from app.accounts.commands.first_run import make_first_run_link
from app.accounts.commands.links import make_link
from app.accounts.types import LinkPurpose
from app.evaluation.types import WaveState
from app.kernel.access import Role
from app.kernel.clock import now
from app.kernel.db import session
from app.web.access import Public
from app.web.render import render
from tests.architecture.source import ROOT
from tests.architecture.subjects import make_subjects
from tests.factories.accounts import make_account_with, make_grant, make_session
from tests.factories.evaluation import link_of, make_invitation, make_wave
from tests.factories.organisations import make_organisation
from tests.journeys.conftest import Rondo
from tests.support.pages import PageClient

Window = Callable[..., Page]
# Served as files, or leading elsewhere at once.
NO_PAGES = re.compile(r"^/(assets|calendar|healthz|readyz|answer|first-run|password/<)|template|\.ics|/file$")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": LEVELS}}
LEAST_PAGES = 60


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


@dataclass(frozen=True)
class Doors:
    """Ways in for who has no session: what each answers with, and a link that nobody has answered yet."""

    statuses: dict[str, int]
    answer_link: str


@pytest.fixture
def doors(stored: None) -> Doors:
    """Links of each kind, good and spent."""
    organisation = make_organisation()
    account = make_account_with(Role.LECTURER, organisation)
    wave = make_wave(state=WaveState.OPEN)
    mailed = {
        purpose: make_link(purpose=purpose, account=account, life=timedelta(days=1), at=now())
        for purpose in (LinkPurpose.INVITATION, LinkPurpose.RESET)
    }
    statuses = {
        f"/password/{mailed[LinkPurpose.INVITATION]}": 200,
        f"/password/{mailed[LinkPurpose.RESET]}": 200,
        f"/password/{'x' * 43}": 404,
        f"/answer/{'x' * 32}": 404,
        link_of(make_invitation(wave, answered=True)): 200,
        link_of(make_invitation(make_wave())): 200,
        link_of(make_invitation(make_wave(state=WaveState.CLOSED))): 200,
        "/nowhere": 404,
        "/language": 405,
    }
    link = link_of(make_invitation(wave))
    session.commit()
    return Doors(statuses, link)


WINDOWS = pytest.mark.parametrize("phone", [False, True], ids=["wide-light", "phone-dark"])


@WINDOWS
def test_axe_finds_nothing(
    open_page: Window, rondo: Rondo, app: Flask, addresses: tuple[str, list[str]], phone: bool
) -> None:
    token, pages = addresses
    page = open_page(phone=phone, dark=phone)
    page.context.add_cookies([{"name": "rondo", "value": _cookie(app, token), "url": rondo.base_url}])
    wrong, looked_at = [], 0
    for address in pages:
        answer = page.goto(address)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        wrong += _faults(page, address)
        looked_at += 1

    assert looked_at > LEAST_PAGES
    assert wrong == [], "\n".join(wrong)


@WINDOWS
def test_axe_finds_nothing_where_nobody_is_signed_in(open_page: Window, doors: Doors, phone: bool) -> None:
    page, wrong = open_page(phone=phone, dark=phone), []
    for address, status in doors.statuses.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
        wrong += _faults(page, address)

    page.goto(doors.answer_link)
    wrong += _faults(page, "answer form")
    page.get_by_role("button", name="Send answers").click()
    expect(page.locator(".form-errors")).to_be_visible()
    wrong += _faults(page, "answer form, refused")
    page.get_by_role("group", name=re.compile("It was useful")).get_by_role("radio").first.check()
    page.get_by_role("button", name="Send answers").click()
    expect(page.get_by_role("main")).to_contain_text("Thank you")
    wrong += _faults(page, "thanks")

    assert wrong == [], "\n".join(wrong)


@pytest.fixture
def rare_pages(app: Flask, client: PageClient) -> dict[str, str]:
    """Pages that a running installation does not show on demand: what the application says in each case."""
    token = make_first_run_link(at=now())
    session.commit()
    pages = {"first-run": client.get(f"/first-run/{token}").response.text}
    for path in (ROOT / "templates" / "errors").glob("[0-9]*.html"):
        with app.test_request_context("/"):
            pages[path.stem] = render(f"errors/{path.name}", message="")
    return pages


@WINDOWS
def test_axe_finds_nothing_on_rare_pages(open_page: Window, rare_pages: dict[str, str], phone: bool) -> None:
    page, wrong = open_page(phone=phone, dark=phone), []
    assert {"first-run", "403", "429", "500", "503"} <= set(rare_pages)
    for name, html in rare_pages.items():
        page.route(f"**/rare/{name}", partial(_answer_with, html))
        page.goto(f"/rare/{name}")
        assert page.locator("link[rel=stylesheet]").count()
        wrong += _faults(page, name)

    assert wrong == [], "\n".join(wrong)


def _answer_with(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


def _faults(page: Page, name: str) -> list[str]:
    """Return what axe finds on the page, and whether it scrolls sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    wrong = [f"{name}: {v['id']} {v['nodes'][0]['target']}" for v in found]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        wrong.append(f"{name}: scrolls sideways")
    return wrong


def _cookie(app: Flask, token: str) -> str:
    """Return the session cookie as the running installation would have set it at sign-in."""
    from_app = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # of signed cookies
    return str(from_app.dumps({"_user_id": token, "_fresh": True, "locale": "en"}))
