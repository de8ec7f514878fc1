"""What the tests of the planning share."""

import pytest
from sqlalchemy import Connection

from tests.support.queries import QueryCounter


@pytest.fixture(name="counter")
def counter_fixture(connection: Connection) -> QueryCounter:
    return QueryCounter(connection)
