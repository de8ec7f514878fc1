"""Reading never writes; a refused change leaves nothing; one commit for what belongs together."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.kernel import transaction
from app.kernel.access import SYSTEM
from app.kernel.db import session
from app.kernel.errors import RuleBroken
from app.kernel.transaction import WriteWhileReading, after_commit, beside, undo, unit_of_work
from app.organisations.commands import add_organisation
from app.organisations.models import Organisation
from app.organisations.types import OrganisationKind
from app.web.access import Public, SignedIn
from app.web.blueprint import FeatureBlueprint
from app.web.transaction import register
from tests.factories.organisations import make_organisation

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def add(code: str) -> None:
    add_organisation(
        kind=OrganisationKind.MINISTRY,
        code=code,
        name=code,
        names={},
        parent=None,
        time_zone="UTC",
        valid_from=None,
        valid_to=None,
        actor=SYSTEM,
        at=AT,
    )


def codes() -> set[str]:
    undo()
    return set(session.scalars(select(Organisation.code)))


@pytest.fixture
def small(db: Session, app: Flask) -> Iterator[Flask]:
    """An application of four routes, with the edges of the real one."""
    blueprint = FeatureBlueprint("small", __name__)
    public = Public("a test")

    @blueprint.get("/reads-and-writes", access=public)
    def reads_and_writes() -> ResponseReturnValue:
        add("READ")
        return "written"

    @blueprint.post("/keeps", access=public)
    def keeps() -> ResponseReturnValue:
        add("KEPT")
        return "kept"

    @blueprint.post("/refuses", access=public)
    def refuses() -> ResponseReturnValue:
        add("REFUSED")
        return "refused", 422

    @blueprint.post("/breaks", access=public)
    def breaks() -> ResponseReturnValue:
        add("BROKEN")
        raise RuleBroken("no")

    small = Flask("small")
    small.secret_key = "x"
    small.testing = True
    register(small)
    small.login_manager = app.login_manager  # type: ignore[attr-defined]  # where Flask-Login looks
    small.register_blueprint(blueprint)
    yield small


def test_reading_cannot_write(small: Flask) -> None:
    with pytest.raises(WriteWhileReading):
        small.test_client().get("/reads-and-writes")

    assert codes() == set()


def test_answer_below_400_keeps_what_was_done_by_one_commit(small: Flask) -> None:
    commits: list[Session] = []
    event.listen(session(), "after_commit", commits.append)

    small.test_client().post("/keeps")

    assert codes() == {"KEPT"}
    assert len(commits) == 1


@pytest.mark.parametrize("address", ["/refuses", "/breaks"])
def test_anything_else_leaves_nothing(small: Flask, address: str) -> None:
    if address == "/breaks":
        with pytest.raises(RuleBroken):
            small.test_client().post(address)
    else:
        small.test_client().post(address)

    assert codes() == set()


def test_route_without_a_word_on_access_cannot_be_written() -> None:
    blueprint = FeatureBlueprint("open", __name__)

    with pytest.raises(TypeError, match="use get, post or form"):
        blueprint.route("/open")
    with pytest.raises(TypeError, match="access"):
        blueprint.get("/open")  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError, match="must state subject"):
        blueprint.get("/things/<int:thing_id>", access=SignedIn("a test"))


def test_unit_of_work_that_fails_leaves_nothing_and_runs_nothing_after(db: Session) -> None:
    ran: list[str] = []

    with pytest.raises(RuleBroken), unit_of_work():
        add("HALF")
        after_commit(lambda: ran.append("x"))
        raise RuleBroken("no")

    assert codes() == set()
    assert ran == []


def test_what_waits_for_the_commit_runs_after_it(db: Session) -> None:
    ran: list[set[str]] = []

    with unit_of_work():
        add("WHOLE")
        after_commit(lambda: ran.append(set(session.scalars(select(Organisation.code)))))

    assert ran == [{"WHOLE"}]


def test_what_is_written_beside_stays_though_the_rest_is_undone(db: Session) -> None:
    number = make_organisation(code="OLD").id
    session.commit()
    transaction.abandon()

    with beside() as own:
        own.get_one(Organisation, number).code = "BESIDE"
    add("UNDONE")
    undo()

    assert codes() == {"BESIDE"}
