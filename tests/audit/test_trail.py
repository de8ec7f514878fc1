"""The trail is written with the change and never altered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.kernel.access import Actor, Role, forget_acting_grant, require
from app.kernel.db import session
from app.kernel.events import Event, record
from app.kernel.transaction import UnauditedChange, complete, undo
from app.organisations.commands import change_organisation
from app.organisations.models import Organisation
from app.organisations.policies import OrganisationPermission
from tests.factories.accounts import actor_of, make_account_with, make_grant
from tests.factories.organisations import make_organisation

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class LeafTurned(Event):
    """Something harmless."""

    subject: ClassVar[str] = "leaf"


def rename(organisation: Organisation, name: str, actor: Actor) -> None:
    change_organisation(
        organisation=organisation,
        expected_version=organisation.version,
        kind=organisation.kind,
        code=organisation.code,
        name=name,
        names={},
        time_zone=organisation.time_zone,
        valid_from=None,
        valid_to=None,
        actor=actor,
        at=AT,
    )


def trail() -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


@pytest.fixture
def academy(app: Flask, db: Session) -> Organisation:
    academy = make_organisation(name="Old name")
    # What a test makes is not the story: only what comes after it is on the trail.
    session.commit()
    undo()
    return academy


def test_change_stands_on_the_trail_with_who_in_which_role_and_what(academy: Organisation) -> None:
    account = make_account_with(Role.ADMINISTRATOR, academy, full_name="Trần An")
    actor = actor_of(account)
    session.commit()
    undo()

    rename(academy, "New name", actor)
    complete()

    (entry,) = trail()
    assert (entry.actor_name, entry.role, entry.action) == (
        "Trần An",
        Role.ADMINISTRATOR,
        "organisation changed",
    )
    assert (entry.subject, entry.subject_id, entry.at) == ("organisation", academy.id, AT)
    changed = entry.changes[f"organisation {academy.id}"]
    assert isinstance(changed, dict)
    assert changed["name"] == ["Old name", "New name"]


def test_undone_change_leaves_no_trail(academy: Organisation) -> None:
    actor = actor_of(make_account_with(Role.ADMINISTRATOR, academy))
    session.commit()
    undo()

    rename(academy, "New name", actor)
    undo()
    complete()

    assert trail() == []


def test_events_of_one_unit_share_its_number_and_the_changes_stand_once(academy: Organisation) -> None:
    actor = actor_of(make_account_with(Role.ADMINISTRATOR, academy))
    session.commit()
    undo()

    rename(academy, "New name", actor)
    record(LeafTurned(actor=actor, at=AT))
    complete()
    record(LeafTurned(actor=actor, at=AT))
    complete()

    first, second, third = trail()
    assert first.unit == second.unit != third.unit
    assert first.changes
    assert not second.changes
    assert not third.changes


def test_role_is_the_one_whose_right_was_asked_for(academy: Organisation) -> None:
    account = make_account_with(Role.LECTURER, academy)
    make_grant(account.person, Role.ADMINISTRATOR, academy)
    actor = actor_of(account)
    forget_acting_grant()
    record(LeafTurned(actor=actor, at=AT, organisation_id=academy.id))
    complete()

    require(actor, OrganisationPermission.MANAGE, academy.id)
    record(LeafTurned(actor=actor, at=AT, organisation_id=academy.id))
    complete()

    assert [entry.role for entry in trail()] == [Role.LECTURER, Role.ADMINISTRATOR]


def test_who_acts_where_no_grant_reaches_acts_in_no_role(academy: Organisation) -> None:
    actor = actor_of(make_account_with(Role.ADMINISTRATOR, academy))
    elsewhere = make_organisation()

    record(LeafTurned(actor=actor, at=AT, organisation_id=elsewhere.id))
    complete()

    assert trail()[-1].role is None


def test_change_that_says_nothing_is_refused(academy: Organisation) -> None:
    session.get_one(Organisation, academy.id).name = "Silently"

    with pytest.raises(UnauditedChange):
        complete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'Nobody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE audit_event",
    ],
)
def test_application_cannot_change_the_trail(db: Session, app: Flask, statement: str) -> None:
    record(LeafTurned(actor=Actor(None, None, "An"), at=AT))
    complete()

    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        session.execute(text(statement))
    undo()

    assert [entry.actor_name for entry in trail()] == ["An"]
