"""What is shown while the database is away."""

import pytest
from sqlalchemy.exc import OperationalError

from app.kernel.access import Role
from app.organisations import queries
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient


def test_database_that_is_away_is_said_in_plain_words(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(make_account_with(Role.DIRECTOR, make_organisation()))

    def gone(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(queries, "list_organisations", gone)

    page = client.get("/organisations", expect=503)

    assert page.response.headers["Retry-After"] == "5"
    assert "server closed" not in page.text
