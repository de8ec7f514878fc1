"""Organisations, campuses and rooms for tests."""

from itertools import count
from typing import Any

from app.kernel.db import session
from app.organisations import rules
from app.organisations.models import Campus, Organisation, Room
from app.organisations.types import OrganisationKind, RoomLayout

_numbers = count(1)


def make_organisation(parent: Organisation | None = None, **values: Any) -> Organisation:
    """Return a stored organisation, by default a provincial school."""
    number = next(_numbers)
    organisation = Organisation(
        **{
            "kind": OrganisationKind.PROVINCIAL_SCHOOL,
            "code": f"ORG{number}",
            "name": f"Organisation {number}",
            "time_zone": "Asia/Ho_Chi_Minh",
            "parent": parent,
            **values,
        }
    )
    organisation.search_text = rules.search_text(
        organisation.code, organisation.name, organisation.names or {}
    )
    session.add(organisation)
    session.flush()
    organisation.path = rules.path_below(parent.path if parent else [], organisation.id)
    session.flush()
    return organisation


def make_campus(organisation: Organisation | None = None, **values: Any) -> Campus:
    """Return a stored campus."""
    campus = Campus(
        **{
            "organisation": organisation or make_organisation(),
            "name": f"Campus {next(_numbers)}",
            "time_zone": "Asia/Ho_Chi_Minh",
            **values,
        }
    )
    session.add(campus)
    session.flush()
    return campus


def make_room(campus: Campus | None = None, **values: Any) -> Room:
    """Return a stored room of 40 places."""
    room = Room(
        **{
            "campus": campus or make_campus(),
            "name": f"Room {next(_numbers)}",
            "capacity": 40,
            "layout": RoomLayout.GROUPS,
            **values,
        }
    )
    session.add(room)
    session.flush()
    return room
