"""What every answer says to the browser, word by word."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.web.csrf import csrf_token
from config import Settings
from tests.support.applications import second_app
from tests.support.pages import PageClient

EVERYWHERE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@pytest.fixture
def behind_tls(settings: Settings, db: Session) -> Iterator[FlaskClient]:
    """A browser at an installation that is reached over TLS."""
    secure = second_app(replace(settings, base_url="https://localhost"))
    yield secure.test_client()
    secure.extensions["engine"].dispose()


@pytest.mark.parametrize(
    "address",
    ["/sign-in", "/", "/healthz", "/no-such-page", "/account", "/password/forgotten", "/style-guide"],
)
def test_every_answer_carries_them(client: PageClient, address: str) -> None:
    headers = client._client.get(address).headers

    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert "Server" not in headers
    assert "Access-Control-Allow-Origin" not in headers


def test_loopback_by_plain_http_promises_no_tls(client: PageClient) -> None:
    assert "Strict-Transport-Security" not in client._client.get("/sign-in").headers


def test_over_tls_the_browser_is_told_to_stay_there(behind_tls: FlaskClient) -> None:
    answer = behind_tls.get("/sign-in", base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_cookie_over_tls_is_bound_to_the_host(behind_tls: FlaskClient) -> None:
    cookie = behind_tls.get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]

    name, *flags = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-rondo=")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert len(cookie) < 4096


def test_cookie_on_loopback_is_as_strict_as_plain_http_allows(client: PageClient) -> None:
    cookie = client._client.get("/sign-in").headers["Set-Cookie"]

    name, *flags = [part.strip() for part in cookie.split(";")]
    assert name.startswith("rondo=")
    assert set(flags) == {"HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("evil.example#localhost", 400),
        ("localhost, evil.example", 400),
        ("", 400),
    ],
)
def test_only_known_hosts_are_served(client: PageClient, host: str, status: int) -> None:
    answer = client._client.get("/sign-in", headers={"Host": host})

    assert answer.status_code == status
    assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"])
def test_nobody_claims_to_come_through_a_proxy_that_is_not_there(client: PageClient, header: str) -> None:
    answer = client._client.get("/account", headers={header: "evil.example"})

    assert answer.headers["Location"] == "/sign-in?back=/account"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_methods_nobody_listed_are_refused(client: PageClient, method: str) -> None:
    answer = client._client.open("/sign-in", method=method)

    assert answer.status_code in ((400, 405) if method != "OPTIONS" else (200, 405))
    assert "Traceback" not in answer.get_data(as_text=True)


def test_token_is_made_for_a_browser(app: Flask) -> None:
    with app.test_request_context("/"):
        assert len(csrf_token()) == 88
