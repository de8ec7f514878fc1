"""Changing organisations, and what the database itself refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kernel.access import SYSTEM
from app.kernel.errors import StaleVersion
from app.organisations import commands
from app.organisations.errors import (
    AlreadySuccessor,
    CampusNameTaken,
    CodeTaken,
    OwnDescendant,
    OwnSuccessor,
    RoomNameTaken,
    UnknownTimeZone,
    ValidityBackwards,
)
from app.organisations.models import Campus, Organisation, OrganisationSuccession, Room
from app.organisations.queries import list_predecessors, list_successions
from app.organisations.types import OrganisationKind, RoomLayout
from tests.factories.organisations import make_campus, make_organisation, make_room

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _database(app: Flask, db: Session) -> None:
    """Everything here is about rows, and needs to know what their constraints mean."""


def described(**values: object) -> dict[str, object]:
    return {
        "kind": OrganisationKind.PROVINCIAL_SCHOOL,
        "code": "TCT",
        "name": "  Trường   Chính trị ",
        "names": {"en": "School of politics"},
        "time_zone": "Asia/Ho_Chi_Minh",
        "valid_from": None,
        "valid_to": None,
        "actor": SYSTEM,
        "at": AT,
        **values,
    }


def test_body_is_placed_below_its_parent_and_found_without_accents() -> None:
    academy = make_organisation()

    school = commands.add_organisation(parent=academy, **described())  # type: ignore[arg-type]

    assert (school.name, school.path) == ("Trường Chính trị", [academy.id, school.id])
    assert school.search_text == "tct truong chinh tri school of politics"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"code": "TAKEN"}, CodeTaken),
        ({"time_zone": "Asia/Hanoi"}, UnknownTimeZone),
        ({"valid_from": DAY, "valid_to": DAY}, ValidityBackwards),
    ],
)
def test_body_is_refused_in_words(values: dict[str, object], refusal: type[Exception]) -> None:
    make_organisation(code="TAKEN")

    with pytest.raises(refusal):
        commands.add_organisation(parent=None, **described(**values))  # type: ignore[arg-type]


def test_change_over_another_change_is_refused() -> None:
    with pytest.raises(StaleVersion):
        commands.change_organisation(
            organisation=make_organisation(),
            expected_version=9,
            **described(),  # type: ignore[arg-type]
        )


def move(organisation: Organisation, parent: Organisation, **values: int) -> None:
    commands.move_organisation(organisation=organisation, parent=parent, actor=SYSTEM, at=AT, **values)


def test_body_moves_with_all_below_it(db: Session) -> None:
    head = make_organisation()
    old, new = make_organisation(head), make_organisation(head)
    school = make_organisation(old)
    faculty = make_organisation(school)

    move(school, new)
    db.expire_all()

    assert school.path == [head.id, new.id, school.id]
    assert faculty.path == [head.id, new.id, school.id, faculty.id]
    assert old.path == [head.id, old.id]


def test_body_is_not_placed_below_itself() -> None:
    academy = make_organisation()
    school = make_organisation(academy)

    for parent in (academy, school):
        with pytest.raises(OwnDescendant):
            move(academy, parent)


def test_move_over_another_change_is_refused() -> None:
    with pytest.raises(StaleVersion):
        move(make_organisation(), make_organisation(), expected_version=9)


def succeed(organisation: Organisation, *successors: Organisation) -> None:
    commands.succeed_organisation(
        organisation=organisation, successors=successors, on=DAY, actor=SYSTEM, at=AT
    )


def test_two_bodies_are_followed_by_one(db: Session) -> None:
    first, second, merged = make_organisation(), make_organisation(), make_organisation()

    succeed(first, merged)
    succeed(second, merged)

    assert (first.valid_to, second.valid_to, merged.valid_to) == (DAY, DAY, None)
    assert [one.successor_id for one in list_successions(first)] == [merged.id]
    assert [one.id for one in list_predecessors(merged)] == [first.id, second.id]
    assert [event.successor_id for event in db.info["events"]] == [merged.id, merged.id]


def test_body_follows_neither_itself_nor_twice() -> None:
    body, other = make_organisation(), make_organisation()

    with pytest.raises(OwnSuccessor):
        succeed(body, body)
    succeed(body, other)
    with pytest.raises(AlreadySuccessor):
        succeed(body, other)


def test_rooms_and_campuses_have_names_of_their_own() -> None:
    room = make_room()
    campus = room.campus

    with pytest.raises(RoomNameTaken):
        commands.add_room(
            campus=campus,
            name=room.name,
            capacity=10,
            layout=RoomLayout.HALL,
            equipment=[],
            actor=SYSTEM,
            at=AT,
        )


def test_campuses_of_one_body_have_names_of_their_own() -> None:
    campus = make_campus()

    with pytest.raises(CampusNameTaken):
        commands.add_campus(
            organisation=campus.organisation,
            name=campus.name,
            address="",
            time_zone="Asia/Ho_Chi_Minh",
            actor=SYSTEM,
            at=AT,
        )


def test_campus_is_in_a_zone_that_there_is() -> None:
    campus = make_campus()

    with pytest.raises(UnknownTimeZone):
        commands.change_campus(
            campus=campus,
            expected_version=campus.version,
            name="A",
            address="",
            time_zone="Hanoi",
            actor=SYSTEM,
            at=AT,
        )


def test_room_is_changed() -> None:
    room = make_room()

    commands.change_room(
        room=room,
        expected_version=room.version,
        name=" Hall  1 ",
        capacity=200,
        layout=RoomLayout.HALL,
        equipment=["Projector"],
        actor=SYSTEM,
        at=AT,
    )

    assert (room.name, room.capacity, room.layout, room.equipment) == (
        "Hall 1",
        200,
        RoomLayout.HALL,
        ["Projector"],
    )


NONSENSE: dict[str, Callable[[Room], object]] = {
    "ck_organisation_named": lambda room: update(Organisation).values(code=""),
    "ck_organisation_validity": lambda room: update(Organisation).values(valid_from=DAY, valid_to=DAY),
    "ck_organisation_not_own_parent": lambda room: update(Organisation).values(parent_id=Organisation.id),
    "uq_organisation_code": lambda room: insert(Organisation).values(
        kind="agency", code=room.campus.organisation.code, name="x", time_zone="UTC", path=[]
    ),
    "ck_organisation_succession_not_own_successor": lambda room: insert(OrganisationSuccession).values(
        organisation_id=room.organisation_id, successor_id=room.organisation_id, on=DAY
    ),
    "ck_campus_named": lambda room: update(Campus).values(name=""),
    "ck_room_named": lambda room: update(Room).values(name=""),
    "ck_room_capacity": lambda room: update(Room).values(capacity=0),
    "uq_room_campus_id_name": lambda room: insert(Room).values(
        campus_id=room.campus_id, name=room.name, capacity=1, layout="hall"
    ),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_database_refuses_nonsense_by_name(db: Session, name: str) -> None:
    statement = NONSENSE[name](make_room())

    with pytest.raises(IntegrityError) as refused:
        db.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]

    assert refused.value.orig.diag.constraint_name == name  # type: ignore[union-attr]
