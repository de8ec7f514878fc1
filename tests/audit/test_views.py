"""The page of the trail."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from app.audit.queries import history_of
from app.kernel.access import Actor, Role
from app.kernel.db import session
from app.kernel.events import Event, record
from app.kernel.transaction import complete, undo
from app.organisations.models import Organisation
from tests.factories.accounts import make_account_with
from tests.factories.organisations import make_organisation
from tests.support.pages import PageClient
from tests.support.queries import QueryCounter

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class KiteFlown(Event):
    """Something harmless."""

    subject: ClassVar[str] = "kite"
    height: int = 0


@dataclass(frozen=True, kw_only=True)
class KiteLost(Event):
    """Something sad."""

    subject: ClassVar[str] = "kite"


def tell(event: Event) -> None:
    session.commit()
    undo()
    record(event)
    complete()


def fly(organisation: Organisation, *, who: str = "An", number: int = 1, at: datetime = AT) -> None:
    actor = Actor(None, None, who)
    tell(KiteFlown(actor=actor, at=at, organisation_id=organisation.id, subject_id=number, height=7))


@pytest.fixture
def academy(client: PageClient) -> Organisation:
    academy = make_organisation()
    client.sign_in(make_account_with(Role.QUALITY_OFFICER, academy))
    return academy


def test_trail_shows_the_branch_the_latest_first(client: PageClient, academy: Organisation) -> None:
    fly(academy, who="First")
    fly(make_organisation(academy), who="Below")
    fly(make_organisation(), who="Elsewhere")

    assert [row[1] for row in client.get("/audit").rows()] == ["Below", "First"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=2026-03-02&until=2026-03-02", ["An"]),
        ("from=2026-03-03", ["Bình"]),
        ("until=2026-03-02", ["An"]),
        ("person=b%C3%ACnh", ["Bình"]),
        ("subject=kite&number=1", ["An"]),
        ("action=kite+flown", ["Bình", "An"]),
        ("action=kite+lost", []),
        ("from=nonsense&number=x&number=99999999999999999999", ["Bình", "An"]),
        ("sort=at", ["An", "Bình"]),
    ],
)
def test_trail_is_filtered(client: PageClient, academy: Organisation, query: str, found: list[str]) -> None:
    fly(academy, who="An", number=1)
    fly(academy, who="Bình", number=2, at=AT + timedelta(days=1))

    assert [row[1] for row in client.get(f"/audit?{query}").rows()] == found


def test_trail_is_exported(client: PageClient, academy: Organisation) -> None:
    fly(academy)

    table = client.fetch("/audit?format=csv").get_data(as_text=True)

    assert "Kite flown" in table
    assert "height: 7" in table


def test_trail_needs_as_many_queries_for_many_rows(
    client: PageClient, queries: QueryCounter, academy: Organisation
) -> None:
    fly(academy)
    client.get("/audit")
    with queries.counting():
        client.get("/audit")
    few = len(queries)
    for number in range(5):
        fly(academy, number=number)

    with queries.counting():
        client.get("/audit")

    assert len(queries) == few <= 12


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.QUALITY_OFFICER)]
)
def test_nobody_else_reads_the_trail(client: PageClient, role: Role) -> None:
    client.sign_in(make_account_with(role, make_organisation()))

    client.get("/audit", expect=403)


def test_history_tells_of_one_thing_the_latest_first(client: PageClient, academy: Organisation) -> None:
    fly(academy, number=3)
    fly(academy, number=4)
    tell(
        KiteLost(
            actor=Actor(None, None, "An"), at=AT, organisation_id=academy.id, subject_id=3, reason="wind"
        )
    )

    history = history_of("kite", 3)

    assert [(entry.action, entry.reason) for entry in history] == [
        ("kite lost", "wind"),
        ("kite flown", None),
    ]
