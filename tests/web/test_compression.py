"""Compression of pages."""

import gzip

import brotli
import pytest

from app.kernel.access import Role
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient


@pytest.mark.parametrize(
    ("accepted", "encoding", "read"),
    [("br, gzip", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
def test_page_is_sent_in_the_way_that_the_browser_takes(
    client: PageClient, accepted: str, encoding: str | None, read: object
) -> None:
    client.sign_in(make_account_with(Role.DIRECTOR, make_organisation(name="Học viện")))

    answer = client.fetch("/organisations", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert "Học viện".encode() in read(answer.data)  # type: ignore[operator]  # one of three functions
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_small_answers_stay_as_they_are(client: PageClient) -> None:
    answer = client.fetch("/healthz", headers={"Accept-Encoding": "br"})

    assert "Content-Encoding" not in answer.headers
