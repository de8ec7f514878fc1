"""Changing organisations."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.kernel.access import Actor
from app.kernel.db import Translations, session
from app.kernel.events import record
from app.kernel.text import clean_name
from app.kernel.transaction import check_version, flush
from app.organisations import events, rules
from app.organisations.errors import CodeTaken, OwnDescendant, UnknownTimeZone, ValidityBackwards
from app.organisations.models import Campus, Organisation, OrganisationSuccession, Room
from app.organisations.queries import find_organisation_by_code
from app.organisations.types import OrganisationKind, RoomLayout


def add_organisation(
    *,
    kind: OrganisationKind,
    code: str,
    name: str,
    names: Translations,
    parent: Organisation | None,
    time_zone: str,
    valid_from: date | None,
    valid_to: date | None,
    actor: Actor,
    at: datetime,
) -> Organisation:
    """Enter a body below ``parent``; a root when it is None.

    Raises CodeTaken, UnknownTimeZone or ValidityBackwards.
    """
    organisation = Organisation(kind=kind, parent=parent)
    _describe(organisation, code, name, names, time_zone, valid_from, valid_to)
    session.add(organisation)
    # The path ends with the body's own number, which the database gives.
    flush()
    organisation.path = rules.path_below(parent.path if parent else [], organisation.id)
    record(
        events.OrganisationAdded(
            actor=actor, at=at, organisation_id=organisation.id, subject_id=organisation.id, code=code
        )
    )
    return organisation


def change_organisation(
    *,
    organisation: Organisation,
    expected_version: int,
    kind: OrganisationKind,
    code: str,
    name: str,
    names: Translations,
    time_zone: str,
    valid_from: date | None,
    valid_to: date | None,
    actor: Actor,
    at: datetime,
) -> Organisation:
    """Change what is known of a body; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(organisation, expected_version)
    organisation.kind = kind
    _describe(organisation, code, name, names, time_zone, valid_from, valid_to)
    record(_changed(organisation, actor, at))
    flush()
    return organisation


def move_organisation(
    *,
    organisation: Organisation,
    parent: Organisation,
    expected_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Place a body, with all below it, under another.

    Raises OwnDescendant when that would make a loop, StaleVersion when the body was changed meanwhile.
    """
    _lock_tree()
    session.refresh(parent)
    session.refresh(organisation)
    if expected_version is not None:
        check_version(organisation, expected_version)
    if organisation.id in parent.path:
        raise OwnDescendant(field="parent_id", name=parent.name)
    length = len(organisation.path)
    organisation.parent = parent
    own_path = rules.path_below(parent.path, organisation.id)
    below = session.scalars(select(Organisation).where(Organisation.path.contains([organisation.id]))).all()
    for member in below:
        member.path = [*own_path, *member.path[length:]]
    record(_changed(organisation, actor, at))
    flush()


def succeed_organisation(
    *,
    organisation: Organisation,
    successors: Sequence[Organisation],
    on: date,
    expected_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Let a body end on a day and be followed by others; its history stays its own.

    Raises SuccessorMissing, OwnSuccessor, AlreadySuccessor, ValidityBackwards or StaleVersion.
    """
    if expected_version is not None:
        check_version(organisation, expected_version)
    for obstacle in rules.succession_obstacles(
        organisation.id, organisation.valid_from, [successor.id for successor in successors], on
    ):
        raise obstacle
    organisation.valid_to = on
    for successor in successors:
        session.add(OrganisationSuccession(organisation_id=organisation.id, successor_id=successor.id, on=on))
        record(
            events.OrganisationSucceeded(
                actor=actor,
                at=at,
                organisation_id=organisation.id,
                subject_id=organisation.id,
                successor_id=successor.id,
                on=on,
            )
        )
    flush()


def add_campus(
    *, organisation: Organisation, name: str, address: str, time_zone: str, actor: Actor, at: datetime
) -> Campus:
    """Give an organisation a campus."""
    _require_time_zone(time_zone)
    campus = Campus(organisation=organisation, name=clean_name(name), address=address, time_zone=time_zone)
    session.add(campus)
    # The trail names the campus by the number that the database gives.
    flush()
    record(events.CampusAdded(actor=actor, at=at, organisation_id=organisation.id, subject_id=campus.id))
    return campus


def change_campus(
    *,
    campus: Campus,
    expected_version: int,
    name: str,
    address: str,
    time_zone: str,
    actor: Actor,
    at: datetime,
) -> Campus:
    """Change a campus; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(campus, expected_version)
    _require_time_zone(time_zone)
    campus.name, campus.address, campus.time_zone = clean_name(name), address, time_zone
    record(
        events.CampusChanged(actor=actor, at=at, organisation_id=campus.organisation_id, subject_id=campus.id)
    )
    flush()
    return campus


def add_room(
    *,
    campus: Campus,
    name: str,
    capacity: int,
    layout: RoomLayout,
    equipment: Sequence[str],
    actor: Actor,
    at: datetime,
) -> Room:
    """Give a campus a room."""
    room = Room(
        campus=campus, name=clean_name(name), capacity=capacity, layout=layout, equipment=list(equipment)
    )
    session.add(room)
    # The trail names the room by the number that the database gives.
    flush()
    record(events.RoomAdded(actor=actor, at=at, organisation_id=campus.organisation_id, subject_id=room.id))
    return room


def change_room(
    *,
    room: Room,
    expected_version: int,
    name: str,
    capacity: int,
    layout: RoomLayout,
    equipment: Sequence[str],
    actor: Actor,
    at: datetime,
) -> Room:
    """Change a room; raises StaleVersion when somebody else has changed it meanwhile."""
    check_version(room, expected_version)
    room.name, room.capacity, room.layout, room.equipment = (
        clean_name(name),
        capacity,
        layout,
        list(equipment),
    )
    record(events.RoomChanged(actor=actor, at=at, organisation_id=room.organisation_id, subject_id=room.id))
    flush()
    return room


def _lock_tree() -> None:
    """Let one move wait for another: two at once could hang two branches below each other."""
    session.execute(
        select(Organisation.id)
        .where(Organisation.parent_id.is_(None))
        .order_by(Organisation.id)
        .with_for_update(key_share=True)
    )


def _describe(
    organisation: Organisation,
    code: str,
    name: str,
    names: Translations,
    time_zone: str,
    valid_from: date | None,
    valid_to: date | None,
) -> None:
    _require_time_zone(time_zone)
    holder = find_organisation_by_code(code)
    if holder is not None and holder is not organisation:
        raise CodeTaken(field="code", code=code)
    if valid_from and valid_to and valid_to <= valid_from:
        raise ValidityBackwards(field="valid_to")
    organisation.code, organisation.name, organisation.names = code, clean_name(name), names
    organisation.time_zone, organisation.valid_from, organisation.valid_to = time_zone, valid_from, valid_to
    organisation.search_text = rules.search_text(code, name, names)


def _require_time_zone(name: str) -> None:
    if not rules.is_time_zone(name):
        raise UnknownTimeZone(field="time_zone", zone=name)


def _changed(organisation: Organisation, actor: Actor, at: datetime) -> events.OrganisationChanged:
    return events.OrganisationChanged(
        actor=actor, at=at, organisation_id=organisation.id, subject_id=organisation.id
    )
