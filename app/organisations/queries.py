"""Reading organisations."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.kernel.access import Actor
from app.kernel.db import contains_text, session, within
from app.kernel.errors import NotFound
from app.kernel.pages import Page, PageRequest, paginate
from app.organisations.models import Campus, Organisation, OrganisationSuccession, Room
from app.organisations.policies import OrganisationPermission
from app.organisations.types import (
    OrganisationChoice,
    OrganisationKind,
    OrganisationRow,
    RoomLayout,
    RoomRow,
    TreeRow,
)


def find_organisation_by_code(code: str) -> Organisation | None:
    """Return the organisation with the code."""
    return session.scalar(select(Organisation).where(Organisation.code == code))


def get_organisation(organisation_id: int) -> Organisation:
    """Return the organisation; NotFound if there is none."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound()
    return found


def get_campus(campus_id: int) -> Campus:
    """Return the campus; NotFound if there is none."""
    found = session.get(Campus, campus_id)
    if found is None:
        raise NotFound()
    return found


def get_room(room_id: int) -> Room:
    """Return the room with its campus; NotFound if there is none."""
    found = session.get(Room, room_id)
    if found is None:
        raise NotFound()
    return found


def list_organisations(actor: Actor, request: PageRequest) -> Page[OrganisationRow]:
    """Return the organisations that the actor may see: filters ``kind`` and ``parent``."""
    parent = select(Organisation.id, Organisation.name.label("parent_name")).subquery()
    rooms = (
        select(Campus.organisation_id, func.count(Room.id).label("rooms"))
        .join(Room, Room.campus_id == Campus.id)
        .group_by(Campus.organisation_id)
        .subquery()
    )
    statement = (
        select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            Organisation.names,
            Organisation.kind,
            Organisation.valid_from,
            Organisation.valid_to,
            parent.c.parent_name,
            func.coalesce(rooms.c.rooms, 0),
        )
        .outerjoin(parent, parent.c.id == Organisation.parent_id)
        .outerjoin(rooms, rooms.c.organisation_id == Organisation.id)
        .where(within(Organisation.id, actor.organisations_for(OrganisationPermission.VIEW)))
    )
    if request.search:
        statement = statement.where(contains_text(Organisation.search_text, request.search))
    if request.filter("kind") in set(OrganisationKind):
        statement = statement.where(Organisation.kind == OrganisationKind(request.filter("kind")))
    return paginate(
        statement,
        request,
        order={
            "code": Organisation.code,
            "name": Organisation.name,
            "kind": (Organisation.kind, Organisation.code),
            "parent": (parent.c.parent_name, Organisation.code),
        },
        default="code",
        tie=Organisation.id,
        row=lambda row: OrganisationRow(*row),
    )


def list_tree(actor: Actor) -> list[TreeRow]:
    """Return every organisation that the actor may see, for the tree."""
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.parent_id,
            Organisation.code,
            Organisation.name,
            Organisation.names,
            Organisation.kind,
            Organisation.valid_from,
            Organisation.valid_to,
        ).where(within(Organisation.id, actor.organisations_for(OrganisationPermission.VIEW)))
    )
    return [TreeRow(*row) for row in rows]


def list_organisations_by_id(organisation_ids: Collection[int]) -> Sequence[Organisation]:
    """Return these organisations, by code."""
    return session.scalars(
        select(Organisation).where(within(Organisation.id, organisation_ids)).order_by(Organisation.code)
    ).all()


def list_rooms(actor: Actor, request: PageRequest) -> Page[RoomRow]:
    """Return the rooms that the actor may see: filters ``organisation`` (and below), ``layout`` and ``places``."""
    statement = (
        select(
            Room.id,
            Room.name,
            Campus.name,
            Organisation.id,
            Organisation.name,
            Organisation.names,
            Room.capacity,
            Room.layout,
            Room.equipment,
        )
        .join(Campus, Campus.id == Room.campus_id)
        .join(Organisation, Organisation.id == Campus.organisation_id)
        .where(within(Organisation.id, actor.organisations_for(OrganisationPermission.VIEW)))
    )
    if request.search:
        named = (column.icontains(request.search, autoescape=True) for column in (Room.name, Campus.name))
        equipped = func.array_to_string(Room.equipment, " ").icontains(request.search, autoescape=True)
        statement = statement.where(
            or_(*named, equipped, contains_text(Organisation.search_text, request.search))
        )
    if request.filter("layout") in set(RoomLayout):
        statement = statement.where(Room.layout == RoomLayout(request.filter("layout")))
    if (number := _number(request.filter("organisation"))) is not None:
        statement = statement.where(Organisation.path.contains([number]))
    if (places := _number(request.filter("places"))) is not None:
        statement = statement.where(Room.capacity >= places)
    return paginate(
        statement,
        request,
        order={
            "name": (Room.name, Campus.name),
            "campus": (Campus.name, Room.name),
            "organisation": (Organisation.code, Campus.name, Room.name),
            "places": Room.capacity,
        },
        default="organisation",
        tie=Room.id,
        row=lambda row: RoomRow(*row),
    )


def _number(text: str) -> int | None:
    """Return the number that a filter holds; what is none counts as not given."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def list_children(organisation: Organisation) -> Sequence[Organisation]:
    """Return the bodies directly below, by code."""
    return session.scalars(
        select(Organisation).where(Organisation.parent_id == organisation.id).order_by(Organisation.code)
    ).all()


def list_ancestors(organisation: Organisation) -> Sequence[Organisation]:
    """Return the bodies above, from the root down."""
    above = organisation.path[:-1]
    found = {o.id: o for o in session.scalars(select(Organisation).where(within(Organisation.id, above)))}
    return [found[number] for number in above if number in found]


def list_campuses(organisation: Organisation) -> Sequence[Campus]:
    """Return the organisation's campuses with their rooms."""
    return session.scalars(
        select(Campus)
        .where(Campus.organisation_id == organisation.id)
        .options(selectinload(Campus.rooms))
        .order_by(Campus.name)
    ).all()


def list_successions(organisation: Organisation) -> Sequence[OrganisationSuccession]:
    """Return by whom the organisation was followed."""
    return session.scalars(
        select(OrganisationSuccession)
        .where(OrganisationSuccession.organisation_id == organisation.id)
        .options(joinedload(OrganisationSuccession.successor))
        .order_by(OrganisationSuccession.on, OrganisationSuccession.successor_id)
    ).all()


def list_predecessors(organisation: Organisation) -> Sequence[Organisation]:
    """Return the bodies that this one follows, by code."""
    return session.scalars(
        select(Organisation)
        .join(OrganisationSuccession, OrganisationSuccession.organisation_id == Organisation.id)
        .where(OrganisationSuccession.successor_id == organisation.id)
        .order_by(Organisation.code)
    ).all()


def list_choices(
    organisation_ids: Collection[int], *, valid_on: date | None = None
) -> Sequence[OrganisationChoice]:
    """Return organisations to choose from, in the order of the tree; only those valid on the day, if one is given."""
    statement = select(
        Organisation.id, Organisation.name, Organisation.names, func.cardinality(Organisation.path)
    )
    statement = statement.where(within(Organisation.id, organisation_ids)).order_by(Organisation.path)
    if valid_on is not None:
        statement = statement.where(
            or_(Organisation.valid_from.is_(None), Organisation.valid_from <= valid_on),
            or_(Organisation.valid_to.is_(None), Organisation.valid_to > valid_on),
        )
    return [OrganisationChoice(*row) for row in session.execute(statement)]


def list_descendant_ids(organisation_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return, for each organisation, itself and everything below it."""
    rows = session.execute(
        select(Organisation.id, Organisation.path).where(Organisation.path.overlap(list(organisation_ids)))
    ).all()
    return {root: frozenset(number for number, path in rows if root in path) for root in organisation_ids}


def name_organisations(actor: Actor, organisation_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those organisations that the actor may see, as the audit trail calls them."""
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(
            within(Organisation.id, organisation_ids),
            within(Organisation.id, actor.organisations_for(OrganisationPermission.VIEW)),
        )
    )
    return {row.id: row.name for row in rows}


def name_rooms(actor: Actor, room_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those rooms, with their campuses, that the actor may see."""
    rows = session.execute(
        select(Room.id, Room.name, Campus.name.label("campus"))
        .join(Campus, Campus.id == Room.campus_id)
        .where(
            within(Room.id, room_ids),
            within(Campus.organisation_id, actor.organisations_for(OrganisationPermission.VIEW)),
        )
    )
    return {row.id: f"{row.name} ({row.campus})" for row in rows}
